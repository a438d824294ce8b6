"""A photo as the alignment sees it: looked at once, however many photos it is then laid over."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np

from qaudit.model.options import Options
from qaudit.model.photo import U8, Bool, Photo, Region

from . import features as ft
from .features import Features
from .repetition import repetition
from .segment import product_region

LISTING_KEYPOINTS = 2000
ARRIVAL_KEYPOINTS = 4000
# Tilts (1 / cos of the viewing angle) and turns in degrees at which the listing is seen again when the plain attempt
# fails (Yu and Morel 2011, ASIFT: the second and third ring of its sampling, turns thinned to what a second affords).
TILTS = ((2.0, (0, 45, 90, 135)), (2.83, (0, 36, 72, 108, 144)))
TILTED_SIDE_PX = 400
TILTED_KEYPOINTS = 600


class ListingSight:
    """A listing photo: where the product is, and what can be found again of it. Looked at when first asked for."""

    def __init__(self, photo: Photo, options: Options) -> None:
        """Of `options`, `feature_side_px` is used."""
        self.photo = photo
        self._scale = _feature_scale(photo, options)

    @cached_property
    def region(self) -> Region:
        """The product."""
        return product_region(self.photo.pixels)

    @cached_property
    def features(self) -> Features:
        """Features on the product, in px of the photo's `pixels`."""
        return ft.detect(self._grey, self._scale, LISTING_KEYPOINTS).inside(self._product)

    @cached_property
    def tilted(self) -> list[Features]:
        """The same as they would look when the listing is turned away from the camera, for each tilt and turn."""
        return [view.inside(self._product) for view in tilted_features(self._grey)]

    @cached_property
    def repetition(self) -> float:
        """How well the product's structure lies over itself when it is shifted by a motif, 0..1."""
        return repetition(self.photo.pixels, self.region.mask)

    @cached_property
    def _grey(self) -> U8:
        return ft.luminance(self.photo.pixels)

    @cached_property
    def _product(self) -> Bool:
        """The product with a margin of 2 % of the side, so that keypoints on its outline count."""
        mask = self.region.mask
        margin = max(3, round(0.02 * max(mask.shape)))
        grown: Bool = cv2.dilate(mask.astype(np.uint8), np.ones((2 * margin + 1,) * 2, np.uint8)) > 0
        return grown


class ArrivalSight:
    """An arrival photo: what can be found again in it, and what stands out by itself. Looked at when first asked for."""

    def __init__(self, photo: Photo, options: Options) -> None:
        """Of `options`, `feature_side_px` is used."""
        self.photo = photo
        self._scale = _feature_scale(photo, options)

    @cached_property
    def features(self) -> Features:
        """Features of the whole photo, in px of its `pixels`."""
        return ft.detect(ft.luminance(self.photo.pixels), self._scale, ARRIVAL_KEYPOINTS)

    @cached_property
    def region(self) -> Region:
        """What stands out from a plain ground, or the whole picture."""
        return product_region(self.photo.pixels)


def tilted_features(grey: U8) -> list[Features]:
    """Features of the listing as it would look when turned away from the camera, in px of `grey`."""
    height, width = grey.shape
    scale = TILTED_SIDE_PX / max(height, width)
    return [_tilted_view(grey, scale, tilt, turn) for tilt, turns in TILTS for turn in turns]


def _tilted_view(grey: U8, scale: float, tilt: float, turn: float) -> Features:
    """Features of `grey` scaled, turned by `turn` degrees and squeezed across by `tilt`, in px of `grey`."""
    height, width = grey.shape
    rotation = cv2.getRotationMatrix2D((width / 2, height / 2), turn, scale)
    corners = cv2.transform(np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64), rotation)[0]
    rotation[:, 2] -= corners.min(axis=0)
    across, down = (int(side) for side in np.ceil(np.ptp(corners, axis=0)))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    turned = cv2.warpAffine(grey, rotation, (across, down), flags=flags, borderValue=128)
    blurred = cv2.GaussianBlur(turned, (0, 0), sigmaX=0.8 * float(np.sqrt(tilt**2 - 1)), sigmaY=0.01)
    squeezed = cv2.resize(blurred, (max(16, round(across / tilt)), down), interpolation=cv2.INTER_LINEAR)
    found = ft.detect(squeezed, 1.0, TILTED_KEYPOINTS)
    xy = (found.keypoints + 0.5) * np.array([across / squeezed.shape[1], 1.0]) - 0.5
    back = cv2.invertAffineTransform(rotation)
    xy = xy @ back[:, :2].T + back[:, 2]
    moved = Features(xy.astype(np.float32), found.size / np.float32(scale), found.angle, found.descriptors)
    return moved.take(np.flatnonzero(((xy >= 0) & (xy < [width, height])).all(axis=1)))


def _feature_scale(photo: Photo, options: Options) -> float:
    """Factor that brings small photos up and large ones down to the size at which features are looked for."""
    side: int = max(photo.pixels.shape[:2])
    if side > options.feature_side_px:
        return options.feature_side_px / side
    return min(2.0, ft.SMALL_SIDE_PX / side) if side < ft.SMALL_SIDE_PX else 1.0
