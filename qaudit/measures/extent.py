"""Whether the product reaches as far as the listing shows it: shorter, narrower, folded under."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaudit.model.alignment import LocalMatch, RectifiedPair
from qaudit.model.photo import Bool
from qaudit.model.verdict import Box, Evidence, NotApplicable
from qaudit.vision.structure import AGREES, structured

VERSION = 1
# At an end that is not there, one structured place in ten agrees by chance or by a corner that is.
MOST_AGREEING_SHARE = 0.1
# What has structure in less than this share of an end is not an end that could be found again.
LEAST_STRUCTURED_SHARE = 0.2
# Where more than half is not found again it is not an end that is missing: the rest may agree by chance.
MOST_SHARE = 0.5
# Along which axis of the maps, and from which end.
ENDS = (("left", 1, 1), ("right", 1, -1), ("top", 0, 1), ("bottom", 0, -1))


@dataclass(frozen=True, slots=True)
class End:
    """An end of the product that was not found again: which, its share of the side, and its box in px of the maps."""

    name: str
    share: float
    box: Box


def lost_end(pair: RectifiedPair) -> Evidence | NotApplicable:
    """Which share of the product, from one of its ends on, is nowhere in its place in the arrival?

    Returns
    -------
        Evidence as a share of the side: how far an end of which nothing agrees reaches in beyond one window, which is what
        can be told; 0 where every end is there. ``end`` in the details names it as the listing shows it, ``lost`` is its whole
        share. It does not apply where the listing does not show one four-sided face on a plain ground: of a box that shows
        two, one turns away; nor where more than half is not found again, which is another thing and not a shorter one.
    """
    match = pair.fine
    if match is None:
        return NotApplicable("shape", "extent", "too_little_seen")
    if not pair.one_face:
        return NotApplicable("shape", "extent", "more_faces")
    if structured(match).sum() < LEAST_STRUCTURED_SHARE * match.mask.sum():
        return NotApplicable("shape", "extent", "no_texture")
    end = max((_end(match, *which) for which in ENDS), key=lambda found: found.share)
    if end.share > MOST_SHARE:
        return NotApplicable("shape", "extent", "not_confirmed")
    value = max(0.0, end.share - match.window_px / max(match.mask.shape))
    boxes = (tuple(max(1, round(v / match.scale)) if k > 1 else int(v / match.scale) for k, v in enumerate(end.box)),)
    details = {"end": end.name, "lost": round(end.share, 3)} if value else {}
    return Evidence("shape", "extent", VERSION, value, "share", boxes if value else (), details)  # type: ignore[arg-type]


def _end(match: LocalMatch, name: str, axis: int, step: int) -> End:
    """How far in from one end nothing agrees."""
    places = structured(match)
    seen, textured, agreeing = (_per_line(p, axis, step) for p in (match.mask, places, places & (match.correlation >= AGREES)))
    lines = np.flatnonzero(seen)
    if not len(lines):
        return End(name, 0.0, (0, 0, 1, 1))
    first, last = int(lines[0]), int(lines[-1])
    lost = (np.cumsum(agreeing) <= MOST_AGREEING_SHARE * np.cumsum(textured)) & (
        np.cumsum(textured) >= LEAST_STRUCTURED_SHARE * np.cumsum(seen)
    )
    lost[:first] = lost[last + 1 :] = False
    until = int(np.flatnonzero(lost)[-1]) + 1 if lost.any() else first
    across = np.flatnonzero(match.mask.any(axis=axis))
    start = first if step > 0 else len(seen) - until
    along, side = (start, until - first), (int(across[0]), int(across[-1]) + 1 - int(across[0]))
    box = (along[0], side[0], along[1], side[1]) if axis == 1 else (side[0], along[0], side[1], along[1])
    return End(name, (until - first) / (last + 1 - first), box)


def _per_line(places: Bool, axis: int, step: int) -> np.ndarray:
    """How many of `places` there are on each line, from the end on; lines run across `axis`."""
    counts: np.ndarray = places.sum(axis=1 - axis)
    return counts[::step]
