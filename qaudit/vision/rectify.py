"""Both photos in one frame: warped, once more from the photo's own pixels when refined, and brought to one sharpness."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from qaudit.model.alignment import Aligned
from qaudit.model.options import Options
from qaudit.model.photo import F32, F64, U8, Bool, Photo, Region

from .align import bounding_corners
from .homography import project
from .scaling import shrunk

# The smooth refinement may move a place by this share of the frame's side; more is another object, not a bend.
MAX_FLOW_SHARE = 0.02
# Spatial standard deviation of the smoothing of the flow, share of the frame's side: bends pass, defects do not.
FLOW_SMOOTH_SHARE = 0.04
SMALLEST_FRAME_PX = 64


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Listing and arrival in one frame, before the light is taken out.

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, equally sharp.
    product
        Shape (H, W), bool: the listing's product.
    seen
        Shape (H, W), bool: pixels that the arrival photo shows.
    H_frame_to_listing, H_frame_to_arrival
        Shape (3, 3): to the `pixels` of the photos (the second without the flow).
    flow
        Shape (H, W, 2), float32, or None: frame pixel (x, y) is found where (x, y) + flow lies in the arrival.
    """

    listing: U8
    arrival: U8
    product: Bool
    seen: Bool
    H_frame_to_listing: F64
    H_frame_to_arrival: F64
    flow: F32 | None

    @property
    def inner(self) -> Bool:
        """The product as far as the arrival shows it, without a rim of 1/60 of the side where outlines may disagree."""
        rim = max(1, max(self.product.shape) // 60)
        both = np.pad((self.product & self.seen).astype(np.uint8), 1)
        inner: Bool = cv2.erode(both, np.ones((2 * rim + 1,) * 2, np.uint8))[1:-1, 1:-1] > 0
        return inner


def rectify(listing: Photo, arrival: Photo, region: Region, aligned: Aligned, options: Options) -> Frame:
    """What do both photos look like in one frame?

    The frame is the bounding box of the listing's product with a small margin, at the resolution that both photos have.
    """
    H_listing_to_arrival = np.linalg.inv(aligned.H_arrival_to_listing).astype(np.float64)
    corners = bounding_corners(region)
    density = _density(H_listing_to_arrival, corners)
    extent: F64 = np.ptp(corners, axis=0) + 1
    margin = 0.02 * extent.max()
    low = np.maximum(np.floor(corners.min(axis=0) - margin), 0)
    high = np.minimum(np.ceil(corners.max(axis=0) + margin), np.array(region.mask.shape[::-1]) - 1)
    extent = high - low + 1
    scale = min(1.0, options.frame_side_px / extent.max(), max(density, SMALLEST_FRAME_PX / extent.max()))
    size = (max(8, round(extent[0] * scale)), max(8, round(extent[1] * scale)))
    sx, sy = extent[0] / size[0], extent[1] / size[1]
    H_frame_to_listing = np.array([[sx, 0, low[0] + 0.5 * sx - 0.5], [0, sy, low[1] + 0.5 * sy - 0.5], [0, 0, 1]])
    H_frame_to_arrival = H_listing_to_arrival @ H_frame_to_listing
    H_frame_to_arrival /= H_frame_to_arrival[2, 2]
    reference = _sample(listing.pixels, H_frame_to_listing, size, 1.0 / scale)
    x0, y0, x1, y1 = int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1
    product = cv2.resize(region.mask[y0:y1, x0:x1].astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    moving = _sample(arrival.pixels, H_frame_to_arrival, size, density / scale)
    seen = _seen(H_frame_to_arrival, size, arrival.pixels.shape[:2])
    flow = residual_flow(reference, moving, product & seen)
    if flow is not None:
        moving = _sample(arrival.pixels, H_frame_to_arrival, size, density / scale, flow)
    reference, moving, _ = equally_sharp(reference, moving, product & seen)
    return Frame(reference, moving, product, seen, H_frame_to_listing, H_frame_to_arrival, flow)


def only_product(listing: U8, arrival: U8, mask: Bool) -> U8:
    """`arrival` on `mask`, and the listing's own pixels elsewhere: what lies around the product must not count in any blur.

    Shapes (H, W, 3), (H, W, 3) and (H, W).
    """
    kept: U8 = np.where(mask[..., None], arrival, listing)
    return kept


def residual_flow(reference: U8, moving: U8, mask: Bool) -> F32 | None:
    """A smooth flow from `reference` to `moving` (DIS, Kroeger 2016), or None when it does not bring them nearer.

    Returns
    -------
        Shape (H, W, 2), float32, px.
    """
    side = max(reference.shape[:2])
    if min(reference.shape[:2]) < SMALLEST_FRAME_PX // 2 or not mask.any():
        return None
    grey = [_evened(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), side) for p in (reference, moving)]
    shrink = min(1.0, 500.0 / side)
    small = [shrunk(g, shrink) for g in grey]
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    raw = dis.calc(small[0], small[1], None)
    inside = cv2.resize(mask.astype(np.float32), small[0].shape[::-1], interpolation=cv2.INTER_AREA)
    limit = MAX_FLOW_SHARE * max(small[0].shape)
    texture = cv2.GaussianBlur(cv2.Laplacian(small[0], cv2.CV_32F) ** 2, (0, 0), 3.0)
    weight = inside * (np.linalg.norm(raw, axis=2) < limit) * texture / (texture + np.median(texture) + 1e-6) + 1e-6
    sigma = FLOW_SMOOTH_SHARE * max(small[0].shape)
    smooth = cv2.GaussianBlur(raw * weight[..., None], (0, 0), sigma) / cv2.GaussianBlur(weight, (0, 0), sigma)[..., None]
    flow = cv2.resize(smooth, grey[0].shape[::-1], interpolation=cv2.INTER_LINEAR) / np.float32(shrink)
    before = _correlation(grey[0], grey[1], mask)
    after = _correlation(grey[0], cv2.remap(grey[1], *_grid(flow), cv2.INTER_LINEAR), mask)
    return flow.astype(np.float32) if after > before + 0.002 else None


def equally_sharp(first: U8, second: U8, mask: Bool) -> tuple[U8, U8, float]:
    """Blur the sharper picture until both keep the same share of fine detail.

    Returns
    -------
        Both pictures, and the Gaussian's standard deviation in px: positive when `first` was blurred, else negative.
    """
    if not mask.any():
        return first, second, 0.0
    fine = [_fine_share(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), mask) for p in (first, second)]
    sharper = 0 if fine[0] > fine[1] else 1
    pictures = [first, second]
    chosen = 0.0
    for sigma in (0.5, 0.7, 0.9, 1.2, 1.5, 2.0, 2.5):
        blurred = cv2.GaussianBlur(pictures[sharper], (0, 0), sigma)
        if _fine_share(cv2.cvtColor(blurred, cv2.COLOR_RGB2GRAY), mask) < fine[1 - sharper]:
            break
        chosen = sigma
    if chosen:
        pictures[sharper] = cv2.GaussianBlur(pictures[sharper], (0, 0), chosen)
    return pictures[0], pictures[1], chosen if sharper == 0 else -chosen


