"""Where products are photographed: a studio with soft boxes, and the rooms that buyers have."""

from __future__ import annotations

from math import cos, pi, radians, sin

import bpy
import numpy as np

from . import clutter, surfaces
from .light import illuminant_gain, srgb
from .scene import area_lamp, bulb, camera, material, mesh, sheet, sun
from .shot import Room, Studio, View

TABLE_M = 1.6
"""Half the width of a table top: it ends outside every frame."""
STRIP = np.linspace(0, 1, 24)


def set_up_camera(view: View) -> None:
    """Put the scene's camera where `view` says."""
    rise = radians(view.elevation_deg)
    at = np.array(view.aim) + view.distance_m * np.array([0.0, -cos(rise), sin(rise)])
    if view.elevation_deg > 89.9:
        at[1] -= 1e-4
    camera(tuple(at), view.aim, view.lens_mm, roll_deg=view.roll_deg, aperture_m=view.aperture_m)


def set_up_studio(studio: Studio, reach_m: float) -> None:
    """A backdrop that bends upwards behind the product, and three soft boxes; `reach_m` is the product's size."""
    r = max(reach_m, 0.05)
    bend = np.concatenate([[-8.0], np.linspace(-1, 6, 16), 6 + 4 * np.sin(STRIP * pi / 2), [10.0]]) * r
    rise = np.concatenate([np.zeros(17), 4 * (1 - np.cos(STRIP * pi / 2)), [24.0]]) * r
    points = np.stack([np.stack([np.full(len(bend), x * r), bend, rise], 1) for x in np.linspace(-14, 14, 8)], axis=1)
    sheet("backdrop", points[::-1], material("backdrop", srgb(studio.backdrop), roughness=0.85))
    for turn, height, size, share in (
        (studio.key_deg, 55, 3.0, studio.contrast),
        (studio.key_deg + 170, 50, 4.0, 1.0),
        (studio.key_deg - 90, 78, 3.4, 1.0),
    ):
        area_lamp(_polar(turn, height, 5.5 * r), (0, 0, 0), (size * r, size * r), 260 * share * r * r)
    _world(np.full((16, 32, 3), 0.42, np.float32))


def set_up_room(room: Room, far_m: float) -> None:
    """A table, what lies on it, and the light of a home; the camera stands `far_m` away."""
    top = TABLE_M * max(1.0, far_m)
    corners = [(-top, -top, 0), (top, -top, 0), (top, top, 0), (-top, top, 0)]
    mesh("table", corners, [(0, 1, 2, 3)], surfaces.SURFACES[room.surface](2 * top), uv=[(0, 0), (1, 0), (1, 1), (0, 1)])
    for item in room.items:
        clutter.put(item)
    colour = illuminant_gain(room.cct_k)
    _world(_interior(room, colour))
    LIGHTS[room.light](room, colour)


def _window(room: Room, colour: tuple[float, float, float]) -> None:
    """Sun through panes: what is not lit lies in the bars' shadow."""
    direction = _polar(room.light_deg, room.light_height_deg, 1.0)
    sun(direction, 3.4, colour)
    area_lamp(_polar(room.light_deg, 30, 1.6), (0, 0, 0), (1.0, 0.9), 16, illuminant_gain(7500))
    dark = material("bars", (0.2, 0.18, 0.15))
    away = np.array(direction)
    across = np.cross(away, (0, 0, 1.0))
    across /= np.linalg.norm(across)
    up = np.cross(across, away)
    panes = ((0.14, 0.02), (-0.36, 0.02), (0.95, 0.35), (-1.05, 0.35))
    for axis, other in ((across, up), (up, across)):
        for shift, half_m in panes:
            middle, half, reach = 1.4 * away + shift * axis, half_m * axis, 1.4 * other
            corners = [middle - half - reach, middle + half - reach, middle + half + reach, middle - half + reach]
            mesh("bar", corners, [(0, 1, 2, 3)], dark).visible_camera = False


def _sky(room: Room, colour: tuple[float, float, float]) -> None:
    area_lamp(_polar(room.light_deg, room.light_height_deg, 1.7), (0, 0, 0), (1.1, 1.3), 46, colour)


def _bulb(room: Room, colour: tuple[float, float, float]) -> None:
    bulb(_polar(room.light_deg, room.light_height_deg, 0.9), 0.03, 26, colour)


def _tube(room: Room, colour: tuple[float, float, float]) -> None:
    area_lamp(_polar(room.light_deg, 75, 1.7), (0, 0, 0), (1.2, 0.05), 34, colour)


LIGHTS = {"window": _window, "sky": _sky, "bulb": _bulb, "tube": _tube}


def _interior(room: Room, colour: tuple[float, float, float]) -> np.ndarray:
    """Panorama (H, W, 3), linear, of the room around the table: what metal and glaze mirror."""
    height, width = 128, 256
    level = np.linspace(1, -1, height)[:, None, None]
    walls = np.where(level > 0.55, 0.55, np.where(level > -0.1, 0.34, 0.09)) * np.ones((height, width, 1))
    walls = walls * np.array([1.0, 0.96, 0.9])
    rng = np.random.default_rng(round(room.light_deg) % 360)
    for _ in range(9):  # furniture, a door, pictures
        left, wide = int(rng.integers(0, width)), int(rng.integers(6, 26))
        top, tall = int(rng.integers(44, 70)), int(rng.integers(8, 34))
        columns = np.arange(left, left + wide) % width
        walls[top : top + tall, columns] = rng.uniform(0.02, 0.4) * rng.uniform(0.7, 1.1, 3)
    middle = round((0.5 - room.light_deg / 360) * width)
    panes = np.arange(middle - 16, middle + 16)
    bright = {"window": 2.6, "sky": 2.2}.get(room.light, 0.12)
    walls[36:62, panes % width] = bright * np.array(illuminant_gain(7000))
    walls[36:62, panes[15:17] % width] = 0.1
    strength = {"window": 0.3, "sky": 0.3, "bulb": 0.11, "tube": 0.2}[room.light]
    return (strength * walls * (0.5 + 0.5 * np.array(colour))).astype(np.float32)


def _world(panorama: np.ndarray) -> None:
    """Light from all around, shape (H, W, 3) linear, as an equirectangular picture."""
    height, width = panorama.shape[:2]
    image = bpy.data.images.new("world", width, height, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = panorama[::-1]
    image.pixels.foreach_set(rgba.ravel())
    image.update()
    image.pack()
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    node = world.node_tree.nodes.new("ShaderNodeTexEnvironment")
    node.image = image
    world.node_tree.links.new(node.outputs["Color"], world.node_tree.nodes["Background"].inputs["Color"])


def _polar(turn_deg: float, height_deg: float, distance_m: float) -> tuple[float, float, float]:
    turn, rise = radians(turn_deg), radians(height_deg)
    return distance_m * cos(rise) * cos(turn), distance_m * cos(rise) * sin(turn), distance_m * sin(rise)
