"""Flat craft goods drawn from a seed: a painting, batik cloth, a carved and painted fish, a woven mat, a plain vase."""

from __future__ import annotations

import cv2
import numpy as np

from samples.make.drawing import cloud, fill, oval, stroke

from .drawing import Colour, Product, finished, relief
from .photography import F32, U8

INDIGO: tuple[Colour, ...] = ((28, 38, 84), (232, 220, 190), (148, 88, 42), (196, 150, 84))
SOGA: tuple[Colour, ...] = ((58, 30, 20), (236, 216, 174), (168, 96, 40), (30, 34, 62))
MOTIFS = ("kawung", "ceplok", "truntum")
Point = tuple[float, float]


def painting(seed: int, side: int = 900) -> Product:
    """Rice terraces below a volcano, `side` px wide, in visible brush strokes; no two places look alike."""
    rng = np.random.default_rng(seed)
    width, height = side, round(side * 0.76)
    canvas = _landscape(rng, width, height)
    for size, count, keep in ((0.020, 5200, 0.35), (0.009, 7000, 0.55)):
        canvas = keep * canvas + (1 - keep) * _brushed(rng, canvas, size * side, count)
    stroke_relief = cv2.GaussianBlur(canvas.mean(axis=2), (0, 0), side / 700)
    canvas *= relief(stroke_relief, 0.02)
    weave = np.sin(np.arange(width) * 2.2)[None, :, None] + np.sin(np.arange(height) * 2.2)[:, None, None]
    canvas += 1.6 * weave + 2.0 * cloud(rng, height, width, side / 60)[..., None]
    signed = finished(canvas)
    signature = "".join(rng.choice(list("AGKMNRSTWY"), 5))
    origin = (round(width * 0.84), round(height * 0.965))
    cv2.putText(signed.pixels, signature, origin, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, side / 1100, (40, 20, 14), 1, cv2.LINE_AA)
    return signed


def _brushed(rng: np.random.Generator, canvas: F32, length: float, count: int) -> F32:
    """`canvas` as `count` strokes of about `length` px would render it."""
    height, width = canvas.shape[:2]
    out = canvas.copy()
    turn = cloud(rng, height, width, width / 5) * 0.9
    columns, rows, jitters = rng.integers(0, width, count), rng.integers(0, height, count), rng.normal(0, 11, (count, 3))
    for x, y, jitter in zip(columns, rows, jitters, strict=True):
        angle, reach = float(turn[y, x]), length * rng.uniform(0.5, 1.0)
        step = np.array([np.cos(angle), 0.5 * np.sin(angle)]) * reach
        colour = canvas[y, x] + jitter + jitter[0]
        stroke(out, [(x - step[0], y - step[1]), (x, y + 0.12 * reach), (x + step[0], y + step[1])], colour, 0.28 * length)
    return out


def _landscape(rng: np.random.Generator, width: int, height: int) -> F32:
    """What is painted, before the brush."""
    dawn = np.array([(248, 188, 96), (236, 150, 120), (214, 222, 236), (250, 226, 150)][rng.integers(4)], np.float32)
    dusk = np.array([(70, 130, 190), (92, 84, 150), (38, 110, 140), (120, 170, 214)][rng.integers(4)], np.float32)
    fall = np.linspace(0, 1.6, height, dtype=np.float32).clip(0, 1)[:, None, None]
    canvas = np.ascontiguousarray(np.broadcast_to(dusk * (1 - fall) + dawn * fall, (height, width, 3)))
    canvas += 7 * cloud(rng, height, width, width / 6, stretch=3)[..., None]
    sun = (width * rng.uniform(0.1, 0.9), height * rng.uniform(0.1, 0.3))
    fill(canvas, oval(sun, (width * 0.05, width * 0.05)), (252, 214, 110) if rng.random() < 0.6 else (226, 84, 48))
    _mountains(rng, canvas)
    horizon = _terraces(rng, canvas)
    for things, draw, (top, bottom), (small, tall) in (
        (2, _shrine, (horizon / height + 0.02, horizon / height + 0.22), (0.16, 0.3)),
        (5, _palm, (0.6, 0.95), (0.28, 0.5)),
        (7, _farmer, (0.62, 0.92), (0.035, 0.06)),
        (9, _bird, (0.04, 0.3), (0.01, 0.024)),
        (26, _frangipani, (0.9, 1.0), (0.016, 0.036)),
    ):
        for _ in range(things):
            draw(
                rng,
                canvas,
                (width * rng.uniform(0.03, 0.97), height * rng.uniform(top, bottom)),
                height * rng.uniform(small, tall),
            )
    return canvas


