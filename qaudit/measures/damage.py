"""Structure of the arrival that has no counterpart in the listing: a stain, a scratch, a tear, something added."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.alignment import LocalMatch, RectifiedPair
from qaudit.model.photo import F32
from qaudit.model.verdict import Aspect, Evidence, NotApplicable
from qaudit.vision.places import worst_places
from qaudit.vision.standout import standing_out
from qaudit.vision.structure import LEAST_ENERGY, resolution_factor, shows_part

VERSION, SOILING_VERSION = 3, 2
# A compact defect is the worst fiftieth of the face that both photos show: a spot of a seventh of its side. One that is spread
# over an area, a stain or scratches, is the worst twentieth.
COMPACT_PART, SPREAD_PART = 0.02, 0.05
# Energy, in log2 luminance squared, below which structure is faint: a contrast of 7 %. Structure of the arrival counts by
# how far it stands out from this and from what the listing has in its place; the latter only by a third, since damage on
# a busy pattern is damage too.
FAINT = 0.01
PATTERN_COUNTS = 0.3
LEAST_TIMES = 0.1
WORST_SHARE = 0.5


def added_structure(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How far does a place of the arrival stand out by itself, beyond what is usual in this pair: a hole, a spot, a tear?

    Returns
    -------
        Evidence in times: local energy of the arrival that no shift and gain of the listing explains, over what is usual for
        the structure nearby, above the highest path to the rim of the face that both photos show; its 98th percentile there,
        at the weight that the resolution gives. 0 for identical pictures. Not symmetric: see `completeness.missing_structure`.

    Notes
    -----
    What lies across the rim does not count: mostly it is a hand, a cable or a side that turned away.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("damage", "damage", "too_little_seen")
    above, inside = standing_out(match)
    value = float(np.quantile(above[inside], 1.0 - COMPACT_PART)) * resolution_factor(match) if inside.any() else 0.0
    whole = cv2.resize(above, match.mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
    boxes = worst_places(whole, match.interior, LEAST_TIMES, match.scale)
    return Evidence(_aspect(match, whole), "damage", VERSION, value, "times", boxes)


def soiled_area(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How much does the arrival show, over an area, that the listing does not explain: a stain, scratches, wear?

    Returns
    -------
        Evidence in times: local energy of the arrival that no shift and gain of the listing explains, over the listing's own
        energy there and a faint structure's; its 95th percentile over the face that both photos show, at the weight that the
        resolution gives. 0 for identical pictures. Glare is left out. Not symmetric.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("damage", "soiling", "too_little_seen")
    times = _added_times(match)
    value = float(np.quantile(times[match.interior], 1.0 - SPREAD_PART)) * resolution_factor(match)
    boxes = worst_places(times, match.interior, LEAST_TIMES, match.scale)
    return Evidence(_aspect(match, times), "soiling", SOILING_VERSION, value, "times", boxes)


def _aspect(match: LocalMatch, times: F32) -> Aspect:
    """``missing`` where the listing shows a distinct part at the worst place, which differs then, else ``damage``."""
    return "missing" if shows_part(match, times, WORST_SHARE, LEAST_ENERGY) else "damage"


def _added_times(match: LocalMatch) -> F32:
    """Unexplained energy of the arrival over what is usual in its place, shape (h, w)."""
    added = (1 - np.maximum(match.correlation, 0) ** 2) * match.arrival_energy
    times: F32 = (added / (PATTERN_COUNTS * match.listing_energy + FAINT)).astype(np.float32)
    return times
