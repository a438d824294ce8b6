"""A fish carved from wood and painted, as it hangs on a wall: an outline of its own, relief, scales and worn paint."""

from __future__ import annotations

import cv2
import numpy as np

from samples.make.drawing import cloud, fill, oval, stroke

from .drawing import Product, finished, relief
from .photography import F32, F64, U8, Bool

HEIGHT_SHARE = 0.62
PAINTS = np.array([(196, 52, 40), (28, 104, 134), (232, 176, 52), (48, 124, 84), (232, 226, 208)], np.float32)


def fish(seed: int, side: int = 900) -> Product:
    """The fish, `side` px from end to end of its frame."""
    rng = np.random.default_rng(seed)
    width, height = side, round(side * HEIGHT_SHARE)
    outlines = _outlines(side)
    body, fins = outlines["body"], [outlines[name] for name in ("tail", "fin", "belly")]
    paints = PAINTS[rng.permutation(len(PAINTS))]
    wood = np.array((176, 128, 80), np.float32) * (1 + 0.1 * cloud(rng, height, width, side / 60, stretch=12))[..., None]
    paint = np.zeros((height, width, 3), np.uint8)
    bumps = np.zeros((height, width), np.float32)
    for outline, colour in zip(fins, paints[[1, 2, 1]], strict=True):
        fill(paint, outline, colour)
        fill(bumps, outline, 0.5)
    _rays(rng, paint, bumps, side, paints[3])
    inside = _inside([body], height, width)
    skin, scales = _scales(rng, height, width, side, paints)
    paint[inside], bumps[inside] = skin[inside], scales[inside]
    _head(paint, bumps, side, paints)
    for at in rng.uniform((0.3, 0.2), (0.7, 0.46), (16, 2)) * side:
        dot = oval((at[0], at[1]), (side * rng.uniform(0.006, 0.014),) * 2)
        fill(paint, dot, paints[rng.integers(len(paints))])
    worn = cloud(rng, height, width, side / 14) + 0.5 * cloud(rng, height, width, side / 120) > 2.1
    paint[worn] = wood[worn]
    dome = np.where(inside, 1.0, 0.4).astype(np.float32)
    canvas = paint * (0.94 + 0.05 * cloud(rng, height, width, side / 50, stretch=8))[..., None]
    canvas *= relief(bumps + _domed(dome, side), side / 70)
    return finished(canvas, _inside(list(outlines.values()), height, width))


def fish_fin(side: int = 900) -> Bool:
    """Mask of the fin on the back, where it stands out from the body: what can break off."""
    outlines, height = _outlines(side), round(side * HEIGHT_SHARE)
    rest = [outline for name, outline in outlines.items() if name != "fin"]
    return _inside([outlines["fin"]], height, side) & ~_inside(rest, height, side)


def _outlines(side: int) -> dict[str, F64]:
    """The fish's parts, in px; it swims to the left."""
    along = np.linspace(0, 1, 50)
    half = 0.2 * np.sin(np.pi * along**0.72) ** 0.8 * (1 - 0.25 * along) + 0.03 * along
    spine = 0.33 + 0.012 * np.sin(6 * along)
    x = 0.06 + 0.7 * along
    parts = {
        "body": np.vstack([np.stack([x, spine - half], 1), np.stack([x, spine + half], 1)[::-1]]),
        "tail": np.array([(0.72, 0.33), (0.8, 0.24), (0.93, 0.1), (0.95, 0.12), (0.9, 0.32), (0.96, 0.5), (0.8, 0.41)]),
        "fin": np.array(
            [(0.24, 0.2), (0.3, 0.09), (0.37, 0.03), (0.48, 0.02), (0.6, 0.06), (0.63, 0.1), (0.58, 0.13), (0.6, 0.24)]
        ),
        "belly": np.array([(0.36, 0.44), (0.4, 0.56), (0.47, 0.595), (0.53, 0.575), (0.5, 0.51), (0.53, 0.43)]),
    }
    return {name: outline * side for name, outline in parts.items()}