def _mountains(rng: np.random.Generator, canvas: F32) -> None:
    height, width = canvas.shape[:2]
    x = np.linspace(0, width, 160)
    for layer in range(3):
        peak, steep = rng.uniform(0.15, 0.85) * width, rng.uniform(0.5, 1.1) * (1 - 0.2 * layer)
        ragged = rng.normal(0, height * 0.0021, x.size).cumsum()
        top = height * (0.16 + 0.1 * layer) + np.abs(x - peak) * steep * 0.42 + ragged
        colour = np.array((92 - 15 * layer, 112 - 8 * layer, 150 - 42 * layer)) + rng.normal(0, 10, 3)
        fill(canvas, np.vstack([np.stack([x, top], 1), [(width, height), (0, height)]]), colour)
        for _ in range(14):
            at = rng.integers(10, 150)
            end = (x[at] + rng.normal(0, 0.05) * width, top[at] + 0.16 * height)
            stroke(canvas, [(x[at], top[at]), end], colour * rng.choice([0.8, 1.16]), width / 220)


def _terraces(rng: np.random.Generator, canvas: F32) -> float:
    """Fields from the horizon down to the lower edge; returns the horizon's y."""
    height, width = canvas.shape[:2]
    horizon = height * rng.uniform(0.44, 0.5)
    x = np.linspace(0, width, 120)
    waves = rng.uniform(0, 2 * np.pi, 3)
    for step in np.linspace(0, 1, 15) ** 1.35:
        bend = sum(np.sin(x / width * (3 + 4 * k) + wave + 3 * step * (k - 1)) / (k + 1.5) for k, wave in enumerate(waves))
        top = horizon + step * (height - horizon) + bend * height * (0.015 + 0.035 * step)
        green = np.array([(96, 142, 52), (148, 170, 60), (54, 108, 56), (196, 190, 92), (130, 176, 190)][rng.integers(5)])
        edge = np.stack([x, top], 1)
        fill(canvas, np.vstack([edge, [(width, height), (0, height)]]), green + rng.normal(0, 9, 3))
        stroke(canvas, edge, (60, 62, 28), width * (0.002 + 0.004 * step))
        for at in rng.integers(2, 118, 46):
            blade = height * (0.008 + 0.022 * step) * rng.uniform(0.5, 1.2)
            foot = edge[at] + (rng.normal(0, width * 0.01), blade * rng.uniform(0.6, 2.4))
            tip = (foot[0] + rng.normal(0, 0.5) * blade, foot[1] - blade)
            stroke(canvas, [foot, tip], green * rng.uniform(0.6, 1.25), width / 450)
    return horizon


def _shrine(rng: np.random.Generator, canvas: F32, foot: Point, tall: float) -> None:
    """A meru: thatched roofs, one above the other."""
    x, y = foot
    roofs = int(rng.integers(2, 5)) * 2 - 1
    fill(canvas, _trapezium(foot, 0.2 * tall, 0.17 * tall, 0.14 * tall), (150, 84, 62))
    fill(canvas, _trapezium(foot, 0.07 * tall, 0.04 * tall, tall), (92, 44, 34))
    for k in range(roofs):
        low, half = y - tall * (0.2 + 0.78 * k / roofs), tall * 0.3 * (1 - 0.75 * k / roofs)
        fill(canvas, _trapezium((x, low), half, 0.45 * half, 0.6 * tall / roofs), (52, 42, 38))
        stroke(canvas, [(x - half, low), (x + half, low)], (206, 160, 70), tall / 40)


