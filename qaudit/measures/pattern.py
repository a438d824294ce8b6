"""Whether the product's pattern is found again, place by place."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.places import worst_places

VERSION = 1
# Variance of band-passed log luminance (log2 squared) that counts as texture: a contrast of 6 %, above sensor noise.
TEXTURE = 0.004
LEAST_PLACES = 30
# The tenth of the places that agrees least: a pattern of another kind disagrees over more than that.
PART = 0.10


def lost_pattern(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How badly do the textured places of the listing agree with the same places of the arrival?

    Returns
    -------
        Evidence as a share: 1 - local correlation at the 10th percentile of the listing's textured places, 0 for
        identical pictures, about 1 for unrelated structure, up to 2. Not symmetric: the listing says where texture is.

    Notes
    -----
    Each place may move by the misregistration that bent things keep. Without texture it does not apply.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("pattern", "pattern", "too_little_seen")
    textured = match.mask & (match.listing_energy > TEXTURE)
    if textured.sum() < LEAST_PLACES:
        return NotApplicable("pattern", "pattern", "no_texture")
    value = float(1.0 - np.quantile(match.correlation[textured], PART))
    boxes = worst_places(1.0 - match.correlation, textured, 0.5, match.scale)
    return Evidence("pattern", "pattern", VERSION, max(0.0, value), "share", boxes)
