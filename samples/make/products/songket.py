"""Songket: gold thread woven into dark silk. A shoulder cloth that falls over a bolster: the drape is the arrival's own."""

from __future__ import annotations

import bpy
import numpy as np

from ..cloth import U8, bleached, laid, repeated, torn, woven
from ..colour import redyed
from ..drawing import cloud, fill, stroke
from ..light import srgb
from ..scene import lathe, material, texture
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.35
WIDTH_M, LENGTH_M = 0.36, 0.8
PX = (1900, 860)
SILK, GOLD, ROSE, GREEN = (34, 24, 66), (214, 168, 70), (186, 60, 84), (36, 106, 82)
ROLL_M, RIDGE_M, RIDGE_Y_M = 0.045, 0.108, 0.12


def build(
    motif: str = "bunga",
    mirrored: bool = False,
    other_dye: float = 0.0,
    gilt: float = 1.0,
    bleach: bool = False,
    tear: bool = False,
    narrower: float = 1.0,
    drape_seed: int = 4,
) -> list[bpy.types.Object]:
    """The cloth over its roll.

    `other_dye` is the silk's error in CIEDE2000, `gilt` how metallic the thread is (0: yellow cotton), `narrower` the share of
    the width left, `drape_seed` how it fell.
    """
    rng = np.random.default_rng(31)
    flat = repeated(PX, SILK, 172, MOTIFS[motif], half_drop=motif == "bunga")
    _bands(flat)
    if mirrored:
        flat = np.ascontiguousarray(flat[:, ::-1])
    gold = (np.abs(flat.astype(int) - GOLD).sum(axis=2) < 60).astype(np.float32)
    pixels = np.clip(woven(flat.astype(np.float32), rng, 0.04), 0, 255).astype(np.uint8)
    if other_dye:
        pixels = redyed(pixels, np.abs(flat.astype(int) - SILK).sum(axis=2) < 30, other_dye, 200.0, 0.4)
    if bleach:
        pixels = bleached(pixels, (0.42, 1.52), 0.17, (226, 214, 190))
    kept = np.ones(PX, bool)
    if tear:
        kept = torn(kept, (0.66, 1.46), 0.2, 0.05, 74)
    width = round(PX[1] * narrower)
    pixels, kept = np.ascontiguousarray(pixels[:, :width]), np.ascontiguousarray(kept[:, :width])

    def threads_shine(made: bpy.types.Material, shader: bpy.types.Node) -> None:
        node = made.node_tree.nodes.new("ShaderNodeTexImage")
        node.image = texture("gilt", (gold[:, :width] * 190 * gilt).astype(np.uint8), data=True)
        made.node_tree.links.new(node.outputs["Color"], shader.inputs["Metallic"])

    cloth = laid("songket", pixels, kept, _draped(drape_seed, narrower), sheen=0.3, roughness=0.42, edit=threads_shine)
    profile = [(0, -0.23), (0.03, -0.23), (ROLL_M, -0.215), (ROLL_M, 0.215), (0.03, 0.23), (0, 0.23)]
    bolster = lathe("bolster", profile, material("bolster", srgb((188, 158, 108)), roughness=0.9))
    bolster.rotation_euler, bolster.location = (0, np.pi / 2, 0), (0, RIDGE_Y_M, ROLL_M)
    return [cloth, bolster]


def _draped(seed: int, narrower: float) -> np.ndarray:
    """Points (rows, columns, 3) of a cloth that lies on the table, climbs over the bolster and lies down behind it."""
    rows, columns = 300, 130
    rng = np.random.default_rng(seed)
    y = np.linspace(-0.5, 0.7, 2000)
    ridge = RIDGE_M * np.exp(-(((y - RIDGE_Y_M) / 0.075) ** 2))
    length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(y), np.diff(ridge)))])
    start = np.interp(-0.36, y, length)
    along = np.linspace(0, LENGTH_M, rows)
    y, lift = np.interp(start + along, length, y), np.interp(start + along, length, ridge)
    x = np.linspace(-0.5, 0.5, columns)
    phase, waves = rng.uniform(0, 6, 3), rng.uniform(1.5, 4.0, 3)
    sway = 0.05 * np.sin(6 * along[:, None] + phase)
    pleat = sum(np.sin(w * 2 * np.pi * (x[None] + s[:, None]) + p) for w, s, p in zip(waves, sway.T, phase, strict=True))
    depth = 0.006 * (0.6 + 0.4 * np.sin(along[:, None] * 5 + phase[1]))
    height = np.clip(depth * (pleat + 1.4), 0, None) + 0.002 + 0.001 * cloud(rng, rows, columns, 40, octaves=2)
    fan = 1 + 0.04 * np.sin(9 * along[:, None] + phase[0])
    across = x[None] * WIDTH_M * narrower * fan + 0.012 * np.sin(4 * along[:, None] + phase[2])
    return np.stack([across, np.repeat(y[:, None], columns, 1), lift[:, None] + np.maximum(height, 0.0012)], -1)[::-1]


def _bunga(canvas: U8, at: np.ndarray, period: float, number: int) -> None:
    """A flower in a stepped lozenge, as threads counted on a loom make it."""
    unit = period / 24
    for ring, colour in ((11, GOLD), (9, SILK), (7, (ROSE, GREEN)[number % 2]), (4, GOLD), (2, SILK)):
        for step in range(-ring, ring + 1):
            half = ring - abs(step)
            low, high = at + (step * unit, -half * unit), at + ((step + 1) * unit, (half + 1) * unit)
            fill(canvas, [low, (high[0], low[1]), high, (low[0], high[1])], colour)
    fill(canvas, at + np.array([(-1, -1), (0, -1), (0, 0), (-1, 0)]) * 3 * unit + (0, -8 * unit), GOLD)