def _trapezium(foot: Point, half_bottom: float, half_top: float, tall: float) -> list[Point]:
    """Corners of a shape that stands on `foot`."""
    x, y = foot
    return [(x - half_bottom, y), (x + half_bottom, y), (x + half_top, y - tall), (x - half_top, y - tall)]


def _palm(rng: np.random.Generator, canvas: F32, foot: Point, tall: float) -> None:
    sway = rng.normal(0, 0.22)
    rise = np.linspace(0, 1, 12)
    trunk = np.stack([foot[0] + sway * tall * rise**2, foot[1] - tall * rise], 1)
    stroke(canvas, trunk, (98, 76, 54), tall * 0.045)
    stroke(canvas, trunk - (tall * 0.01, 0), (150, 124, 92), tall * 0.015)
    for turn in np.linspace(-200, 20, 10) + rng.normal(0, 8, 10):
        reach = tall * rng.uniform(0.26, 0.42)
        out = np.linspace(0, 1, 8)
        leaf = trunk[-1] + np.stack([np.cos(np.deg2rad(turn)) * out, np.sin(np.deg2rad(turn)) * out + 0.55 * out**2], 1) * reach
        green = np.array((44, 96, 44)) * rng.uniform(0.7, 1.5)
        stroke(canvas, leaf, green, tall * 0.022)
        for at in leaf[1:]:
            stroke(canvas, [at, (at[0] + rng.normal(0, 0.02) * tall, at[1] + 0.09 * tall)], green, tall * 0.01)


def _farmer(rng: np.random.Generator, canvas: F32, foot: Point, tall: float) -> None:
    cloth = [(188, 40, 40), (230, 226, 210), (40, 60, 130), (220, 150, 40)][rng.integers(4)]
    fill(canvas, _trapezium(foot, 0.24 * tall, 0.16 * tall, 0.7 * tall), cloth)
    fill(canvas, _trapezium((foot[0], foot[1] - 0.72 * tall), 0.4 * tall, 0, 0.38 * tall), (214, 180, 110))


def _bird(rng: np.random.Generator, canvas: F32, at: Point, span: float) -> None:
    wings = np.array([(-1, -0.5), (-0.4, -0.6), (0, 0), (0.5, -0.7), (1, -0.4 + 0.1 * rng.normal())])
    stroke(canvas, wings * span + np.array(at), (40, 34, 40), span / 5)


def _frangipani(rng: np.random.Generator, canvas: F32, centre: Point, radius: float) -> None:
    petal = [(250, 244, 232), (246, 196, 200), (252, 232, 160)][rng.integers(3)]
    for turn in np.arange(5) * 72 + rng.uniform(0, 72):
        at = (centre[0] + 0.6 * radius * np.cos(np.deg2rad(turn)), centre[1] + 0.6 * radius * np.sin(np.deg2rad(turn)))
        fill(canvas, oval(at, (0.62 * radius, 0.34 * radius), turn), np.array(petal) * rng.uniform(0.86, 1.0))
    fill(canvas, oval(centre, (0.3 * radius, 0.3 * radius)), (238, 176, 40))


