"""Structure of the listing that has no counterpart in the arrival: a part that is missing."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import F32
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.places import worst_places

VERSION = 1
# The worst hundredth of the product: a part of a tenth of its side.
PART = 0.01
# Energy, in log2 luminance squared, below which structure is faint: a contrast of 17 %. Structure of the listing counts
# by how far it stands out from this and from what the arrival has in its place.
FAINT = 0.05
LEAST_TIMES = 0.2


def missing_structure(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How strongly does the listing's structure stand out where the arrival explains it least?

    Returns
    -------
        Evidence in times: the 99th percentile over the product of the listing's local energy that no shift and gain of
        the arrival explains, over the arrival's own energy there and a faint structure's; 0 for identical pictures. Not
        symmetric: see `damage.added_structure`.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("missing", "completeness", "too_little_seen")
    lost = (1 - np.maximum(match.correlation, 0) ** 2) * match.listing_energy
    times: F32 = (lost / (match.arrival_energy + FAINT)).astype(np.float32)
    value = float(np.quantile(times[match.mask], 1.0 - PART))
    boxes = worst_places(times, match.mask, LEAST_TIMES, match.scale)
    return Evidence("missing", "completeness", VERSION, value, "times", boxes)
