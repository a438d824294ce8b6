"""What lies around a product: a studio, or a table with the things that lie on tables."""

from __future__ import annotations

import cv2
import numpy as np

from samples.make.drawing import cloud, fill, oval, stroke
from samples.make.light import to_linear

from .drawing import Colour, relief
from .photography import F32, F64, U8

WOODS: tuple[Colour, ...] = ((150, 104, 66), (196, 160, 118), (98, 68, 48), (178, 172, 164))
SHADOW = 0.5


def studio(height: int, width: int, level: int = 244) -> F32:
    """A plain light backdrop, linear, shape (H, W, 3), barely darker towards the corners."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    levels = level - 5 * (x**2 + y**2)
    return to_linear(np.repeat(np.rint(levels).astype(np.uint8)[..., None], 3, axis=2))


def table(rng: np.random.Generator, height: int, width: int, clutter: int = 9) -> F32:
    """A wooden table with `clutter` things on it, linear, shape (H, W, 3); where they lie is up to `rng`."""
    longer = max(height, width)
    wood = np.array(WOODS[rng.integers(len(WOODS))], np.float32)
    grain = cloud(rng, height, width, longer / 26, stretch=22, octaves=5)[..., None]
    planks = wood * (1 + 0.1 * grain) + 3.5 * cloud(rng, height, width, 2, octaves=1)[..., None]
    for y in np.arange(rng.uniform(0.05, 0.25), 1, rng.uniform(0.2, 0.3)) * height:
        planks[round(y) : round(y) + max(2, longer // 250)] *= 0.45
        planks[: round(y)] *= rng.uniform(0.94, 1.06)
    canvas = np.clip(planks, 0, 255).astype(np.uint8)
    kinds = (_paper, _label, _pen, _tape, _coins, _leaf, _cup)
    order = np.concatenate([rng.permutation(len(kinds)) for _ in range(clutter // len(kinds) + 1)])[:clutter]
    for turn, kind in enumerate(order):
        around = 2 * np.pi * (turn + rng.uniform(0, 0.8)) / max(clutter, 1)
        at = np.array([0.5 + 0.46 * np.cos(around), 0.5 + 0.46 * np.sin(around)]) * (width, height)
        kinds[kind](rng, canvas, at, longer * 0.12)
    return to_linear(canvas)


def _shade(canvas: U8, outline: F64, soft: float) -> None:
    """Darken where a thing of `outline` would cast its shadow."""
    cast = np.zeros(canvas.shape[:2], np.uint8)
    fill(cast, outline + soft, 255)
    dark = cv2.GaussianBlur(cast, (0, 0), soft).astype(np.float32) / 255
    canvas[:] = canvas * (1 - SHADOW * dark[..., None])


def _sheet(rng: np.random.Generator, at: F64, half_width: float, half_height: float) -> F64:
    """A rectangle (4, 2) about `at`, turned by chance."""
    turn = rng.uniform(0, np.pi)
    c, s = np.cos(turn), np.sin(turn)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (half_width, half_height)
    return at + corners @ np.array([[c, s], [-s, c]])


def _paper(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    """A crumpled sheet of kraft paper."""
    outline = _sheet(rng, at, 1.5 * size, 1.1 * size) + rng.normal(0, 0.06 * size, (4, 2))
    _shade(canvas, outline, size * 0.07)
    inside = np.zeros(canvas.shape[:2], np.uint8)
    fill(inside, outline, 255)
    x, y = np.meshgrid(np.arange(canvas.shape[1]) - at[0], np.arange(canvas.shape[0]) - at[1])
    folds = np.zeros(inside.shape, np.float32)
    for turn, place in zip(rng.uniform(0, np.pi, 8), rng.normal(0, 0.7 * size, 8), strict=True):
        folds += np.abs(x * np.cos(turn) + y * np.sin(turn) - place)
    fibre = cloud(rng, *inside.shape, 3, stretch=3, octaves=2)[..., None]
    paper = np.array((188, 148, 102)) * relief(folds, 0.04) * (1 + 0.03 * fibre)
    canvas[inside > 127] = np.clip(paper, 0, 255)[inside > 127]


def _label(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    """A shipping label: lines of writing and a bar code."""
    corners = _sheet(rng, at, 0.95 * size, 0.6 * size)
    _shade(canvas, corners, size * 0.02)
    fill(canvas, corners, (238, 237, 232))
    origin, across, down = corners[0], corners[1] - corners[0], corners[3] - corners[0]
    for row in np.arange(0.12, 0.5, 0.09):
        line = origin + down * row + np.outer((0.06, rng.uniform(0.4, 0.9)), across)
        stroke(canvas, line, (60, 60, 66), size * 0.03)
    for bar in np.arange(0.08, 0.9, 0.022):
        if rng.random() < 0.65:
            line = origin + across * bar + np.outer((0.58, 0.92), down)
            stroke(canvas, line, (24, 24, 26), size * rng.choice([0.012, 0.028]))


def _pen(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    ends = _sheet(rng, at, 0.9 * size, 0.05 * size)
    _shade(canvas, ends, size * 0.04)
    ink: Colour = [(30, 50, 130), (24, 24, 26), (170, 30, 34)][rng.integers(3)]
    fill(canvas, ends, ink)
    stroke(canvas, 0.75 * ends[:2] + 0.25 * ends[[3, 2]], (210, 214, 226), size * 0.015)


def _tape(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    """A roll of parcel tape, seen from above."""
    centre = (float(at[0]), float(at[1]))
    hole = canvas.copy()
    _shade(canvas, oval(centre, (0.52 * size, 0.52 * size)), size * 0.09)
    for radius, colour in ((0.52, (150, 104, 58)), (0.46, (176, 128, 76)), (0.34, (196, 168, 128))):
        fill(canvas, oval(centre, (radius * size, radius * size)), colour)
    inside = np.zeros(canvas.shape[:2], np.uint8)
    fill(inside, oval(centre, (0.29 * size, 0.29 * size)), 255)
    canvas[inside > 127] = hole[inside > 127] * 0.6


def _coins(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    for _ in range(3):
        centre = at + rng.normal(0, 0.3 * size, 2)
        metal = np.array([(176, 174, 168), (196, 160, 84)][rng.integers(2)], np.float32)
        _shade(canvas, oval((centre[0], centre[1]), (0.15 * size, 0.15 * size)), size * 0.025)
        for radius, factor in ((0.15, 0.75), (0.135, 1.05), (0.08, 0.92)):
            fill(canvas, oval((centre[0], centre[1]), (radius * size, radius * size)), metal * factor)


def _leaf(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    turn = rng.uniform(0, 360)
    outline = oval((at[0], at[1]), (0.7 * size, 0.2 * size), turn)
    _shade(canvas, outline, size * 0.04)
    green = np.array((66, 108, 52)) * rng.uniform(0.7, 1.2)
    fill(canvas, outline, green)
    along = np.array([np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))]) * size
    stroke(canvas, np.array([at - 0.85 * along, at + 0.7 * along]), 1.4 * green, size * 0.025)
    for k in np.linspace(-0.5, 0.5, 7):
        for side in (-1, 1):
            vein = np.array([at + k * along, at + (k + 0.12) * along + side * 0.13 * np.array([-along[1], along[0]])])
            stroke(canvas, vein, 1.2 * green, size * 0.01)


def _cup(rng: np.random.Generator, canvas: U8, at: F64, size: float) -> None:
    """A cup of coffee, seen from above."""
    centre = (float(at[0]), float(at[1]))
    glaze = np.array([(224, 222, 214), (86, 130, 136), (180, 90, 66)][rng.integers(3)], np.float32)
    _shade(canvas, oval(centre, (0.62 * size, 0.62 * size)), size * 0.1)
    for radius, colour in ((0.62, glaze), (0.5, 0.86 * glaze), (0.4, glaze), (0.35, (58, 34, 22)), (0.3, (74, 44, 28))):
        fill(canvas, oval(centre, (radius * size, radius * size)), colour)
