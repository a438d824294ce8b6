"""Listing and arrival photos whose truth is known: drawn in code, photographed through a known homography in a known light.

Drawing, light and camera are those of `tests.drawn`; here they become pairs and rectified pairs. Points are (x, y), pixel
centres at integers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import Photo
from qaudit.vision.rectify import only_product
from qaudit.vision.structure import COLOURING, FINE, bounded, confirmed_mask, local_match
from tests.drawn import carving, craft
from tests.drawn.backdrop import studio, table
from tests.drawn.drawing import Product
from tests.drawn.photography import F64, U8, Bool, Camera, Light, expose, lay_down, resized, view

Change = Callable[[Product], tuple[Product, Bool]]
"""A defect: the product as listed in, the product as sent and the mask of what changed out; see `tests.drawn.defect`."""
STUDIO = Light()
PERFECT = Camera()
PHONE = Camera(blur_px=0.6, noise_levels=1.5, jpeg_quality=90)
LAMP = Light(cct_k=4300, exposure_ev=0.2, shading_ev=0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A pair of photos and the truth about it.

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB.
    H_arrival_to_listing
        Shape (3, 3): where a place of the arrival photo lies in the listing photo.
    product_mask_listing, product_mask_arrival
        Shape (H, W), bool: where the product as listed, and as sent, is seen.
    defect_mask_listing
        Shape (H, W), bool: what differs between the product as listed and as sent.
    light
        The arrival's light relative to the listing's.
    """

    listing: U8
    arrival: U8
    H_arrival_to_listing: F64
    product_mask_listing: Bool
    product_mask_arrival: Bool
    defect_mask_listing: Bool
    light: Light


@cache
def painting(seed: int = 1, side: int = 480) -> Product:
    """Rich texture that nowhere repeats."""
    return craft.painting(seed, side)


@cache
def kain(seed: int = 3, side: int = 480) -> Product:
    """Hand-drawn cloth: one motif again and again, never quite the same."""
    return craft.kain(seed, side)


@cache
def printed_cloth(motif: str = "kawung", period_px: int = 40, tiles: tuple[int, int] = (9, 12)) -> Product:
    """Cloth that repeats exactly."""
    return craft.printed_cloth(0, period_px, tiles, motif)


@cache
def vase(seed: int = 7, side: int = 480) -> Product:
    """A thing with an outline and no texture."""
    return craft.vase(seed, side)


@cache
def fish(seed: int = 6, side: int = 480) -> Product:
    """A thing with an outline and texture."""
    return carving.fish(seed, side)


def make_scene(
    product: Product,
    *,
    sent: Product | None = None,
    change: Change | None = None,
    seed: int = 0,
    rotation_deg: float = 0.0,
    scale: float = 1.0,
    perspective: float = 0.0,
    centre: tuple[float, float] = (0.5, 0.5),
    photo: tuple[int, int] = (480, 640),
    clutter: int = 9,
    plain: bool = False,
    light: Light = LAMP,
    camera: Camera = PHONE,
    listing_margin_px: int = 40,
    listing_scale: float = 1.0,
) -> Scene:
    """A product's listing photo and the photo taken of it, or of what was `sent` in its place, on arrival.

    Parameters
    ----------
    product
        The product as listed.
    sent
        Another product, which lies where the listed one would lie; the homography is then the place that it took.
    change
        What happened to the product on the way.
    seed
        Of the table, the things on it and the noise.
    rotation_deg, scale, perspective, centre
        As in `tests.drawn.photography.view`: the arrival photo of the product.
    photo
        (height, width) of the arrival photo.
    clutter
        Number of things on the table besides the product.
    plain
        The product lies on a plain studio backdrop and on no table.
    light, camera
        Of the arrival photo.
    listing_margin_px
        Plain studio backdrop round the product; 0: the product fills the listing photo.
    listing_scale
        Pixels of the listing photo per pixel of the product's drawing.
    """
    rng = np.random.default_rng(seed)
    arriving, changed = sent or product, np.zeros(product.mask.shape, bool)
    if change is not None:
        arriving, changed = change(arriving)
    height, width = product.mask.shape
    listing_shape = tuple(round(side * listing_scale) + 2 * listing_margin_px for side in (height, width))
    shrink = resized(round(width * listing_scale) / width, round(height * listing_scale) / height)
    to_listing = np.array([[1, 0, listing_margin_px], [0, 1, listing_margin_px], [0, 0, 1.0]]) @ shrink
    to_arrival = view((height, width), photo, rotation_deg=rotation_deg, scale=scale, perspective=perspective, centre=centre)

    shown, listed = lay_down(product.pixels, product.mask, to_listing, studio(*listing_shape))
    around = studio(*photo) if plain else table(rng, *photo, clutter=clutter)
    scene, seen = lay_down(arriving.pixels, arriving.mask, to_arrival, around, shadow_px=0 if plain else 4)
    _, defect = lay_down(product.pixels, changed, to_listing, studio(*listing_shape))
    H = to_listing @ np.linalg.inv(to_arrival)
    return Scene(
        expose(shown, STUDIO, PERFECT, rng),
        expose(scene, light, camera, rng),
        H / H[2, 2],
        listed > 0.5,
        seen > 0.5,
        defect > 0.5,
        light,
    )


