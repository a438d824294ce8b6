"""Topeng: a dancer's mask, carved of pule wood, painted in many layers and lacquered, with a gilded crown."""

from __future__ import annotations

from functools import cache

import bpy
import cv2
import numpy as np

from ..colour import redyed
from ..drawing import cloud, fill, oval, stroke
from ..scene import map_from_above, material, sheet, texture
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.14
HALF_W, HALF_H = 0.078, 0.112
SIZE_M, SIDE = 0.26, 1400
RED, WHITE, GOLD, BLACK, WOOD = (168, 40, 30), (228, 216, 194), (206, 156, 52), (24, 20, 18), (206, 172, 122)
RINGS, SECTORS = 150, 300


def build(
    character: str = "jauk",
    moustache: bool = True,
    other_red: float = 0.0,
    nose_broken: bool = False,
    crack: bool = False,
    crown: bool = True,
    lacquered: bool = True,
    narrower: float = 1.0,
) -> list[bpy.types.Object]:
    """The mask, lying on its back.

    `character` ``jauk`` (red, staring) or ``dalem`` (white, smiling), `other_red` the paint's error in CIEDE2000, `crown`
    whether the crown's middle leaf is whole, `narrower` the share of the width.
    """
    turn = np.linspace(0, 2 * np.pi, SECTORS + 1)
    t = np.linspace(0, 1, RINGS)[:, None]
    outline = _outline(turn, crown)
    x, y = t * outline[:, 0], t * outline[:, 1]
    z = _height(x, y, t, character, nose_broken)
    points = np.stack([x * narrower, y, z], -1)
    skirt = np.stack([outline[:, 0] * narrower * 0.97, outline[:, 1] * 0.97, np.full(SECTORS + 1, 0.001)], -1)[None]
    painted = _painted(character, moustache).copy()
    if other_red:
        lab = cv2.cvtColor(painted, cv2.COLOR_RGB2Lab).astype(int)
        painted = redyed(painted, (lab[..., 1] > 158) & (lab[..., 0] > 60), other_red, 95.0, 0.6)
    if nose_broken:
        fill(painted, _px(np.array(_nose_break())), WOOD)
        grain = cloud(np.random.default_rng(5), SIDE, SIDE, 3, stretch=12)[..., None]
        bare = np.zeros_like(painted)
        fill(bare, _px(np.array(_nose_break())), (255, 255, 255))
        painted = np.where(bare > 128, np.clip(painted * (1 + 0.09 * grain), 0, 255), painted).astype(np.uint8)
    carved = texture("carved", _carving(), data=True)
    if crack:
        painted = _cracked(painted)
    gloss = (
        {"roughness": 0.28, "coat_weight": 0.5, "coat_roughness": 0.12}
        if lacquered
        else {"roughness": 0.9, "specular_ior_level": 0.1}
    )
    if not lacquered:
        painted = np.clip(0.82 * painted + 26, 0, 255).astype(np.uint8)
    lacquer = material("lacquer", texture("painted", painted), bump=carved, bump_m=0.0012, **gloss)
    face = sheet("face", points, lacquer)
    map_from_above(face, SIZE_M)
    if narrower != 1.0:
        flat = np.stack([x, y], -1).reshape(-1, 2) / SIZE_M + 0.5
        corners = np.empty(len(face.data.loops), np.int32)
        face.data.loops.foreach_get("vertex_index", corners)
        face.data.uv_layers["UVMap"].uv.foreach_set("vector", flat.astype(np.float32)[corners].ravel())
    side = sheet("side", np.concatenate([points[-1:], skirt]), material("wood", (0.3, 0.2, 0.11), roughness=0.7))
    return [face, side]


def _outline(turn: np.ndarray, crown: bool) -> np.ndarray:
    """The mask's edge (N, 2): an egg with ears, three leaves of the crown at the top."""
    c, s = np.cos(turn), np.sin(turn)
    chin = np.where(s < 0, 0.2 * s**2, 0.0)
    x, y = HALF_W * c * (1 - chin * 0.9), HALF_H * s * np.where(s < 0, 0.93, 0.82)
    ear = 0.012 * np.exp(-(((s - 0.02) / 0.16) ** 2)) * np.sign(c)
    leaves = 0.0
    for middle, size in ((90, 0.034 if crown else 0.003), (62, 0.02), (118, 0.02), (40, 0.012), (140, 0.012)):
        away = np.abs(np.rad2deg(turn) - middle) / 13
        jagged = 0.0 if crown or middle != 90 else 0.002 * np.sin(turn * 90)
        leaves = leaves + np.where(away < 1, size * np.clip(1 - away, 0, 1) ** 0.7 + jagged, 0.0)
    return np.stack([x + ear + leaves * c * 0.6, y + leaves * s], -1)


