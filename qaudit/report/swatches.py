"""Colours of a record as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from .words import has_words, words


def hex_of_lab(lab: Sequence[float]) -> str:
    """The sRGB colour of CIELAB (D65) as ``#rrggbb``."""
    pixel = np.array([[lab]], np.float32)
    return _hex(cv2.cvtColor(pixel, cv2.COLOR_LAB2RGB)[0, 0])


def hex_of_gain(gain: Sequence[float]) -> str:
    """White under a light of linear factors `gain` on red, green and blue, as ``#rrggbb``."""
    light = np.maximum(np.array(gain, np.float64), 0.0)
    light /= max(float(light.max()), 1e-9)
    return _hex(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


def change_words(changes: Sequence[str]) -> str:
    """How a colour changed, from the slugs of its changes, the largest first."""
    told = [words(f"change.{slug}") if has_words(f"change.{slug}") else words("change.other") for slug in changes[:2]]
    if not told:
        return words("change.none")
    return told[0] if len(told) == 1 else words("change.both", first=told[0], second=told[1])


def _hex(rgb: Any) -> str:
    """Red, green and blue, 0..1 each."""
    red, green, blue = (int(value) for value in np.rint(np.clip(rgb, 0.0, 1.0) * 255))
    return f"#{red:02x}{green:02x}{blue:02x}"