def rectified(
    product: Product,
    change: Change | None = None,
    *,
    seed: int = 0,
    light: Light = STUDIO,
    light_left: Light = STUDIO,
    camera: Camera = PERFECT,
    shift_px: tuple[float, float] = (0.0, 0.0),
) -> RectifiedPair:
    """The listing and the arrival in one frame, as alignment and lighting would hand them to a measure.

    `light` falls on the arrival as it was lit; `light_left` is what the light fit failed to take out of it, and `shift_px` what
    the alignment failed to take out. With none of them, and no `change`, both pictures are equal. The mask leaves out a rim, as
    `qaudit.vision.rectify.Frame.inner` does.
    """
    height, width = product.mask.shape
    arriving = product if change is None else change(product)[0]
    backdrop = studio(height, width)

    def photographed(thing: Product, under: Light, through: Camera, moved: tuple[float, float]) -> U8:
        placed = np.array([[1, 0, moved[0]], [0, 1, moved[1]], [0, 0, 1.0]])
        return expose(lay_down(thing.pixels, thing.mask, placed, backdrop)[0], under, through, np.random.default_rng(seed))

    rim = 2 * max(1, max(height, width) // 60) + 1
    inner = cv2.erode(np.pad(product.mask, 1).astype(np.uint8), np.ones((rim, rim), np.uint8))[1:-1, 1:-1] > 0
    listing = photographed(product, STUDIO, PERFECT, (0.0, 0.0))
    arrival = only_product(listing, photographed(arriving, light_left, camera, shift_px), inner)
    fine, colouring = bounded(*(local_match(listing, arrival, inner, band) for band in (FINE, COLOURING)))
    return RectifiedPair(
        listing=listing,
        arrival=arrival,
        arrival_as_lit=photographed(arriving, light, camera, shift_px),
        mask=inner,
        glare=np.zeros((height, width), bool),
        confirmed=confirmed_mask(fine, inner),
        fine=fine,
        colouring=colouring,
    )


def photo_of(pixels: U8) -> Photo:
    """`pixels` as a photo that was read from nowhere."""
    height, width = pixels.shape[:2]
    return Photo(pixels, hashlib.sha256(pixels.tobytes()).hexdigest(), "array", width, height)


def mapped(H: F64, points: F64) -> F64:
    """Points (N, 2) after homography `H`."""
    lifted = np.column_stack([points, np.ones(len(points))]) @ H.T
    return lifted[:, :2] / lifted[:, 2:]


def map_error_px(H: F64, scene: Scene) -> float:
    """Root mean square distance in listing px, over the product, between where `H` and the truth put the arrival's places."""
    ys, xs = np.nonzero(scene.product_mask_arrival[::7, ::7])
    places = np.stack([xs, ys], axis=1) * 7.0
    return float(np.sqrt(np.mean(np.sum((mapped(H, places) - mapped(scene.H_arrival_to_listing, places)) ** 2, axis=1))))
