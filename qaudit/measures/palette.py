"""Colour differences on the product in CIEDE2000 at equal lightness: as a whole, and of its worst part.

Lightness is left out since shading and exposure change it wherever the light fit falls short; a dye shows in hue and
chroma. Colours are compared where structure confirms that both photos show one place.
"""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import F32, F64, Bool
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.colour import delta_e00, lab
from qaudit.vision.places import worst_places

VERSION = 1
SIDE_PX = 200
LEAST_PIXELS = 100
# Colours are compared as means over spots of about this share of the side, so that misregistration does not count.
SPOT_SHARE = 0.012
# The part of the product that a recoloured patch must cover to count in full.
PART_SHARE = 0.10


def colour_difference(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How far off is the product's colour as a whole, after the light has been taken out?

    Returns
    -------
        Evidence in dE00: the median over the product, 0 for identical pictures; symmetric. Details hold the direction.
    """
    spots = _spots(pair)
    if spots is None:
        return NotApplicable("colour", "palette", "not_confirmed")
    first, second, difference, mask, _ = spots
    details = _direction(first[mask], second[mask])
    return Evidence("colour", "palette", VERSION, float(np.median(difference[mask])), "dE00", details=details)


def patch_difference(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How far off is the colour of the product's worst tenth?

    Returns
    -------
        Evidence in dE00: the 90th percentile over the product, with boxes; 0 for identical pictures; symmetric.
    """
    spots = _spots(pair)
    if spots is None:
        return NotApplicable("colour", "patch", "not_confirmed")
    first, second, difference, mask, scale = spots
    value = float(np.quantile(difference[mask], 1.0 - PART_SHARE))
    worst = mask & (difference >= value)
    smooth = cv2.GaussianBlur(np.where(mask, difference, 0).astype(np.float32), (0, 0), 0.03 * SIDE_PX)
    boxes = worst_places(smooth, mask, 0.5 * value, scale)
    return Evidence("colour", "patch", VERSION, value, "dE00", boxes, _direction(first[worst], second[worst]))


def _spots(pair: RectifiedPair) -> tuple[F32, F32, F64, Bool, float] | None:
    """Smoothed Lab of both pictures at a small size, their dE00 at equal lightness, the mask, and map px per frame px."""
    scale = min(1.0, SIDE_PX / max(pair.mask.shape))
    size = (max(1, round(pair.mask.shape[1] * scale)), max(1, round(pair.mask.shape[0] * scale)))
    mask = cv2.resize(pair.confirmed.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    if mask.sum() < LEAST_PIXELS:
        return None
    sigma = max(0.6, SPOT_SHARE * max(size))
    small = [
        cv2.GaussianBlur(lab(cv2.resize(p, size, interpolation=cv2.INTER_AREA)), (0, 0), sigma)
        for p in (pair.listing, pair.arrival)
    ]
    level = small[1].copy()
    level[..., 0] = small[0][..., 0]
    return small[0], small[1], delta_e00(small[0], level), mask, scale


def _direction(first: F32, second: F32) -> dict[str, list[float]]:
    """Mean Lab of both, for words such as browner or paler."""
    one, two = first.mean(axis=0), second.mean(axis=0)
    return {
        "listing_lab": [round(float(v), 1) for v in one],
        "arrival_lab": [round(float(v), 1) for v in two],
    }
