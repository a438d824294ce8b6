"""Table tops, drawn and shaded; each is made for a table of a given width in metres."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import cv2
import numpy as np

from .drawing import F32, cloud
from .scene import material, texture

SIDE = 2400
TILE_M = 1.0
"""The drawn piece of a table, `SIDE` px wide; the rest is its mirror image."""


def teak(width_m: float) -> bpy.types.Material:
    """Planks of oiled teak."""
    rng = np.random.default_rng(11)
    canvas, height = _planks(rng, np.array([128, 84, 50]), 8)
    return _top("teak", width_m, canvas, height, 0.0008, roughness=0.42)


def bleached(width_m: float) -> bpy.types.Material:
    """Broad planks of pale wood."""
    rng = np.random.default_rng(23)
    canvas, height = _planks(rng, np.array([196, 172, 140]), 5)
    return _top("bleached", width_m, canvas, height, 0.0006, roughness=0.5)


def linen(width_m: float) -> bpy.types.Material:
    """A table cloth of undyed linen."""
    canvas, height = _woven(np.random.default_rng(12), np.array([206, 198, 182]))
    return _top("linen", width_m, canvas, height, 0.0006, roughness=0.9, sheen_weight=0.15)


def gingham(width_m: float) -> bpy.types.Material:
    """A checked table cloth, blue and white, squares of 18 mm."""
    canvas, height = _woven(np.random.default_rng(13), np.array([226, 226, 222]))
    stripe = (np.arange(SIDE) // 43 % 2).astype(np.float32)
    dye = 0.5 * (stripe[:, None] + stripe[None])[..., None]
    canvas *= 1 - dye * (1 - np.array([0.26, 0.4, 0.62], np.float32))
    return _top("gingham", width_m, canvas, height, 0.0004, roughness=0.9)


def laminate(width_m: float) -> bpy.types.Material:
    """A kitchen board of speckled grey laminate."""
    rng = np.random.default_rng(14)
    speckle = cloud(rng, SIDE, SIDE, 7, octaves=2)
    tone = 186 + 5 * cloud(rng, SIDE, SIDE, 300) - 26 * (speckle > 1.5) + 18 * (speckle < -1.7)
    return _top("laminate", width_m, tone[..., None] * np.array([1.0, 0.985, 0.96]), None, 0, roughness=0.3)


def concrete(width_m: float) -> bpy.types.Material:
    """A polished concrete bench."""
    rng = np.random.default_rng(15)
    tone = 138 + 9 * cloud(rng, SIDE, SIDE, 500, octaves=6) + 4 * cloud(rng, SIDE, SIDE, 10)
    pores = cloud(rng, SIDE, SIDE, 9, octaves=2) > 3.0
    tone = np.where(pores, tone * 0.6, tone)
    height = np.where(pores, 0, 200 + 4 * cloud(rng, SIDE, SIDE, 30))
    return _top("concrete", width_m, tone[..., None] * np.array([1.0, 0.99, 0.965]), height, 0.001, roughness=0.48)


def terracotta(width_m: float) -> bpy.types.Material:
    """Floor tiles of fired clay, 20 cm, with pale joints."""
    rng = np.random.default_rng(16)
    tile = SIDE // 5
    y, x = np.mgrid[:SIDE, :SIDE]
    shade = np.kron(rng.normal(1, 0.07, (5, 5)), np.ones((tile, tile)))
    tone = shade * (1 + 0.05 * cloud(rng, SIDE, SIDE, 200) + 0.03 * cloud(rng, SIDE, SIDE, 12))
    canvas = tone[..., None] * np.array([172, 98, 68])
    edge = np.minimum(np.minimum(x % tile, tile - x % tile), np.minimum(y % tile, tile - y % tile)) + cloud(rng, SIDE, SIDE, 20)
    joint = np.clip((9 - edge) / 3, 0, 1)[..., None]
    grout = (168 + 6 * cloud(rng, SIDE, SIDE, 8))[..., None] * np.array([1, 0.96, 0.88])
    height = 220 * (1 - joint[..., 0]) + 5 * cloud(rng, SIDE, SIDE, 16)
    return _top("terracotta", width_m, canvas * (1 - joint) + joint * grout, height, 0.0015, roughness=0.62)


def pandan(width_m: float) -> bpy.types.Material:
    """A plaited mat of pandan leaf, strips of 12 mm."""
    rng = np.random.default_rng(17)
    strip = 30
    y, x = np.mgrid[:SIDE, :SIDE]
    over = (x // strip + y // strip) % 2 == 0
    place = np.where(over, y % strip, x % strip)
    number = np.where(over, y // strip, x // strip)
    swell = np.sin(np.pi * (np.where(over, x, y) % strip + 0.5) / strip)
    fibre = np.where(over, cloud(rng, SIDE, SIDE, 2, stretch=20), cloud(rng, SIDE, SIDE, 2, stretch=20).T)
    tone = (1 + rng.normal(0, 0.05, SIDE // strip + 1)[number]) * (1 + 0.04 * fibre) * (0.86 + 0.14 * swell)
    tone *= np.where((place < 2) | (place > strip - 3), 0.72, 1.0)
    canvas = tone[..., None] * np.array([196, 168, 112])
    return _top("pandan", width_m, canvas, 120 + 100 * swell, 0.0012, roughness=0.6)


def kraft(width_m: float) -> bpy.types.Material:
    """Brown packing paper that had been folded."""
    rng = np.random.default_rng(18)
    tone = 1 + 0.03 * cloud(rng, SIDE, SIDE, 5, stretch=3) + 0.02 * cloud(rng, SIDE, SIDE, 200)
    height = 128 + 14 * cloud(rng, SIDE, SIDE, 260, octaves=5)
    for k in (0.17, 0.46, 0.83):
        for axis in (0, 1):
            away = np.abs(np.arange(SIDE) - k * SIDE - 40 * axis)
            ridge = 46 * np.exp(-away / 12.0)
            height += ridge[None] if axis else ridge[:, None]
    return _top("kraft", width_m, tone[..., None] * np.array([176, 136, 94]), height, 0.005, roughness=0.75)


def _planks(rng: np.random.Generator, colour: F32, count: int) -> tuple[F32, F32]:
    plank = SIDE // count
    canvas, height = np.zeros((SIDE, SIDE, 3), np.float32), np.ones((SIDE, SIDE), np.float32)
    for k in range(count):
        rows = slice(k * plank, (k + 1) * plank)
        grain = cloud(rng, plank, SIDE, 14, stretch=22) + 0.5 * cloud(rng, plank, SIDE, 3, stretch=30)
        rings = np.sin(7 * cloud(rng, plank, SIDE, plank, stretch=9, octaves=2) + grain)
        canvas[rows] = colour * rng.uniform(0.84, 1.12) * (1 + 0.09 * rings + 0.07 * grain)[..., None]
        canvas[rows][:4] *= 0.35
        height[rows] = 160 + 12 * grain
        height[rows][:5] = 0
    return canvas, height


def _woven(rng: np.random.Generator, colour: F32) -> tuple[F32, F32]:
    """Plain weave with threads of 2 px and slubs, softly wrinkled."""
    along, across = cloud(rng, SIDE, SIDE, 2.5, stretch=40, octaves=2), cloud(rng, SIDE, SIDE, 2.5, stretch=40, octaves=2).T
    over = ((np.indices((SIDE, SIDE)) // 2).sum(axis=0) % 2).astype(np.float32)
    thread = np.where(over > 0, along, across)
    canvas = (0.95 + 0.035 * thread + 0.05 * over)[..., None] * colour
    wrinkle = cv2.GaussianBlur(np.abs(cloud(rng, SIDE, SIDE, 700, stretch=1.6, octaves=3)), (0, 0), 14)
    return canvas, 90 + 14 * over + 50 * wrinkle


def _top(name: str, width_m: float, canvas: F32, height: F32 | None, height_m: float, **inputs: float) -> bpy.types.Material:
    picture = texture(name, np.clip(canvas, 0, 255).astype(np.uint8))
    bumps = None if height is None else texture(f"{name} height", np.clip(height, 0, 255).astype(np.uint8), data=True)
    times = width_m / TILE_M
    return material(name, picture, bump=bumps, bump_m=height_m, repeat=(times, times), edit=_mirrored, **inputs)


def _mirrored(made: bpy.types.Material, _: bpy.types.Node) -> None:
    for node in made.node_tree.nodes:
        if node.type == "TEX_IMAGE":
            node.extension = "MIRROR"


SURFACES: dict[str, Callable[[float], bpy.types.Material]] = {
    made.__name__: made for made in (teak, bleached, linen, gingham, laminate, concrete, terracotta, pandan, kraft)
}
