"""A bracelet of glass beads on an elastic cord, with silver spacers, a disc as a charm and a tassel of silk."""

from __future__ import annotations

import bpy
import numpy as np

from ..drawing import cloud, fill, oval
from ..light import srgb
from ..scene import ball, group, lathe, material, sheet, texture, tube
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.055
BEAD_M, COUNT = 0.0047, 24
SEA, OCHRE, IVORY, INK = (28, 128, 132), (206, 142, 46), (228, 216, 190), (30, 34, 44)
ORDER = "sso" + "ssi" * 2 + "sso" + "ssi" * 4


def build(
    glass: tuple[int, int, int] = SEA,
    order: str = ORDER,
    tassel: bool = True,
    charm: bool = True,
    broken: int = 0,
    lost: int = 0,
    frosted: bool = False,
    shape_seed: int = 1,
) -> list[bpy.types.Object]:
    """The bracelet, lying in a loop.

    `glass` is the colour of the plain beads (sRGB), `order` which bead follows which (s plain, o with rings, i with dots),
    `broken` how many beads are split in half, `lost` how many are missing so that the cord shows, `shape_seed` how it lies.
    """
    rng = np.random.default_rng(shape_seed)
    kinds = {
        "s": _glass("plain", _plain(glass), frosted),
        "o": _glass("rings", _ringed(), frosted),
        "i": _glass("dots", _dotted(glass), frosted),
    }
    silver = material("silver", (0.8, 0.78, 0.74), metallic=1.0, roughness=0.25)
    t = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    wave = 1 + 0.035 * np.cos(2 * t + rng.uniform(0, 6)) + 0.018 * np.cos(3 * t + rng.uniform(0, 6))
    loop = 0.0385 * wave[:, None] * np.stack([np.cos(t), np.sin(t)], 1)
    steps = np.linalg.norm(np.diff(loop, axis=0, append=loop[:1]), axis=1)
    place = np.concatenate([[0], np.cumsum(steps)[:-1]]) / steps.sum()
    made: list[bpy.types.Object] = []
    spins = rng.uniform(0, 360, COUNT)
    for k in range(COUNT):
        if k in range(13, 13 + lost):
            continue
        share = (k + 0.5) / COUNT - 0.25
        made += _bead(loop, place, share, kinds[order[k % len(order)]], spins[k], split=k in (17, 18, 20)[:broken])
        made += _spacer(loop, place, share + 0.5 / COUNT, silver)
    cord = np.column_stack([loop[::6], np.full(120, BEAD_M)])
    made.append(tube("cord", cord, 0.0006, material("cord", srgb((40, 34, 30)), roughness=0.8), closed=True, sides=8))
    foot = np.array([np.interp(0.75, place, loop[:, 0]), np.interp(0.75, place, loop[:, 1])])
    if charm:
        made += _charm(foot + (-0.011, -0.0105), silver)
    if tassel:
        made += _tassel(foot + (0.0035, -0.0065), float(rng.uniform(-16, 16)))
    return made


def _glass(name: str, pixels: np.ndarray, frosted: bool) -> bpy.types.Material:
    if frosted:
        return material(name, texture(name, pixels), roughness=0.85, specular_ior_level=0.1)
    return material(name, texture(name, pixels), roughness=0.07, coat_weight=0.6, coat_roughness=0.03)


def _plain(colour: tuple[int, int, int]) -> np.ndarray:
    streaks = cloud(np.random.default_rng(81), 256, 512, 30, stretch=4)
    return np.clip((1 + 0.14 * streaks)[..., None] * np.array(colour), 0, 255).astype(np.uint8)


def _ringed() -> np.ndarray:
    pixels = _plain(OCHRE)
    for first, last, colour in ((58, 84, INK), (100, 122, IVORY), (134, 156, IVORY), (172, 198, INK)):
        pixels[first:last] = colour
    return pixels


def _dotted(glass: tuple[int, int, int]) -> np.ndarray:
    pixels = _plain(IVORY)
    for row, shift in ((78, 0), (128, 32), (178, 0)):
        for column in range(0, 512, 64):
            fill(pixels, oval((column + shift, row), (19, 13)), INK if row == 128 else glass)
    return pixels


