"""A round bag woven of ate, a vine: coils sewn stitch by stitch, a darker pattern, a leather strap, a button of coconut."""

from __future__ import annotations

from functools import cache

import bpy
import numpy as np

from ..drawing import cloud, fill
from ..light import srgb
from ..scene import lathe, material, sheet, texture, tube
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.2
RADIUS_M, DEPTH_M = 0.1, 0.07
COILS, STITCHES = 30, 150
HONEY, SMOKED, LEATHER = (178, 118, 58), (84, 48, 26), (112, 62, 30)
ROWS, COLUMNS = 900, 3600


def build(
    motif: str = "star",
    tone: tuple[int, int, int] = HONEY,
    strap: bool = True,
    button: bool = True,
    burst: bool = False,
    mould: bool = False,
    plastic: bool = False,
    squeezed: float = 1.0,
) -> list[bpy.types.Object]:
    """The bag, lying flat, its strap around it.

    `tone` is the colour of the vine (sRGB), `burst` whether the coils broke at one place, `squeezed` how high it is for its
    width: 1 is round.
    """
    rng = np.random.default_rng(101)
    drawn, height = _coils(motif, tone)
    if mould:
        drawn = _mouldy(drawn)
    gloss = {"roughness": 0.24, "coat_weight": 0.4} if plastic else {"roughness": 0.5}
    bumps = None if plastic else texture("stitches", height, data=True)
    vine = material("vine", texture("vine", drawn), bump=bumps, bump_m=0.0022, **gloss)
    share = np.linspace(0, 1, 150)
    round_off = np.linspace(0, np.pi / 2, 40)
    edge = 0.018
    profile = np.concatenate([
        np.stack([np.linspace(0.0004, RADIUS_M - edge, 110), DEPTH_M + 0.002 * np.cos(share[:110] * 2)], 1),
        np.stack([RADIUS_M - edge + edge * np.sin(round_off), DEPTH_M - edge + edge * np.cos(round_off)], 1),
        np.stack([np.full(60, RADIUS_M), np.linspace(DEPTH_M - edge, 0.0, 60)], 1),
    ])  # fmt: skip
    profile[:, 0] += 0.0003 * np.sin(2 * np.pi * COILS * np.linspace(0, 1, len(profile)))
    turn = np.linspace(0, 2 * np.pi, 241)
    points = np.stack([
        profile[:, :1] * np.cos(turn), profile[:, :1] * squeezed * np.sin(turn), np.repeat(profile[:, 1:], 241, axis=1)
    ], -1)  # fmt: skip
    keep = None
    made = []
    if burst:
        middle = 0.25 * (points[1:, 1:] + points[:-1, 1:] + points[1:, :-1] + points[:-1, :-1])
        hole = np.array([0.034, 0.03])
        away = np.hypot((middle[..., 0] - hole[0]) / 0.021, (middle[..., 1] - hole[1]) / 0.012)
        jagged = 1 + 0.25 * np.sin(500 * middle[..., 0]) * np.sin(700 * middle[..., 1])
        keep = (away > jagged) | (middle[..., 2] < 0.05)
        made += _burst_ends(hole, rng, tone)
    made.append(sheet("bag", points, vine, keep=keep))
    made.append(
        lathe("lining", [(0.094, 0.004), (0.094, 0.05), (0, 0.05)][::-1], material("lining", srgb((30, 22, 18)), roughness=0.9))
    )
    if button:
        made += _button(squeezed)
    if strap:
        made += _strap(squeezed)
    return made


def _burst_ends(hole: np.ndarray, rng: np.random.Generator, tone: tuple[int, int, int]) -> list[bpy.types.Object]:
    """Broken ends of vine that stand out of the hole."""
    straw = material("straw", srgb(tuple(np.clip(np.array(tone) * 1.15, 0, 255))), roughness=0.6)
    made = []
    for _ in range(26):
        turn = rng.uniform(0, 2 * np.pi)
        way = np.array([np.cos(turn), np.sin(turn)])
        foot = hole + way * (0.023, 0.014)
        t = np.linspace(0, 1, 8)[:, None]
        flat = foot - way * rng.uniform(0.004, 0.017) * t + rng.normal(0, 0.002, 2) * t
        made.append(
            tube(
                "end",
                np.column_stack([flat, DEPTH_M + 0.001 + rng.uniform(-0.006, 0.009) * t[:, 0] ** 2]),
                0.00055,
                straw,
                sides=6,
            )
        )
    return made