def _bump(x: np.ndarray, y: np.ndarray, at: tuple[float, float], reach: tuple[float, float]) -> np.ndarray:
    """A Gaussian hill of height 1; centimetres."""
    return np.exp(-(((100 * x - at[0]) / reach[0]) ** 2) - ((100 * y - at[1]) / reach[1]) ** 2)


def _height(x: np.ndarray, y: np.ndarray, t: np.ndarray, character: str, nose_broken: bool) -> np.ndarray:
    """How far the wood rises above the table, metres."""
    z = 5.4 * np.sqrt(np.clip(1 - 0.9 * t**2.2, 0, 1))
    fierce = character == "jauk"
    nose = sum((0.55 + 0.33 * k) * _bump(x, y, (0, 2.2 - 1.05 * k), (0.62 + 0.14 * k, 1.0)) for k in range(4))
    wings = sum(0.75 * _bump(x, y, (side * 1.25, -1.25), (0.62, 0.55)) for side in (-1, 1))
    if nose_broken:
        whole = nose + wings
        rough = cloud(np.random.default_rng(6), *x.shape, 9)
        stump = np.minimum(whole, 0.75 + 0.05 * rough)
        nose, wings = np.where(100 * y < 0.4, stump, whole), 0.0
    z = z + nose + wings
    for side in (-1, 1):
        z = z + (1.0 if fierce else 0.4) * _bump(x, y, (side * 3.0, 2.1), (1.35, 0.85 if fierce else 0.5))
        z = z - 0.5 * _bump(x, y, (side * 3.0, 3.35), (1.8, 0.35))
        z = z + 0.65 * _bump(x, y, (side * 2.9, 4.3 + 0.3 * fierce), (2.1, 0.5))
        z = z + 0.8 * _bump(x, y, (side * 4.0, -1.4), (1.5, 1.5))
    z = (
        z
        + 0.7 * _bump(x, y, (0, -3.4), (2.0, 0.5))
        + 0.8 * _bump(x, y, (0, -5.1), (1.8, 0.55))
        - 0.7 * _bump(x, y, (0, -4.25), (2.2, 0.32))
    )
    z = z + 0.9 * _bump(x, y, (0, -7.9), (1.6, 1.1))
    crown = np.clip((100 * y - 6.3) / 0.25, 0, 1)
    relief = 0.3 + 0.22 * np.cos(220 * np.hypot(x, y - 0.02)) * np.cos(12 * np.arctan2(x, y - 0.02))
    return 0.01 * (z + crown * relief)


@cache
def _carving() -> np.ndarray:
    """Marks of the knife under the paint."""
    rng = np.random.default_rng(91)
    return np.clip(128 + 18 * cloud(rng, SIDE, SIDE, 46, octaves=2) + 5 * cloud(rng, SIDE, SIDE, 5), 0, 255).astype(np.uint8)


def _px(points: np.ndarray) -> np.ndarray:
    """Where centimetres on the face lie in the picture."""
    return (np.asarray(points, float) * (1, -1) / 100 / SIZE_M + 0.5) * SIDE


