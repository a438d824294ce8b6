"""Batik: wax drawn and dyed cotton. A tulis cloth that was folded in the parcel: its creases stay, the wax's cracks show."""

from __future__ import annotations

import bpy
import cv2
import numpy as np

from ..cloth import U8, laid, repeated, stained, torn
from ..colour import redyed
from ..drawing import cloud, fill, oval, stroke
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.32
SIDE_M = (0.62, 0.5)
PX = (1360, 1700)
SOGA, CREAM, INDIGO, GOLD = (104, 56, 28), (236, 218, 178), (30, 42, 78), (190, 136, 62)


def build(
    motif: str = "kawung",
    mirrored: bool = False,
    dE00: float = 0.0,
    stain: bool = False,
    hole: bool = False,
    border: bool = True,
    shorter: float = 1.0,
    fold_seed: int = 2,
) -> list[bpy.types.Object]:
    """The cloth.

    `dE00` is how far the brown is from the listed one, `border` whether the two borders are there, `shorter` the share of the
    length left, `fold_seed` how it lies.
    """
    rng = np.random.default_rng(41)
    pixels = repeated(PX, SOGA if motif == "kawung" else CREAM, 150, MOTIFS[motif], half_drop=False)
    _heart(pixels)
    if border:
        _borders(pixels)
    pixels = _waxed(pixels, rng)
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    if dE00:
        lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2Lab).astype(int)
        pixels = redyed(pixels, (lab[..., 0] < 150) & (lab[..., 2] > 132), dE00, 35.0, 0.3)
    if stain:
        pixels = stained(pixels, (0.27, 0.26), 0.08, (0.3, 0.28, 0.3))
    kept = None
    if hole:
        kept = torn(np.ones(PX, bool), (0.75, 0.58), 0.11, 0.075, 30)
    width = round(PX[1] * shorter)
    pixels = np.ascontiguousarray(pixels[:, :width])
    kept = None if kept is None else np.ascontiguousarray(kept[:, :width])
    return [laid("batik", pixels, kept, _creased(fold_seed, shorter), sheen=0.08)]


def _creased(seed: int, shorter: float) -> np.ndarray:
    """Points (rows, columns, 3) of a cloth that was folded in four by two and laid open."""
    rows, columns = 150, 180
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(-0.5, -0.5 + shorter, columns), np.linspace(0.5, -0.5, rows))
    z = 0.003 + 0.0009 * cloud(rng, rows, columns, 50, octaves=3)
    for place, way in ((-0.25, 1), (0.0, -1), (0.25, 1)):
        z += 0.006 * way * np.exp(-np.abs(x - place - 0.01 * rng.normal()) / 0.05) * rng.uniform(0.6, 1.0)
    z += 0.005 * np.exp(-np.abs(y + 0.02 * rng.normal()) / 0.05)
    across = x - 0.5 * (shorter - 1)
    return np.stack([across * SIDE_M[0] + 0.006 * np.sin(4 * y + seed), y * SIDE_M[1], np.maximum(z + 0.004, 0.0012)], -1)


def _kawung(canvas: U8, at: np.ndarray, period: float, number: int) -> None:
    """Four fruits of the sugar palm around a cross."""
    for k in range(4):
        turn = 45 + 90 * k
        way = np.array([np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))])
        centre = at + 0.335 * period * way
        fill(canvas, oval(tuple(centre), (0.25 * period, 0.155 * period), turn), CREAM)
        fill(canvas, oval(tuple(centre), (0.15 * period, 0.075 * period), turn), SOGA)
        for shift in (-0.05, 0.07):
            fill(canvas, oval(tuple(at + (0.335 + shift) * period * way), (0.022 * period, 0.022 * period)), CREAM)
    fill(canvas, oval(tuple(at), (0.05 * period, 0.05 * period)), INDIGO)
    middle = at + 0.5 * period
    for turn in (0, 90):
        fill(canvas, oval(tuple(middle), (0.07 * period, 0.02 * period), turn), GOLD)


