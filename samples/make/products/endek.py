"""Endek: weft ikat, dyed before weaving, so that the edges feather along the threads. A scarf laid flat, with fringes."""

from __future__ import annotations

import bpy
import numpy as np

from ..cloth import U8, feathered, fringe, laid, repeated, stained, torn, woven
from ..colour import redyed
from ..drawing import cloud, fill, oval
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.4
WIDTH_M, LENGTH_M = 0.5, 0.7
PX = (1820, 1300)
GROUND, GOLD, WHITE, BLUE = (96, 16, 36), (222, 178, 84), (236, 224, 202), (26, 62, 88)
FRINGE_PX = 90


def build(
    motif: str = "patra",
    scale: float = 1.0,
    redder: float = 0.0,
    narrower: float = 1.0,
    stain: bool = False,
    tear: bool = False,
    fold_seed: int = 5,
) -> list[bpy.types.Object]:
    """The cloth.

    `scale` enlarges the motif, `redder` is a dye's error in CIEDE2000, `narrower` the share of the width left, `fold_seed`
    how it fell on the table.
    """
    rng = np.random.default_rng(21)
    flat = repeated(PX, GROUND, 208 * scale, MOTIFS[motif])
    _borders(flat)
    pixels = np.clip(woven(feathered(flat, rng, 8.0), rng), 0, 255).astype(np.uint8)
    kept = fringe(PX, rng, FRINGE_PX)
    if redder:
        pixels = redyed(pixels, np.ones(PX, bool), redder, 50.0)
    if stain:
        pixels = stained(pixels, (0.62, 0.5), 0.12, (0.14, 0.12, 0.2))
    if tear:
        kept = torn(kept, (0.36, 0.8), 0.22, 0.06, 62)
    width = round(PX[1] * narrower)
    pixels, kept = np.ascontiguousarray(pixels[:, :width]), np.ascontiguousarray(kept[:, :width])
    rows, columns = 150, 110
    folds = np.random.default_rng(fold_seed)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(0.5, -0.5, rows))
    z = 0.0035 + 0.0011 * cloud(folds, rows, columns, 46, octaves=2)
    for _ in range(3):
        turn, where = folds.uniform(-0.5, 0.5), folds.uniform(-0.35, 0.35)
        z += 0.0035 * np.exp(-(((y - where - turn * x) / 0.02) ** 2)) * (0.5 + 0.5 * np.cos(3 * x + where))
    points = np.stack([x * WIDTH_M * narrower, y * LENGTH_M, np.maximum(z, 0.0012)], -1)
    points[..., 0] += 0.006 * np.sin(5 * y + fold_seed)
    return [laid("endek", pixels, kept, points)]


def _patra(canvas: U8, at: np.ndarray, period: float, number: int) -> None:
    """A stepped lozenge with a flower above it, wings to its sides."""
    for ring, colour in ((0.5, GOLD), (0.41, GROUND), (0.33, WHITE), (0.22, BLUE), (0.1, GOLD)):
        tips = np.array([(0, -1), (0.31, -0.5), (0.62, 0), (0.31, 0.5), (0, 1), (-0.31, 0.5), (-0.62, 0), (-0.31, -0.5)])
        fill(canvas, at + tips * ring * period, colour)
    for side in (-1, 1):
        wing = (at[0] + side * 0.42 * period, at[1] - 0.2 * period)
        fill(canvas, oval(wing, (0.13 * period, 0.05 * period), -48 * side), BLUE if number % 3 else WHITE)
    fill(canvas, oval((at[0], at[1] - 0.56 * period), (0.07 * period, 0.07 * period)), WHITE)


def _bintang(canvas: U8, at: np.ndarray, period: float, number: int) -> None:
    """A star of eight petals."""
    for k in range(8):
        turn = np.deg2rad(45 * k + 10)
        petal = at + 0.27 * period * np.array([np.cos(turn), np.sin(turn)])
        fill(canvas, oval(tuple(petal), (0.17 * period, 0.06 * period), 45 * k + 10), (GOLD, WHITE)[k % 2])
    fill(canvas, oval(tuple(at), (0.1 * period, 0.1 * period)), BLUE)


MOTIFS = {"patra": _patra, "bintang": _bintang}


