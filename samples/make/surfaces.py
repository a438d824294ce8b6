"""Table tops, drawn and shaded; each is made for a table of a given width in metres."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from .drawing import cloud
from .scene import material, texture


def teak(width_m: float) -> bpy.types.Material:
    """Planks of oiled teak."""
    rng = np.random.default_rng(11)
    side = 2048
    plank = side // 16
    canvas = np.zeros((side, side, 3), np.float32)
    height = np.ones((side, side), np.float32)
    for k in range(16):
        rows = slice(k * plank, (k + 1) * plank)
        grain = cloud(rng, plank, side, 14, stretch=22) + 0.5 * cloud(rng, plank, side, 3, stretch=30)
        rings = np.sin(7 * cloud(rng, plank, side, plank, stretch=9, octaves=2) + grain)
        tone = np.array([128, 84, 50]) * rng.uniform(0.82, 1.12)
        canvas[rows] = tone * (1 + 0.09 * rings + 0.07 * grain)[..., None]
        canvas[rows][:2] *= 0.35
        height[rows] = 0.8 + 0.06 * grain
        height[rows][:3] = 0
    pixels = np.clip(canvas, 0, 255).astype(np.uint8)
    bumps = texture("teak height", np.clip(height * 200, 0, 255).astype(np.uint8), data=True)
    return material("teak", texture("teak", pixels), roughness=0.42, bump=bumps, bump_m=0.0008)


SURFACES: dict[str, Callable[[float], bpy.types.Material]] = {"teak": teak}
