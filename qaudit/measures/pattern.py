"""Whether the product's pattern is found again, place by place."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import F32
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.places import worst_places

VERSION = 1
# Standard deviation of band-passed log2 luminance at which structure counts half: a contrast of 7 %.
HALF_COUNTS = 0.1
# Without this much of the product textured there is no pattern to lose.
LEAST_TEXTURED_SHARE = 0.02
# The twentieth of the places that agrees least: an exchanged part of the pattern covers more than that.
PART = 0.05
LEAST_LOSS = 0.3


def lost_pattern(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How badly does the structure of both photos agree, place by place, where it agrees least?

    Returns
    -------
        Evidence as a share: 1 - local correlation, weighted by how much structure either photo has there, at the 95th
        percentile over the product; 0 for identical pictures, about 1 for unrelated structure, below 2.

    Notes
    -----
    Each place may move by the misregistration that bent things keep. Without texture it does not apply.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("pattern", "pattern", "too_little_seen")
    structure = np.sqrt(np.maximum(match.listing_energy, match.arrival_energy))
    if (structure[match.mask] > HALF_COUNTS).mean() < LEAST_TEXTURED_SHARE:
        return NotApplicable("pattern", "pattern", "no_texture")
    loss: F32 = ((1 - match.correlation) * structure / (structure + HALF_COUNTS)).astype(np.float32)
    value = float(np.quantile(loss[match.mask], 1.0 - PART))
    boxes = worst_places(loss, match.mask, LEAST_LOSS, match.scale)
    return Evidence("pattern", "pattern", VERSION, max(0.0, value), "share", boxes)
