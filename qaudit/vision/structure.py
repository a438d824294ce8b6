"""Local structure of two rectified pictures, matched with room for the misregistration that remains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from qaudit.model.alignment import LocalMatch
from qaudit.model.photo import F32, U8, Bool

from .colour import lab

# Structure is matched at this side: fine enough for a motif, coarse enough for a search of 3 px to hold the
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
LIGHT_POWER, COLOUR_POWER = 0.5, 1.5
DISTINCT_TIMES = 4.0
# Windows of unrelated pictures reach this correlation, at the best of 49 shifts, in less than one place of a hundred.
AGREES = 0.7


# Windows of 1/14 of the side: a button on a shirt, a word on a cover, a screw on a board.
WINDOWS_A_SIDE = 14


@dataclass(frozen=True, slots=True)
class Band:
    """Scales of structure, standard deviations of two Gaussians in px of the maps, and what has it: light or colour."""

    inner_px: float
    outer_px: float
    of: Literal["light", "colour"] = "light"


# Lines and letters; and shapes as large as a window in colour, which shadows and lamps leave alone.
FINE = Band(0.7, 6.0)
COLOURING = Band(1.5, 12.0, "colour")


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
        Energies are in log2 luminance squared, of colour in CIELAB a and b squared.
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


def bounded(fine: LocalMatch | None, *others: LocalMatch | None) -> tuple[LocalMatch | None, ...]:
    """All bands with the interior that the fine one confirms: where does the listing's own face lie in the arrival?

    Returns
    -------
        The matches, their `interior` being the convex hull of the places whose structure agrees, as far as windows lie in it;
        all of the mask where too little agrees to bound anything.

    Notes
    -----
    Beyond the places that agree lies what is not this face: another side that turned away, packaging, a case or a backdrop that
    the listing shows and the arrival does not. There everything differs and nothing is damaged.
    """
    matches = (fine, *others)
    if fine is None:
        return matches
    agreeing = (structured(fine) & (fine.correlation >= AGREES)).astype(np.uint8)
    side = max(3, fine.window_px // 3) | 1
    points = cv2.findNonZero(cv2.morphologyEx(agreeing, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)))
    if points is None:
        return matches
    hull = np.zeros(agreeing.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return tuple(None if match is None else _within(match, hull > 0) for match in matches)


def _within(match: LocalMatch, hull: Bool) -> LocalMatch:
    """`match` with the places as interior whose window lies in `hull`; unchanged where that leaves too little."""
    inside = match.mask & hull
    window = (match.window_px, match.window_px)
    covered = cv2.blur(inside.astype(np.float32), window, borderType=cv2.BORDER_CONSTANT) > LEAST_COVER
    interior = inside & covered
    return replace(match, interior=interior) if interior.sum() >= LEAST_INTERIOR_SHARE * match.mask.sum() else match


def resolution_factor(match: LocalMatch, power: float = LIGHT_POWER) -> float:
    """By which factor do local deviations weigh more than in a pair of 400 px, because the photos show more?

    Notes
    -----
    Misregistration, blur and compression are so many pixels, whatever the product's size: of few pixels they are a larger
    share. Over the true pairs of seven data sets, of 180 to 1,200 px, values fall with a `power` of a half of the side or
    more; those of colour, which cameras store at half the resolution and blur most where it is strong, with three halves.
    """
    side_px = max(match.mask.shape) / match.scale
    return float((min(side_px, FULL_SIDE_PX) / SIDE_PX) ** power)


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


def unconfirmed_share(match: LocalMatch) -> float | None:
    """How much of the listing's structured places is not found again? 0..1; None where it has too little structure."""
    places = structured(match)
    if not match.mask.any() or places.sum() < LEAST_STRUCTURED_SHARE * match.mask.sum():
        return None
    return float((match.correlation[places] < AGREES).mean())


def shows_part(match: LocalMatch, badness: F32, share: float, floor: float) -> bool:
    """Does the listing show a distinct part where a map of `match` is worst: something to be missing?

    Parameters
    ----------
    match
        Local structure of the pair.
    badness
        Shape (h, w): the map.
    share
        The worst place reaches down to this share of the map's peak, 0..1.
    floor
        Energy that counts as none, in the unit of `match`.

    Returns
    -------
        Whether the listing's own structure there is at least four times what it usually has on the face that both show. Under
        stains and scratches painted on covers it is 0.04 to 0.8 times as a rule; a screw on a board has 12 times and more.
    """
    inside = np.where(match.interior, badness, 0)
    worst = match.interior & (inside >= share * inside.max())
    usual = float(np.median(match.listing_energy[match.interior])) + floor
    return bool(worst.any()) and float(match.listing_energy[worst].mean()) + floor > DISTINCT_TIMES * usual


def _band_passed(picture: U8, band: Band) -> list[F32]:
    """The band of log2 luminance, or of a and b, of `picture`; each shape (h, w)."""
    if band.of == "colour":
        planes = list(lab(picture)[..., 1:].transpose(2, 0, 1))
    else:
        planes = [np.log2(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) + np.float32(DARK_CODES))]
    return [cv2.GaussianBlur(p, (0, 0), band.inner_px) - cv2.GaussianBlur(p, (0, 0), band.outer_px) for p in planes]


def _mean(image: F32, window: int) -> F32:
    result: F32 = cv2.blur(image, (window, window), borderType=cv2.BORDER_REFLECT)
    return result


def _best_correlation(first: list[F32], second: list[F32], window: int) -> tuple[F32, F32, F32]:
    """Largest windowed correlation over all shifts of `second` within the search, and the energies of both; over all planes."""
    search = SEARCH_PX
    height, width = first[0].shape
    means1 = [_mean(plane, window) for plane in first]
    energy1 = _energy(first, means1, window)
    means2 = [_mean(plane, window) for plane in second]
    energy2 = _energy(second, means2, window)
    padded, padded_means, around = (
        [cv2.copyMakeBorder(plane, *(search,) * 4, cv2.BORDER_REFLECT) for plane in planes]
        for planes in (second, means2, [energy2])
    )
    best = np.full((height, width), -1.0, np.float32)
    for dy in range(2 * search + 1):
        for dx in range(2 * search + 1):
            here = np.s_[dy : dy + height, dx : dx + width]
            covariance = np.zeros((height, width), np.float32)
            for plane1, mean1, plane2, mean2 in zip(first, means1, padded, padded_means, strict=True):
                covariance += _mean(plane1 * plane2[here], window) - mean1 * mean2[here]
            np.maximum(best, covariance / np.sqrt(energy1 * around[0][here] + 1e-12), out=best)
    return best, energy1, energy2


def _energy(planes: list[F32], means: list[F32], window: int) -> F32:
    """Sum over `planes` of their variance within windows."""
    parts = [np.maximum(_mean(plane * plane, window) - mean**2, 0) for plane, mean in zip(planes, means, strict=True)]
    energy: F32 = np.sum(parts, axis=0, dtype=np.float32)
    return energy