def _fine_share(grey: U8, mask: Bool) -> float:
    """Energy of the finest detail relative to that one octave coarser, on `mask`."""
    image = grey.astype(np.float32)
    soft, softer = cv2.GaussianBlur(image, (0, 0), 1.0), cv2.GaussianBlur(image, (0, 0), 2.0)
    fine, coarse = (image - soft)[mask], (soft - softer)[mask]
    return float(np.mean(fine**2) / (np.mean(coarse**2) + 1.0))


def _density(H_listing_to_arrival: F64, corners: F64) -> float:
    """Arrival pixels per listing pixel along a side, in the middle of the product."""
    centre = corners.mean(axis=0)
    points = project(H_listing_to_arrival, centre + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    a, b = points[1] - points[0], points[2] - points[0]
    return float(np.sqrt(abs(a[0] * b[1] - a[1] * b[0]))) if np.isfinite(points).all() else 1.0


def _sample(pixels: U8, H_frame_to_photo: F64, size: tuple[int, int], density: float, flow: F32 | None = None) -> U8:
    """`pixels` seen in a frame of `size` (w, h); reduced first where the photo has `density` > 1 pixels per frame pixel."""
    H = H_frame_to_photo
    if density > 1.25:
        small = shrunk(pixels, 1 / density)
        fx, fy = small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]
        H = np.array([[fx, 0, 0.5 * fx - 0.5], [0, fy, 0.5 * fy - 0.5], [0, 0, 1]]) @ H
        pixels = small
    if flow is None:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped: U8 = cv2.warpPerspective(pixels, H, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return warped
    grid = np.stack(_grid(flow), axis=-1)
    at = cv2.perspectiveTransform(grid.reshape(1, -1, 2), H).reshape(grid.shape).astype(np.float32)
    remapped: U8 = cv2.remap(pixels, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return remapped


def _grid(flow: F32) -> tuple[F32, F32]:
    """Absolute sampling positions (x, y) of a relative `flow`."""
    y, x = np.mgrid[: flow.shape[0], : flow.shape[1]].astype(np.float32)
    return x + flow[..., 0], y + flow[..., 1]


def _seen(H_frame_to_arrival: F64, size: tuple[int, int], shape: tuple[int, int]) -> Bool:
    """Frame pixels that fall inside the arrival photo, one pixel from its edge or more."""
    inside = np.zeros(shape, np.uint8)
    inside[1:-1, 1:-1] = 255
    warped = cv2.warpPerspective(inside, H_frame_to_arrival, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    seen: Bool = warped > 0
    return seen


def _evened(grey: U8, side: int) -> U8:
    """Local contrast brought to one level, so that light and exposure do not steer the flow."""
    image = grey.astype(np.float32)
    sigma = max(2.0, 0.02 * side)
    mean = cv2.GaussianBlur(image, (0, 0), sigma)
    deviation = np.sqrt(np.maximum(cv2.GaussianBlur(image**2, (0, 0), sigma) - mean**2, 0))
    evened: U8 = np.clip(128 + 40 * (image - mean) / (deviation + 4.0), 0, 255).astype(np.uint8)
    return evened


def _correlation(first: U8, second: U8, mask: Bool) -> float:
    a, b = first[mask].astype(np.float64), second[mask].astype(np.float64)
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a**2).sum() * (b**2).sum()) + 1e-9))
