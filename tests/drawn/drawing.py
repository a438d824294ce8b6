"""What every drawing here needs: clouds of noise, soft shapes and relief."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .photography import F32, U8, Bool

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A flat product as it is: `pixels` (H, W, 3) uint8 sRGB reflectance, `mask` (H, W) bool on the product."""

    pixels: U8
    mask: Bool


def relief(height_map: F32, depth: float) -> F32:
    """Factor on brightness, shape (H, W, 1), when soft light from the upper left falls on a relief `depth` px deep."""
    slope_x = cv2.Sobel(height_map, cv2.CV_32F, 1, 0, ksize=3) / 8
    slope_y = cv2.Sobel(height_map, cv2.CV_32F, 0, 1, ksize=3) / 8
    lit = 1 + depth * (0.7 * slope_x + slope_y)
    return np.clip(lit, 0.35, 1.7)[..., None]


def finished(canvas: np.ndarray, mask: Bool | None = None) -> Product:
    """The drawing, 0..255 levels, as a product; without `mask` it fills its frame."""
    pixels = np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
    return Product(pixels, np.ones(pixels.shape[:2], bool) if mask is None else mask)