@cache
def _coils(motif: str, tone: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Colours (H, W, 3) and heights (H, W), uint8: along the coils in x, from the middle outwards in y."""
    rng = np.random.default_rng(102)
    y, x = np.mgrid[:ROWS, :COLUMNS].astype(np.float32)
    coil, place = np.divmod(y / ROWS * COILS * 1.75, 1.0)
    stitch = np.sin(np.pi * ((x / COLUMNS * STITCHES + 0.5 * coil + 0.22 * place) % 1.0)) ** 0.7
    swell = np.sin(np.pi * place) ** 0.6
    height = 235 * swell * (0.72 + 0.28 * stitch)
    fibre = cloud(rng, ROWS, COLUMNS, 3, stretch=1) + cloud(rng, ROWS, COLUMNS, 60)
    shade = (0.55 + 0.45 * swell) * (0.78 + 0.22 * stitch) * (1 + 0.07 * fibre)
    dark = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    if motif == "star":
        for k in range(8):
            centre = (k + 0.5) * COLUMNS / 8
            fill(dark, [(centre - 190, 330), (centre, 120), (centre + 190, 330), (centre, 420)], (255,) * 3)
            fill(dark, [(centre - 84, 320), (centre, 210), (centre + 84, 320), (centre, 366)], (0,) * 3)
    else:
        for k in range(16):
            left = k * COLUMNS / 16
            fill(dark, [(left, 150), (left + 60, 150), (left + 330, 440), (left + 270, 440)], (255,) * 3)
    for low, high in ((60, 84), (480, 520), (700, 730)):
        dark[low:high] = 255
    stepped = dark[np.minimum((coil + 0.5) / (COILS * 1.75) * ROWS, ROWS - 1).astype(int), x.astype(int), 0] > 128
    colour = np.where(stepped[..., None], np.array(SMOKED), np.array(tone)) * shade[..., None]
    return np.clip(colour, 0, 255).astype(np.uint8), np.clip(height, 0, 255).astype(np.uint8)


def _mouldy(drawn: np.ndarray) -> np.ndarray:
    """Grey-green mould in patches over a third of the top."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:ROWS, :COLUMNS]
    near = np.exp(-(((x - 0.62 * COLUMNS) / 620.0) ** 2) - ((y - 260) / 170.0) ** 2)
    grown = np.clip(2.2 * near + 0.55 * cloud(rng, ROWS, COLUMNS, 70, stretch=3) - 0.9, 0, 1)
    speck = np.clip(0.7 + 0.5 * cloud(rng, ROWS, COLUMNS, 9, stretch=3), 0, 1)
    cover = (0.85 * grown * speck)[..., None]
    return (drawn * (1 - cover) + np.array([186, 192, 176]) * cover).astype(np.uint8)


def _button(squeezed: float) -> list[bpy.types.Object]:
    shell = material("shell", srgb((52, 30, 20)), roughness=0.2, coat_weight=0.4)
    cord = material("cord", srgb((134, 84, 44)), roughness=0.7)
    y = -0.072 * squeezed
    body = lathe("button", [(0, 0), (0.011, 0), (0.0125, 0.002), (0.0122, 0.0045), (0.009, 0.0058), (0, 0.0062)], shell)
    body.location = (0, y, DEPTH_M + 0.003)
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    loop = np.stack([0.0145 * np.cos(t), y - 0.004 + 0.019 * np.sin(t), np.full(40, DEPTH_M + 0.0035)], 1)
    return [body, tube("loop", loop, 0.0017, cord, closed=True)]


def _strap(squeezed: float) -> list[bpy.types.Object]:
    """A flat belt that lies in a bow above the bag, and the rings that hold it."""
    leather = material("leather", srgb(LEATHER), roughness=0.45)
    steel = material("brass", (0.7, 0.52, 0.26), metallic=1.0, roughness=0.3)
    t = np.linspace(0, np.pi, 90)
    x, y = 0.116 * np.cos(t) * (1 + 0.1 * np.sin(2 * t)), 0.006 + 0.148 * np.sin(t) ** 0.8 * (0.72 + 0.28 * squeezed)
    path = np.stack([x, y], 1)
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], 1) * 0.0062
    z = 0.003 + 0.034 * np.abs(np.cos(t)) ** 3
    rails = [np.column_stack([path + k * side, z + 0.0011 * (1 - abs(k))]) for k in (-1.0, -0.8, 0.0, 0.8, 1.0)]
    belt = sheet("strap", np.stack(rails), leather, thickness_m=0.0022)
    rings = []
    for way in (-1, 1):
        u = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        ring = np.stack([way * (0.108 + 0.009 * np.cos(u)), 0.004 + 0.009 * np.sin(u), np.full(30, 0.037)], 1)
        rings.append(tube("ring", ring, 0.0014, steel, closed=True))
    return [belt, *rings]