def _parang(canvas: U8, at: np.ndarray, period: float, number: int) -> None:
    """Slanting blades with rows of lozenges between."""
    for shift, colour, thick in ((0.0, SOGA, 0.36), (0.0, CREAM, 0.2), (0.0, INDIGO, 0.12), (0.5, GOLD, 0.08)):
        ends = at + (np.array([(-0.5, 0.5), (0.5, -0.5)]) + (shift, 0)) * period
        stroke(canvas, ends, colour, thick * period)
    for k in range(3):
        centre = at + ((k - 1) / 3) * period * np.array([1, -1])
        fill(canvas, oval(tuple(centre), (0.12 * period, 0.05 * period), 20), CREAM)
    fill(canvas, oval((at[0] + 0.5 * period, at[1]), (0.05 * period, 0.05 * period)), INDIGO)


MOTIFS = {"kawung": _kawung, "parang": _parang}


def _heart(canvas: U8) -> None:
    """A bird in the middle that looks to the left."""
    middle = np.array([PX[1] * 0.5, PX[0] * 0.5])
    fill(canvas, oval(tuple(middle), (330, 270)), INDIGO)
    fill(canvas, oval(tuple(middle), (306, 246)), CREAM)
    body = [
        (-40, 60),
        (70, 70),
        (170, 10),
        (236, -90),
        (150, -30),
        (60, -40),
        (10, -90),
        (-60, -130),
        (-150, -120),
        (-96, -84),
        (-90, 0),
    ]
    fill(canvas, middle + np.array(body), SOGA)
    for k in range(5):
        tail = (middle[0] + 110 + 26 * k, middle[1] + 40 - 34 * k)
        fill(canvas, oval(tail, (78, 15), -20 - 16 * k), (INDIGO, GOLD)[k % 2])
    for k in range(4):
        fill(canvas, oval((middle[0] - 30 + 34 * k, middle[1] + 10 - 8 * k), (34, 11), 20), GOLD)
    fill(canvas, oval((middle[0] - 92, middle[1] - 108), (9, 9)), CREAM)
    for side in (-1, 1):
        stroke(canvas, middle + np.array([(0, 62), (side * 16, 130), (side * 16 - 22, 138)]), SOGA, 7)
    for k in range(7):
        fill(canvas, oval((middle[0] - 190 + 62 * k, middle[1] + 166 - abs(k - 3) * 12), (24, 10), 50 - 17 * k), INDIGO)


def _borders(canvas: U8) -> None:
    """Rows of pointed leaves along the top and the bottom."""
    height, width = canvas.shape[:2]
    for base, up in ((0, 1), (height, -1)):
        low, high = sorted((base, base + up * 150))
        canvas[low:high] = INDIGO
        for k in range(20):
            x = (k + 0.5) * width / 20
            fill(canvas, [(x - 38, base + up * 142), (x + 38, base + up * 142), (x, base + up * 30)], CREAM)
            fill(canvas, [(x - 22, base + up * 136), (x + 22, base + up * 136), (x, base + up * 62)], SOGA)
        canvas[min(base + up * 150, base + up * 162) : max(base + up * 150, base + up * 162)] = GOLD


