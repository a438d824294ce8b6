"""A ceramic bowl painted under the glaze: a fish between waves inside, a band of petals around the outside."""

from __future__ import annotations

from functools import cache

import bpy
import cv2
import numpy as np

from ..drawing import F32, cloud, fill, oval, stroke
from ..scene import lathe, map_from_above, material, sheet, texture
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.12
RADIUS_M, HEIGHT_M, WALL_M = 0.088, 0.062, 0.0045
SIDE = 1400
GLAZE, BLUE, PALE, RUST = (232, 228, 214), (34, 66, 126), (96, 134, 176), (172, 82, 40)
RINGS, SECTORS = 170, 480


def build(
    motif: str = "fish",
    brush: tuple[int, int, int] = BLUE,
    chip: bool = False,
    crack: bool = False,
    matte: bool = False,
    flatter: float = 1.0,
    petals: bool = True,
) -> list[bpy.types.Object]:
    """The bowl.

    `brush` is the colour it is painted with (sRGB), `matte` left without its clear glaze, `flatter` the share of the height,
    `petals` the band around the outside.
    """
    drawn = _inside(motif, brush)
    if crack:
        drawn = _cracked(drawn)
    gloss = {"roughness": 0.62} if matte else {"roughness": 0.1, "coat_weight": 0.7, "coat_roughness": 0.04}
    uneven = texture(
        "uneven", np.clip(128 + 22 * cloud(np.random.default_rng(3), 512, 512, 90), 0, 255).astype(np.uint8), data=True
    )
    inner = material("inner", texture("inner", drawn), bump=uneven, bump_m=0.0006, **gloss)
    outer = material("outer", texture("outer", _outside(brush, petals)), bump=uneven, bump_m=0.0006, **gloss)
    clay = material("clay", (0.42, 0.24, 0.13), roughness=0.85)
    height = HEIGHT_M * flatter
    t = np.linspace(0, 1, RINGS)
    radius, level = RADIUS_M * np.sin(t * np.pi / 2) ** 0.9, height * t**2.2 + WALL_M
    turn = np.linspace(0, 2 * np.pi, SECTORS + 1)
    wobble = 1 + 0.004 * np.sin(2 * turn + 0.6) + 0.002 * np.sin(5 * turn)
    round_x, round_y = np.cos(turn) * wobble, np.sin(turn) * wobble
    inside = np.stack([radius[:, None] * round_x, radius[:, None] * round_y, np.repeat(level[:, None], SECTORS + 1, 1)], -1)
    wall = WALL_M * (0.55 + 0.45 * (1 - t))
    outside = inside * (1 + wall[:, None, None] / np.maximum(radius, 0.02)[:, None, None] * np.array([1, 1, 0]))
    outside[..., 2] = np.maximum(inside[..., 2] - wall[:, None] * (1 - t[:, None]), 0)
    rim = np.stack([inside[-1], 0.5 * (inside[-1] + outside[-1]) + (0, 0, 0.0012), outside[-1]])
    middle = turn[:-1] + 0.5 * (turn[1] - turn[0])
    keep_in = keep_out = keep_rim = None
    if chip:
        depth = _chip_depth(middle)
        drop = height - (level[:-1] - WALL_M)
        keep_in, keep_out = drop[:, None] >= depth[None], drop[:, None] >= 0.75 * depth[None]
        keep_rim = np.repeat((depth <= 0)[None], 2, axis=0)
    made = [
        sheet("inside", inside, inner, keep=keep_in),
        sheet("outside", outside[1:], outer, keep=None if keep_out is None else keep_out[1:]),
        sheet(
            "rim", rim, material("rim", tuple(np.array([0.6, 0.55, 0.42]) * 0.8), roughness=gloss["roughness"]), keep=keep_rim
        ),
        lathe("foot", [(0.026, 0.0), (0.03, 0.0), (0.033, 0.008), (0.024, 0.008), (0.026, 0.0)], clay),
    ]
    if chip:
        made.append(_broken(inside[:-1], outside[:-1], level, height, middle, clay))
    map_from_above(made[0], 2.02 * RADIUS_M)
    for thing in (*made[:3], *made[4:]):
        thing.location = (0, 0, 0.006)
    return made


def _chip_depth(turn: np.ndarray) -> np.ndarray:
    """How far the wall is broken down from the rim, metres, by angle."""
    away = (turn - np.deg2rad(52)) / np.deg2rad(19)
    return np.where(np.abs(away) < 1, 0.02 * (1 - np.abs(away) ** 1.5) + 0.0012 * np.sin(31 * turn), 0.0)


def _broken(
    inside: np.ndarray, outside: np.ndarray, level: np.ndarray, height: float, turn: np.ndarray, clay: object
) -> bpy.types.Object:
    """The raw clay that the chip lays bare: a surface between the inner and the outer edge of the break."""
    depth = _chip_depth(turn)
    columns = np.flatnonzero(depth > 0)
    drop = height - (level - WALL_M)
    rows = [int(np.argmin(np.abs(drop - depth[c]))) for c in columns]
    low = [int(np.argmin(np.abs(drop - 0.75 * depth[c]))) for c in columns]
    a = np.array([inside[min(r, len(inside) - 1), c] for r, c in zip(rows, columns, strict=True)])
    b = np.array([outside[min(r, len(outside) - 1), c] for r, c in zip(low, columns, strict=True)])
    return sheet("break", np.stack([a, 0.5 * (a + b) - (0, 0, 0.0004), b]), clay)


