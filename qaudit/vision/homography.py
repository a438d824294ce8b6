"""Homographies between two sets of keypoints: matching, robust fit, significance against chance, sanity."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.special import gammaln

from qaudit.model.photo import F32, F64

from .features import Features

# Lowe's ratio. Higher than his 0.8 since the robust fit and the test against chance do the sifting.
RATIO = 0.85


def match(listing: Features, arrival: Features) -> np.ndarray:
    """Pairs of keypoints that are each other's nearest and clearly nearer than the second.

    Returns
    -------
        Shape (K, 2), int: index into listing and arrival. Empty when either has fewer than two keypoints.
    """
    if len(listing) < 2 or len(arrival) < 2:
        return np.zeros((0, 2), int)
    affinity = listing.descriptors @ arrival.descriptors.T
    rows = np.arange(len(listing))
    best = affinity.argmax(axis=1)
    top = affinity[rows, best]
    affinity[rows, best] = -1.0
    second = affinity.max(axis=1)
    affinity[rows, best] = top
    distance = np.sqrt(np.maximum(2.0 - 2.0 * top, 0.0))
    distance2 = np.sqrt(np.maximum(2.0 - 2.0 * second, 1e-12))
    clear = np.flatnonzero(distance < RATIO * distance2)
    mutual = affinity[:, best[clear]].argmax(axis=0) == clear
    return np.stack([clear[mutual], best[clear[mutual]]], axis=1)


def project(H: F64, xy: F32 | F64) -> F64:
    """Points (N, 2) mapped by homography `H`; NaN where a point goes behind the camera."""
    xyw = np.column_stack([np.asarray(xy, np.float64), np.ones(len(xy))]) @ H.T
    w = xyw[:, 2:]
    w = np.where(w > 1e-9, w, np.nan)
    mapped: F64 = xyw[:, :2] / w
    return mapped


def fit(source: F32, target: F32, threshold_px: float, seed: int) -> F64 | None:
    """Robust homography from `source` to `target` points, both (N, 2): MAGSAC++ (Barath 2020). None if none was found."""
    if len(source) < 4:
        return None
    params = cv2.UsacParams()
    params.sampler = cv2.SAMPLING_UNIFORM
    params.score = cv2.SCORE_METHOD_MAGSAC
    params.loMethod = cv2.LOCAL_OPTIM_SIGMA
    params.final_polisher = cv2.MAGSAC
    params.maxIterations = 10_000
    params.confidence = 0.9999
    params.threshold = threshold_px
    params.randomGeneratorState = seed
    params.isParallel = False
    H, _ = cv2.findHomography(source.astype(np.float64), target.astype(np.float64), params)
    if H is None or not np.isfinite(H).all() or abs(H[2, 2]) < 1e-12:
        return None
    scaled: F64 = H / H[2, 2]
    return scaled


def significance(matches: int, inliers: int, threshold_px: float, area_px: float) -> float:
    """How unlikely so much agreement is by chance: -log10 of the number of false alarms.

    Parameters
    ----------
    matches, inliers
        Putative matches, and those of them that agree with the fitted homography.
    threshold_px
        How near a match must fall to agree.
    area_px
        Area in which unrelated matches would fall anywhere.

    Returns
    -------
        0 or less: chance does as well. Grows by about 3.5 with every further inlier at 3 px in a megapixel.

    References
    ----------
    Moisan and Stival (2004), A probabilistic criterion to detect rigid point matches; here with a homography, whose
    samples are 4 matches.
    """
    if inliers <= 4 or matches < inliers:
        return 0.0
    log_chance = np.log10(min(1.0, np.pi * threshold_px**2 / area_px))
    log_tests = np.log10(matches - 4 + 1) + _log10_choose(matches, inliers) + _log10_choose(inliers, 4)
    return float(-(log_tests + (inliers - 4) * log_chance))


def _log10_choose(n: int, k: int) -> float:
    """log10 of the binomial coefficient."""
    return float((gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)) / np.log(10))


def side_px(H: F64, corners: F64) -> float:
    """Side in px of the square as large as `corners`, shape (4, 2) in order, after `H`; 0 where they cannot be seen."""
    quad = project(H, corners)
    return float(np.sqrt(_area(quad))) if np.isfinite(quad).all() else 0.0


def _area(quad: F64) -> float:
    """Area of a polygon, shape (N, 2), by the shoelace formula."""
    x, y = quad[:, 0], quad[:, 1]
    return float(0.5 * abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))))


def plausible(H_listing_to_arrival: F64, outline: F64, arrival_shape: tuple[int, int]) -> bool:
    """Whether a camera could have taken the product so.

    Parameters
    ----------
    H_listing_to_arrival
        Shape (3, 3).
    outline
        Corners of the product's bounding box in the listing, shape (4, 2), in order round the box.
    arrival_shape
        (H, W) of the arrival photo.

    Returns
    -------
        False when the outline is mirrored, folded over, behind the camera, a splinter, or grotesquely large or small.
    """
    quad = project(H_listing_to_arrival, outline)
    if not np.isfinite(quad).all():
        return False
    edges = np.roll(quad, -1, axis=0) - quad
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    if not (turns > 0).all():
        return False
    area = _area(quad)
    photo_area = arrival_shape[0] * arrival_shape[1]
    # Seen at 83 degrees from its normal a product is squeezed to an eighth; nothing can be compared on it.
    squeeze = _fullness(quad) / _fullness(outline)
    return bool(photo_area * 25 > area > photo_area * 4e-4 and squeeze > 1 / 8)


def _fullness(quad: F64) -> float:
    """Area of a quadrilateral (4, 2) over that of a square on its longest side."""
    edges = np.roll(quad, -1, axis=0) - quad
    return _area(quad) / max(float((edges**2).sum(axis=1).max()), 1e-9)
