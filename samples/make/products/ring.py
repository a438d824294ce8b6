"""A silver ring: a garnet cabochon in a bezel, grains of silver around it, scrolls of wire on its shoulders."""

from __future__ import annotations

from math import atan2

import bpy
import numpy as np

from ..drawing import cloud, stroke
from ..light import srgb
from ..scene import ball, group, lathe, map_from_above, material, sheet, texture, tube
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.026
INNER_M, BAND_M, THICK_M = 0.0088, 0.0052, 0.0016
BEZEL_M = 0.0068
GARNET, TOPAZ = (126, 14, 30), (26, 96, 150)
OUT = INNER_M + THICK_M


def build(
    stone: tuple[int, int, int] | None = GARNET,
    grains: int = 22,
    scrolls: bool = True,
    polished: bool = True,
    cracked: bool = False,
    oval: float = 1.0,
) -> list[bpy.types.Object]:
    """The ring, lying with its stone towards -y.

    `stone` is the colour of the cabochon (sRGB) or None where it fell out, `grains` how many are left of 22, `scrolls` whether
    the shoulders carry wire, `oval` how much longer the stone is along the finger than across.
    """
    silver = _silver(polished)
    parts = [_band(silver), *_bezel(silver, oval)]
    if stone is not None:
        parts.append(_cabochon(stone, cracked, oval))
    turn = np.linspace(0, 2 * np.pi, 22, endpoint=False)[:grains] + 0.7
    for angle in turn:
        at = (BEZEL_M * 1.09 * np.cos(angle), -OUT - 0.0006, BEZEL_M * 1.09 * oval * np.sin(angle))
        parts.append(ball("grain", at, 0.00082, silver, segments=20))
    if scrolls:
        for side in (-1, 1):
            parts += [_scroll(side, up, silver) for up in (-1, 1)]
    holder = group(parts)
    low = BEZEL_M * 1.09 * oval + 0.0008
    tilt = atan2(low - BAND_M / 2, OUT * 2 + 0.001)
    holder.rotation_euler, holder.location = (-tilt, 0, 0), (0, 0.002, BAND_M / 2 + (low - BAND_M / 2) * 0.52)
    return [holder, *parts]


def _silver(polished: bool) -> bpy.types.Material:
    rng = np.random.default_rng(61)
    if not polished:
        return material("matte", (0.36, 0.35, 0.34), metallic=0.7, roughness=0.62)
    worn = np.clip(46 + 14 * cloud(rng, 512, 512, 60) + 10 * cloud(rng, 512, 512, 3, stretch=40, octaves=1), 0, 255).astype(
        np.uint8
    )
    return material("silver", (0.86, 0.84, 0.8), metallic=1.0, roughness=texture("worn", worn, data=True))


def _band(silver: bpy.types.Material) -> bpy.types.Object:
    """A flat band with rounded edges, a groove along each; wider towards the stone."""
    turn = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    wide = BAND_M * (0.72 + 0.4 * np.clip(-np.sin(turn), 0, 1) ** 2) / 2
    section = np.array([(0, -1), (0.5, -0.98), (0.86, -0.84), (0.98, -0.66), (0.84, -0.58), (1.0, -0.48), (1.08, 0)])
    section = np.concatenate([section, section[::-1][1:] * (1, -1), [(0.1, 0.6), (0.1, -0.6)]])
    radius = INNER_M + THICK_M * section[:, 0]
    points = np.stack(
        [radius[:, None] * np.cos(turn), radius[:, None] * np.sin(turn), section[:, 1][:, None] * wide[None]], axis=-1
    )
    return sheet("band", points[::-1], silver, closed=(True, True), subdivide=1)


def _bezel(silver: bpy.types.Material, oval: float) -> list[bpy.types.Object]:
    profile = np.array(
        [
            (0, 0.0),
            (0.98, 0.0),
            (1.0, 0.0002),
            (0.96, 0.0012),
            (0.96, 0.003),
            (0.92, 0.0034),
            (0.88, 0.003),
            (0.86, 0.0011),
            (0, 0.0009),
        ]
    )
    cup = lathe("bezel", profile * (BEZEL_M, 1), silver, segments=96)
    dark = material("cement", srgb((58, 50, 44)), roughness=0.9)
    bottom = lathe("bottom", [(0.84 * BEZEL_M, 0.00115), (0, 0.00115)][::-1], dark, segments=48)
    t = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    rope = []
    for phase in (0.0, np.pi):
        wave = 0.00028 * np.stack([np.cos(34 * t + phase), np.sin(34 * t + phase)], 1)
        radius = BEZEL_M * 1.0 + wave[:, 0]
        rope.append(
            tube(
                "rope",
                np.stack([radius * np.cos(t), radius * np.sin(t), 0.0017 + wave[:, 1]], 1),
                0.00034,
                silver,
                closed=True,
                sides=8,
            )
        )
    for thing in (cup, bottom, *rope):
        thing.rotation_euler, thing.location, thing.scale = (np.pi / 2, 0, 0), (0, -OUT + 0.0004, 0), (1, oval, 1)
    return [cup, bottom, *rope]


