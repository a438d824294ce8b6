"""Laying one outline over another, for things without texture: moments first, then a refinement on distance fields."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from qaudit.model.photo import F32, F64, U8, Bool

SIDE_PX = 192
# Turns tried against the main axis: an axis has no head, and a round thing has no axis.
TURNS_DEG = (0.0, 90.0, 180.0, 270.0)
# Distance fields are cut off here, in px of the work size: beyond it the outline says nothing.
REACH_PX = 24.0
# Inside the outline: below this much detail (standard deviation in codes) there is nothing to compare, above it true pairs
# under lights from other sides correlate by 0.12 and more, other things and mirror images by less than 0.1 as a rule.
LEAST_TEXTURE_CODES = 4.0
LEAST_AGREEMENT = 0.1
# Twice the reach of the wider Gaussian on each side, so that the edge between product and backdrop does not count.
RIM_PX = 25


@dataclass(frozen=True, slots=True, eq=False)
class OutlineFit:
    """An affine map (3, 3) from listing to arrival pixels, and the overlap of both outlines under it (IoU, 0..1)."""

    H_listing_to_arrival: F64
    iou: float

    @property
    def stretch(self) -> float:
        """How much more the map scales one direction than the other, 1 or more."""
        scales = np.linalg.svd(self.H_listing_to_arrival[:2, :2], compute_uv=False)
        return float(scales[0] / max(scales[1], 1e-9))


def fit_outline(listing: Bool, arrival: Bool) -> OutlineFit | None:
    """How does the outline of `arrival` lie over that of `listing`?

    Parameters
    ----------
    listing, arrival
        Product masks, bool, of any two shapes.

    Returns
    -------
        The best orientation-keeping affine map, or None when a mask is empty. A mirrored thing fits badly unless it is
        its own mirror image.
    """
    if listing.sum() < 30 or arrival.sum() < 30:
        return None
    first, to_first = _work_size(listing)
    second, to_second = _work_size(arrival)
    field1, field2 = _distance_field(first), _distance_field(second)
    best: tuple[float, F64] | None = None
    for start in _starts(first, second):
        H = _refined(field1, field2, start)
        iou = _iou(first, second, H)
        if best is None or iou > best[0]:
            best = (iou, H)
    if best is None:
        return None
    iou, H = best
    return OutlineFit(np.linalg.inv(to_second) @ H @ to_first, iou)


def contradicts(fit: OutlineFit, listing: U8, arrival: U8, mask: Bool) -> bool:
    """Does what is seen inside the outline speak against the fit?

    Parameters
    ----------
    fit
        The map between the photos.
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, of any two sizes.
    mask
        Product in the listing.

    Returns
    -------
        True when both show texture inside, and it does not agree: another picture in a frame of the same format, or the
        mirror image. Things without texture cannot contradict.
    """
    shrink = SIDE_PX / max(mask.shape)
    small = np.diag([1 / shrink, 1 / shrink, 1.0])
    size = (max(8, round(mask.shape[1] * shrink)), max(8, round(mask.shape[0] * shrink)))
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    pictures = [
        cv2.warpAffine(p, (H @ small)[:2], size, flags=flags)
        for p, H in ((listing, np.eye(3)), (arrival, fit.H_listing_to_arrival))
    ]
    inside = cv2.erode(cv2.resize(mask.astype(np.uint8), size), np.ones((RIM_PX, RIM_PX), np.uint8)) > 0
    if inside.sum() < RIM_PX**2:
        return False
    bands = []
    for picture in pictures:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        bands.append((cv2.GaussianBlur(grey, (0, 0), 1.0) - cv2.GaussianBlur(grey, (0, 0), 6.0))[inside])
    if min(float(band.std()) for band in bands) < LEAST_TEXTURE_CODES:
        return False
    return float(np.corrcoef(bands[0], bands[1])[0, 1]) < LEAST_AGREEMENT


def _work_size(mask: Bool) -> tuple[Bool, F64]:
    """The mask at the work size with an empty border of the reach, and the map (3, 3) from its pixels to that."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    cut = mask[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    scale = SIDE_PX / max(cut.shape)
    size = (max(2, round(cut.shape[1] * scale)), max(2, round(cut.shape[0] * scale)))
    small = cv2.resize(cut.astype(np.float32), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR) > 0.5
    border = int(REACH_PX)
    fx, fy = size[0] / cut.shape[1], size[1] / cut.shape[0]
    shift_x, shift_y = border + 0.5 * fx - 0.5 - fx * xs[0], border + 0.5 * fy - 0.5 - fy * ys[0]
    padded: Bool = np.pad(small, border)
    return padded, np.array([[fx, 0, shift_x], [0, fy, shift_y], [0, 0, 1]])


def _distance_field(mask: Bool) -> F32:
    """Signed distance to the outline in px, positive inside, cut off at the reach."""
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    field: F32 = np.clip(inside - outside, -REACH_PX, REACH_PX).astype(np.float32)
    return field


def _starts(first: Bool, second: Bool) -> list[F64]:
    """Similarities (3, 3) that bring centroid and area together: not turned, and along the main axes in four turns."""
    centre1, angle1, area1 = _moments(first)
    centre2, angle2, area2 = _moments(second)
    scale = np.sqrt(area2 / area1)
    turns = [0.0, *(np.degrees(angle2 - angle1) + turn for turn in TURNS_DEG)]
    starts = []
    for turn in turns:
        c, s = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
        linear = np.array([[c, -s], [s, c]])
        H = np.eye(3)
        H[:2, :2], H[:2, 2] = linear, centre2 - linear @ centre1
        starts.append(H)
    return starts


def _moments(mask: Bool) -> tuple[F64, float, float]:
    """Centroid (x, y), angle of the main axis in radians, and area of `mask`."""
    m = cv2.moments(mask.astype(np.uint8), binaryImage=True)
    angle = 0.5 * np.arctan2(2 * m["mu11"], m["mu20"] - m["mu02"])
    return np.array([m["m10"] / m["m00"], m["m01"] / m["m00"]]), float(angle), float(m["m00"])


def _refined(field1: F32, field2: F32, start: F64) -> F64:
    """`start` improved by ECC on the distance fields; `start` itself where that does not converge."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
    try:
        _, affine = cv2.findTransformECC(field1, field2, start[:2].astype(np.float32), cv2.MOTION_AFFINE, criteria)
    except cv2.error:
        return start
    refined = np.vstack([affine, [0, 0, 1]]).astype(np.float64)
    return refined if np.linalg.det(refined[:2, :2]) > 0 else start


def _iou(first: Bool, second: Bool, H: F64) -> float:
    """Intersection over union of `first` and of `second` brought into its frame; what falls outside that frame counts."""
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(second.astype(np.uint8), H[:2], first.shape[::-1], flags=flags) > 0
    outside = max(0.0, second.sum() / abs(np.linalg.det(H[:2, :2])) - moved.sum())
    return float((first & moved).sum() / ((first | moved).sum() + outside))
