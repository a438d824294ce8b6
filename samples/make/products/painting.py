"""A painting on canvas: rice terraces below a volcano, in oils, in a carved and gilded frame."""

from __future__ import annotations

from functools import cache

import bpy
import cv2
import numpy as np

from ..colour import redyed
from ..drawing import F32, cloud, fill, oval, stroke
from ..light import srgb
from ..scene import material, mesh, sheet, texture
from ..shot import Arrival, Item, Listing, Phone, Room, Studio, View

REACH_M = 0.3
CANVAS_M = (0.42, 0.32)
PX = (960, 1260)
RAIL_M, DEPTH_M = 0.034, 0.022


def build(
    seed: int = 7,
    faded: float = 0.0,
    mirrored: bool = False,
    scratched: bool = False,
    cracked: bool = False,
    corner: bool = True,
    frame: str = "gilt",
    cut: float = 1.0,
) -> list[bpy.types.Object]:
    """The painting in its frame.

    `seed` is another painting of the same hand, `faded` a shift in CIEDE2000, `corner` whether the frame's corner is whole,
    `frame` ``gilt`` or ``raw``, `cut` the share of the canvas left of the right edge.
    """
    painted, relief = _painted(seed)
    if faded:
        painted = redyed(painted, np.ones(PX, bool), faded, 95.0, 0.7)
    if scratched:
        painted = _scratched(painted)
    if cracked:
        painted = _cracked(painted)
    if mirrored:
        painted, relief = np.ascontiguousarray(painted[:, ::-1]), np.ascontiguousarray(relief[:, ::-1])
    width = round(PX[1] * cut)
    painted, relief = np.ascontiguousarray(painted[:, :width]), np.ascontiguousarray(relief[:, :width])
    half = np.array([CANVAS_M[0] * cut / 2, CANVAS_M[1] / 2])
    x, y = np.meshgrid(np.linspace(-half[0], half[0], 40), np.linspace(half[1], -half[1], 30))
    points = np.stack([x, y, np.full(x.shape, 0.014)], -1)
    oils = material(
        "oils", texture("oils", painted), roughness=0.38, bump=texture("relief", relief, data=True), bump_m=0.0011,
        coat_weight=0.25,
        coat_roughness=0.3,
    )  # fmt: skip
    return [sheet("canvas", points, oils), *_frame(half, frame, corner)]


