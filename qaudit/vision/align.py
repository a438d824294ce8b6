"""The alignment ladder: lay the arrival photo over the listing photo, or say honestly that it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
from scipy.spatial import KDTree

from qaudit.model.alignment import Aligned, AlignmentFailed, Rung
from qaudit.model.photo import F64, Region

from . import homography as hg
from .features import Features
from .outline import contradicts, fit_outline
from .segment import PLAIN
from .sight import ArrivalSight, ListingSight
from .silhouette import is_flat

# A match agrees within this share of the arrival photo's side (4 px in 1,000): room for bent covers and cloth.
AGREE_SHARE = 0.004
# Nor beyond this share of the product's own side in the arrival photo, but one pixel always.
PRODUCT_AGREE_SHARE = 0.01
LEAST_AGREE_PX = 1.0
# Less than one false alarm in 10^8 photo pairs: matches on one logo or one hand are not independent of each other.
SIGNIFICANT = 8.0
# With fewer keypoints on either side no homography can be told from chance.
LEAST_KEYPOINTS = 12
# Outlines that overlap less are those of another thing, or of another side.
LEAST_IOU = 0.9
# Three quarters of batiks repeat themselves better than this; a carved frame reaches 0.52, covers, cartons, boards and figures
# 0.48.
REPEATS = 0.55
# A thing turned by 34 degrees away from the camera is foreshortened by this much; more is another proportion.
MOST_STRETCH = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A homography from listing to arrival `pixels`, and the pairs of keypoints (K, 2) that agree with it."""

    H: F64
    listing: Features
    pairs: np.ndarray
    significance: float


def align(listing: ListingSight, arrival: ArrivalSight, seed: int) -> Aligned | AlignmentFailed:
    """How does the arrival photo lie over the listing photo?

    Parameters
    ----------
    listing, arrival
        The photos as the alignment sees them; maps are between their `pixels`.
    seed
        Of the random sampling.

    Returns
    -------
        The map found by the first rung of the ladder that stands up to chance and to common sense, or why there is none.
    """
    found, target, region = listing.features, arrival.features, listing.region
    keypoints = (len(found), len(target))
    corners, shape = bounding_corners(region), arrival.photo.pixels.shape[:2]
    best: Fit | None = None
    if min(keypoints) >= LEAST_KEYPOINTS:
        best = attempt([found], target, corners, shape, seed)
        if _stands(best, corners, shape):
            return _aligned(best, target, region, shape, "features", keypoints)
        tilted = attempt(listing.tilted, target, corners, shape, seed)
        if _stands(tilted, corners, shape):
            return _aligned(tilted, target, region, shape, "affine features", keypoints)
    outlined = _by_outline(listing, arrival, keypoints)
    if isinstance(outlined, Aligned):
        return outlined
    inliers, sure = (0, 0.0) if best is None else (len(best.pairs), best.significance)
    texture = min(keypoints) >= LEAST_KEYPOINTS
    reason = "no_texture" if not texture else "not_plausible" if sure >= SIGNIFICANT else "no_agreement"
    repeating = listing.repetition >= REPEATS
    return AlignmentFailed(reason, inliers, sure, keypoints, outlined, is_flat(region.mask), repeating)


def _by_outline(listing: ListingSight, arrival: ArrivalSight, keypoints: tuple[int, int]) -> Aligned | float | None:
    """The outline rung: a map, or how far the outlines overlap at best, or None where a product does not stand out."""
    region, there = listing.region, arrival.region
    if region.method != PLAIN or there.method != PLAIN:
        return None
    fit = fit_outline(region.mask, there.mask)
    if fit is None:
        return None
    pictures = listing.photo.pixels, arrival.photo.pixels
    if fit.iou < LEAST_IOU or fit.stretch > MOST_STRETCH or contradicts(fit, *pictures, region.mask):
        return fit.iou
    back = np.linalg.inv(fit.H_listing_to_arrival)
    # The outlines differ by (1 - IoU) of the area, spread round the outline of a disc of that area.
    rms_px = (1.0 - fit.iou) * 0.28 * float(np.sqrt(region.mask.sum()))
    return Aligned(back / back[2, 2], "outline", 0, 0.0, rms_px, 1.0, fit.iou, keypoints)


def attempt(views: list[Features], target: Features, corners: F64, shape: tuple[int, int], seed: int) -> Fit | None:
    """The best homography that matches of any of `views` of the listing with the arrival's `target` features support."""
    agree_px = AGREE_SHARE * max(shape)
    pairs = [hg.match(view, target) for view in views]
    source = _concatenate([view.take(p[:, 0]) for view, p in zip(views, pairs, strict=True)])
    index = np.concatenate([p[:, 1] for p in pairs])
    keep = _distinct(source, target.take(index), agree_px)
    source, index = source.take(keep), index[keep]
    H = hg.fit(source.keypoints, target.keypoints[index], agree_px, seed)
    if H is None:
        return None
    agree_px = min(agree_px, max(LEAST_AGREE_PX, PRODUCT_AGREE_SHARE * hg.side_px(H, corners)))
    agree = _agreeing(H, source.keypoints, target.keypoints[index], agree_px)
    sure = hg.significance(len(index), int(agree.sum()), agree_px, shape[0] * shape[1])
    first = Fit(H, source, np.stack([np.flatnonzero(agree), index[agree]], axis=1), sure)
    if sure <= 0:
        return first
    return guided(first, _concatenate(views) if len(views) > 1 else views[0], target, agree_px, seed)


