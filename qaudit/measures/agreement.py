"""How much of the listing was found again at all: evidence from the alignment itself."""

from __future__ import annotations

import math

from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.verdict import Aspect, Evidence, NotApplicable

VERSION = 1
# The significance is an exponent: 10 is sure, true pairs reach 100 to 4,000. Its own logarithm spans four decades.
DECADES = 4.0
# With fewer keypoints on the listing's product or in the arrival, finding nothing says nothing.
LEAST_KEYPOINTS = 60


def agreement_deficit(alignment: Aligned | AlignmentFailed) -> Evidence | NotApplicable:
    """How far short of certain is it that both photos show one textured thing?

    Returns
    -------
        Evidence in decades: 4 - log10(significance of the alignment), 0..4; 4 when no map was found. It does not apply
        to things without texture, nor where no map was found of a thing that is neither flat nor boxy: a ring, a figure or a
        chain looks another thing from another side.
    """
    if min(alignment.keypoints) < LEAST_KEYPOINTS or (isinstance(alignment, Aligned) and alignment.rung == "outline"):
        return NotApplicable("identity", "agreement", "no_texture")
    if isinstance(alignment, AlignmentFailed) and not alignment.flat:
        return NotApplicable("identity", "agreement", "not_flat")
    decades = math.log10(max(1.0, alignment.significance))
    value = min(DECADES, max(0.0, DECADES - decades)) if alignment else DECADES
    details = {"aligned": bool(alignment), "inliers": alignment.inliers}
    # Of a cloth of repeating motifs that is not found again an inspector says that the pattern is another.
    aspect: Aspect = "pattern" if isinstance(alignment, AlignmentFailed) and alignment.repeating else "identity"
    return Evidence(aspect, "agreement", VERSION, value, "decades", details=details)


def outline_difference(alignment: Aligned | AlignmentFailed) -> Evidence | NotApplicable:
    """How much of the two outlines, laid over each other, is not shared?

    Returns
    -------
        Evidence as a share: 1 - intersection over union, 0 for identical outlines. It does not apply where no map was found
        of a thing that is neither flat nor boxy, whose outline another side changes.
    """
    if alignment.outline_iou is None:
        return NotApplicable("shape", "outline", "no_outline")
    if isinstance(alignment, AlignmentFailed) and not alignment.flat:
        return NotApplicable("shape", "outline", "not_flat")
    return Evidence("shape", "outline", VERSION, 1.0 - alignment.outline_iou, "share")
