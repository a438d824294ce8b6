"""Structure of the arrival that has no counterpart in the listing: a stain, a scratch, a tear, something added."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.places import worst_places

VERSION = 1
# The worst hundredth of the product, as for missing parts.
PART = 0.01


def added_structure(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How strong is the arrival's structure that the listing does not explain, where that is most?

    Returns
    -------
        Evidence in log2 luminance squared: the 99th percentile over the product of the arrival's local energy that no
        shift and gain of the listing explains; 0 for identical pictures. Not symmetric: see
        `completeness.missing_structure`. Glare is left out by the pair's mask.
    """
    match = pair.coarse
    if match is None:
        return NotApplicable("damage", "damage", "too_little_seen")
    added = (1.0 - np.maximum(match.correlation, 0.0) ** 2) * match.arrival_energy
    value = float(np.quantile(added[match.mask], 1.0 - PART))
    boxes = worst_places(added, match.mask, 0.5 * value, match.scale)
    return Evidence("damage", "damage", VERSION, value, "log2^2", boxes)
