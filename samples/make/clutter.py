"""What lies about on a table."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from .light import srgb
from .scene import group, lathe, material, tube
from .shot import Item


def mug() -> list[bpy.types.Object]:
    """A mug with coffee, 9 cm high."""
    glaze = material("mug", srgb((196, 204, 200)), roughness=0.15, coat_weight=0.4)
    outside = [(0, 0.001), (0.033, 0), (0.037, 0.003), (0.041, 0.03), (0.041, 0.088), (0.0395, 0.091), (0.038, 0.088)]
    inside = [(0.0375, 0.06), (0.036, 0.01), (0, 0.006)]
    turn = np.linspace(-1.3, 1.3, 24)
    handle = np.stack([0.04 + 0.026 * np.cos(turn), np.zeros(24), 0.047 + 0.028 * np.sin(turn)], 1)
    coffee = material("coffee", srgb((52, 28, 14)), roughness=0.08)
    return [
        lathe("mug", outside + inside, glaze),
        tube("handle", handle, 0.005, glaze),
        lathe("coffee", [(0, 0.07), (0.0385, 0.07)], coffee),
    ]


ITEMS: dict[str, Callable[[], list[bpy.types.Object]]] = {"mug": mug}


def put(item: Item) -> None:
    """Put a thing on the table."""
    group(ITEMS[item.name](), at=(*item.at, 0.0), turn_deg=item.turn_deg)
