"""Local structure of two rectified pictures, matched with room for the misregistration that remains."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from qaudit.model.alignment import LocalMatch
from qaudit.model.photo import F32, U8, Bool

# Both bands are matched at this side: fine enough for a motif, coarse enough for a search of 3 px to hold the
# misregistration of just under 1 % of the side that bent things keep after the smooth refinement.
SIDE_PX = 400
SEARCH_PX = 3
# Codes of 0..255 added before the logarithm, so that noise in the dark does not count as structure.
DARK_CODES = 8.0
SMALLEST_SIDE_PX = 40
# Variance of band-passed log2 luminance that counts as structure: a contrast of 3 %.
LEAST_ENERGY = 0.002
LEAST_STRUCTURED_SHARE = 0.05
# An interior that leaves out more than this of the product bounds nothing.
LEAST_INTERIOR_SHARE = 0.25
# Share of a window that must lie in the hull: beside glare and along the rim a window sees what is not the face.
LEAST_COVER = 0.8
# Photos of more pixels show no more to maps of 400 px, but that they are registered a little better.
FULL_SIDE_PX = 800.0
# Windows of unrelated pictures reach this correlation, at the best of 49 shifts, in less than one place of a hundred.
AGREES = 0.7


# Windows of 1/14 of the side: a button on a shirt, a word on a cover, a screw on a board.
WINDOWS_A_SIDE = 14


@dataclass(frozen=True, slots=True)
class Band:
    """Scales of structure: standard deviations of two Gaussians, in px of the maps."""

    inner_px: float
    outer_px: float


# Lines and letters; and shapes as large as a window.
FINE = Band(0.7, 6.0)
COARSE = Band(1.5, 12.0)


def local_match(listing: U8, arrival: U8, mask: Bool, band: Band) -> LocalMatch | None:
    """Where is the listing's structure found again in the arrival?

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, rectified and relit.
    mask
        Shape (H, W), bool: pixels of the product that can be compared.
    band
        The scale of structure to look at.

    Returns
    -------
        Maps of local correlation and energy, with all of the mask as interior; None when the mask leaves no whole window.
    """
    scale = min(1.0, SIDE_PX / max(mask.shape))
    size = (round(mask.shape[1] * scale), round(mask.shape[0] * scale))
    if min(size) < SMALLEST_SIDE_PX // 2 or max(size) < SMALLEST_SIDE_PX:
        return None
    window = max(7, max(size) // WINDOWS_A_SIDE) | 1
    first, second = (_band_passed(cv2.resize(p, size, interpolation=cv2.INTER_AREA), band) for p in (listing, arrival))
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    usable = cv2.erode((share > 0.99).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    inside = (_mean(usable, window) > 0.8) & (usable > 0)
    if inside.sum() < window * window:
        return None
    correlation, energy1, energy2 = _best_correlation(first, second, window)
    return LocalMatch(correlation, energy1, energy2, inside, inside, scale, window)


def bounded(fine: LocalMatch | None, coarse: LocalMatch | None) -> tuple[LocalMatch | None, LocalMatch | None]:
    """Both bands with the interior that the fine one confirms: where does the listing's own face lie in the arrival?

    Returns
    -------
        The matches, their `interior` being the convex hull of the places whose structure agrees, as far as windows lie in it;
        all of the mask where too little agrees to bound anything.

    Notes
    -----
    Beyond the places that agree lies what is not this face: another side that turned away, packaging, a case or a backdrop that
    the listing shows and the arrival does not. There everything differs and nothing is damaged.
    """
    if fine is None or coarse is None:
        return fine, coarse
    agreeing = (structured(fine) & (fine.correlation >= AGREES)).astype(np.uint8)
    side = max(3, fine.window_px // 3) | 1
    points = cv2.findNonZero(cv2.morphologyEx(agreeing, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)))
    if points is None:
        return fine, coarse
    hull = np.zeros(agreeing.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return _within(fine, hull > 0), _within(coarse, hull > 0)


def _within(match: LocalMatch, hull: Bool) -> LocalMatch:
    """`match` with the places as interior whose window lies in `hull`; unchanged where that leaves too little."""
    inside = match.mask & hull
    window = (match.window_px, match.window_px)
    covered = cv2.blur(inside.astype(np.float32), window, borderType=cv2.BORDER_CONSTANT) > LEAST_COVER
    interior = inside & covered
    return replace(match, interior=interior) if interior.sum() >= LEAST_INTERIOR_SHARE * match.mask.sum() else match


def resolution_factor(match: LocalMatch) -> float:
    """By which factor do local deviations weigh more than in a pair of 400 px, because the photos show more? 0.2..1.42.

    Notes
    -----
    Misregistration, blur and compression are so many pixels, whatever the product's size: of few pixels they are a larger
    share. Over the true pairs of seven data sets, of 180 to 1,200 px, values fall with the root of the side or faster.
    """
    side_px = max(match.mask.shape) / match.scale
    return float(np.sqrt(min(side_px, FULL_SIDE_PX) / SIDE_PX))


def confirmed_mask(match: LocalMatch | None, mask: Bool) -> Bool:
    """Where do both photos surely show one place of the product?

    Parameters
    ----------
    match
        Local structure of the pair in the fine band.
    mask
        Shape (H, W), bool: pixels that can be compared.

    Returns
    -------
        Shape (H, W), bool: the part of `mask` with agreeing structure, possibly nothing of it; `mask` itself where too
        little of the product has structure to ask for it.
    """
    if match is None or structured(match).sum() < LEAST_STRUCTURED_SHARE * match.mask.sum():
        return mask
    agreeing = structured(match) & (match.correlation >= AGREES)
    full = cv2.resize(agreeing.astype(np.uint8), mask.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    confirmed: Bool = mask & full
    return confirmed


def structured(match: LocalMatch) -> Bool:
    """Places of the listing with structure above what noise and compression leave, shape (h, w)."""
    places: Bool = match.mask & (match.listing_energy > LEAST_ENERGY)
    return places


def _band_passed(picture: U8, band: Band) -> F32:
    grey = np.log2(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) + np.float32(DARK_CODES))
    passed: F32 = cv2.GaussianBlur(grey, (0, 0), band.inner_px) - cv2.GaussianBlur(grey, (0, 0), band.outer_px)
    return passed


def _mean(image: F32, window: int) -> F32:
    result: F32 = cv2.blur(image, (window, window), borderType=cv2.BORDER_REFLECT)
    return result


def _best_correlation(first: F32, second: F32, window: int) -> tuple[F32, F32, F32]:
    """Largest windowed correlation over all shifts of `second` within the search, and the energies of both."""
    mean1 = _mean(first, window)
    energy1 = np.maximum(_mean(first * first, window) - mean1**2, 0)
    padded = cv2.copyMakeBorder(second, *(SEARCH_PX,) * 4, cv2.BORDER_REFLECT)
    mean2 = cv2.copyMakeBorder(_mean(second, window), *(SEARCH_PX,) * 4, cv2.BORDER_REFLECT)
    square2 = cv2.copyMakeBorder(_mean(second * second, window), *(SEARCH_PX,) * 4, cv2.BORDER_REFLECT)
    energy2 = np.maximum(square2 - mean2**2, 0)
    height, width = first.shape
    best = np.full(first.shape, -1.0, np.float32)
    for dy in range(2 * SEARCH_PX + 1):
        for dx in range(2 * SEARCH_PX + 1):
            here = np.s_[dy : dy + height, dx : dx + width]
            covariance = _mean(first * padded[here], window) - mean1 * mean2[here]
            np.maximum(best, covariance / np.sqrt(energy1 * energy2[here] + 1e-12), out=best)
    centre = np.s_[SEARCH_PX : SEARCH_PX + height, SEARCH_PX : SEARCH_PX + width]
    return best, energy1, energy2[centre]