def kain(seed: int, side: int = 900, motif: str = "kawung", palette: tuple[Colour, ...] = INDIGO) -> Product:
    """Hand-drawn batik, `side` px wide: a lattice of one motif, every piece a little different, with a border of triangles."""
    rng = np.random.default_rng(seed)
    width, height = side, round(side * 0.8)
    ground, light, dye, accent = palette
    canvas = np.full((height, width, 3), ground, np.uint8)
    period = side / 11
    for row in range(-1, int(height / period) + 2):
        for column in range(-1, int(width / period) + 2):
            at = (np.array([column + 0.5 * (row % 2), row]) + rng.normal(0, 0.035, 2)) * period
            _motif(rng, canvas, (at[0], at[1]), period * rng.uniform(0.45, 0.52), motif, (light, dye, accent), jitter=1.0)
    band = 0.16 * height
    canvas[round(height - band) :] = dye
    teeth = 13
    for k in range(teeth):
        left, right = k * width / teeth, (k + 1) * width / teeth
        tip = ((left + right) / 2 + rng.normal(0, 0.05) * band, height - band * rng.uniform(0.86, 0.96))
        fill(canvas, [(left, height), (right, height), tip], ground)
        for inner in range(3):
            at = ((left + right) / 2 + rng.normal(0, 2), height - band * (0.12 + 0.2 * inner))
            fill(canvas, oval(at, (band * (0.13 - 0.03 * inner), band * 0.07)), (light, accent, light)[inner])
    stroke(canvas, [(0, height - band), (width, height - band)], light, side / 150)
    for _ in range(70):  # wax that cracked in the dye bath
        crack = np.array([rng.uniform(0, width), rng.uniform(0, height)]) + rng.normal(0, side * 0.012, (9, 2)).cumsum(axis=0)
        stroke(canvas, crack, 0.6 * np.array(ground) + 30, side / 900)
    shade = 1 + 0.05 * cloud(rng, height, width, side / 4)[..., None]
    threads = rng.normal(0, 4.0, (height, 1, 1)) + rng.normal(0, 4.0, (1, width, 1))
    return finished(canvas * shade + threads + rng.normal(0, 2.0, (height, width, 1)))


def printed_cloth(seed: int, period_px: int, tiles: tuple[int, int], motif: str = "kawung") -> Product:
    """Machine-printed cloth: one tile of `period_px`, repeated (down, across) exactly; two motifs share the lattice."""
    rng = np.random.default_rng(seed)
    light, dye, accent = INDIGO[1:]
    tile = np.full((3 * period_px, 3 * period_px, 3), INDIGO[0], np.uint8)
    for row in range(4):
        for column in range(4):
            at, between = (column * period_px, row * period_px), ((column + 0.5) * period_px, (row + 0.5) * period_px)
            _motif(rng, tile, at, 0.5 * period_px, motif, (light, dye, accent), jitter=0.0)
            _motif(rng, tile, between, 0.2 * period_px, motif, (accent, light, dye), jitter=0.0)
    return finished(np.tile(tile[period_px : 2 * period_px, period_px : 2 * period_px], (*tiles, 1)))


def _motif(
    rng: np.random.Generator, canvas: U8, centre: Point, radius: float, motif: str, colours: tuple[Colour, ...], jitter: float
) -> None:
    """One piece of a batik lattice; `jitter` 0 draws every piece alike, 1 as a hand does."""
    outer, inner, dot = colours
    petals, long, short = {"kawung": (4, 0.52, 0.3), "ceplok": (8, 0.42, 0.13), "truntum": (6, 0.34, 0.2)}[motif]
    turns = np.arange(petals) * 360 / petals + (45 if motif == "kawung" else 0)
    for turn in turns + jitter * rng.normal(0, 5, petals):
        along = np.array([np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))])
        reach = radius * (1 + jitter * rng.normal(0, 0.05))
        at = centre + along * reach * 0.6
        fill(canvas, oval((at[0], at[1]), (long * reach, short * reach), turn), outer)
        fill(canvas, oval((at[0], at[1]), (0.62 * long * reach, 0.5 * short * reach), turn), inner)
        for k in (0.42, 0.78):
            at = centre + along * reach * k + jitter * rng.normal(0, 0.02, 2) * reach
            fill(canvas, oval((at[0], at[1]), (0.055 * reach, 0.055 * reach), 0, 10), dot)
    fill(canvas, oval(centre, (0.12 * radius, 0.12 * radius), 0, 16), dot)


