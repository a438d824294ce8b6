"""Where a place of the rectified frame lies in the photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.photo import F32, F64, Bool, Region
from qaudit.model.verdict import Box

from .homography import project


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """How the frame is seen in one photo.

    Parameters
    ----------
    H_frame_to_photo, flow
        The map from the frame to the photo's `pixels`; the flow is added first.
    scale
        `pixels` per pixel of the photo as displayed.
    size
        Width and height of the photo as displayed.
    """

    H_frame_to_photo: F64
    flow: F32 | None
    scale: float
    size: tuple[int, int]


def place_box(box: Box, camera: Camera) -> Box | None:
    """Where does a box of the frame, (x, y, w, h) in its px, lie in a photo?

    Returns
    -------
        The upright box (x, y, w, h) round the mapped corners in integer px of the photo as displayed, cut at its edges;
        None when it lies outside.
    """
    x, y, w, h = box
    corners = np.array([[x, y], [x + w - 1, y], [x + w - 1, y + h - 1], [x, y + h - 1]], np.float64)
    if camera.flow is not None:
        limit = np.array(camera.flow.shape[1::-1]) - 1
        at = np.clip(np.rint(corners), 0, limit).astype(int)
        corners = corners + camera.flow[at[:, 1], at[:, 0]]
    mapped = project(camera.H_frame_to_photo, corners)
    if not np.isfinite(mapped).all():
        return None
    mapped = (mapped + 0.5) / camera.scale - 0.5
    last = np.array(camera.size) - 1
    if (mapped.max(axis=0) < 0).any() or (mapped.min(axis=0) > last).any():
        return None
    low = np.clip(np.floor(mapped.min(axis=0)), 0, last).astype(int)
    high = np.clip(np.ceil(mapped.max(axis=0)), 0, last).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1


def middle(region: Region) -> tuple[float, float]:
    """Centroid (x, y) of the product in px of its photo's `pixels`."""
    ys, xs = np.nonzero(region.mask[::4, ::4])
    if len(xs) == 0:
        return (region.mask.shape[1] - 1) / 2, (region.mask.shape[0] - 1) / 2
    return float(4 * xs.mean()), float(4 * ys.mean())


def region_in_arrival(region: Region, aligned: Aligned, shape: tuple[int, int]) -> Bool:
    """The listing's product as a mask (H, W) of the arrival photo's `pixels`."""
    H = aligned.H_arrival_to_listing
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(region.mask.astype(np.uint8), H, shape[::-1], flags=flags)
    inside: Bool = warped > 0
    return inside


def displayed_map(alignment: Aligned | AlignmentFailed, listing_scale: float, arrival_scale: float) -> tuple[float, ...] | None:
    """How the arrival lies over the listing, in px of both photos as displayed.

    Parameters
    ----------
    alignment
        Between the `pixels` of the photos.
    listing_scale, arrival_scale
        `pixels` per pixel as displayed.

    Returns
    -------
        The homography row by row, its last number 1, each to seven digits; None where there is none.
    """
    if isinstance(alignment, AlignmentFailed):
        return None
    H = np.linalg.inv(_to_pixels(listing_scale)) @ alignment.H_arrival_to_listing @ _to_pixels(arrival_scale)
    return tuple(float(f"{value:.7g}") for value in (H / H[2, 2]).ravel())


def worked_map(displayed: Sequence[float], listing_scale: float, arrival_scale: float) -> F64:
    """The homography (3, 3) between the `pixels` of two photos whose `displayed_map` is known."""
    H: F64 = _to_pixels(listing_scale) @ np.reshape(displayed, (3, 3)) @ np.linalg.inv(_to_pixels(arrival_scale))
    return H


def _to_pixels(scale: float) -> F64:
    """From px of a photo as displayed to those of its `pixels`; pixel centres are at integers."""
    shift = 0.5 * scale - 0.5
    return np.array([[scale, 0, shift], [0, scale, shift], [0, 0, 1]])
