"""From a description to a JPEG, and to the mask of what is not as listed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from math import radians
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import cv2
import numpy as np
import numpy.typing as npt
import OpenEXR

from .phone import developed
from .scene import PRODUCT_INDEX, group, new_scene
from .shot import Arrival, Listing, Room, Studio, View
from .stage import set_up_camera, set_up_room, set_up_studio

F32 = npt.NDArray[np.float32]
LONG_PX, SHORT_PX = 1024, 768
SAMPLES = 20
TRUTH_SAMPLES = 6
NOISE_THRESHOLD = 0.03
OTHER_COLOUR, OTHER_SLOPE, OTHER_DEPTH = 0.04, 0.12, 0.004
"""From where on a pixel shows another surface: linear reflectance, length of the normals' difference, share of the distance."""
LEAST_CHANGE_PX = 12


def listing_photo(product: ModuleType, listing: Listing, seed: int, scale: float = 1.0) -> npt.NDArray[np.uint8]:
    """The shop's photo, shape (H, W, 3) uint8 sRGB; `scale` shrinks it for a trial."""
    passes = _rendered(product, listing.state, listing.view, listing.studio, seed, scale)
    return developed(passes["light"], listing.camera, seed)


def arrival_photo(product: ModuleType, arrival: Arrival, seed: int, scale: float = 1.0) -> npt.NDArray[np.uint8]:
    """The buyer's photo."""
    state = {**arrival.pose, **arrival.sent}
    passes = _rendered(product, state, arrival.view, arrival.room, seed, scale)
    return developed(passes["light"], arrival.phone, seed)


def change_mask(product: ModuleType, arrival: Arrival, seed: int, scale: float = 1.0) -> npt.NDArray[np.bool_] | None:
    """Where the arrival photo shows what is not as listed, shape (H, W); None where there is nothing to show."""
    if arrival.change is None:
        return None
    sent = _rendered(product, {**arrival.pose, **arrival.sent}, arrival.view, arrival.room, seed, scale, truth=True)
    if arrival.change == "whole":
        return sent["product"] > 0.5
    listed = _rendered(product, arrival.pose, arrival.view, arrival.room, seed, scale, truth=True)
    other = (
        (np.abs(sent["colour"] - listed["colour"]).max(axis=2) > OTHER_COLOUR)
        | (np.linalg.norm(sent["normal"] - listed["normal"], axis=2) > OTHER_SLOPE)
        | (np.abs(sent["depth"] - listed["depth"]) > OTHER_DEPTH * listed["depth"])
    ) & ((sent["product"] > 0) | (listed["product"] > 0))
    closed = cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] >= LEAST_CHANGE_PX * scale * scale]
    return np.isin(labels, large)


def _rendered(
    product: ModuleType, state: dict[str, Any], view: View, place: Studio | Room, seed: int, scale: float, truth: bool = False
) -> dict[str, F32]:
    scene = new_scene()
    objects = product.build(**state)
    for thing in objects:
        thing.pass_index = PRODUCT_INDEX
    holder = group(objects)
    holder.rotation_euler = (0, 0, radians(view.turn_deg))
    if isinstance(place, Studio):
        set_up_studio(place, product.REACH_M)
    else:
        set_up_room(place, view.distance_m)
    set_up_camera(view)
    _set_up_renderer(scene, view, seed, scale, truth)
    return _passes(scene)


def _set_up_renderer(scene: bpy.types.Scene, view: View, seed: int, scale: float, truth: bool) -> None:
    render, cycles = scene.render, scene.cycles
    render.engine, render.threads_mode = "CYCLES", "AUTO"
    width, height = (SHORT_PX, LONG_PX) if view.portrait else (LONG_PX, SHORT_PX)
    render.resolution_x, render.resolution_y = round(width * scale), round(height * scale)
    render.resolution_percentage = 100
    cycles.device, cycles.seed = "CPU", seed
    cycles.samples = TRUTH_SAMPLES if truth else SAMPLES
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = not truth, NOISE_THRESHOLD
    cycles.use_denoising, cycles.denoiser = not truth, "OPENIMAGEDENOISE"
    cycles.denoising_prefilter = "FAST"
    cycles.max_bounces = 0 if truth else 5
    cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = 2, 3, 5
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4.0
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_normal = layer.use_pass_object_index = True
    layer.use_pass_diffuse_color = layer.use_pass_glossy_color = True
    settings = render.image_settings
    settings.media_type = "MULTI_LAYER_IMAGE"
    settings.file_format, settings.color_depth, settings.exr_codec = "OPEN_EXR_MULTILAYER", "32", "ZIPS"


def _passes(scene: bpy.types.Scene) -> dict[str, F32]:
    """Render, and read the light and what is known of each pixel."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "render.exr"
        scene.render.filepath = str(path)
        with _silence():
            bpy.ops.render.render(write_still=True)
        parts = OpenEXR.File(str(path), separate_channels=True).parts
        channels = {name: channel for part in parts for name, channel in part.channels.items()}
        plane = {name.split(".", 1)[1]: np.array(channel.pixels, np.float32) for name, channel in channels.items()}

    def stacked(name: str, letters: str) -> F32:
        return np.stack([plane[f"{name}.{letter}"] for letter in letters], axis=-1)

    return {
        "light": stacked("Combined", "RGB"),
        "colour": stacked("Diffuse Color", "RGB") + stacked("Glossy Color", "RGB"),
        "normal": stacked("Normal", "XYZ"),
        "depth": plane["Depth.Z"],
        "product": plane["Object Index.X"],
    }


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep the renderer's own lines from the terminal."""
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)
