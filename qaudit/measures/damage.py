"""Structure of the arrival that has no counterpart in the listing: a stain, a scratch, a tear, something added."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import LocalMatch, RectifiedPair
from qaudit.model.photo import F32
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.places import worst_places

VERSION = 1
# The worst hundredth of the product is looked at for a compact defect, as for missing parts, and the worst twentieth for
# one that is spread over an area. Either is held against what the worst tenth of the same pair reaches: film, gloss,
# compression and misregistration raise the whole picture, a defect stands out from it.
COMPACT_PART, SPREAD_PART, BODY_PART = 0.01, 0.05, 0.10
# Energy, in log2 luminance squared, below which structure is faint: a contrast of 7 %. Structure of the arrival counts by
# how far it stands out from this and from what the listing has in its place; the latter only by a third, since damage on
# a busy pattern is damage too.
FAINT = 0.01
PATTERN_COUNTS = 0.3
FAINT_TIMES = 0.01
LEAST_TIMES = 0.1


def added_structure(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How far does the arrival's worst place stand out, among all that the listing does not explain: a hole, a dent, a tear?

    Returns
    -------
        Evidence in times: local energy of the arrival, in the coarse band, that no shift and gain of the listing explains,
        over the listing's own energy there and a faint structure's; its 99th percentile over the product over its 90th.
        0 for identical pictures. Not symmetric: see `completeness.missing_structure`. Glare is left out by the mask.
    """
    return _added("damage", pair.coarse, COMPACT_PART)


def soiled_area(pair: RectifiedPair) -> Evidence | NotApplicable:
    """The same for what is spread over an area: a stain, scratches, wear.

    Returns
    -------
        Evidence in times: the 95th percentile in the fine band over the 90th, else as `added_structure`.
    """
    return _added("soiling", pair.fine, SPREAD_PART)


def _added(measure: str, match: LocalMatch | None, part: float) -> Evidence | NotApplicable:
    """Evidence for structure of the arrival alone, in one band."""
    if match is None:
        return NotApplicable("damage", measure, "too_little_seen")
    added = (1 - np.maximum(match.correlation, 0) ** 2) * match.arrival_energy
    times: F32 = (added / (PATTERN_COUNTS * match.listing_energy + FAINT)).astype(np.float32)
    worst, body = np.quantile(times[match.mask], (1.0 - part, 1.0 - BODY_PART))
    boxes = worst_places(times, match.mask, LEAST_TIMES, match.scale)
    return Evidence("damage", measure, VERSION, float(worst / (body + FAINT_TIMES)), "times", boxes)