def _inside(outlines: list[F64], height: int, width: int) -> Bool:
    """Pixels inside any of the outlines, shape (H, W)."""
    mask = np.zeros((height, width), np.uint8)
    for outline in outlines:
        fill(mask, outline, 255)
    return mask > 127


def _domed(step: F32, side: int) -> F32:
    """`step` with its edges rounded off, as carved wood has them."""
    return 2.2 * cv2.GaussianBlur(step, (0, 0), side / 60)


def _rays(rng: np.random.Generator, paint: U8, bumps: F32, side: int, colour: F32) -> None:
    """The rays carved into tail and fins."""
    fans = (((0.68, 0.33), (-48, 48), 0.3), ((0.44, 0.36), (-142, -52), 0.35), ((0.42, 0.36), (40, 84), 0.25))
    inside = paint.any(axis=2)
    for (x, y), (first, last), reach in fans:
        for turn in np.linspace(first, last, 17) + rng.normal(0, 1.2, 17):
            tip = (x + reach * np.cos(np.deg2rad(turn)), y + reach * np.sin(np.deg2rad(turn)))
            line = np.array([(x, y), tip]) * side
            drawn = np.zeros(inside.shape, np.uint8)
            stroke(drawn, line, 255, side * 0.005)
            on = (drawn > 0) & inside
            paint[on] = 0.45 * paint[on] + 0.55 * colour * rng.uniform(0.8, 1.1)
            bumps[on] -= 0.5


def _scales(rng: np.random.Generator, height: int, width: int, side: int, paints: F32) -> tuple[U8, F32]:
    """Paint and relief of the body: rows of scales that overlap, in bands of colour."""
    skin, bumps = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.float32)
    step = side * 0.026
    bands = rng.permutation([0, 0, 1, 2, 0, 3, 4])
    for column in range(int(width / step) + 2, -1, -1):
        for row in range(int(height / step) + 2):
            at = (column * step, (row + 0.5 * (column % 2)) * step)
            band = bands[int(np.clip(at[0] / side * 9 + 0.5 * np.sin(row / 3), 0, len(bands) - 1))]
            colour = np.clip(paints[band] * rng.uniform(0.82, 1.12) + rng.normal(0, 6, 3), 0, 255)
            fill(skin, oval(at, (step * 0.95, step * 0.56)), 0.5 * colour)
            fill(skin, oval((at[0] - step * 0.1, at[1]), (step * 0.82, step * 0.46)), colour)
            fill(bumps, oval(at, (step * 0.95, step * 0.56)), 0.35)
            fill(bumps, oval((at[0] - step * 0.1, at[1]), (step * 0.82, step * 0.46)), 0.8 + 0.4 * (row % 2))
    return skin, bumps


def _head(paint: U8, bumps: F32, side: int, paints: F32) -> None:
    """Face, gill, eye and mouth."""
    body = paint.any(axis=2)
    face = np.zeros(body.shape, np.uint8)
    fill(face, oval((0.1 * side, 0.33 * side), (0.145 * side, 0.25 * side)), 255)
    face_on = (face > 127) & body
    paint[face_on], bumps[face_on] = paints[2], 0.8
    arc = oval((0.1 * side, 0.33 * side), (0.15 * side, 0.2 * side))
    stroke(paint, arc[np.abs(arc[:, 1] - 0.33 * side) < 0.155 * side][:14], (40, 30, 28), side * 0.008)
    for radius, colour in ((0.032, (240, 232, 214)), (0.022, (206, 150, 40)), (0.013, (18, 16, 18)), (0.004, (250, 250, 250))):
        fill(paint, oval((0.155 * side, 0.275 * side), (radius * side, radius * side)), colour)
    fill(bumps, oval((0.155 * side, 0.275 * side), (0.032 * side, 0.032 * side)), 1.8)
    stroke(paint, np.array([(0.05, 0.36), (0.09, 0.375), (0.125, 0.365)]) * side, (60, 20, 20), side * 0.008)
