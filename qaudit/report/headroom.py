"""How far a value lies beyond its tolerance, in words."""

from __future__ import annotations

from qaudit.model.verdict import Headroom

from .figures import factor, figure, measured
from .words import words

# Below this, how many times the tolerance it is would read "1.0 times".
JUST_BEYOND = 1.05


def beyond_words(room: Headroom, tolerance: float, unit: str) -> str:
    """How far beyond its tolerance, in `unit`, a value with the headroom `room` is, and what would let it pass."""
    passes = measured(room.passes_at, unit)
    if room.passes_at <= tolerance:
        return words("headroom.alone")
    if room.beyond < (1 if room.kind == "factor" else 0):
        return words("headroom.within", passes=passes)
    if room.kind == "factor" and room.beyond < JUST_BEYOND:
        return words("headroom.just", passes=passes)
    if room.kind == "factor":
        return words("headroom.factor", beyond=factor(room.beyond), passes=passes)
    if unit in ("share", "%"):  # a share of a share would read the same
        return words("headroom.points", beyond=figure(f"{room.beyond * (100 if unit == 'share' else 1):.3g}"), passes=passes)
    return words("headroom.difference", beyond=measured(room.beyond, unit), passes=passes)
