"""What every model is made of: meshes from arrays, drawn textures, materials, lamps. Lengths are metres, angles degrees.

Colours of materials and lamps are linear RGB; drawn textures are sRGB levels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import radians

import bpy
import numpy as np
import numpy.typing as npt

PRODUCT_INDEX = 1
"""Object index of what is for sale; everything else keeps 0."""
Point = tuple[float, float, float]
Colour = tuple[float, float, float]


def new_scene() -> bpy.types.Scene:
    """Throw everything away and start with an empty scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


def texture(name: str, pixels: npt.NDArray[np.uint8], *, data: bool = False) -> bpy.types.Image:
    """A drawn picture, shape (H, W), (H, W, 3) or (H, W, 4), uint8, first row on top, for `material`.

    `data`: the levels are numbers (a height, a roughness), not colours.
    """
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    height, width, channels = pixels.shape
    image = bpy.data.images.new(name, width, height, alpha=channels == 4)
    image.colorspace_settings.name = "Non-Color" if data else "sRGB"
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :channels] = pixels[::-1] / np.float32(255)
    image.pixels.foreach_set(rgba.ravel())
    image.update()
    image.pack()
    return image


def material(
    name: str,
    colour: Colour | bpy.types.Image | None = None,
    *,
    roughness: float | bpy.types.Image = 0.6,
    metallic: float = 0.0,
    bump: bpy.types.Image | None = None,
    bump_m: float = 0.0005,
    repeat: tuple[float, float] = (1.0, 1.0),
    edit: Callable[[bpy.types.Material, bpy.types.Node], None] | None = None,
    **inputs: float | Colour,
) -> bpy.types.Material:
    """A surface after Disney's principled model, mapped by the mesh's UV.

    Parameters
    ----------
    name
        As Blender lists it.
    colour
        Base colour; from sRGB levels with `light.srgb`.
    roughness, metallic
        0..1; 0 mirrors, and 0 is no metal.
    bump, bump_m
        Height map and how many metres its white lies above its black.
    repeat
        How often the textures are repeated along u and v.
    edit
        Called with the material and its shader node, for what cannot be said here (``material.node_tree`` has the nodes).
    inputs
        Other inputs of the Principled BSDF by name with underscores: coat_weight=0.6, sheen_weight, subsurface_weight, alpha,
        transmission_weight, ior, specular_ior_level, emission_strength ...
    """
    made = bpy.data.materials.new(name)
    tree = made.node_tree
    shader = tree.nodes["Principled BSDF"]
    mapping = None

    def picture(image: bpy.types.Image) -> bpy.types.Node:
        nonlocal mapping
        if mapping is None:
            coordinates = tree.nodes.new("ShaderNodeTexCoord")
            mapping = tree.nodes.new("ShaderNodeMapping")
            mapping.inputs["Scale"].default_value = (*repeat, 1.0)
            tree.links.new(coordinates.outputs["UV"], mapping.inputs["Vector"])
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image = image
        tree.links.new(mapping.outputs["Vector"], node.inputs["Vector"])
        return node

    if isinstance(colour, bpy.types.Image):
        node = picture(colour)
        tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
        if colour.channels == 4 and colour.depth == 32:
            tree.links.new(node.outputs["Alpha"], shader.inputs["Alpha"])
    elif colour is not None:
        shader.inputs["Base Color"].default_value = (*colour, 1.0)
    if isinstance(roughness, bpy.types.Image):
        tree.links.new(picture(roughness).outputs["Color"], shader.inputs["Roughness"])
    else:
        shader.inputs["Roughness"].default_value = roughness
    shader.inputs["Metallic"].default_value = metallic
    if bump is not None:
        node = tree.nodes.new("ShaderNodeBump")
        node.inputs["Distance"].default_value = bump_m
        tree.links.new(picture(bump).outputs["Color"], node.inputs["Height"])
        tree.links.new(node.outputs["Normal"], shader.inputs["Normal"])
    for key, value in inputs.items():
        socket = next(s for s in shader.inputs if s.name.lower().replace(" ", "_") == key)
        socket.default_value = (*value, 1.0) if isinstance(value, tuple) and len(socket.default_value) == 4 else value
    if edit is not None:
        edit(made, shader)
    return made


