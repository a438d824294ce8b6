"""How much of the product's structure is confirmed by the arrival: one logo in common is not one product."""

from __future__ import annotations

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.structure import unconfirmed_share

VERSION = 1


def unconfirmed(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How much of the listing's structured places is not found again at its place in the arrival?

    Returns
    -------
        Evidence as a share of the structured places, 0 for identical pictures, about 1 for another product that happens to
        be aligned. Not symmetric. Without structure it does not apply, nor to things that are neither flat nor boxy: their
        sides turn away and show other places from every direction.
    """
    if not pair.flat:
        return NotApplicable("identity", "confirmation", "turned_away" if pair.turned_away else "sides_differ")
    if pair.fine is None or not pair.fine.mask.any():
        return NotApplicable("identity", "confirmation", "too_little_seen")
    share = unconfirmed_share(pair.fine)
    if share is None:
        return NotApplicable("identity", "confirmation", "no_texture")
    return Evidence("identity", "confirmation", VERSION, share, "share")