def _lereng(canvas: U8, at: np.ndarray, period: float, number: int) -> None:
    """Slanting bands with rhombs between."""
    for shift, colour, thick in ((0.0, GOLD, 0.1), (0.2, ROSE, 0.05), (0.32, GOLD, 0.03)):
        ends = at + np.array([(-0.5 + shift, 0.5), (0.5 + shift, -0.5)]) * period
        stroke(canvas, ends, colour, thick * period)
    fill(canvas, at + np.array([(0.62, 0.3), (0.72, 0.4), (0.62, 0.5), (0.52, 0.4)]) * period, GREEN if number % 2 else GOLD)


MOTIFS = {"bunga": _bunga, "lereng": _lereng}


def _bands(flat: U8) -> None:
    """The head of the cloth: broad bands and rows of shoots at both ends, a border along both sides."""
    height, width = flat.shape[:2]
    flat[:, :40], flat[:, -40:] = SILK, SILK
    flat[:, 14:22], flat[:, -30:-12] = GOLD, ROSE
    for base, up in ((height - 30, -1), (30, 1)):
        low, high = sorted((base, base + up * 300))
        flat[low:high] = SILK
        for offset, thick, colour in ((0, 26, GOLD), (44, 40, ROSE), (100, 10, GOLD)):
            row = base + up * offset
            flat[min(row, row + up * thick) : max(row, row + up * thick)] = colour
        for k in range(12):
            x = (k + 0.5) * width / 12
            tip = np.array(
                [(x - 30, base + up * 120), (x + 30, base + up * 120), (x + 6, base + up * 260), (x - 6, base + up * 260)]
            )
            fill(flat, tip, GOLD)
            fill(flat, (tip - (x, base + up * 120)) * (0.5, 0.6) + (x, base + up * 126), (GREEN, ROSE)[k % 2])


LISTINGS = (Listing(View(0, 52, 2.25, 100, aim=(0, 0.0, 0.03), aperture_m=0, portrait=True), Studio(backdrop=(238, 236, 232))),)
HALL = Room("terracotta", "window", 205, 48, 5000, (Item("leaf", (0.27, -0.2), 40),))
DESK = Room("bleached", "bulb", 40, 52, 2800, (Item("tape", (-0.3, 0.02), 0), Item("coins", (0.27, -0.16))))
SHOP = Room("concrete", "tube", 100, 75, 4200, (Item("parcel", (0.42, 0.22), -15), Item("receipt", (-0.29, -0.2), 15)))
BED = Room("linen", "sky", 150, 45, 6500, (Item("mug", (0.3, 0.1), 70), Item("notebook", (-0.31, 0.0), -10)))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5400, exposure_ev=0.3)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, exposure_ev=0.3, model="M12")
ARRIVALS = (
    Arrival("match-1", View(12, 56, 0.66, aim=(0, -0.02, 0.03), portrait=True), HALL, DAY, pose={"drape_seed": 21}),
    Arrival("match-2", View(-16, 50, 0.68, aim=(0, -0.02, 0.03), portrait=True), DESK, LAMP, pose={"drape_seed": 22}),
    Arrival(
        "colour", View(8, 54, 0.66, aim=(0, -0.02, 0.03), portrait=True), BED, Phone(balanced_k=6200, exposure_ev=0.3),
        {"other_dye": 16.0}, {"drape_seed": 23}, aspect="colour", change="whole",
        what="the silk dyed CIEDE2000 16 towards green", **OTHER,
    ),
    Arrival(
        "pattern", View(-10, 58, 0.66, aim=(0, -0.02, 0.03), portrait=True), SHOP, Phone(balanced_k=4400, exposure_ev=0.3),
        {"motif": "lereng"}, {"drape_seed": 24}, aspect="pattern", change="whole", what="another motif, slanting bands",
        **OTHER,
    ),
    Arrival(
        "dull", View(4, 52, 0.66, aim=(0, -0.02, 0.03), portrait=True), HALL, DAY, {"gilt": 0.0}, {"drape_seed": 25},
        aspect="material", change="whole", what="yellow cotton in place of gold thread", **OTHER,
    ),
    Arrival(
        "bleach", View(14, 60, 0.66, aim=(0, -0.02, 0.03), portrait=True), BED, Phone(balanced_k=6800, exposure_ev=0.2),
        {"bleach": True}, {"drape_seed": 26}, aspect="damage", change="difference", what="bleached by a spill, 12 cm across",
        **OTHER,
    ),
    Arrival(
        "tear", View(-6, 58, 0.66, aim=(0, -0.02, 0.03), portrait=True), DESK, LAMP, {"tear": True}, {"drape_seed": 27},
        aspect="damage", change="difference", what="a tear, 7 cm long and 2 cm wide", **OTHER,
    ),
    Arrival(
        "dark", View(6, 54, 0.66, aim=(0, -0.02, 0.03), portrait=True), SHOP,
        Phone(balanced_k=4400, exposure_ev=-4.6, noise=4.0, jpeg_quality=66),
        pose={"drape_seed": 28}, expected_verdict="retake", what="as listed; far too dark",
    ),
)  # fmt: skip
