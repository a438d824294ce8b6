"""Where two photos differ in colour after the light was taken out, as a picture; and their main colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import F32, F64, U8, Bool

from .colour import delta_e00, lab

I64 = npt.NDArray[np.int64]

# CIEDE2000 is slow, and differences of a few pixels are misregistration: the map is computed this small.
SIDE_PX = 240
SPOT_SHARE = 0.012
# What the eye does not see side by side is not painted; beyond the second all is painted alike.
FROM_DE00, TO_DE00 = 3.0, 20.0
# Yellow to dark red, told apart by lightness alone too.
RAMP: Final = ((255, 237, 160), (254, 178, 76), (240, 80, 40), (177, 0, 38), (90, 0, 30))
MOST_COLOURS = 5
SMALLEST_SHARE = 0.03
_ROUNDS = 20
# Folds and shadows vary the lightness of one dye: it counts for less in what is one colour.
_LIGHTNESS_COUNTS = np.array([0.4, 1.0, 1.0], np.float32)
_SAME_COLOUR = 8.0


def heat_picture(listing: U8, pair: RectifiedPair, H_frame_to_listing: F64) -> U8:
    """Where do the photos differ?

    Parameters
    ----------
    listing
        Shape (H, W, 3): the listing's photo, on which it is painted.
    pair
        Both photos in one frame.
    H_frame_to_listing
        Shape (3, 3): from the frame to `listing`.

    Returns
    -------
        Shape (H, W, 3): the listing in pale grey; CIEDE2000 from `FROM_DE00` to `TO_DE00` in the colours of `RAMP`.
    """
    (one, two), mask, (sx, sy) = _small(pair.mask, (pair.listing, pair.arrival))
    difference = np.where(mask, delta_e00(one, two), 0.0).astype(np.float32)
    to_frame = np.array([[1 / sx, 0, 0.5 / sx - 0.5], [0, 1 / sy, 0.5 / sy - 0.5], [0, 0, 1]])
    H = H_frame_to_listing @ to_frame
    spread = cv2.warpPerspective(difference, H, listing.shape[1::-1], flags=cv2.INTER_LINEAR)
    share = np.clip((spread - FROM_DE00) / (TO_DE00 - FROM_DE00), 0.0, 1.0)
    at = np.linspace(0, 1, len(RAMP))
    colours = np.stack([np.interp(share, at, [stop[c] for stop in RAMP]) for c in range(3)], axis=-1)
    grey = 96.0 + 0.6 * cv2.cvtColor(listing, cv2.COLOR_RGB2GRAY).astype(np.float32)
    opacity = (0.85 * np.clip(4.0 * share, 0.0, 1.0))[..., None]
    painted: U8 = np.rint((1 - opacity) * grey[..., None] + opacity * colours).clip(0, 255).astype(np.uint8)
    return painted


@dataclass(frozen=True, slots=True, eq=False)
class MainColour:
    """One of the product's main colours, and what became of it.

    Parameters
    ----------
    listing, arrival, as_lit
        Shape (3,), mean CIELAB: in the listing, of the same places in the arrival with its light taken out, and there as
        photographed.
    share
        0..1, of the places that surely show one thing in both photos.
    de00
        CIEDE2000 between `listing` and `arrival` at equal lightness.
    """

    listing: F64
    arrival: F64
    as_lit: F64
    share: float
    de00: float


def main_colours(pair: RectifiedPair) -> list[MainColour]:
    """What are the product's main colours, and what became of each?

    Returns
    -------
        At most `MOST_COLOURS`, the largest first; empty where too little is sure.
    """
    pictures, mask, _ = _small(pair.confirmed, (pair.listing, pair.arrival, pair.arrival_as_lit))
    seen = [picture[mask] for picture in pictures]
    first = seen[0]
    if len(first) < 20 * MOST_COLOURS:
        return []
    # Begun by lightness, so that the same pair gives the same colours.
    labels = (np.argsort(np.argsort(first[:, 0], kind="stable"), kind="stable") * MOST_COLOURS // len(first)).astype(np.int32)
    stop = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, _ROUNDS, 0.2)
    weighted = (first * _LIGHTNESS_COUNTS).astype(np.float32)
    _, labels, centres = cv2.kmeans(weighted, MOST_COLOURS, labels[:, None], stop, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    own = _merged(centres)[labels[:, 0]]
    found = []
    for label in np.unique(own):
        mine = own == label
        share = float(mine.mean())
        if share >= SMALLEST_SHARE:
            a, b, as_lit = (lab_of[mine].mean(axis=0).astype(np.float64) for lab_of in seen)
            found.append(MainColour(a, b, as_lit, share, float(delta_e00(a, np.array([a[0], b[1], b[2]])))))
    return sorted(found, key=lambda colour: -colour.share)


def _merged(centres: F32) -> I64:
    """For each of `centres` (K, 3) the first that is nearly the same colour."""
    distance = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    first: I64 = np.argmax(distance < _SAME_COLOUR, axis=1)
    return first


def _small(where: Bool, pictures: Sequence[U8]) -> tuple[list[F32], Bool, tuple[float, float]]:
    """Smoothed Lab of `pictures` of the frame at a small size, a mask, and small px per frame px along x and y."""
    height, width = where.shape
    factor = min(1.0, SIDE_PX / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    mask: Bool = cv2.resize(where.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    sigma = max(0.6, SPOT_SHARE * max(size))
    small: list[F32] = [
        cv2.GaussianBlur(lab(cv2.resize(picture, size, interpolation=cv2.INTER_AREA)), (0, 0), sigma) for picture in pictures
    ]
    return small, mask, (size[0] / width, size[1] / height)