def guided(first: Fit, listing: Features, target: Features, agree_px: float, seed: int) -> Fit:
    """A second pass: every listing keypoint looks for its partner near where the first fit expects it."""
    fit = first
    tree = KDTree(target.keypoints)
    for radius_px in (3.0 * agree_px, 1.5 * agree_px):
        expected = hg.project(fit.H, listing.keypoints)
        usable = np.flatnonzero(np.isfinite(expected).all(axis=1))
        _, near = tree.query(expected[usable], k=min(6, len(target)), distance_upper_bound=radius_px)
        near = near.reshape(len(usable), -1)
        padded = np.vstack([target.descriptors, np.zeros((1, 128), np.float32)])
        affinity = np.einsum("nd,nkd->nk", listing.descriptors[usable], padded[near])
        choice = affinity.argmax(axis=1)
        rows = np.arange(len(usable))
        # RootSIFT affinity of unrelated patches is 0.6 +- 0.08; 0.8 is met by chance once in 200.
        good = affinity[rows, choice] > 0.8
        source_index, target_index = usable[good], near[rows[good], choice[good]]
        keep = _distinct(listing.take(source_index), target.take(target_index), 1.0)
        source_index, target_index = source_index[keep], target_index[keep]
        H = hg.fit(listing.keypoints[source_index], target.keypoints[target_index], agree_px, seed)
        if H is None:
            break
        agree = _agreeing(H, listing.keypoints[source_index], target.keypoints[target_index], agree_px)
        if agree.sum() < len(fit.pairs):
            break
        fit = Fit(H, listing, np.stack([source_index[agree], target_index[agree]], axis=1), first.significance)
    return fit


def bounding_corners(region: Region) -> F64:
    """Corners of the product's bounding box, shape (4, 2), (x, y), clockwise from top left."""
    ys, xs = np.flatnonzero(region.mask.any(axis=1)), np.flatnonzero(region.mask.any(axis=0))
    x0, x1, y0, y1 = xs[0], xs[-1], ys[0], ys[-1]
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)


def _stands(fit: Fit | None, corners: F64, shape: tuple[int, int]) -> TypeGuard[Fit]:
    """Whether chance and common sense both let the fit pass."""
    return fit is not None and fit.significance >= SIGNIFICANT and hg.plausible(fit.H, corners, shape)


def _concatenate(parts: list[Features]) -> Features:
    return Features(
        np.concatenate([p.keypoints for p in parts]),
        np.concatenate([p.size for p in parts]),
        np.concatenate([p.angle for p in parts]),
        np.concatenate([p.descriptors for p in parts]),
    )


def _distinct(source: Features, target: Features, cell_px: float) -> np.ndarray:
    """Index of pairs that say something new: one pair per cell of source and target position."""
    key = np.column_stack([np.floor(source.keypoints / max(cell_px, 1.0)), np.floor(target.keypoints / max(cell_px, 1.0))])
    _, first = np.unique(key, axis=0, return_index=True)
    return np.sort(first)


def _agreeing(H: F64, source: np.ndarray, target: np.ndarray, agree_px: float) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        distance = np.linalg.norm(hg.project(H, source) - target, axis=1)
    agree: np.ndarray = distance < agree_px
    return agree


def _aligned(
    fit: Fit, target: Features, region: Region, shape: tuple[int, int], rung: Rung, keypoints: tuple[int, int]
) -> Aligned:
    """The fit, turned round into the listing's frame."""
    back = np.linalg.inv(fit.H)
    back = back / back[2, 2]
    source = fit.listing.keypoints[fit.pairs[:, 0]]
    residual = hg.project(back, target.keypoints[fit.pairs[:, 1]]) - source
    rms_px = float(np.sqrt(np.nanmean((residual**2).sum(axis=1))))
    ys, xs = np.nonzero(region.mask)
    every = max(1, len(xs) // 4000)
    seen = hg.project(fit.H, np.column_stack([xs[::every], ys[::every]]).astype(np.float64))
    with np.errstate(invalid="ignore"):
        inside = np.all((seen >= 0) & (seen < [shape[1], shape[0]]), axis=1)
    overlap_share = float(np.mean(inside)) if len(xs) else 0.0
    return Aligned(back, rung, len(fit.pairs), fit.significance, rms_px, overlap_share, keypoints=keypoints)
