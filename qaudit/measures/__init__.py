"""Physical values measured on a rectified, relit pair of photos; one file a measure, none knows another."""

from __future__ import annotations

from collections.abc import Callable

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable

from . import colouring, completeness, confirmation, damage, extent, hashing, histogram, hue, palette, pattern, ssim

Measure = Callable[[RectifiedPair], Evidence | NotApplicable]

MEASURES: dict[str, Measure] = {
    "phash": hashing.phash_distance,
    "confirmation": confirmation.unconfirmed,
    "histogram": histogram.histogram_distance,
    "ssim": ssim.structural_dissimilarity,
    "hue": hue.hue_disagreement,
    "palette": palette.colour_difference,
    "patch": palette.patch_difference,
    "colouring": colouring.lost_colouring,
    "pattern": pattern.lost_pattern,
    "completeness": completeness.missing_structure,
    "damage": damage.added_structure,
    "soiling": damage.soiled_area,
    "extent": extent.lost_end,
}
# What compares place with place: says nothing where the places are mostly those of another side.
LOCAL = frozenset({"colouring", "pattern", "completeness", "damage", "soiling", "extent"})
