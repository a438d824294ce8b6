"""Colour of the listing that has no counterpart in its place: a part lost, covered or of another colour, whatever the light."""

from __future__ import annotations

import numpy as np

from qaudit.model.alignment import LocalMatch, RectifiedPair
from qaudit.model.photo import F32, Bool
from qaudit.model.verdict import Aspect, Evidence, NotApplicable
from qaudit.vision.places import worst_places
from qaudit.vision.structure import AGREES, COLOUR_POWER, resolution_factor, shows_part

VERSION = 1
# The worst hundredth of the face that both photos show: a part of a tenth of its side.
PART = 0.01
# Energy below which colour is faint: a deviation of 6 in CIELAB. Colour that the arrival has in its place counts by a third,
# since another colour there is a deviation too.
FAINT = 40.0
OTHER_COUNTS = 0.3
LEAST_TIMES = 0.5
WORST_SHARE = 0.5


def lost_colouring(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How strongly do the listing's colours stand out where those of the arrival explain them least?

    Returns
    -------
        Evidence in times: local energy of the listing's colour that no shift and gain of the arrival's explains, over the
        arrival's own there and a faint one; its 99th percentile over the face that both photos show, at the weight that the
        resolution gives. 0 for identical pictures and for things without colour. Not symmetric.

    Notes
    -----
    A shadow, a lamp or a crease changes light and hardly colour. The aspect is ``colour`` where the structure of light agrees
    at the worst place (the part is there, in another colour), ``missing`` where the listing has a distinct part there, else
    ``damage``.
    """
    match = pair.colouring
    if match is None or pair.fine is None:
        return NotApplicable("colour", "colouring", "too_little_seen")
    lost = (1 - np.maximum(match.correlation, 0) ** 2) * match.listing_energy
    times: F32 = (lost / (OTHER_COUNTS * match.arrival_energy + FAINT)).astype(np.float32)
    value = float(np.quantile(times[match.interior], 1.0 - PART)) * resolution_factor(match, COLOUR_POWER)
    boxes = worst_places(times, match.interior, LEAST_TIMES, match.scale)
    return Evidence(_aspect(match, pair.fine, times), "colouring", VERSION, value, "times", boxes)


def _aspect(match: LocalMatch, fine: LocalMatch, times: F32) -> Aspect:
    """What it is that differs at the worst place."""
    inside = np.where(match.interior, times, 0)
    worst: Bool = match.interior & (inside >= WORST_SHARE * inside.max())
    if np.median(fine.correlation[worst]) >= AGREES:
        return "colour"
    return "missing" if shows_part(match, times, WORST_SHARE, FAINT) else "damage"