@cache
def _painted(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Colours (H, W, 3) and thickness of the paint (H, W), both uint8."""
    rng = np.random.default_rng(seed)
    canvas = _landscape(rng)
    for size, count, keep in ((26, 4600, 0.3), (15, 8000, 0.4), (9, 9000, 0.6)):
        canvas = keep * canvas + (1 - keep) * _brushed(rng, canvas, size, count)
    pixels = np.clip(canvas, 0, 255).astype(np.uint8)
    ink = tuple(int(v) for v in (46, 22, 14))
    name = "".join(rng.choice(list("AGKMNRSTWY"), 5))
    cv2.putText(
        pixels, name, (round(PX[1] * 0.84), round(PX[0] * 0.965)), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.0, ink, 2, cv2.LINE_AA
    )
    grey = canvas.mean(axis=2)
    ridge = grey - cv2.GaussianBlur(grey, (0, 0), 6)
    weave = 10 * (np.sin(np.arange(PX[1]) * 1.6)[None] + np.sin(np.arange(PX[0]) * 1.6)[:, None])
    return pixels, np.clip(128 + 2.2 * ridge + weave, 0, 255).astype(np.uint8)


def _landscape(rng: np.random.Generator) -> F32:
    height, width = PX
    x = np.arange(width)
    y = np.linspace(0, 1, height)[:, None, None]
    dusk = rng.uniform(0, 1)
    top, low = np.array([74, 116, 168]) * (1 - 0.3 * dusk), np.array([236, 196, 140]) + dusk * np.array([8, -24, -20])
    canvas = (top * (1 - np.minimum(y / 0.45, 1)) + low * np.minimum(y / 0.45, 1)) * np.ones((height, width, 1))
    canvas += 16 * np.clip(cloud(rng, height, width, 200, stretch=3), 0, 2)[..., None]
    peak, sun_x = rng.uniform(0.25, 0.75) * width, rng.uniform(0.15, 0.85) * width
    canvas = _over(canvas, oval((sun_x, 0.16 * height), (42, 42)), (248, 214, 128))
    rise = 0.38 * height * np.exp(-np.abs(x - peak) / (0.24 * width)) + 8 * cloud(rng, 1, width, 60)[0]
    canvas = _over(canvas, _below(x, 0.5 * height - rise, height), (84, 92, 128))
    hills = 0.5 * height - 26 * np.abs(cloud(rng, 1, width, 300)[0])
    canvas = _over(canvas, _below(x, hills, height), (70, 104, 92))
    greens = np.array([(92, 138, 60), (128, 162, 66), (70, 118, 62), (164, 178, 84), (110, 146, 112), (52, 96, 56)])
    phase = rng.uniform(0, 6, 2)
    for k in range(11):
        level = (0.5 + 0.047 * k + 0.0016 * k * k) * height
        line = level + (8 + 3 * k) * np.sin(x / (150 + 22 * k) + phase[0] + 0.7 * k) + 5 * cloud(rng, 1, width, 90)[0]
        colour = greens[rng.integers(len(greens))] * rng.uniform(0.85, 1.12)
        canvas = _over(canvas, _below(x, line, height), colour)
        canvas = _over(
            canvas, np.concatenate([np.stack([x, line], 1), np.stack([x, line + 4 + 0.6 * k], 1)[::-1]]), colour * 0.55
        )
    for _ in range(6):
        _palm(canvas, rng)
    hut = np.array([rng.uniform(0.15, 0.8) * width, rng.uniform(0.6, 0.7) * height])
    canvas = _over(canvas, hut + np.array([(-44, 0), (44, 0), (44, 46), (-44, 46)]), (150, 98, 62))
    canvas = _over(canvas, hut + np.array([(-66, 4), (0, -52), (66, 4)]), (122, 78, 42))
    for _ in range(4):
        man = np.array([rng.uniform(0.1, 0.9) * width, rng.uniform(0.76, 0.92) * height])
        canvas = _over(canvas, oval(tuple(man), (9, 20)), rng.choice([(176, 52, 44), (232, 226, 214), (52, 66, 120)]))
        canvas = _over(canvas, man + np.array([(-20, -18), (0, -36), (20, -18)]), (222, 186, 112))
    return canvas.astype(np.float32)


def _palm(canvas: np.ndarray, rng: np.random.Generator) -> None:
    foot = np.array([rng.uniform(0.03, 0.97) * PX[1], rng.uniform(0.55, 0.8) * PX[0]])
    size, lean = rng.uniform(110, 200), rng.uniform(-0.25, 0.25)
    t = np.linspace(0, 1, 20)[:, None]
    stem = foot + np.concatenate([lean * size * t**1.6, -size * t], 1)
    stroke(canvas, stem, (86, 62, 44), 8)
    for turn in rng.uniform(-170, -10, 9).tolist() + [25, 155]:
        way = np.array([np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))])
        frond = stem[-1] + 0.36 * size * (t * way + np.array([0, 0.5]) * t**2)
        stroke(canvas, frond, np.array([54, 96, 48]) * rng.uniform(0.8, 1.3), 7)


def _over(canvas: F32, outline: np.ndarray, colour: object) -> F32:
    fill(canvas, outline, colour)
    return canvas


def _below(x: np.ndarray, line: np.ndarray, height: int) -> np.ndarray:
    return np.concatenate([np.stack([x, line], 1), [(x[-1], height + 9), (x[0], height + 9)]])


def _brushed(rng: np.random.Generator, canvas: F32, length: float, count: int) -> F32:
    """`canvas` as `count` strokes of about `length` px would render it."""
    height, width = canvas.shape[:2]
    out = canvas.copy()
    turn = cloud(rng, height, width, width / 5) * 0.9
    for x, y in zip(rng.integers(0, width, count), rng.integers(0, height, count), strict=True):
        reach = length * rng.uniform(0.5, 1.0)
        step = np.array([np.cos(turn[y, x]), 0.6 * np.sin(turn[y, x])]) * reach
        colour = canvas[y, x] + rng.normal(0, 9, 3) + rng.normal(0, 9)
        stroke(out, [(x - step[0], y - step[1]), (x, y + 0.12 * reach), (x + step[0], y + step[1])], colour, 0.3 * length)
    return out


def _scratched(painted: np.ndarray) -> np.ndarray:
    """A gouge through the paint down to the white ground, 15 cm long."""
    out = painted.copy()
    t = np.linspace(0, 1, 60)
    line = np.stack([380 + 420 * t, 360 + 230 * t + 30 * np.sin(5 * t)], 1)
    stroke(out, line, (230, 222, 204), 9)
    stroke(out, line + (0, 5), (70, 52, 40), 3)
    stroke(out, line[8:34] + (16, -26), (226, 218, 200), 5)
    return out


def _cracked(painted: np.ndarray) -> np.ndarray:
    """Paint that flaked off around a blow, 7 cm across."""
    rng = np.random.default_rng(9)
    out = painted.copy()
    y, x = np.mgrid[: PX[0], : PX[1]]
    near = np.hypot(x - 0.7 * PX[1], y - 0.44 * PX[0]) / 105
    flake = (near + 0.34 * cloud(rng, *PX, 46)) < 0.72
    out[flake] = (np.array([214, 200, 176]) * (1 + 0.04 * rng.standard_normal((int(flake.sum()), 1)))).astype(np.uint8)
    edge = flake ^ (cv2.erode(flake.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    out[edge] = (out[edge] * 0.5).astype(np.uint8)
    for turn in np.linspace(0, 2 * np.pi, 9)[:-1]:
        t = np.linspace(0.6, 1.7, 16)[:, None] * 105
        ray = np.array([0.7 * PX[1], 0.44 * PX[0]]) + t * np.array([np.cos(turn), np.sin(turn)]) + rng.normal(0, 4, (16, 2))
        stroke(out, ray, (52, 40, 34), 3)
    return out


def _frame(half: np.ndarray, kind: str, corner: bool) -> list[bpy.types.Object]:
    """Four mitred rails with a moulding carved into leaves."""
    count, wide = 14, 420
    across = np.linspace(0, 1, count)
    rise = DEPTH_M * (0.62 + 0.38 * np.sin(np.pi * np.clip(across * 1.15 - 0.05, 0, 1)) + 0.1 * np.sin(5 * np.pi * across))
    rise[[0, -1]] = 0.0
    rail = np.clip(np.array([RAIL_M * across, rise]), 0, None)
    leaf = np.abs(np.sin(np.linspace(0, 26 * np.pi, wide)))[None] * np.exp(-(((across[:, None] - 0.52) / 0.2) ** 2))
    carving = texture("carving", np.clip(40 + 200 * leaf[::-1], 0, 255).astype(np.uint8), data=True)
    if kind == "gilt":
        surface = material("gilt", (0.66, 0.43, 0.16), metallic=0.85, roughness=0.36, bump=carving, bump_m=0.004)
    else:
        surface = material("raw", srgb((188, 150, 104)), roughness=0.7, bump=carving, bump_m=0.004)
    made = []
    inner = [(-half[0], half[1]), (half[0], half[1]), (half[0], -half[1]), (-half[0], -half[1])]
    away = [(-1, 1), (1, 1), (1, -1), (-1, -1)]
    for k in range(4):
        a, b = np.array(inner[k]), np.array(inner[(k + 1) % 4])
        out_a, out_b = np.array(away[k]), np.array(away[(k + 1) % 4])
        t = np.linspace(0, 1, 60)[None, :, None]
        start, end = a + rail[0][:, None] * out_a, b + rail[0][:, None] * out_b
        flat = start[:, None] * (1 - t) + end[:, None] * t
        points = np.concatenate([flat, np.repeat(rail[1][:, None, None], 60, axis=1)], -1)[::-1]
        keep = None
        if not corner and k in (1, 2):
            middle = 0.25 * (points[1:, 1:] + points[:-1, 1:] + points[1:, :-1] + points[:-1, :-1])
            chip = np.array([half[0] + RAIL_M, -half[1] - RAIL_M])
            wobble = 0.004 * np.sin(400 * middle[..., 0]) * np.sin(300 * middle[..., 1])
            keep = np.abs(middle[..., :2] - chip).sum(axis=-1) + wobble > 0.055
        made.append(sheet("rail", points, surface, keep=keep))
    if not corner:
        wood = material("wood", srgb((196, 156, 108)), roughness=0.8)
        x, y = half[0] + RAIL_M, -half[1] - RAIL_M
        cut = [(x - 0.055, y, 0), (x, y + 0.055, 0), (x, y + 0.055, 0.016), (x - 0.055, y, 0.016)]
        made.append(mesh("break", cut, [(0, 1, 2, 3)], wood, smooth=False))
    return made


LISTINGS = (Listing(View(0, 90, 1.62, 100, aperture_m=0), Studio()),)
TABLE = Room("teak", "sky", 140, 50, 6300, (Item("mug", (0.33, 0.12), 120), Item("coins", (-0.31, -0.1))))
FLOOR = Room("terracotta", "window", 120, 52, 5200, (Item("tape", (-0.35, 0.12)), Item("receipt", (0.33, -0.05), 30)))
DESK = Room("bleached", "bulb", 155, 42, 2800, (Item("parcel", (0.42, 0.24), -12), Item("pencil", (-0.31, 0.05), 100)))
SHOP = Room("laminate", "tube", 150, 75, 4300, (Item("phone", (0.35, 0.02), 15), Item("tissue", (-0.38, 0.1))))
OTHER = {"label": "mismatch", "expected_verdict": "mismatch"}
DAY = Phone(balanced_k=5900, exposure_ev=0.1)
LAMP = Phone(balanced_k=3300, sent_quality=70, noise=1.6, exposure_ev=0.3, model="M12")
ARRIVALS = (
    Arrival("match-1", View(7, 66, 0.6), TABLE, DAY),
    Arrival("match-2", View(-18, 58, 0.62), DESK, LAMP),
    Arrival(
        "identity", View(9, 68, 0.6), FLOOR, Phone(balanced_k=5400), {"seed": 19}, aspect="identity", change="difference",
        what="another landscape by the same hand, same frame", **OTHER,
    ),
    Arrival(
        "faded", View(-6, 70, 0.6), TABLE, DAY, {"faded": 12.0}, aspect="colour", change="difference",
        what="yellowed and bleached by CIEDE2000 12, frame as listed", **OTHER,
    ),
    Arrival(
        "mirrored", View(12, 64, 0.6), SHOP, Phone(balanced_k=4500, exposure_ev=0.1), {"mirrored": True}, aspect="pattern",
        change="difference", what="the picture mirrored", **OTHER,
    ),
    Arrival(
        "scratch", View(-10, 64, 0.58), FLOOR, Phone(balanced_k=5000), {"scratched": True}, aspect="damage",
        change="difference",
        what="a gouge down to the ground, 16 cm long and 3 mm wide", **OTHER,
    ),
    Arrival(
        "flaked", View(14, 62, 0.58), DESK, LAMP, {"cracked": True}, aspect="damage", change="difference",
        what="paint flaked off, 5 cm across", **OTHER,
    ),
    Arrival(
        "corner", View(5, 60, 0.6), SHOP, Phone(balanced_k=4200, exposure_ev=0.1), {"corner": False}, aspect="missing",
        change="difference", what="a corner of the frame broken off, 5.5 cm", **OTHER,
    ),
    Arrival(
        "frame", View(-8, 66, 0.6), TABLE, Phone(balanced_k=6600), {"frame": "raw"}, aspect="material", change="difference",
        what="a raw wooden frame in place of the gilded one", **OTHER,
    ),
    Arrival(
        "cut", View(6, 68, 0.58), DESK, LAMP, {"cut": 0.72}, aspect="shape", change="whole",
        what="the canvas cut narrower by 28 %, as if re-stretched", **OTHER,
    ),
    Arrival(
        "glare", View(0, 47, 0.6), Room("teak", "bulb", 90, 47, 3000, (Item("mug", (0.33, 0.12), 120),)),
        Phone(balanced_k=3100, exposure_ev=2.1), expected_verdict="retake",
        what="as listed; the lamp's glare burns the picture out",
    ),
)  # fmt: skip
