"""What cloths share: threads, dyed or woven motifs, fringes, holes and stains. Needs no renderer but for `laid`."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import cv2
import numpy as np
import numpy.typing as npt

from .drawing import F32, cloud, fill, oval
from .scene import material, sheet, texture

U8 = npt.NDArray[np.uint8]
Tile = Callable[[U8, npt.NDArray[np.float64], float, int], None]
"""Draws one repeat on a canvas: where its middle lies, its period in px, its number."""


def repeated(shape: tuple[int, int], ground: tuple[int, int, int], period: float, tile: Tile, half_drop: bool = True) -> U8:
    """A ground of one colour covered with `tile`, shape (H, W, 3); every other column of repeats is dropped by half."""
    canvas = np.full((*shape, 3), ground, np.uint8)
    number = 0
    for column in range(-1, int(shape[1] / period) + 2):
        for row in range(-1, int(shape[0] / period) + 2):
            tile(canvas, np.array([column * period, (row + 0.5 * (half_drop and column % 2)) * period]), period, number)
            number += 1
    return canvas


def feathered(flat: U8, rng: np.random.Generator, slip_px: float) -> F32:
    """Dyed before weaving: each thread, a row, slips along itself by about `slip_px`, neighbours nearly alike."""
    height, width = flat.shape[:2]
    slide = (
        2.2 * cv2.GaussianBlur(rng.normal(0, slip_px, (height, 1)), (0, 0), 1.2)[:, 0]
        + slip_px * cloud(rng, height, 1, 40)[:, 0]
    )
    columns = (np.arange(width)[None] + slide[:, None]).astype(np.float32)
    rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    moved = cv2.remap(flat, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return cv2.blur(moved.astype(np.float32), (round(slip_px) | 1, 1))


def woven(canvas: F32, rng: np.random.Generator, thread: float = 0.06) -> F32:
    """`canvas` with the unevenness of threads and of a hand at the loom; `thread` is the spread between threads."""
    height, width = canvas.shape[:2]
    rows, columns = rng.normal(0, thread, (height, 1, 1)), rng.normal(0, thread / 2, (1, width, 1))
    crossing = 1 - 0.1 * ((np.indices((height, width)).sum(axis=0) // 2) % 2)[..., None]
    return canvas * (1 + rows + columns) * crossing * (1 + 0.035 * cloud(rng, height, width, 400)[..., None])


def stained(pixels: U8, at: tuple[float, float], size: float, colour: tuple[float, float, float]) -> U8:
    """A spill that dried, its rim strongest. `at` and `size` (radius) are shares of the width; `colour`: the light left."""
    strength = _spilt(pixels.shape[:2], at, size, rim=0.4)
    return (pixels * (1 - strength * (1 - np.array(colour)))).astype(np.uint8)


def bleached(pixels: U8, at: tuple[float, float], size: float, colour: tuple[int, int, int]) -> U8:
    """A spill that took the dye out. `at` and `size` as for a stain; `colour`: the bare thread, sRGB."""
    strength = _spilt(pixels.shape[:2], at, size, rim=0.0)
    return (pixels + strength * (np.array(colour) - pixels)).astype(np.uint8)


def _spilt(shape: tuple[int, int], at: tuple[float, float], size: float, rim: float) -> npt.NDArray[np.float32]:
    """How strongly a spill took, shape (H, W, 1), half within and `rim` more where it dried last."""
    height, width = shape
    y, x = np.mgrid[:height, :width]
    r = np.hypot(x - at[0] * width, y - at[1] * width) / (size * width)
    r = r + 0.06 * cloud(np.random.default_rng(3), height, width, 160)
    strength = 0.5 * (r < 1) + rim * np.exp(-(((r - 0.97) / 0.05) ** 2)) * (r < 1.04)
    return cv2.GaussianBlur(strength.astype(np.float32), (0, 0), 2.0)[..., None]


def fringe(shape: tuple[int, int], rng: np.random.Generator, depth_px: int) -> npt.NDArray[np.bool_]:
    """Where there is cloth, shape (H, W): whole in the middle, single twisted threads at the first and last rows."""
    height, width = shape
    kept = np.ones(shape, bool)
    pitch = 11
    for first, step in ((depth_px, -1), (height - 1 - depth_px, 1)):
        sway = cloud(rng, depth_px + 1, width // pitch + 2, 30, octaves=2) * 5
        length = rng.uniform(0.75, 1.0, width // pitch + 2) * depth_px
        for k in range(depth_px + 1):
            centres = np.arange(sway.shape[1]) * pitch + sway[k] * k / depth_px
            line = np.zeros(width, bool)
            for centre in centres[length > k]:
                line[max(int(centre) - 3, 0) : max(int(centre) + 3, 0)] = True
            kept[first + step * k] = line
    return kept


def torn(
    kept: npt.NDArray[np.bool_], at: tuple[float, float], length: float, width: float, turn_deg: float
) -> npt.NDArray[np.bool_]:
    """`kept` without a tear; `at`, `length` and `width` are shares of the cloth's width."""
    side = kept.shape[1]
    rng = np.random.default_rng(8)
    outline = oval((at[0] * side, at[1] * side), (length * side / 2, width * side / 2), turn_deg, corners=60)
    outline += rng.normal(0, 0.06 * width * side, outline.shape)
    hole = np.zeros((*kept.shape, 3), np.uint8)
    fill(hole, outline, (255, 255, 255))
    return kept & (hole[..., 0] < 128)


def laid(
    name: str,
    pixels: U8,
    kept: npt.NDArray[np.bool_] | None,
    points: npt.NDArray[np.floating],
    *,
    sheen: float = 0.15,
    **inputs: object,
) -> bpy.types.Object:
    """The cloth as an object through `points` (rows, columns, 3); `kept` (H, W) leaves out what is not cloth."""
    height, width = pixels.shape[:2]
    threads = (np.indices((height, width)).sum(axis=0) // 2 % 2 * 90 + 80).astype(np.uint8)
    picture = pixels if kept is None else np.dstack([pixels, kept.astype(np.uint8) * 255])
    surface = material(
        name,
        texture(name, picture),
        roughness=inputs.pop("roughness", 0.78),
        bump=texture(f"{name} threads", threads, data=True),
        bump_m=0.00025,
        sheen_weight=sheen,
        **inputs,
    )
    return sheet(name, points, surface)