def _borders(flat: U8) -> None:
    """A selvedge with two stripes at the left, a broad one at the right, plain ends."""
    height, width = flat.shape[:2]
    for first, last, colour in (
        (0, 74, GROUND),
        (20, 32, GOLD),
        (46, 54, WHITE),
        (width - 104, width, GROUND),
        (width - 70, width - 34, BLUE),
    ):
        flat[:, first:last] = colour
    ends = ((0, FRINGE_PX + 50), (height - FRINGE_PX - 50, height))
    for first, last in ends:
        flat[first:last] = GROUND
    flat[FRINGE_PX + 14 : FRINGE_PX + 30] = GOLD


LISTINGS = (
    Listing(View(elevation_deg=90, distance_m=2.65, lens_mm=100, aperture_m=0, portrait=True), Studio()),
    Listing(View(18, 62, 2.95, 100, aperture_m=0), Studio(backdrop=(232, 226, 218), key_deg=60, contrast=3.0)),
)
TABLE = Room("teak", "window", 150, 42, 5200, (Item("mug", (0.31, 0.24), 200), Item("pencil", (-0.33, -0.05), 70)))
KITCHEN = Room("laminate", "bulb", 60, 55, 2900, (Item("parcel", (-0.42, 0.3), 20), Item("keys", (0.4, -0.1))))
FLOOR = Room("terracotta", "sky", 120, 40, 6800, (Item("notebook", (0.36, 0.12), 15),))
BED = Room("linen", "sky", 40, 50, 5900, (Item("phone", (-0.34, 0.16), 30), Item("receipt", (0.34, 0.2), -20)))
DAY = Phone(balanced_k=5500, exposure_ev=-0.15, stored_turned=True)
LAMP = Phone(balanced_k=3500, sent_quality=70, noise=1.7, exposure_ev=0.2, model="M12")
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
ARRIVALS = (
    Arrival("match-1", View(14, 66, 0.76, portrait=True), TABLE, DAY, pose={"fold_seed": 11}),
    Arrival("match-2", View(-78, 60, 0.72), KITCHEN, LAMP, pose={"fold_seed": 12}),
    Arrival(
        "colour", View(8, 68, 0.79, portrait=True), FLOOR, Phone(balanced_k=6300, exposure_ev=0.2), {"redder": 14.0},
        {"fold_seed": 13},
        aspect="colour", change="whole", what="dyed CIEDE2000 14 towards orange", **OTHER,
    ),
    Arrival(
        "pattern", View(-10, 64, 0.76, portrait=True), BED, Phone(balanced_k=5600, model="M12"), {"motif": "bintang"},
        {"fold_seed": 14},
        aspect="pattern", change="whole", what="another motif in the same dyes", **OTHER,
    ),
    Arrival(
        "scaled", View(6, 70, 0.79, portrait=True), TABLE, Phone(balanced_k=4900, exposure_ev=-0.3), {"scale": 1.4},
        {"fold_seed": 15},
        aspect="pattern", change="whole", what="the motif 1.4 times as large", **OTHER,
    ),
    Arrival(
        "stain", View(-14, 62, 0.74, portrait=True), KITCHEN, LAMP, {"stain": True}, {"fold_seed": 16},
        aspect="damage", change="difference", what="a dried spill of ink, 12 cm across", **OTHER,
    ),
    Arrival(
        "tear", View(20, 62, 0.72, portrait=True), BED, Phone(balanced_k=6300), {"tear": True}, {"fold_seed": 17},
        aspect="damage", change="difference", what="a tear, 11 cm long and 3 cm wide", **OTHER,
    ),
    Arrival(
        "narrower", View(-4, 68, 0.79, portrait=True), FLOOR, Phone(balanced_k=7000), {"narrower": 0.75}, {"fold_seed": 18},
        aspect="shape", change="whole", what="a quarter narrower, cut off at the right", **OTHER,
    ),
    Arrival(
        "blurred", View(12, 64, 0.76, portrait=True), TABLE, Phone(balanced_k=5600, shake_px=26, shake_deg=35, blur_px=1.2),
        pose={"fold_seed": 19}, expected_verdict="retake", what="as listed; the phone was shaken",
    ),
)  # fmt: skip
