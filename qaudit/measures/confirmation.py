"""How much of the product's structure is confirmed by the arrival: one logo in common is not one product."""

from __future__ import annotations

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.structure import AGREES, LEAST_STRUCTURED_SHARE, structured

VERSION = 1


def unconfirmed_share(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How much of the listing's structured places is not found again at its place in the arrival?

    Returns
    -------
        Evidence as a share of the structured places, 0 for identical pictures, about 1 for another product that happens to
        be aligned. Not symmetric. Without structure it does not apply, nor to things that are neither flat nor boxy: their
        sides turn away and show other places from every direction.
    """
    if not pair.flat:
        return NotApplicable("identity", "confirmation", "not_flat")
    match = pair.fine
    if match is None or not match.mask.any():
        return NotApplicable("identity", "confirmation", "too_little_seen")
    places = structured(match)
    if places.sum() < LEAST_STRUCTURED_SHARE * match.mask.sum():
        return NotApplicable("identity", "confirmation", "no_texture")
    value = float((match.correlation[places] < AGREES).mean())
    return Evidence("identity", "confirmation", VERSION, value, "share")