def mesh(
    name: str,
    vertices: npt.ArrayLike,
    faces: Sequence[Sequence[int]] | npt.NDArray[np.int_],
    surface: bpy.types.Material,
    *,
    uv: npt.ArrayLike | None = None,
    smooth: bool = True,
    subdivide: int = 0,
) -> bpy.types.Object:
    """An object of `vertices` (N, 3) and `faces` (index tuples); `uv` (N, 2) is given by vertex, v upwards."""
    data = bpy.data.meshes.new(name)
    data.from_pydata(np.asarray(vertices, float).tolist(), [], [list(map(int, face)) for face in faces])
    data.materials.append(surface)
    if uv is not None:
        layer = data.uv_layers.new(name="UVMap")
        corners = np.empty(len(data.loops), np.int32)
        data.loops.foreach_get("vertex_index", corners)
        layer.uv.foreach_set("vector", np.asarray(uv, np.float32)[corners].ravel())
    data.polygons.foreach_set("use_smooth", np.full(len(data.polygons), smooth))
    data.update()
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    if subdivide:
        modifier = made.modifiers.new("subdivide", "SUBSURF")
        modifier.levels = modifier.render_levels = subdivide
    return made


def sheet(
    name: str,
    points: npt.NDArray[np.floating],
    surface: bpy.types.Material,
    *,
    closed: tuple[bool, bool] = (False, False),
    keep: npt.NDArray[np.bool_] | None = None,
    thickness_m: float = 0.0,
    **options: object,
) -> bpy.types.Object:
    """A surface through a grid of points (rows, columns, 3).

    u runs along the columns, v from the last row (0) to the first (1). `closed` joins the last row, the
    last column, to the first. `keep` (rows - 1, columns - 1) leaves faces out where False.
    """
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    index = np.pad(index, ((0, int(closed[0])), (0, int(closed[1]))), mode="wrap")
    faces = np.stack([index[1:, :-1], index[1:, 1:], index[:-1, 1:], index[:-1, :-1]], axis=-1)
    faces = faces[keep] if keep is not None else faces.reshape(-1, 4)
    u, v = np.meshgrid(np.linspace(0, 1, columns), np.linspace(1, 0, rows))
    made = mesh(name, points.reshape(-1, 3), faces, surface, uv=np.stack([u, v], -1).reshape(-1, 2), **options)
    if thickness_m:
        modifier = made.modifiers.new("thickness", "SOLIDIFY")
        modifier.thickness, modifier.offset = thickness_m, -1.0
    return made


def map_from_above(thing: bpy.types.Object, size_m: float) -> None:
    """Lay a texture on as seen from +z of the object's own axes; its picture is `size_m` wide and high."""
    places = np.empty(3 * len(thing.data.vertices), np.float32)
    thing.data.vertices.foreach_get("co", places)
    corners = np.empty(len(thing.data.loops), np.int32)
    thing.data.loops.foreach_get("vertex_index", corners)
    flat = places.reshape(-1, 3)[corners, :2] / np.float32(size_m) + np.float32(0.5)
    thing.data.uv_layers["UVMap"].uv.foreach_set("vector", flat.ravel())


def lathe(
    name: str, profile: npt.ArrayLike, surface: bpy.types.Material, *, segments: int = 128, **options: object
) -> bpy.types.Object:
    """A body turned about z from `profile` (N, 2): radius and height, from the outside's foot over the rim to the inside."""
    radius, height = np.asarray(profile, float).T
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    points = np.stack(
        [
            radius[:, None] * np.cos(angle),
            radius[:, None] * np.sin(angle),
            np.repeat(height[:, None], segments + 1, axis=1),
        ],
        axis=-1,
    )
    return sheet(name, points[::-1], surface, **options)