def _cabochon(colour: tuple[int, int, int], cracked: bool, oval: float) -> bpy.types.Object:
    rng = np.random.default_rng(62)
    tone = (1 + 0.12 * cloud(rng, 512, 512, 120))[..., None] * np.array(colour)
    pixels = np.clip(tone, 0, 255).astype(np.uint8)
    if cracked:
        for start, end, thick in (((70, 190), (440, 330), 10), ((230, 250), (290, 60), 7), ((330, 290), (260, 440), 6)):
            t = np.linspace(0, 1, 20)[:, None]
            path = np.array(start) * (1 - t) + np.array(end) * t + rng.normal(0, 7, (20, 2))
            stroke(pixels, path, (232, 214, 204), thick)
    gem = material(
        "gem", texture("gem", pixels), roughness=0.04, coat_weight=1.0, coat_roughness=0.02, ior=1.76, subsurface_weight=0.15,
        specular_ior_level=0.8,
    )  # fmt: skip
    stone = ball("stone", (0, 0, 0), (BEZEL_M * 0.88, BEZEL_M * 0.88 * oval, 0.0042), gem, segments=64)
    map_from_above(stone, 2 * BEZEL_M)
    stone.rotation_euler, stone.location = (np.pi / 2, 0, 0), (0, -OUT - 0.0021, 0)
    return stone


def _scroll(side: int, up: int, silver: bpy.types.Material) -> bpy.types.Object:
    """A spiral of wire that lies on the shoulder of the band."""
    t = np.linspace(0, 1, 60)
    turn, size = t * 3.4 * np.pi, 0.0014 * (1 - 0.72 * t)
    along, high = 0.0088 + size * np.cos(turn) - 0.0006, up * (0.0012 + size * np.sin(turn) * 0.8)
    angle = -np.pi / 2 + side * along / OUT
    radius = OUT + 0.00045
    return tube("scroll", np.stack([radius * np.cos(angle), radius * np.sin(angle), high], 1), 0.00036, silver, sides=8)


AIM = (0, 0, 0.005)
LISTINGS = (
    Listing(View(12, 34, 0.145, 105, aim=AIM, aperture_m=0), Studio(contrast=3.0)),
    Listing(View(-28, 52, 0.145, 105, aim=AIM, aperture_m=0), Studio(backdrop=(58, 58, 62), key_deg=60, contrast=3.0)),
)
TABLE = Room("teak", "window", 215, 48, 5200, (Item("leaf", (0.09, 0.05), 30), Item("coins", (-0.06, 0.025))))
DESK = Room("linen", "bulb", 150, 58, 2900, (Item("pencil", (-0.045, 0.03), 60),))
KITCHEN = Room("laminate", "sky", 120, 48, 6300, (Item("keys", (0.034, 0.03), -20), Item("receipt", (-0.075, 0.06), 30)))
SHOP = Room("kraft", "tube", 200, 75, 4300, (Item("lime", (0.07, 0.05)), Item("coins", (-0.035, 0.03), 140)))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5500)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, model="M12", exposure_ev=0.1)
ARRIVALS = (
    Arrival("match-1", View(8, 38, 0.1, 60, aim=AIM), TABLE, DAY),
    Arrival("match-2", View(20, 42, 0.1, 60, aim=AIM), DESK, LAMP),
    Arrival(
        "identity", View(10, 38, 0.1, 60, aim=AIM), KITCHEN, Phone(balanced_k=6200),
        {"stone": (52, 104, 66), "grains": 0, "scrolls": False, "oval": 0.62}, aspect="identity", change="whole",
        what="another ring: a plain band, an oval green stone", **OTHER,
    ),
    Arrival(
        "colour", View(6, 40, 0.1, 60, aim=AIM), SHOP, Phone(balanced_k=4400), {"stone": TOPAZ}, aspect="colour",
        change="difference", what="a blue stone in place of the red one (CIEDE2000 43)", **OTHER,
    ),
    Arrival(
        "stone", View(14, 40, 0.1, 60, aim=AIM), TABLE, DAY, {"stone": None}, aspect="missing", change="difference",
        what="the stone fell out, 12 mm", **OTHER,
    ),
    Arrival(
        "grains", View(9, 36, 0.1, 60, aim=AIM), DESK, LAMP, {"grains": 11}, aspect="missing", change="difference",
        what="half of the grains around the stone fell off", **OTHER,
    ),
    Arrival(
        "cracked", View(5, 40, 0.095, 60, aim=AIM), KITCHEN, Phone(balanced_k=6600), {"cracked": True}, aspect="damage",
        change="difference", what="the stone cracked across", **OTHER,
    ),
    Arrival(
        "dull", View(16, 40, 0.1, 60, aim=AIM), SHOP, Phone(balanced_k=4200), {"polished": False}, aspect="material",
        change="difference", what="dull grey metal in place of polished silver", **OTHER,
    ),
    Arrival(
        "blurred", View(8, 38, 0.1, 60, aim=AIM), DESK, Phone(balanced_k=3200, noise=1.6, blur_px=9.0),
        expected_verdict="retake", what="as listed; out of focus",
    ),
)  # fmt: skip
