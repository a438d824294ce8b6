"""A pair of filigree earrings: scrolls of drawn silver wire in a drop, grains at the joints, three pendants below."""

from __future__ import annotations

import bpy
import numpy as np

from ..drawing import cloud
from ..scene import ball, group, material, texture, tube
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.05
WIRE_M, THIN_M = 0.0007, 0.00042
SILVER, GILT = (0.86, 0.84, 0.8), (0.9, 0.6, 0.2)


def build(
    count: int = 2,
    motif: str = "scrolls",
    metal: tuple[float, float, float] = SILVER,
    pendants: int = 6,
    bent: bool = False,
    tarnished: bool = False,
    swing_seed: int = 1,
) -> list[bpy.types.Object]:
    """The earrings, flat on the table.

    `count` of the pair, `motif` ``scrolls`` or ``flower``, `metal` its reflectance, `pendants` how many hang there of 6,
    `bent` whether the right one was stepped on, `swing_seed` how they came to lie.
    """
    surface = _tarnished() if tarnished else material("silver", metal, metallic=1.0, roughness=0.22)
    rng = np.random.default_rng(swing_seed)
    made = []
    for k in range(count):
        swing = rng.uniform(-9, 9, 4)
        hung = min(max(pendants - 3 * k, 0), 3)
        parts = _drop(surface, motif, hung, bent and k == 1) + _hook(surface, float(swing[1]))
        holder = group(
            parts, at=((k - 0.5) * 0.032 + 0.0015 * rng.normal(), 0.004 * rng.normal() * 0.5, 0.0), turn_deg=float(swing[0])
        )
        made += [holder, *parts]
    return made


def _tarnished() -> bpy.types.Material:
    """Silver that blackened in patches."""
    rng = np.random.default_rng(71)
    black = np.clip(0.5 + 0.5 * cloud(rng, 512, 512, 160), 0, 1)[..., None]
    pixels = (np.array([96, 84, 66]) * (1 - black) + np.array([34, 30, 30]) * black).astype(np.uint8)
    return material("tarnish", texture("tarnish", pixels), metallic=0.6, roughness=0.6)


def _drop(surface: bpy.types.Material, motif: str, pendants: int, bent: bool) -> list[bpy.types.Object]:
    """The body of one earring: 24 mm wide, 30 mm high, its middle at the origin."""

    def laid(points: np.ndarray, lift: float = WIRE_M) -> np.ndarray:
        path = np.column_stack([points, np.full(len(points), lift)])
        if bent:
            over = np.clip(-path[:, 1] + 0.3 * path[:, 0] - 0.001, 0, None)
            path[:, 0] -= 0.75 * over
            path[:, 1] += 0.55 * over
            path[:, 2] += 0.35 * over
        return path

    t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    narrow = 0.62 - 0.38 * np.sin(t)
    outline = np.stack([0.0135 * np.cos(t) * narrow**0.9, 0.0155 * np.sin(t)], 1)
    parts = [tube("rim", laid(outline), WIRE_M, surface, closed=True)]
    parts.append(tube("rim", laid(outline * 0.86), THIN_M, surface, closed=True, sides=8))
    beads = outline * 0.93
    parts += [ball("grain", tuple(p), 0.00058, surface, segments=14) for p in laid(beads[::5], 0.001)]
    spirals = _scrolls() if motif == "scrolls" else _flower()
    parts += [tube("wire", laid(path, 0.0005 + 0.0002 * (k % 2)), THIN_M, surface, sides=8) for k, path in enumerate(spirals)]
    joints = [(0, 0.0), (0, 0.0075), (0, -0.0105), (0.0058, -0.0045), (-0.0058, -0.0045)]
    parts += [ball("joint", tuple(p), 0.0012, surface, segments=18) for p in laid(np.array(joints), 0.0012)]
    for k in range(pendants):
        x = (k - 1) * 0.0066
        top = np.array([x, -0.0155 + 0.0022 * abs(k - 1)])
        ring = top + 0.0011 * np.stack([np.cos(t[::6]), np.sin(t[::6])], 1) + (0, -0.001)
        leaf = top + np.stack([0.0019 * np.sin(t) * np.abs(np.sin(t / 2)), -0.0022 - 0.0035 * (1 - np.cos(t))], 1)
        parts.append(tube("ring", laid(ring), THIN_M, surface, closed=True, sides=8))
        parts.append(tube("leaf", laid(leaf), THIN_M, surface, closed=True, sides=8))
        parts += [ball("tip", tuple(p), 0.0012, surface, segments=16) for p in laid(np.array([top + (0, -0.006)]), 0.0012)]
    return parts


def _spiral(at: tuple[float, float], size: float, start_deg: float, turns: float) -> np.ndarray:
    t = np.linspace(0, 1, 70)
    angle, radius = np.deg2rad(start_deg) + turns * 2 * np.pi * t, size * (1 - 0.86 * t)
    return np.array(at) + np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def _scrolls() -> list[np.ndarray]:
    """Four pairs of spirals."""
    pairs = (
        ((0.0047, -0.0072), 0.0036, 100, 2.2),
        ((0.0062, -0.0004), 0.0029, 200, -2.0),
        ((0.0034, 0.0052), 0.0022, 240, 1.8),
        ((0.0018, 0.0104), 0.0013, 250, 1.5),
    )
    return [
        path * (side, 1) for at, size, start, turns in pairs for path in (_spiral(at, size, start, turns),) for side in (-1, 1)
    ]