AIM = (0, 0.022, 0.03)
LISTINGS = (Listing(View(0, 68, 1.26, 100, aim=AIM, aperture_m=0), Studio(contrast=2.5)),)
TABLE = Room("linen", "window", 155, 46, 5200, (Item("leaf", (0.21, 0.06), 50), Item("keys", (-0.18, -0.03), 10)))
DESK = Room("concrete", "bulb", 60, 55, 2900, (Item("mug", (-0.2, 0.1)), Item("notebook", (0.23, 0.02), 10)))
FLOOR = Room("terracotta", "sky", 40, 48, 6300, (Item("tape", (0.22, 0.1)),))
SHOP = Room("laminate", "tube", 80, 75, 4300, (Item("parcel", (-0.32, 0.19), 10), Item("receipt", (0.19, -0.02), 20)))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5500)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, model="Note 8", exposure_ev=0.1)
ARRIVALS = (
    Arrival("match-1", View(7, 66, 0.36, aim=AIM), TABLE, DAY),
    Arrival("match-2", View(-15, 60, 0.37, aim=AIM), DESK, LAMP),
    Arrival(
        "colour", View(5, 68, 0.36, aim=AIM), FLOOR, Phone(balanced_k=6200), {"tone": (206, 178, 132)},
        aspect="colour", change="difference", what="raw, not smoked: CIEDE2000 19 paler", **OTHER,
    ),
    Arrival(
        "pattern", View(-8, 66, 0.36, aim=AIM), SHOP, Phone(balanced_k=4400), {"motif": "whirl"},
        aspect="pattern", change="difference", what="a whirl in place of the star", **OTHER,
    ),
    Arrival(
        "strap", View(9, 66, 0.36, aim=AIM), TABLE, DAY, {"strap": False},
        aspect="missing", change="difference", what="the strap and its rings are missing", **OTHER,
    ),
    Arrival(
        "button", View(-6, 64, 0.35, aim=AIM), DESK, LAMP, {"button": False},
        aspect="missing", change="difference", what="the button and its loop are missing", **OTHER,
    ),
    Arrival(
        "burst", View(11, 66, 0.35, aim=AIM), SHOP, Phone(balanced_k=4200), {"burst": True},
        aspect="damage", change="difference", what="the coils burst, a hole of 4 cm", **OTHER,
    ),
    Arrival(
        "mould", View(-10, 66, 0.35, aim=AIM), FLOOR, Phone(balanced_k=6600), {"mould": True},
        aspect="damage", change="difference", what="mould over a third of the front", **OTHER,
    ),
    Arrival(
        "plastic", View(6, 62, 0.36, aim=AIM), TABLE, DAY, {"plastic": True},
        aspect="material", change="difference", what="printed plastic in place of woven vine", **OTHER,
    ),
    Arrival(
        "oval", View(4, 68, 0.35, aim=AIM), DESK, LAMP, {"squeezed": 0.74},
        aspect="shape", change="whole", what="oval: a quarter lower than wide", **OTHER,
    ),
    Arrival(
        "shaken", View(8, 66, 0.36, aim=AIM), SHOP, Phone(balanced_k=4300, shake_px=30, shake_deg=60, blur_px=1.5),
        expected_verdict="retake", what="as listed; the phone was shaken",
    ),
)  # fmt: skip
