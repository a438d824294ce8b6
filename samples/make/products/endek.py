"""Endek: weft ikat from Bali, dyed before weaving, so that the motif's edges feather along the threads. A cloth laid flat."""

from __future__ import annotations

import bpy
import cv2
import numpy as np

from ..colour import redyed
from ..drawing import cloud, fill, oval
from ..scene import material, sheet, texture
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.4
WIDTH_M, LENGTH_M = 0.52, 0.68
MADDER = ((92, 14, 34), (226, 186, 92), (238, 226, 204), (24, 60, 84))
PX = (1700, 1300)


def build(
    motif: str = "patra", scale: float = 1.0, mirrored: bool = False, redder: float = 0.0, narrower: float = 1.0, stain: bool = False
) -> list[bpy.types.Object]:
    """The cloth; `scale` enlarges the motif, `redder` is a dye's error in dE00, `narrower` the share of the width left."""
    pixels = drawn(motif, scale)
    if mirrored:
        pixels = pixels[:, ::-1]
    if redder:
        pixels = redyed(pixels, np.ones(pixels.shape[:2], bool), redder, 40.0)
    if stain:
        pixels = stained(pixels)
    width = round(pixels.shape[1] * narrower)
    pixels = np.ascontiguousarray(pixels[:, :width])
    rows, columns = 120, 100
    rng = np.random.default_rng(5)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(0.5, -0.5, rows))
    z = 0.0035 + 0.0012 * cloud(rng, rows, columns, 50, octaves=2) + 0.0005 * np.sin(26 * x + 9 * y)
    points = np.stack([x * WIDTH_M * narrower, y * LENGTH_M, np.maximum(z, 0.0012)], -1)
    height = np.indices((8, 8)).sum(axis=0) % 2 * 255
    weave = texture("weave", height.astype(np.uint8), data=True)
    surface = material("endek", texture("endek", pixels), roughness=0.75, sheen_weight=0.15)
    del weave
    return [sheet("endek", points, surface, thickness_m=0.0008)]


def drawn(motif: str, scale: float) -> np.ndarray:
    """The dyed threads, shape (H, W, 3) uint8 sRGB."""
    rng = np.random.default_rng(21)
    height, width = PX
    ground, gold, white, blue = MADDER
    flat = np.full((height, width, 3), ground, np.uint8)
    period = 216 * scale
    for row in range(-1, int(height / period) + 2):
        for column in range(-1, int(width / period) + 2):
            at = np.array([(column + 0.5 * (row % 2)) * period, (row + 0.5) * period * 0.9])
            if motif == "patra":
                for ring, colour in ((0.5, gold), (0.39, ground), (0.3, white), (0.2, blue), (0.09, gold)):
                    tips = np.array([(0, -1), (0.62, 0), (0, 1), (-0.62, 0)]) * ring * period
                    fill(flat, at + tips, colour)
                for side in (-1, 1):
                    fill(flat, oval((at[0] + side * 0.4 * period, at[1] + 0.12 * period), (0.1 * period, 0.05 * period), 40 * side), blue)
            else:
                for k in range(8):
                    turn = np.deg2rad(45 * k)
                    centre = at + 0.27 * period * np.array([np.cos(turn), np.sin(turn)])
                    fill(flat, oval(tuple(centre), (0.16 * period, 0.06 * period), 45 * k), (gold, white)[k % 2])
                fill(flat, oval(tuple(at), (0.1 * period, 0.1 * period)), blue)
    rows = np.arange(height)
    slide = np.cumsum(rng.normal(0, 1.1, height)) % 1 * 0 + cv2.GaussianBlur(rng.normal(0, 9, (height, 1)), (0, 0), 1.2)[:, 0]
    columns = np.arange(width)
    map_x = (columns[None] + slide[:, None]).astype(np.float32)
    map_y = np.repeat(rows[:, None], width, 1).astype(np.float32)
    feathered = cv2.remap(flat, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32)
    feathered = cv2.blur(feathered, (9, 1))
    threads = 1 + 0.06 * rng.standard_normal((height, 1, 1)) + 0.03 * rng.standard_normal((1, width, 1))
    crossing = 1 - 0.10 * ((np.indices((height, width)).sum(axis=0) // 2) % 2)[..., None]
    uneven = 1 + 0.035 * cloud(rng, height, width, 400)[..., None]
    border = (columns < 60) | (columns > width - 60)
    feathered[:, border] = feathered[:, border] * 0.15 + 0.85 * np.array(ground)
    return np.clip(feathered * threads * crossing * uneven, 0, 255).astype(np.uint8)


def stained(pixels: np.ndarray) -> np.ndarray:
    """A ring of coffee."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width]
    rng = np.random.default_rng(3)
    r = np.hypot(x - 0.62 * width, y - 0.36 * height) / (0.1 * width) + 0.06 * cloud(rng, height, width, 160)
    strength = (0.45 * (r < 1) + 0.35 * np.exp(-(((r - 0.98) / 0.05) ** 2)))[..., None]
    strength = cv2.GaussianBlur(strength.astype(np.float32), (0, 0), 2.0)[..., None]
    return (pixels * (1 - strength * (1 - np.array([0.42, 0.3, 0.22])))).astype(np.uint8)


LISTINGS = (Listing(View(elevation_deg=90, distance_m=2.6, lens_mm=100, aperture_m=0, portrait=True), Studio()),)
TABLE = Room("teak", "window", 150, 42, 5200, (Item("mug", (0.36, 0.24), 200),))
ARRIVALS = (
    Arrival("match-1", View(14, 64, 0.95, portrait=True), TABLE, Phone(balanced_k=5600)),
    Arrival("match-2", View(-80, 58, 1.0), Room("teak", "bulb", 60, 55, 2900), Phone(balanced_k=3500, noise=1.6)),
    Arrival(
        "colour", View(8, 66, 1.0, portrait=True), Room("teak", "sky", 120, 40, 6800), Phone(balanced_k=6500),
        sent={"redder": 14.0}, label="mismatch", aspect="colour", expected_verdict="mismatch", change="whole",
        what="dyed dE00 14 towards orange",
    ),
    Arrival(
        "stain", View(-12, 60, 0.95, portrait=True), TABLE, Phone(balanced_k=5600),
        sent={"stain": True}, label="mismatch", aspect="damage", expected_verdict="mismatch", change="difference",
        what="a ring of coffee, 10 cm across",
    ),
)  # fmt: skip