def _flower() -> list[np.ndarray]:
    """Eight petals in a circle, a small one above."""
    t = np.linspace(0, 2 * np.pi, 50)
    petals = []
    for middle, reach, count in (((0, -0.0034), 0.0078, 8), ((0, 0.0085), 0.0036, 5)):
        for k in range(count):
            turn = 2 * np.pi * k / count
            along, across = reach * (0.55 - 0.45 * np.cos(t)), 0.3 * reach * np.sin(t)
            petals.append(
                np.array(middle)
                + np.stack([along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn)], 1)
            )
    return petals


def _hook(surface: bpy.types.Material, swing_deg: float) -> list[bpy.types.Object]:
    t = np.linspace(0, 1, 50)
    angle = np.pi * (1.15 * t - 0.12)
    bow = np.stack([0.0045 - 0.0045 * np.cos(angle), 0.0075 + 0.005 * np.sin(angle)], 1)
    tail = bow[-1] + np.stack([0.0008 * np.sin(3 * t), -0.012 * t], 1)
    path = np.concatenate([[(0, 0.0)], bow, tail[1:]])
    c, s = np.cos(np.deg2rad(2 * swing_deg)), np.sin(np.deg2rad(2 * swing_deg))
    path = path @ np.array([[c, s], [-s, c]]) + (0, 0.0172)
    ring = np.array([0, 0.0163]) + 0.0013 * np.stack([np.cos(2 * np.pi * t[:-1]), np.sin(2 * np.pi * t[:-1])], 1)
    return [
        tube("hook", np.column_stack([path, np.full(len(path), 0.0009)]), 0.0004, surface, sides=8),
        tube("eye", np.column_stack([ring, np.full(len(ring), 0.0007)]), THIN_M, surface, closed=True, sides=8),
    ]


LISTINGS = (Listing(View(0, 84, 0.34, 105, aim=(0, 0.003, 0), aperture_m=0), Studio(backdrop=(44, 46, 52), contrast=3.0)),)
TABLE = Room("teak", "window", 140, 50, 5200, (Item("leaf", (0.1, 0.07), 30),))
DESK = Room("bleached", "bulb", 120, 60, 2900, (Item("coins", (-0.085, 0.025), 30), Item("pencil", (0.056, 0.02), 80)))
CLOTH = Room("linen", "sky", 60, 46, 6400, (Item("keys", (0.055, -0.012), -60),))
SHOP = Room("kraft", "tube", 120, 75, 4300, (Item("receipt", (-0.075, 0.02), 10), Item("lime", (0.075, 0.045))))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5500)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, model="M12", exposure_ev=0.1)
AIM = (0, 0.003, 0)
ARRIVALS = (
    Arrival("match-1", View(6, 68, 0.19, 60, aim=AIM), TABLE, DAY, pose={"swing_seed": 11}),
    Arrival("match-2", View(-13, 62, 0.19, 60, aim=AIM), DESK, LAMP, pose={"swing_seed": 12}),
    Arrival(
        "gilt", View(8, 68, 0.19, 60, aim=AIM), CLOTH, Phone(balanced_k=6200), {"metal": GILT}, {"swing_seed": 13},
        aspect="colour",
        change="whole", what="gilded in place of silver", **OTHER,
    ),
    Arrival(
        "pattern", View(-6, 70, 0.19, 60, aim=AIM), TABLE, DAY, {"motif": "flower"}, {"swing_seed": 14}, aspect="pattern",
        change="difference", what="petals of wire in place of scrolls", **OTHER,
    ),
    Arrival(
        "one", View(4, 66, 0.19, 60, aim=AIM), SHOP, Phone(balanced_k=4400), {"count": 1}, {"swing_seed": 15}, aspect="missing",
        change="difference", what="one earring of two", **OTHER,
    ),
    Arrival(
        "pendants", View(10, 66, 0.18, 60, aim=AIM), DESK, LAMP, {"pendants": 3}, {"swing_seed": 16}, aspect="missing",
        change="difference", what="the right one lost its three pendants", **OTHER,
    ),
    Arrival(
        "bent", View(-8, 66, 0.18, 60, aim=AIM), CLOTH, Phone(balanced_k=6600), {"bent": True}, {"swing_seed": 17},
        aspect="damage",
        change="difference", what="the right one bent up over a third of its length", **OTHER,
    ),
    Arrival(
        "tarnished", View(7, 68, 0.19, 60, aim=AIM), SHOP, Phone(balanced_k=4200), {"tarnished": True}, {"swing_seed": 18},
        aspect="material", change="whole", what="blackened and dull in place of polished", **OTHER,
    ),
    Arrival(
        "dark", View(5, 66, 0.19, 60, aim=AIM), TABLE, Phone(balanced_k=5500, exposure_ev=-5.0, noise=4.0, jpeg_quality=66),
        pose={"swing_seed": 19},
        expected_verdict="retake", what="as listed; far too dark",
    ),
)  # fmt: skip