@cache
def _painted(character: str, moustache: bool) -> np.ndarray:
    """The paint seen from above, shape (H, W, 3) uint8."""
    fierce = character == "jauk"
    skin = RED if fierce else WHITE
    pixels = np.full((SIDE, SIDE, 3), skin, np.uint8)
    for side in (-1, 1):
        at = np.array([side, 1.0])
        _eye(pixels, side, fierce)
        brow = np.array([(0.7, 4.0), (2.2, 5.3), (4.2, 5.2), (5.6, 4.0), (4.2, 4.6), (2.4, 4.6)]) * at
        fill(pixels, _px(brow), BLACK)
        stroke(pixels, _px(np.array([(0.6, 4.5), (2.1, 5.75), (4.3, 5.6), (5.8, 4.3)]) * at), GOLD, 7)
        fill(pixels, oval(tuple(_px(np.array([side * 8.3, 0.0]))), (46, 80)), GOLD)
        fill(pixels, oval(tuple(_px(np.array([side * 8.4, -1.0]))), (16, 16)), (44, 120, 96))
        if fierce:
            for k in range(3):
                curl = np.array([(4.6, -0.6 - 0.5 * k), (5.6, -1.0 - 0.6 * k), (6.2, -0.4 - 0.5 * k)]) * at
                stroke(pixels, _px(curl), GOLD, 6)
    stroke(pixels, _px([(-1.2, -1.7), (-0.6, -2.0), (0, -1.8), (0.6, -2.0), (1.2, -1.7)]), (70, 14, 12), 6)
    if moustache and fierce:
        for side in (-1, 1):
            hair = np.array(
                [(0.2, -2.3), (1.6, -2.2), (3.4, -2.9), (4.9, -2.5), (5.6, -1.5), (5.2, -2.9), (3.8, -3.7), (1.6, -3.0)]
            )
            fill(pixels, _px(hair * (side, 1)), BLACK)
            stroke(pixels, _px(np.array([(0.8, -2.6), (3.4, -3.3), (5.0, -2.8)]) * (side, 1)), (96, 92, 90), 3)
    lip = (112, 16, 22) if fierce else (188, 60, 56)
    fill(
        pixels, _px([(-2.5, -4.1), (-1, -3.35), (0, -3.6), (1, -3.35), (2.5, -4.1), (1.4, -5.5), (0, -5.8), (-1.4, -5.5)]), lip
    )
    fill(pixels, _px([(-2.0, -4.1), (0, -4.0), (2.0, -4.1), (1.3, -4.65), (0, -4.75), (-1.3, -4.65)]), (240, 234, 214))
    for k in range(-3, 4):
        stroke(pixels, _px([(0.5 * k, -4.0), (0.47 * k, -4.75)]), (90, 60, 44), 3)
    if not fierce:
        fill(pixels, oval(tuple(_px(np.array([0, 3.4]))), (14, 22)), GOLD)
    else:
        fill(pixels, _px([(0, 5.6), (-0.6, 4.4), (0, 3.2), (0.6, 4.4)]), GOLD)
    _crown(pixels)
    rng = np.random.default_rng(92)
    worn = 1 + 0.04 * cloud(rng, SIDE, SIDE, 120)[..., None] + 0.015 * cloud(rng, SIDE, SIDE, 4)[..., None]
    return np.clip(cv2.GaussianBlur(pixels, (0, 0), 0.8) * worn, 0, 255).astype(np.uint8)


def _eye(pixels: np.ndarray, side: int, fierce: bool) -> None:
    centre = _px(np.array([side * 3.0, 2.1]))
    if fierce:
        for radii, colour in (
            ((92, 62), GOLD),
            ((84, 54), BLACK),
            ((76, 47), (236, 230, 214)),
            ((33, 33), (120, 60, 20)),
            ((22, 22), BLACK),
        ):
            fill(pixels, oval(tuple(centre), radii), colour)
        fill(pixels, oval(tuple(centre + (-8, -10)), (7, 7)), (250, 250, 250))
        return
    fill(pixels, oval(tuple(centre), (82, 26), 6 * side), (240, 234, 220))
    fill(pixels, oval(tuple(centre), (22, 24)), BLACK)
    lid = oval(tuple(centre), (88, 34), 6 * side, 60)
    stroke(pixels, lid[30:], BLACK, 8)


def _crown(pixels: np.ndarray) -> None:
    """Gilded leaves set with stones of glass; a band of red and green below."""
    fill(pixels, _px([(-13, 6.3), (13, 6.3), (13, 13), (-13, 13)]), GOLD)
    for k in range(-8, 9):
        fill(pixels, oval(tuple(_px(np.array([k * 0.95, 6.75]))), (17, 17)), ((150, 24, 36), (30, 96, 74))[k % 2])
    for x, y, size in ((0, 9.2, 34), (-3.4, 8.4, 26), (3.4, 8.4, 26), (-5.9, 7.6, 18), (5.9, 7.6, 18)):
        at = tuple(_px(np.array([x, y])))
        for share, colour in ((1.55, (120, 82, 22)), (1.3, GOLD), (1.0, (156, 22, 40)), (0.35, (232, 120, 120))):
            fill(pixels, oval(at, (size * share, size * share * 1.2)), colour)
    for x in (-1.7, 1.7, -4.7, 4.7):
        stroke(pixels, _px([(x, 7.3), (x * 1.05, 8.7), (x * 1.3, 9.6)]), (120, 82, 22), 7)


def _nose_break() -> list[tuple[float, float]]:
    return [
        (-1.0, 0.2),
        (-0.4, 0.55),
        (0.5, 0.45),
        (1.0, 0.1),
        (1.75, -0.9),
        (1.7, -1.75),
        (0.6, -2.05),
        (-0.7, -2.0),
        (-1.7, -1.7),
        (-1.8, -0.9),
    ]


