"""Structure of the listing that has no counterpart in the arrival: a part that is missing."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.places import worst_places

VERSION = 1
# The worst hundredth of the product: a part of a tenth of its side.
PART = 0.01


def missing_structure(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How strong is the listing's structure that the arrival does not explain, where that is most?

    Returns
    -------
        Evidence in log2 luminance squared: the 99th percentile over the product of the listing's local energy that no
        shift and gain of the arrival explains; 0 for identical pictures. Not symmetric: see `damage.added_structure`.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("missing", "completeness", "too_little_seen")
    lost = (1.0 - np.maximum(match.correlation, 0.0) ** 2) * match.listing_energy
    value = float(np.quantile(lost[match.mask], 1.0 - PART))
    boxes = worst_places(lost, match.mask, 0.5 * value, match.scale)
    return Evidence("missing", "completeness", VERSION, value, "log2^2", boxes)
