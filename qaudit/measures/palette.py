"""Colour differences on the product in CIEDE2000 at equal lightness: as a whole, and of its worst part.

Lightness is left out since shading and exposure change it wherever the light fit falls short; a dye shows in hue and
chroma. Colours are compared where structure confirms that both photos show one place.
"""

from __future__ import annotations

from dataclasses import dataclass

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
        Evidence in dE00: the median over the product, 0 for identical pictures; symmetric. Details hold the direction, with
        the light taken out and as photographed, and how far it is the same all over, 0..1.
    """
    spots = _spots(pair)
    if spots is None:
        return NotApplicable("colour", "palette", "not_confirmed")
    details = _direction(spots, spots.mask)
    return Evidence("colour", "palette", VERSION, float(np.median(spots.difference[spots.mask])), "dE00", details=details)


def patch_difference(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How far off is the colour of the product's worst tenth?

    Returns
    -------
        Evidence in dE00: the 90th percentile over the product, with boxes; 0 for identical pictures; symmetric.
    """
    spots = _spots(pair)
    if spots is None:
        return NotApplicable("colour", "patch", "not_confirmed")
    value = float(np.quantile(spots.difference[spots.mask], 1.0 - PART_SHARE))
    worst = spots.mask & (spots.difference >= value)
    smooth = cv2.GaussianBlur(np.where(spots.mask, spots.difference, 0).astype(np.float32), (0, 0), 0.03 * SIDE_PX)
    boxes = worst_places(smooth, spots.mask, 0.5 * value, spots.scale)
    return Evidence("colour", "patch", VERSION, value, "dE00", boxes, _direction(spots, worst))


@dataclass(frozen=True, slots=True, eq=False)
class _Spots:
    """Both photos at a small size.

    Parameters
    ----------
    listing, arrival, as_lit
        Shape (H, W, 3), smoothed CIELAB; `arrival` with its light taken out, `as_lit` with it.
    difference
        Shape (H, W): CIEDE2000 of `listing` and `arrival` at equal lightness.
    mask
        Shape (H, W), bool: what is compared.
    scale
        Pixels here per pixel of the frame.
    """

    listing: F32
    arrival: F32
    as_lit: F32
    difference: F64
    mask: Bool
    scale: float


def _spots(pair: RectifiedPair) -> _Spots | None:
    """The colours that are compared; None where too little is surely one place in both photos."""
    scale = min(1.0, SIDE_PX / max(pair.mask.shape))
    size = (max(1, round(pair.mask.shape[1] * scale)), max(1, round(pair.mask.shape[0] * scale)))
    mask = cv2.resize(pair.confirmed.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    if mask.sum() < LEAST_PIXELS:
        return None
    sigma = max(0.6, SPOT_SHARE * max(size))
    listing, arrival, as_lit = (
        cv2.GaussianBlur(lab(cv2.resize(p, size, interpolation=cv2.INTER_AREA)), (0, 0), sigma)
        for p in (pair.listing, pair.arrival, pair.arrival_as_lit)
    )
    level = arrival.copy()
    level[..., 0] = listing[..., 0]
    return _Spots(listing, arrival, as_lit, delta_e00(listing, level), mask, scale)


def _direction(spots: _Spots, where: Bool) -> dict[str, float | list[float]]:
    """Mean Lab of both, for words such as browner or paler, and the length of the mean change beside the mean length."""
    change = (spots.arrival - spots.listing)[where][:, 1:]
    size = float(np.linalg.norm(change, axis=1).mean())
    means = {
        "listing_lab": spots.listing,
        "arrival_lab": spots.arrival,
        "arrival_as_lit_lab": spots.as_lit,
    }
    return {
        **{name: [round(float(v), 1) for v in lab_of[where].mean(axis=0)] for name, lab_of in means.items()},
        "coherence": round(float(np.linalg.norm(change.mean(axis=0))) / size, 2) if size else 1.0,
    }
