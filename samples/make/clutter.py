"""What lies about on a table."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from .drawing import cloud, fill, oval, stroke
from .light import srgb
from .scene import ball, box, group, lathe, material, mesh, sheet, texture, tube
from .shot import Item

Objects = list[bpy.types.Object]


def mug() -> Objects:
    """A mug with coffee, 9 cm high."""
    glaze = material("mug", srgb((196, 204, 200)), roughness=0.15, coat_weight=0.4)
    outside = [(0, 0.001), (0.033, 0), (0.037, 0.003), (0.041, 0.03), (0.041, 0.088), (0.0395, 0.091), (0.038, 0.088)]
    inside = [(0.0375, 0.06), (0.036, 0.01), (0, 0.006)]
    turn = np.linspace(-1.3, 1.3, 24)
    handle = np.stack([0.04 + 0.026 * np.cos(turn), np.zeros(24), 0.047 + 0.028 * np.sin(turn)], 1)
    coffee = material("coffee", srgb((52, 28, 14)), roughness=0.08)
    return [
        lathe("mug", outside + inside, glaze),
        tube("handle", handle, 0.005, glaze),
        lathe("coffee", [(0, 0.07), (0.0385, 0.07)], coffee),
    ]


def plate() -> Objects:
    """A small plate, 16 cm across, with a blue rim."""
    glaze = material("plate", srgb((222, 220, 212)), roughness=0.12, coat_weight=0.5)
    rim = material("rim", srgb((52, 82, 128)), roughness=0.12, coat_weight=0.5)
    profile = [(0, 0.004), (0.045, 0.004), (0.05, 0), (0.056, 0.004), (0.079, 0.017), (0.08, 0.018), (0.078, 0.0185)]
    profile += [(0.055, 0.009), (0.045, 0.007), (0, 0.007)]
    turn = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    edge = np.stack([0.0793 * np.cos(turn), 0.0793 * np.sin(turn), np.full(96, 0.0182)], 1)
    return [lathe("plate", profile, glaze), tube("rim", edge, 0.0014, rim, closed=True)]


def pencil() -> Objects:
    """A pencil, 17 cm long."""
    lacquer = material("lacquer", srgb((196, 148, 36)), roughness=0.3)
    wood, lead = material("wood", srgb((206, 168, 122))), material("lead", srgb((46, 46, 48)), roughness=0.4)
    x = np.array([-0.085, 0.066])
    tip = np.array([0.066, 0.072, 0.08])
    height = 0.0036
    return [
        tube("pencil", [(a, 0, height) for a in x], 0.0036, lacquer, sides=6),
        tube("cone", [(a, 0, height) for a in tip], [0.0035, 0.0022, 0.0009], wood),
        tube("lead", [(a, 0, height) for a in (0.08, 0.0822, 0.084)], [0.0009, 0.0006, 0.0001], lead),
        tube("eraser", [(a, 0, height) for a in (-0.085, -0.094)], 0.0035, material("rubber", srgb((188, 96, 92)))),
    ]


def coins() -> Objects:
    """Five coins."""
    silver = material("nickel", (0.62, 0.6, 0.56), metallic=1.0, roughness=0.3)
    brass = material("brass", (0.68, 0.5, 0.24), metallic=1.0, roughness=0.33)
    profile = np.array(
        [(0, 0), (0.0125, 0), (0.0127, 0.0008), (0.0125, 0.0018), (0.0112, 0.0018), (0.0108, 0.0014), (0, 0.0014)]
    )
    places = ((0, 0, 0, silver), (0.03, 0.012, 0, brass), (0.021, -0.02, 0, silver), (0.012, 0.004, 0.0018, brass))
    made = []
    for x, y, z, metal in places:
        coin = lathe("coin", profile * (1.0 if metal is silver else 0.92, 1.0), metal, segments=64)
        coin.location = (x, y, z)
        made.append(coin)
    return made


def parcel() -> Objects:
    """The cardboard box that it came in, 24 cm wide, its tape and label."""
    rng = np.random.default_rng(31)
    tone = (1 + 0.03 * cloud(rng, 700, 700, 6, stretch=6))[..., None] * np.array([186, 144, 98])
    canvas = np.clip(tone, 0, 255).astype(np.uint8)
    canvas[320:384] = (0.6 * canvas[320:384] + 0.4 * np.array([206, 178, 128])).astype(np.uint8)
    label = np.array([(60, 60), (300, 60), (300, 230), (60, 230)], float)
    fill(canvas, label, (238, 238, 232))
    for k in range(6):
        stroke(canvas, [(80, 84 + 22 * k), (rng.integers(170, 280), 84 + 22 * k)], (60, 60, 66), 5)
    return [box("parcel", (0, 0, 0.05), (0.24, 0.18, 0.1), material("parcel", texture("parcel", canvas), roughness=0.7))]


def receipt() -> Objects:
    """A till receipt, 7 x 14 cm, curled."""
    rng = np.random.default_rng(32)
    canvas = np.full((560, 280, 3), 240, np.uint8)
    for row in range(40, 510, 22):
        stroke(canvas, [(24, row), (24 + rng.integers(60, 150), row)], (96, 96, 104), 4)
        stroke(canvas, [(210, row), (254, row)], (96, 96, 104), 4)
    x, y = np.meshgrid(np.linspace(-0.035, 0.035, 12), np.linspace(0.07, -0.07, 30))
    z = 0.001 + 0.012 * (np.abs(y) / 0.07) ** 3 + 0.002 * (x / 0.035) ** 2
    return [sheet("receipt", np.stack([x, y, z], -1), material("receipt", texture("receipt", canvas), roughness=0.6))]


def leaf() -> Objects:
    """A frangipani leaf, 15 cm long."""
    rng = np.random.default_rng(33)
    canvas = np.zeros((300, 900, 4), np.uint8)
    t = np.linspace(0, 1, 60)
    width = 128 * np.sin(np.pi * t**0.8) ** 0.8
    outline = np.concatenate([np.stack([20 + 860 * t, 150 - width], 1), np.stack([20 + 860 * t, 150 + width], 1)[::-1]])
    blade = np.zeros((300, 900), np.uint8)
    fill(blade, outline, 255)
    tone = (1 + 0.08 * cloud(rng, 300, 900, 40))[..., None] * np.array([62, 104, 44])
    colour = np.clip(tone, 0, 255).astype(np.uint8)
    stroke(colour, [(20, 150), (870, 150)], (140, 160, 92), 8)
    for k in range(1, 18):
        for side in (-1, 1):
            stroke(colour, [(48 * k, 150), (48 * k + 60, 150 + side * 118)], (92, 130, 66), 2)
    canvas[..., :3], canvas[..., 3] = colour, blade
    x, y = np.meshgrid(np.linspace(-0.075, 0.075, 30), np.linspace(0.025, -0.025, 10))
    z = 0.003 + 0.12 * np.abs(y) ** 1.3 + 1.3 * x**2
    return [sheet("leaf", np.stack([x, y, z], -1), material("leaf", texture("leaf", canvas), roughness=0.35))]


def lime() -> Objects:
    """Two limes."""
    rng = np.random.default_rng(34)
    tone = (1 + 0.06 * cloud(rng, 256, 512, 60))[..., None] * np.array([104, 142, 38])
    bumps = texture("peel", np.clip(128 + 40 * cloud(rng, 512, 1024, 5, octaves=2), 0, 255).astype(np.uint8), data=True)
    skin = material("lime", texture("lime", np.clip(tone, 0, 255).astype(np.uint8)), roughness=0.32, bump=bumps, bump_m=0.0006)
    return [
        ball("lime", (0, 0, 0.021), (0.024, 0.022, 0.021), skin),
        ball("lime", (0.046, 0.016, 0.02), (0.022, 0.021, 0.02), skin),
    ]


def notebook() -> Objects:
    """A notebook, A6, with a dark red cover and an elastic band."""
    cover = material("cover", srgb((112, 32, 36)), roughness=0.55)
    paper = material("paper", srgb((232, 226, 208)))
    return [
        box("pages", (0, 0, 0.0065), (0.1, 0.142, 0.009), paper),
        box("cover", (0.001, 0, 0.0118), (0.105, 0.148, 0.0016), cover),
        box("band", (0.038, 0, 0.0128), (0.006, 0.149, 0.0008), material("band", (0.02, 0.02, 0.02)), bevel_m=0.0002),
    ]


def phone() -> Objects:
    """Another telephone, its glass up."""
    edge = material("edge", (0.05, 0.05, 0.06), metallic=0.8, roughness=0.3)
    glass = material("glass", (0.004, 0.004, 0.005), roughness=0.04)
    return [
        box("phone", (0, 0, 0.004), (0.072, 0.15, 0.008), edge, bevel_m=0.003),
        box("glass", (0, 0, 0.0081), (0.068, 0.146, 0.0004), glass, bevel_m=0.0001),
    ]


def tape() -> Objects:
    """A roll of brown parcel tape."""
    profile = [(0.038, 0), (0.052, 0), (0.0523, 0.001), (0.0523, 0.047), (0.052, 0.048), (0.038, 0.048), (0.038, 0)]
    brown = material("tape", srgb((158, 112, 56)), roughness=0.22)
    core = material("core", srgb((178, 150, 116)))
    inner = [(0.0379, 0.048), (0.0379, 0.0)]
    return [lathe("tape", profile, brown), lathe("core", inner, core)]


def tissue() -> Objects:
    """A crumpled sheet of white tissue paper, 24 cm across and up to 6 cm high."""
    rng = np.random.default_rng(35)
    x, y = np.meshgrid(np.linspace(-0.12, 0.12, 160), np.linspace(0.12, -0.12, 160))
    crease = np.abs(cloud(rng, 160, 160, 60, octaves=4)) + 0.5 * np.abs(cloud(rng, 160, 160, 24, octaves=3))
    away = np.hypot(x, y) / 0.12
    z = 0.002 + 0.034 * np.exp(-((away / 0.75) ** 4)) + 0.012 * crease * np.clip(1.15 - away, 0, 1)
    edge = 1 + 0.06 * cloud(rng, 160, 160, 50)
    paper = material("tissue", srgb((236, 234, 230)), roughness=0.8, subsurface_weight=0.1)
    return [sheet("tissue", np.stack([x * edge, y * edge, z], -1), paper)]


def keys() -> Objects:
    """Two keys on a ring."""
    steel = material("steel", (0.58, 0.58, 0.6), metallic=1.0, roughness=0.28)
    brass = material("brass", (0.7, 0.52, 0.24), metallic=1.0, roughness=0.3)
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ring = np.stack([0.013 * np.cos(turn), 0.013 * np.sin(turn), np.full(48, 0.0012)], 1)
    made = [tube("ring", ring, 0.0009, steel, closed=True, sides=8)]
    for angle, metal in ((20.0, steel), (75.0, brass)):
        key = _key(metal)
        key.rotation_euler = (0, 0, np.deg2rad(angle))
        made.append(key)
    return made


def _key(metal: bpy.types.Material) -> bpy.types.Object:
    head = oval((0.022, 0.0), (0.011, 0.011), corners=24)[3:22]
    teeth = [(0.034, -0.003), (0.052, -0.003), (0.053, 0.002), (0.049, 0.004), (0.046, 0.002), (0.043, 0.004), (0.039, 0.002)]
    flat = np.concatenate([head, teeth])
    count = len(flat)
    low, high = np.column_stack([flat, np.full(count, 0.0004)]), np.column_stack([flat, np.full(count, 0.0024)])
    sides = [(k, (k + 1) % count, count + (k + 1) % count, count + k) for k in range(count)]
    faces = [tuple(range(count, 2 * count)), *sides]
    return mesh("key", np.concatenate([low, high]), faces, metal, smooth=False)


ITEMS: dict[str, Callable[[], Objects]] = {
    made.__name__: made
    for made in (mug, plate, pencil, coins, parcel, receipt, leaf, lime, notebook, phone, tape, tissue, keys)
}


def put(item: Item) -> None:
    """Put a thing on the table."""
    group(ITEMS[item.name](), at=(*item.at, item.lift_m), turn_deg=item.turn_deg)
