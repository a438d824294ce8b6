"""Whether the product's pattern is found again, place by place."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import F32
from qaudit.model.verdict import Aspect, Evidence, NotApplicable
from qaudit.vision.places import worst_places
from qaudit.vision.structure import LEAST_ENERGY, resolution_factor, shows_part

VERSION = 2
# Standard deviation of band-passed log2 luminance at which structure counts half: a contrast of 7 %.
HALF_COUNTS = 0.1
# Without this much of the product textured there is no pattern to lose.
LEAST_TEXTURED_SHARE = 0.02
# The hundredth of the places that agrees least: a part of a tenth of the side.
PART = 0.01
LEAST_LOSS = 0.3
WORST_SHARE = 0.8


def lost_pattern(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How badly does the structure of both photos agree, place by place, where it agrees least?

    Returns
    -------
        Evidence as a share: 1 - local correlation, weighted by how much structure either photo has there, at the 99th
        percentile over the face that both photos show, at the weight that the resolution gives; 0 for identical pictures,
        about 1 for unrelated structure, below 3.

    Notes
    -----
    Where the listing shows a distinct part at the worst place, the aspect is ``missing``. Each place may move by the
    misregistration that bent things keep. Without texture it does not apply.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("pattern", "pattern", "too_little_seen")
    structure = np.sqrt(np.maximum(match.listing_energy, match.arrival_energy))
    if (structure[match.mask] > HALF_COUNTS).mean() < LEAST_TEXTURED_SHARE:
        return NotApplicable("pattern", "pattern", "no_texture")
    loss: F32 = ((1 - match.correlation) * structure / (structure + HALF_COUNTS)).astype(np.float32)
    value = float(np.quantile(loss[match.interior], 1.0 - PART)) * resolution_factor(match)
    boxes = worst_places(loss, match.interior, LEAST_LOSS, match.scale)
    aspect: Aspect = "missing" if shows_part(match, loss, WORST_SHARE, LEAST_ENERGY) else "pattern"
    return Evidence(aspect, "pattern", VERSION, max(0.0, value), "share", boxes)