def _at(loop: np.ndarray, place: np.ndarray, share: float) -> tuple[np.ndarray, float]:
    """Where on the loop `share` of its length lies, and its direction in radians."""
    share %= 1.0
    x, y = (np.interp(share, place, loop[:, k], period=1.0) for k in (0, 1))
    ahead = np.array([np.interp(share + 0.004, place, loop[:, k], period=1.0) for k in (0, 1)]) - (x, y)
    return np.array([x, y]), float(np.arctan2(ahead[1], ahead[0]))


def _bead(
    loop: np.ndarray, place: np.ndarray, share: float, surface: bpy.types.Material, spin_deg: float, split: bool
) -> list[bpy.types.Object]:
    at, turn = _at(loop, place, share)
    angle = np.linspace(0.16 * np.pi, (0.55 if split else 0.84) * np.pi, 20)
    profile = np.stack([BEAD_M * np.sin(angle), -BEAD_M * 0.94 * np.cos(angle)], 1)
    profile = np.concatenate(
        [[(0.0007, profile[0, 1] + 0.0004)], profile, [(0.0007, profile[-1, 1] - (0.0012 if split else 0.0004))]]
    )
    bead = lathe("bead", profile, surface, segments=40)
    bead.rotation_euler = (np.deg2rad(spin_deg), np.pi / 2, 0)
    holder = group([bead], at=(*at, BEAD_M), turn_deg=float(np.rad2deg(turn)))
    return [holder, bead]


def _spacer(loop: np.ndarray, place: np.ndarray, share: float, silver: bpy.types.Material) -> list[bpy.types.Object]:
    at, turn = _at(loop, place, share)
    disc = ball("spacer", (0, 0, 0), (0.0007, 0.0026, 0.0026), silver, segments=20)
    holder = group([disc], at=(*at, BEAD_M), turn_deg=float(np.rad2deg(turn)))
    return [holder, disc]


def _charm(at: np.ndarray, silver: bpy.types.Material) -> list[bpy.types.Object]:
    """A disc of 15 mm with a sun stamped in, on a ring."""
    rng = np.random.default_rng(82)
    stamp = np.full((400, 400), 200, np.uint8)
    colour = np.zeros((400, 400, 3), np.uint8)
    for k in range(12):
        way = np.array([np.cos(k * np.pi / 6), np.sin(k * np.pi / 6)])
        fill(colour, oval(tuple(200 + 112 * way), (52, 13), 30 * k), (255, 255, 255))
    fill(colour, oval((200, 200), (44, 44)), (255, 255, 255))
    stamp = np.where(colour[..., 0] > 128, 60, stamp - 8 * rng.random((400, 400))).astype(np.uint8)
    face = material(
        "face", (0.8, 0.78, 0.74), metallic=1.0, roughness=0.28, bump=texture("stamp", stamp, data=True), bump_m=0.0012
    )
    x, y = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(1, -1, 40))
    reach = np.maximum(np.abs(x), np.abs(y)) / np.maximum(np.hypot(x, y), 1e-6)
    flat = sheet("charm", np.stack([x * reach * 0.0075, y * reach * 0.0075, np.full(x.shape, 0.0016)], -1), face)
    edge = lathe("edge", [(0.0068, 0.0), (0.0077, 0.0002), (0.0077, 0.0016), (0.0072, 0.0018), (0.0068, 0.0014)], silver)
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = tube(
        "ring",
        np.stack([0.0026 * np.cos(t), 0.0092 + 0.0026 * np.sin(t), 0.002 + 0.0008 * np.sin(t)], 1),
        0.0005,
        silver,
        closed=True,
    )
    holder = group([flat, edge, ring], at=(*at, 0.0), turn_deg=-38)
    return [holder, flat, edge, ring]


def _tassel(at: np.ndarray, swing_deg: float) -> list[bpy.types.Object]:
    """Threads of red silk under a wound head, 34 mm long."""
    rng = np.random.default_rng(83)
    silk = material("silk", srgb((172, 30, 44)), roughness=0.45, sheen_weight=0.3)
    gold = material("wound", srgb((214, 168, 70)), roughness=0.3, metallic=0.6)
    t = np.linspace(0, 1, 14)
    parts = []
    for _ in range(90):
        side, lift, reach = rng.normal(0, 0.35), rng.uniform(0, 1), rng.uniform(0.9, 1.0)
        x = 0.0026 * side * (1 + 1.6 * t) + 0.0006 * np.sin(3 * t + 6 * rng.random())
        y = -0.006 - 0.026 * reach * t
        z = 0.0006 + (0.0034 * lift) * (1 - 0.55 * t)
        parts.append(tube("thread", np.stack([x, y, z], 1), 0.00026, silk, sides=5))
    parts.append(ball("head", (0, -0.004, 0.0024), (0.0028, 0.0042, 0.0023), silk, segments=24))
    for k in range(5):
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        coil = np.stack([0.0028 * np.cos(turn), np.full(24, -0.0066 - 0.00055 * k), 0.0024 + 0.0023 * np.sin(turn)], 1)
        parts.append(tube("coil", coil, 0.0003, gold, closed=True, sides=6))
    parts.append(tube("loop", [(0, 0.0065, BEAD_M * 0.8), (0.0004, 0.002, 0.003), (0, -0.001, 0.0025)], 0.0005, silk, sides=6))
    holder = group(parts, at=(*at, 0.0), turn_deg=swing_deg)
    return [holder, *parts]