def _waxed(flat: U8, rng: np.random.Generator) -> U8:
    """Lines as a pen of hot wax draws them, the vein of dye where the wax cracked, cotton threads."""
    height, width = flat.shape[:2]
    waver = [2.4 * cloud(rng, height, width, 60, octaves=3) for _ in range(2)]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    drawn = cv2.remap(flat, columns + waver[0], rows + waver[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(
        np.float32
    )
    drawn = cv2.GaussianBlur(drawn, (0, 0), 1.0)
    crack = np.abs(cloud(rng, height, width, 240, octaves=5))
    vein = np.clip(1 - crack / 0.045, 0, 1) * (cloud(rng, height, width, 200) > 0.2)
    drawn *= 1 - 0.45 * vein[..., None] * np.array([0.8, 1.0, 1.1])
    drawn *= 1 + 0.05 * cloud(rng, height, width, 300)[..., None] + 0.03 * rng.standard_normal((height, width, 1))
    return np.clip(drawn, 0, 255).astype(np.uint8)


LISTINGS = (
    Listing(View(0, 90, 2.1, 100, aperture_m=0), Studio()),
    Listing(View(-12, 58, 2.3, 100, aperture_m=0), Studio(backdrop=(226, 228, 228), key_deg=70)),
)
VERANDA = Room("pandan", "window", 165, 50, 5300, (Item("lime", (0.34, 0.2)), Item("leaf", (-0.36, -0.12), 60)))
DESK = Room("bleached", "bulb", 120, 55, 2700, (Item("notebook", (0.4, 0.05), 12), Item("pencil", (0.37, -0.18), 80)))
KITCHEN = Room("gingham", "sky", 30, 48, 6200, (Item("plate", (-0.42, 0.16)), Item("keys", (0.38, -0.1), 30)))
SHOP = Room("laminate", "tube", 90, 75, 4300, (Item("parcel", (0.44, 0.24), 8), Item("tape", (-0.4, 0.16))))
FLOOR = Room("terracotta", "sky", 100, 60, 6000, (Item("parcel", (0.5, 0.1)), Item("mug", (-0.5, 0.6))))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5200, sent_quality=70)
LAMP = Phone(balanced_k=3200, sent_quality=70, noise=1.6, exposure_ev=0.3, model="Note 8")
ARRIVALS = (
    Arrival("match-1", View(8, 66, 0.74), VERANDA, DAY, pose={"fold_seed": 31}),
    Arrival("match-2", View(-17, 60, 0.76), DESK, LAMP, pose={"fold_seed": 32}),
    Arrival(
        "colour", View(6, 68, 0.76), KITCHEN, Phone(balanced_k=6000, exposure_ev=0.2, jpeg_quality=72), {"dE00": 13.0},
        {"fold_seed": 33},
        aspect="colour", change="difference", what="the brown dyed CIEDE2000 13 redder", **OTHER,
    ),
    Arrival(
        "pattern", View(-9, 66, 0.74), VERANDA, DAY, {"motif": "parang"}, {"fold_seed": 34},
        aspect="pattern", change="difference", what="parang around the bird in place of kawung", **OTHER,
    ),
    Arrival(
        "mirrored", View(11, 70, 0.76), SHOP, Phone(balanced_k=4600, exposure_ev=0.2), {"mirrored": True}, {"fold_seed": 35},
        aspect="pattern", change="whole", what="mirrored: the bird looks to the right", **OTHER,
    ),
    Arrival(
        "border", View(-6, 68, 0.74), KITCHEN, Phone(balanced_k=5800, exposure_ev=0.2, jpeg_quality=72), {"border": False},
        {"fold_seed": 36},
        aspect="pattern", change="difference", what="made without the two borders", **OTHER,
    ),
    Arrival(
        "stain", View(15, 62, 0.74), SHOP, Phone(balanced_k=4300, exposure_ev=0.2), {"stain": True}, {"fold_seed": 37},
        aspect="damage", change="difference", what="a dried grey stain, 10 cm across", **OTHER,
    ),
    Arrival(
        "hole", View(-13, 64, 0.72), DESK, LAMP, {"hole": True}, {"fold_seed": 38},
        aspect="damage", change="difference", what="a hole, 7 cm long", **OTHER,
    ),
    Arrival(
        "shorter", View(5, 68, 0.76), VERANDA, Phone(balanced_k=5800), {"shorter": 0.74}, {"fold_seed": 39},
        aspect="shape", change="whole", what="a quarter shorter, cut off at the right", **OTHER,
    ),
    Arrival(
        "far", View(24, 46, 3.2, aim=(0.3, 0.3, 0)), FLOOR, Phone(balanced_k=6000, blur_px=0.9, noise=1.8),
        pose={"fold_seed": 40},
        expected_verdict="retake", what="as listed; photographed from 3 m",
    ),
)  # fmt: skip