@cache
def _inside(motif: str, brush: tuple[int, int, int]) -> np.ndarray:
    """The picture, seen from above, shape (H, W, 3) uint8."""
    rng = np.random.default_rng(51)
    base = (1 + 0.018 * cloud(rng, SIDE, SIDE, 160) + 0.008 * cloud(rng, SIDE, SIDE, 5))[..., None] * np.array(GLAZE)
    wash, line = np.zeros((SIDE, SIDE, 3), np.uint8), np.zeros((SIDE, SIDE, 3), np.uint8)
    rust = np.zeros((SIDE, SIDE, 3), np.uint8)
    middle = SIDE / 2
    for radius, thick in ((660, 16), (628, 6), (392, 8)):
        stroke(line, oval((middle, middle), (radius, radius), corners=200), (255,) * 3, thick)
        line_end = oval((middle, middle), (radius, radius), corners=200)[[-1, 0]]
        stroke(line, line_end, (255,) * 3, thick)
    for k in range(14):
        turn = 360 / 14 * k
        way = np.array([np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))])
        side = np.array([-way[1], way[0]])
        centre = middle + 512 * way
        fill(wash, oval(tuple(centre), (92, 54), turn), (150,) * 3)
        for size in (100, 62, 28):
            arc = oval((0, 0), (size, 0.62 * size), 0, 40)[:21]
            stroke(line, centre - 36 * way + arc[:, :1] * side + arc[:, 1:] * way, (255,) * 3, 7)
        fill(rust, oval(tuple(middle + 596 * way + 62 * side), (17, 17)), (255,) * 3)
    {"fish": _fish, "lotus": _lotus}[motif](wash, line, rust, middle)
    ink, shade = np.array(brush, float), 0.45 * np.array(brush, float) + 0.55 * np.array(PALE, float)
    out = base
    for layer, colour, strength in ((wash, shade, 0.75), (rust, np.array(RUST, float), 0.9), (line, ink, 0.95)):
        soft = cv2.GaussianBlur(layer[..., 0].astype(np.float32) / 255, (0, 0), 1.6)
        brushed = np.clip(soft * (1 + 0.16 * cloud(rng, SIDE, SIDE, 26)), 0, 1) * strength
        out = out * (1 - brushed[..., None]) + colour * brushed[..., None]
    return np.clip(out, 0, 255).astype(np.uint8)


def _fish(wash: np.ndarray, line: np.ndarray, rust: np.ndarray, middle: float) -> None:
    body = oval((middle - 30, middle), (230, 104), -8, 80)
    tail = np.array([(150, -30), (310, -150), (280, -20), (318, 104), (150, 24)], float) + middle
    for shape in (body, tail):
        fill(wash, shape, (190,) * 3)
        stroke(line, np.concatenate([shape, shape[:1]]), (255,) * 3, 11)
    for row in range(5):
        for column in range(7):
            x, y = middle - 110 + 44 * column, middle - 62 + 32 * row - 6 * column
            stroke(line, oval((x + 22 * (row % 2), y), (20, 18), 0, 24)[6:19], (255,) * 3, 5)
    fill(rust, np.array([(-60, -100), (20, -190), (90, -150), (70, -92)]) + middle, (255,) * 3)
    fill(rust, np.array([(-30, 100), (20, 168), (66, 130), (50, 90)]) + middle, (255,) * 3)
    fill(line, oval((middle - 190, middle + 6), (15, 15)), (255,) * 3)
    stroke(line, oval((middle - 128, middle + 10), (40, 84), 0, 40)[8:33], (255,) * 3, 7)
    for k, turn in enumerate((-150, -100, -60, 60, 110, 160)):
        x, y = middle + 310 * np.cos(np.deg2rad(turn)), middle + 300 * np.sin(np.deg2rad(turn))
        for size in (44, 28, 12):
            stroke(line, oval((x, y), (size, 0.7 * size), 8 * k, 30)[14:31], (255,) * 3, 6)


def _lotus(wash: np.ndarray, line: np.ndarray, rust: np.ndarray, middle: float) -> None:
    for ring, count, reach in ((250, 12, 110), (150, 8, 96)):
        for k in range(count):
            turn = 360 / count * k + ring / 9
            centre = (middle + ring * np.cos(np.deg2rad(turn)), middle + ring * np.sin(np.deg2rad(turn)))
            petal = oval(centre, (reach, 46), turn, 50)
            fill(wash, petal, (170,) * 3)
            stroke(line, np.concatenate([petal, petal[:1]]), (255,) * 3, 9)
    fill(rust, oval((middle, middle), (70, 70)), (255,) * 3)