def tube(
    name: str,
    path: npt.ArrayLike,
    radius_m: float | npt.ArrayLike,
    surface: bpy.types.Material,
    *,
    closed: bool = False,
    sides: int = 12,
) -> bpy.types.Object:
    """A wire or rope along `path` (N, 3); `radius_m` may be given by point. u runs along it, v around it."""
    points = np.asarray(path, float)
    radii = np.broadcast_to(np.asarray(radius_m, float), len(points))
    ahead = np.roll(points, -1, 0) - np.roll(points, 1, 0) if closed else np.gradient(points, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    normal = np.cross(ahead[0], (0.0, 0.0, 1.0) if abs(ahead[0, 2]) < 0.9 else (1.0, 0.0, 0.0))
    rings = []
    for point, direction, radius in zip(points, ahead, radii, strict=True):
        normal = normal - direction * (normal @ direction)
        normal /= np.linalg.norm(normal)
        side = np.cross(direction, normal)
        turn = np.linspace(0, 2 * np.pi, sides, endpoint=False)[:, None]
        rings.append(point + radius * (np.cos(turn) * normal + np.sin(turn) * side))
    made = sheet(name, np.stack(rings, axis=1)[::-1], surface, closed=(True, closed))
    return made


def ball(
    name: str, centre: Point, radius_m: float | Point, surface: bpy.types.Material, *, segments: int = 32
) -> bpy.types.Object:
    """A sphere or, with three radii, an ellipsoid."""
    polar = np.linspace(0, np.pi, segments // 2 + 1)[:, None]
    angle = np.linspace(0, 2 * np.pi, segments + 1)[None]
    unit = np.stack(np.broadcast_arrays(np.sin(polar) * np.cos(angle), np.sin(polar) * np.sin(angle), np.cos(polar)), axis=-1)
    return sheet(name, unit * np.asarray(radius_m) + np.asarray(centre), surface)


def box(
    name: str, centre: Point, size: Point, surface: bpy.types.Material, *, bevel_m: float = 0.001, turn_deg: float = 0.0
) -> bpy.types.Object:
    """A block with rounded edges; its UV shows the texture whole on each face."""
    bpy.ops.mesh.primitive_cube_add(size=1, location=centre, rotation=(0, 0, radians(turn_deg)))
    made = bpy.context.object
    made.name, made.scale = name, size
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    made.data.materials.append(surface)
    modifier = made.modifiers.new("bevel", "BEVEL")
    modifier.width, modifier.segments = bevel_m, 3
    made.data.polygons.foreach_set("use_smooth", np.full(len(made.data.polygons), True))
    made.modifiers.new("normals", "WEIGHTED_NORMAL")
    return made


def group(objects: Sequence[bpy.types.Object], *, at: Point = (0, 0, 0), turn_deg: float = 0.0) -> bpy.types.Object:
    """Hold objects together, turned about z and moved; returns what holds them."""
    holder = bpy.data.objects.new("group", None)
    bpy.context.scene.collection.objects.link(holder)
    for member in objects:
        if member.parent is None:
            member.parent = holder
    holder.location, holder.rotation_euler = at, (0, 0, radians(turn_deg))
    return holder


def area_lamp(at: Point, aim: Point, size_m: tuple[float, float], watts: float, colour: Colour = (1, 1, 1)) -> bpy.types.Object:
    """A soft box: `size_m` is width and height."""
    lamp = bpy.data.lights.new("area", "AREA")
    lamp.shape, lamp.size, lamp.size_y, lamp.energy, lamp.color = "RECTANGLE", *size_m, watts, colour
    return _aimed(lamp, at, aim)


def bulb(at: Point, radius_m: float, watts: float, colour: Colour) -> bpy.types.Object:
    """A bare lamp."""
    lamp = bpy.data.lights.new("bulb", "POINT")
    lamp.shadow_soft_size, lamp.energy, lamp.color = radius_m, watts, colour
    return _aimed(lamp, at, (0, 0, 0))


def sun(direction: Point, strength: float, colour: Colour, angle_deg: float = 0.53) -> bpy.types.Object:
    """Sunlight that comes from `direction`; `strength` in W/m2."""
    lamp = bpy.data.lights.new("sun", "SUN")
    lamp.energy, lamp.color, lamp.angle = strength, colour, radians(angle_deg)
    return _aimed(lamp, direction, (0, 0, 0))


def _aimed(data: bpy.types.Light | bpy.types.Camera, at: Point, aim: Point, roll_deg: float = 0.0) -> bpy.types.Object:
    from mathutils import Matrix, Vector

    made = bpy.data.objects.new(data.name, data)
    bpy.context.scene.collection.objects.link(made)
    turn = (Vector(aim) - Vector(at)).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    made.matrix_world = Matrix.Translation(at) @ turn @ Matrix.Rotation(radians(roll_deg), 4, "Z")
    return made


def camera(at: Point, aim: Point, lens_mm: float, *, roll_deg: float = 0.0, aperture_m: float = 0.0) -> bpy.types.Object:
    """The scene's camera; `lens_mm` for a frame 36 mm wide, `aperture_m` the pupil's diameter (0: all is sharp)."""
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width, data.clip_start, data.clip_end = lens_mm, 36.0, 0.005, 50.0
    if aperture_m:
        data.dof.use_dof = True
        data.dof.focus_distance = float(np.linalg.norm(np.subtract(at, aim)))
        data.dof.aperture_fstop = lens_mm * 1e-3 / aperture_m
    made = _aimed(data, at, aim, roll_deg)
    bpy.context.scene.camera = made
    return made
