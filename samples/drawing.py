"""What every drawing here needs: clouds of noise, soft shapes and relief."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .photography import F32, F64, U8, Bool

Colour = tuple[float, float, float]
SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A flat product as it is: `pixels` (H, W, 3) uint8 sRGB reflectance, `mask` (H, W) bool on the product."""

    pixels: U8
    mask: Bool


def cloud(rng: np.random.Generator, height: int, width: int, grain_px: float, stretch: float = 1.0, octaves: int = 4) -> F32:
    """Fractal noise, shape (H, W), mean 0 and standard deviation 1, `stretch` times longer along x than along y."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        grain = max(grain_px / 2**octave, 1.0)
        rows, columns = int(height / grain) + 3, int(width / (grain * stretch)) + 3
        coarse = rng.standard_normal((rows, columns)).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 1.6**octave
    return (total - total.mean()) / max(float(total.std()), 1e-6)


def fixed(points: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Points (N, 2) as the fixed-point integers that OpenCV draws with `shift=SUBPIXEL_BITS`."""
    return np.rint(np.asarray(points) * 2**SUBPIXEL_BITS).astype(np.int32).reshape(-1, 1, 2)


def levels(colour: npt.ArrayLike) -> tuple[float, ...]:
    """A colour or a single level as OpenCV takes it."""
    return tuple(np.atleast_1d(colour).astype(float).tolist())


def fill(canvas: np.ndarray, points: npt.ArrayLike, colour: npt.ArrayLike) -> None:
    """Fill a polygon (N, 2) on `canvas`, edges smoothed if it is uint8."""
    cv2.fillPoly(canvas, [fixed(points)], levels(colour), cv2.LINE_AA, SUBPIXEL_BITS)


def stroke(canvas: np.ndarray, points: npt.ArrayLike, colour: npt.ArrayLike, thickness: float) -> None:
    """Draw a line through `points` (N, 2) on `canvas`, edges smoothed if it is uint8."""
    cv2.polylines(canvas, [fixed(points)], False, levels(colour), max(round(thickness), 1), cv2.LINE_AA, SUBPIXEL_BITS)


def oval(centre: tuple[float, float], radii: tuple[float, float], turn_deg: float = 0.0, corners: int = 40) -> F64:
    """Outline (N, 2) of an ellipse; the first radius lies along `turn_deg`."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    c, s = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
    x, y = radii[0] * np.cos(angle), radii[1] * np.sin(angle)
    return np.stack([centre[0] + c * x - s * y, centre[1] + s * x + c * y], axis=1)


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