@cache
def _outside(brush: tuple[int, int, int], petals: bool) -> F32:
    rng = np.random.default_rng(52)
    height, width = 700, 2400
    base = (1 + 0.02 * cloud(rng, height, width, 120))[..., None] * np.array(GLAZE)
    ink = np.zeros((height, width, 3), np.uint8)
    for row, thick in ((655, 14), (628, 5), (250, 8)):
        stroke(ink, [(0, row), (width, row)], (255,) * 3, thick)
    for k in range(24 if petals else 0):
        x = (k + 0.5) * width / 24
        for size in (1.0, 0.62):
            tip = np.array([(-44, 270), (-40, 460), (0, 600), (40, 460), (44, 270)]) * (size, 1) + (x, (1 - size) * 60)
            stroke(ink, tip, (255,) * 3, 8)
    soft = cv2.GaussianBlur(ink[..., :1].astype(np.float32) / 255, (0, 0), 1.6)[..., None] * 0.9
    return np.clip(base * (1 - soft) + np.array(brush) * soft, 0, 255).astype(np.uint8)[::-1]


def _cracked(drawn: np.ndarray) -> np.ndarray:
    """A crack from the rim to beyond the middle that took in dirt."""
    rng = np.random.default_rng(6)
    out = drawn.copy()
    t = np.linspace(0, 1, 46)[:, None]
    path = np.array([1290.0, 960.0]) * (1 - t) + np.array([560.0, 600.0]) * t
    path += np.cumsum(rng.normal(0, 7, path.shape), axis=0) * np.sin(np.pi * np.clip(t * 1.2, 0, 1))
    stroke(out, path, (58, 40, 28), 7)
    branch = path[24] + np.linspace(0, 1, 18)[:, None] * np.array([-60.0, 250.0]) + np.cumsum(rng.normal(0, 5, (18, 2)), axis=0)
    stroke(out, branch, (70, 50, 36), 5)
    return out


LISTINGS = (
    Listing(View(0, 58, 0.78, 100, aim=(0, 0, 0.03), aperture_m=0), Studio()),
    Listing(View(0, 88, 0.78, 100, aim=(0, 0, 0.03), aperture_m=0), Studio(backdrop=(222, 216, 206), key_deg=60)),
)
TABLE = Room("bleached", "window", 160, 46, 5200, (Item("lime", (0.14, 0.06)), Item("leaf", (-0.17, 0.03), 70)))
KITCHEN = Room("gingham", "sky", 45, 50, 6300, (Item("plate", (-0.22, 0.1)), Item("pencil", (0.16, -0.02), 75)))
EVENING = Room("teak", "bulb", 140, 56, 2800, (Item("mug", (0.19, 0.09), 160), Item("receipt", (-0.18, 0.02), 10)))
SHOP = Room("kraft", "tube", 60, 75, 4300, (Item("tissue", (-0.24, 0.12)), Item("tape", (0.2, 0.08))))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5500, exposure_ev=0.1)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, exposure_ev=0.2, model="Note 8")
AIM = (0, 0, 0.03)
ARRIVALS = (
    Arrival("match-1", View(9, 62, 0.27, aim=AIM), TABLE, DAY),
    Arrival("match-2", View(-20, 55, 0.28, aim=AIM), EVENING, LAMP),
    Arrival(
        "colour", View(8, 64, 0.27, aim=AIM), KITCHEN, Phone(balanced_k=6000, exposure_ev=0.1), {"brush": (24, 92, 62)},
        aspect="colour", change="difference", what="painted in green in place of blue (CIEDE2000 36)", **OTHER,
    ),
    Arrival(
        "pattern", View(-7, 66, 0.27, aim=AIM), SHOP, Phone(balanced_k=4400, exposure_ev=0.1), {"motif": "lotus"},
        aspect="pattern", change="difference", what="a lotus in place of the fish", **OTHER,
    ),
    Arrival(
        "chip", View(6, 60, 0.27, aim=AIM), TABLE, DAY, {"chip": True},
        aspect="damage", change="difference", what="a chip out of the rim, 6 cm long and 2 cm deep", **OTHER,
    ),
    Arrival(
        "crack", View(-12, 68, 0.27, aim=AIM), KITCHEN, Phone(balanced_k=6600, exposure_ev=0.1), {"crack": True},
        aspect="damage", change="difference", what="a crack from the rim to beyond the middle, 10 cm", **OTHER,
    ),
    Arrival(
        "matte", View(10, 58, 0.28, aim=AIM), TABLE, DAY, {"matte": True},
        aspect="material", change="whole", what="without its clear glaze: dull in place of glossy", **OTHER,
    ),
    Arrival(
        "flat", View(-5, 40, 0.3, aim=AIM), SHOP, Phone(balanced_k=4200, exposure_ev=0.1), {"flatter": 0.5},
        aspect="shape", change="whole", what="half as high: a plate rather than a bowl", **OTHER,
    ),
    Arrival(
        "covered", View(4, 62, 0.28, aim=AIM),
        Room("kraft", "sky", 80, 55, 6000, (Item("tissue", (0.075, 0.02), 20, 0.05), Item("tape", (0.2, 0.08)))),
        Phone(balanced_k=6000), expected_verdict="retake", what="as listed; packing paper lies over half of it",
    ),
)  # fmt: skip