AIM = (0, -0.019, 0)
LISTINGS = (
    Listing(View(0, 78, 0.53, 105, aim=AIM, aperture_m=0), Studio()),
    Listing(View(24, 50, 0.53, 105, aim=AIM, aperture_m=0), Studio(backdrop=(214, 206, 196), key_deg=70)),
)
TABLE = Room("bleached", "window", 150, 48, 5200, (Item("leaf", (0.11, 0.06), 60), Item("lime", (-0.11, 0.05))))
DESK = Room("teak", "bulb", 130, 58, 2900, (Item("pencil", (-0.09, 0.0), 80), Item("coins", (0.085, 0.03))))
CLOTH = Room("gingham", "sky", 60, 48, 6300, (Item("keys", (0.075, 0.02), -30),))
SHOP = Room("laminate", "tube", 120, 75, 4300, (Item("tape", (-0.13, 0.06)), Item("receipt", (0.1, 0.03), -12)))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5500)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, model="Note 8", exposure_ev=0.1)
ARRIVALS = (
    Arrival("match-1", View(8, 66, 0.185, 32, aim=AIM), TABLE, DAY, pose={"shape_seed": 11}),
    Arrival("match-2", View(-16, 60, 0.185, 32, aim=AIM), DESK, LAMP, pose={"shape_seed": 12}),
    Arrival(
        "colour", View(6, 68, 0.185, 32, aim=AIM), CLOTH, Phone(balanced_k=6100), {"glass": (150, 44, 92)}, {"shape_seed": 13},
        aspect="colour", change="difference", what="plum beads in place of sea green (CIEDE2000 51)", **OTHER,
    ),
    Arrival(
        "pattern", View(-9, 66, 0.185, 32, aim=AIM), SHOP, Phone(balanced_k=4400), {"order": "oi"}, {"shape_seed": 14},
        aspect="pattern", change="difference", what="ringed and dotted beads in turn, no plain ones", **OTHER,
    ),
    Arrival(
        "tassel", View(5, 66, 0.185, 32, aim=AIM), TABLE, DAY, {"tassel": False}, {"shape_seed": 15},
        aspect="missing", change="difference", what="the tassel is missing", **OTHER,
    ),
    Arrival(
        "charm", View(10, 64, 0.185, 32, aim=AIM), DESK, LAMP, {"charm": False}, {"shape_seed": 16},
        aspect="missing", change="difference", what="the disc is missing", **OTHER,
    ),
    Arrival(
        "lost", View(-6, 68, 0.185, 32, aim=AIM), CLOTH, Phone(balanced_k=6600), {"lost": 3}, {"shape_seed": 17},
        aspect="missing", change="difference", what="three beads gone, the bare cord shows", **OTHER,
    ),
    Arrival(
        "split", View(7, 64, 0.18, 32, aim=AIM), SHOP, Phone(balanced_k=4200), {"broken": 3}, {"shape_seed": 18},
        aspect="damage", change="difference", what="three beads split in half", **OTHER,
    ),
    Arrival(
        "frosted", View(12, 66, 0.185, 32, aim=AIM), TABLE, DAY, {"frosted": True}, {"shape_seed": 19},
        aspect="material", change="difference", what="dull plastic in place of polished glass", **OTHER,
    ),
    Arrival(
        "far", View(14, 44, 2.4, aim=(0.2, 0.1, 0)), SHOP, Phone(balanced_k=4300, blur_px=0.9, noise=1.6),
        pose={"shape_seed": 20},
        expected_verdict="retake", what="as listed; photographed from 2.4 m",
    ),
)  # fmt: skip
