"""From a map of badness to boxes that a person can look at."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import F32, Bool
from qaudit.model.verdict import Box

MOST_BOXES = 3
# A place reaches out to where the map falls to half of its peak.
FALL_OFF = 0.5


def worst_places(badness: F32, mask: Bool, least: float, scale: float = 1.0) -> tuple[Box, ...]:
    """Where is a map worst?

    Parameters
    ----------
    badness
        Shape (h, w), float32.
    mask
        Shape (h, w), bool: where the map counts.
    least
        Places whose peak is below this are left out.
    scale
        Pixels of the map per pixel of the frame in which the boxes are wanted.

    Returns
    -------
        Up to three boxes (x, y, w, h) in frame pixels, worst first, each round one peak.
    """
    left = np.where(mask, badness, -np.inf).astype(np.float32)
    boxes: list[Box] = []
    while len(boxes) < MOST_BOXES:
        _, peak, _, (x, y) = cv2.minMaxLoc(np.where(np.isfinite(left), left, np.float32(-1e30)))
        if peak < least or peak <= 0:
            break
        above = (left >= FALL_OFF * peak).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(above)
        label = labels[y, x]
        x0, y0, width, height = (int(v) for v in stats[label, :4])
        boxes.append((int(x0 / scale), int(y0 / scale), max(1, round(width / scale)), max(1, round(height / scale))))
        left[labels == label] = -np.inf
    return tuple(boxes)