def mat(seed: int, side: int = 900) -> Product:
    """A mat woven of straw, dyed strands in bands and diamonds, sewn at the edge."""
    rng = np.random.default_rng(seed)
    width, height = side, round(side * 0.72)
    strands = 84
    dyes = np.array([(206, 176, 118), (196, 160, 100), (214, 186, 134), (150, 44, 34), (40, 36, 34), (62, 92, 60)], np.float32)
    of_x, across_x, weft = _strands(rng, width, strands, dyes)
    of_y, across_y, warp = _strands(rng, height, round(strands * height / width), dyes)
    i, j = np.meshgrid(of_x, of_y)
    diamond = (np.abs(i - strands // 2) + np.abs(j - warp.shape[0] // 2)) // int(rng.integers(7, 12)) % 2
    over = (i + np.where(diamond, j, -j)) % 4 < 2
    straw = np.where(over[..., None], weft[i], warp[j])
    bulge = np.where(over, across_x[None, :], across_y[:, None])
    fibre = np.where(over, cloud(rng, width, height, 3, stretch=14).T, cloud(rng, height, width, 3, stretch=14))
    canvas = (straw * (0.5 + 0.62 * bulge)[..., None] + 7 * fibre[..., None]).astype(np.float32)
    canvas *= 1 + 0.05 * cloud(rng, height, width, side / 3)[..., None]
    edge = side * 0.028
    for sides in (np.s_[: round(edge)], np.s_[-round(edge) :], np.s_[:, : round(edge)], np.s_[:, -round(edge) :]):
        canvas[sides] = 0.25 * canvas[sides] + 0.75 * np.array((70, 42, 28))
    for corner, step in (((0, 0), (1, 0)), ((0, height), (1, 0)), ((0, 0), (0, 1)), ((width, 0), (0, 1))):
        for at in np.arange(0.3 * edge, max(width, height), 1.3 * edge):
            stitch = np.array(corner) + at * np.array(step) + rng.normal(0, 1, 2)
            inward = np.sign(np.array([width, height]) / 2 - stitch) * np.array(step[::-1]) * edge
            end = stitch + 0.9 * inward + 0.35 * edge * np.array(step)
            stroke(canvas, [stitch + 0.2 * inward, end], (208, 178, 120), side / 300)
    return finished(canvas)


def _strands(rng: np.random.Generator, length: int, count: int, dyes: F32) -> tuple[np.ndarray, F32, F32]:
    """Index of the strand at each pixel, its height across the strand 0..1, and each strand's colour."""
    edges = np.cumsum(rng.uniform(0.8, 1.2, count))
    edges = edges / edges[-1] * length
    of = np.minimum(np.searchsorted(edges, np.arange(length), side="right"), count - 1)
    start = np.concatenate([[0.0], edges])[of]
    across = np.sin(np.pi * np.clip((np.arange(length) - start + 0.5) / (edges[of] - start), 0, 1))
    dyed = rng.integers(0, 3, count)
    for _ in range(6):
        at = int(rng.integers(0, count - 4))
        dyed[at : at + int(rng.integers(1, 5))] = rng.integers(3, 6)
    return of, across.astype(np.float32), dyes[dyed] + rng.normal(0, 7, (count, 1)).astype(np.float32)


def vase(seed: int, side: int = 600) -> Product:
    """A plain glazed vase: an outline and smooth shading, nothing that a keypoint could hold on to."""
    rng = np.random.default_rng(seed)
    y = np.linspace(0, 1, 60)
    half = side * (0.12 + 0.2 * np.sin(np.pi * np.clip(y * rng.uniform(1.05, 1.2), 0, 1)) ** 2 * rng.uniform(0.8, 1.2))
    right = np.stack([side / 2 + half, side * (0.08 + 0.84 * y)], 1)
    mask = np.zeros((side, side), np.uint8)
    fill(mask, np.vstack([right, (right * (-1, 1) + (side, 0))[::-1]]), 255)
    across = np.linspace(-1, 1, side)[None, :, None]
    canvas = np.array(rng.uniform(150, 220, 3)) * (0.95 - 0.5 * (across - 0.25) ** 2) * np.ones((side, 1, 1))
    return finished(canvas.astype(np.float32), mask > 127)