def _cracked(painted: np.ndarray) -> np.ndarray:
    """The wood split from the brow down the cheek, the paint lifted along the split."""
    rng = np.random.default_rng(4)
    out = painted.copy()
    t = np.linspace(0, 1, 60)[:, None]
    path = np.array([4.4, 5.9]) * (1 - t) + np.array([3.0, -6.6]) * t
    path[:, 0] += np.cumsum(rng.normal(0, 0.05, 60)) + 0.25 * np.sin(5 * t[:, 0])
    wide = 0.05 + 0.09 * np.sin(np.pi * t[:, 0])
    for k in rng.integers(4, 56, 13):
        fill(
            out,
            oval(tuple(_px(path[k] + rng.normal(0, 0.1, 2))), (rng.uniform(8, 22), rng.uniform(7, 13)), rng.uniform(0, 180)),
            WOOD,
        )
    sides = np.concatenate([path + np.stack([wide, 0 * wide], 1), (path - np.stack([wide, 0 * wide], 1))[::-1]])
    fill(out, _px(sides), (26, 16, 12))
    return out


AIM = (0, 0.004, 0.02)
LISTINGS = (
    Listing(View(0, 84, 1.02, 105, aim=AIM, aperture_m=0, portrait=True), Studio(contrast=2.5)),
    Listing(View(24, 56, 1.02, 105, aim=AIM, aperture_m=0, portrait=True), Studio(backdrop=(206, 200, 192), key_deg=70)),
)
TABLE = Room("bleached", "window", 205, 44, 5200, (Item("leaf", (0.135, 0.09), 50), Item("mug", (-0.145, 0.13))))
DESK = Room("teak", "bulb", 25, 50, 2900, (Item("parcel", (-0.25, 0.18), 20), Item("coins", (0.1, -0.06))))
FLOOR = Room("terracotta", "sky", 150, 42, 6300, (Item("tape", (0.15, 0.11)),))
SHOP = Room("kraft", "tube", 120, 75, 4300, (Item("tissue", (-0.22, 0.1)), Item("pencil", (0.115, 0.0), 80)))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5500)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, model="M12", exposure_ev=0.1)
ARRIVALS = (
    Arrival("match-1", View(6, 70, 0.285, aim=AIM, portrait=True), TABLE, DAY),
    Arrival("match-2", View(-14, 64, 0.3, aim=AIM, portrait=True), DESK, LAMP),
    Arrival(
        "identity", View(8, 70, 0.29, aim=AIM, portrait=True), FLOOR, Phone(balanced_k=6200), {"character": "dalem"},
        aspect="identity", change="whole", what="another character: white and smiling", **OTHER,
    ),
    Arrival(
        "colour", View(-6, 72, 0.29, aim=AIM, portrait=True), SHOP, Phone(balanced_k=4400), {"other_red": 14.0},
        aspect="colour", change="difference", what="the red paint CIEDE2000 14 towards orange", **OTHER,
    ),
    Arrival(
        "moustache", View(9, 70, 0.285, aim=AIM, portrait=True), TABLE, DAY, {"moustache": False},
        aspect="pattern", change="difference", what="painted without the moustache", **OTHER,
    ),
    Arrival(
        "nose", View(-9, 68, 0.285, aim=AIM, portrait=True), FLOOR, Phone(balanced_k=6600), {"nose_broken": True},
        aspect="damage", change="difference", what="the nose broken off, 2.5 cm", **OTHER,
    ),
    Arrival(
        "crack", View(5, 72, 0.285, aim=AIM, portrait=True), DESK, LAMP, {"crack": True},
        aspect="damage", change="difference", what="split from the brow down the cheek, 12 cm", **OTHER,
    ),
    Arrival(
        "crown", View(11, 68, 0.29, aim=AIM, portrait=True), SHOP, Phone(balanced_k=4200), {"crown": False},
        aspect="missing", change="difference", what="the crown's middle leaf broken off, 3 cm", **OTHER,
    ),
    Arrival(
        "dull", View(-5, 68, 0.29, aim=AIM, portrait=True), TABLE, DAY, {"lacquered": False},
        aspect="material", change="whole", what="chalky paint in place of lacquer", **OTHER,
    ),
    Arrival(
        "narrower", View(4, 72, 0.285, aim=AIM, portrait=True), FLOOR, Phone(balanced_k=6000), {"narrower": 0.76},
        aspect="shape", change="whole", what="a quarter narrower", **OTHER,
    ),
    Arrival(
        "covered", View(8, 70, 0.29, aim=AIM, portrait=True),
        Room("kraft", "sky", 80, 55, 6000, (Item("tissue", (0.05, 0.07), 20, 0.06),)),
        Phone(balanced_k=6000), expected_verdict="retake", what="as listed; packing paper lies over half of it",
    ),
)  # fmt: skip
