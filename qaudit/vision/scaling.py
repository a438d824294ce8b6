"""Pictures made smaller."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np

Picture = TypeVar("Picture", bound=np.ndarray)


def shrunk(picture: Picture, factor: float) -> Picture:
    """`picture`, (H, W[, C]), at `factor` (at most 1) of its size, averaged over areas; no side falls below one pixel."""
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    smaller: Picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return smaller
