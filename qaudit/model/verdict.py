"""Evidence, findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Aspect = Literal["identity", "variant", "colour", "pattern", "missing", "damage", "shape", "size", "material", "count"]
ASPECTS: tuple[Aspect, ...] = (
    "identity",
    "variant",
    "colour",
    "pattern",
    "missing",
    "damage",
    "shape",
    "size",
    "material",
    "count",
)
VerdictName = Literal["match", "mismatch", "review", "retake"]
Status = Literal["ok", "finding", "unsure", "not_applicable"]
Severity = Literal["critical", "major", "minor"]
Box = tuple[int, int, int, int]
# One place in the listing and in the arrival photo as displayed.
Placed = tuple[Box | None, Box | None]


def box_dict(place: Placed) -> dict[str, list[int] | None]:
    """A place as it stands in a results record: null on the side that has none."""
    listing, arrival = place
    return {"listing": list(listing) if listing else None, "arrival": list(arrival) if arrival else None}


def five_digits(value: float) -> float:
    """A measured value as it stands in a results record."""
    return float(f"{value:.5g}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One physical value that bears on one aspect.

    Parameters
    ----------
    aspect
        What it speaks about.
    measure
        Name of the measure; with `version` it tells stores and profiles what the value means.
    value
        In `unit`; larger always speaks more strongly against a match.
    unit
        For example ``dE00``, ``share``, ``bits``.
    boxes
        Where, surest first: (x, y, w, h) in px of the rectified frame. Empty when it concerns the whole product.
    details
        Facts for the sentence about it (direction of a colour change and the like); JSON values only.
    photos
        Index of the listing and of the arrival photo that it was measured on.
    """

    aspect: Aspect
    measure: str
    version: int
    value: float
    unit: str
    boxes: tuple[Box, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.value != self.value:
            raise ValueError(f"{self.measure} gave no number: say NotApplicable instead")


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A measure that could not be taken, and why (a slug of the words catalogue)."""

    aspect: Aspect
    measure: str
    reason: str

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class AspectVerdict:
    """What is known about one aspect: a status, the probability that it deviates, or why it was not judged."""

    status: Status
    p: float | None = None
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        if self.status == "not_applicable":
            return {"status": self.status, "reason": self.reason}
        return {"status": self.status, "p": self.p}


@dataclass(frozen=True, slots=True)
class Headroom:
    """How far a value lies beyond its tolerance, and what would let it pass.

    Parameters
    ----------
    kind
        ``factor``: `beyond` is value over tolerance; ``difference``: value minus tolerance, in the measure's unit.
    beyond
        Above 1, or above 0, where the value lies outside the tolerance.
    passes_at
        The tolerance, in the measure's unit, with which this measure by itself would leave its aspect ``ok``; not above the
        tolerance that it has where it does so already.
    """

    kind: Literal["factor", "difference"]
    beyond: float
    passes_at: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation, in the words of an inspector, with its place in the photos as displayed."""

    aspect: Aspect
    measure: str
    p: float
    severity: Severity
    value: float
    unit: str
    tolerance: float
    headroom: Headroom
    text: str
    listing_photo: int = 0
    arrival_photo: int = 0
    listing_box: Box | None = None
    arrival_box: Box | None = None

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {
            "aspect": self.aspect,
            "measure": self.measure,
            "p": self.p,
            "severity": self.severity,
            "value": self.value,
            "unit": self.unit,
            "tolerance": self.tolerance,
            "headroom": {self.headroom.kind: self.headroom.beyond},
            "passes_at": self.headroom.passes_at,
            "photo": {"listing": self.listing_photo, "arrival": self.arrival_photo},
            "box": box_dict((self.listing_box, self.arrival_box)),
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one measure contributed to a verdict, or why it could not.

    Parameters
    ----------
    aspect, measure, value, unit, photos
        As in `Evidence`; the value is None where the measure was not taken.
    tolerance
        In `unit`; None where the profile has no curve for the measure.
    p
        Probability that it saw a deviation, 0..1.
    weight
        Its share in `Verdict.p_mismatch`, 0..1: log(1 - p) over the sum of this over all measures and the leak.
    reason
        Slug of why it did not count; None when it did.
    """

    aspect: Aspect
    measure: str
    value: float | None = None
    unit: str = ""
    photos: tuple[int, int] = (0, 0)
    tolerance: float | None = None
    p: float | None = None
    weight: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one item.

    Parameters
    ----------
    name
        ``match``, ``mismatch``, ``review`` or ``retake``.
    p_mismatch
        0..1: probability that the item is not what was listed, at the base rate of the profile.
    aspects
        One entry an aspect of `ASPECTS`.
    findings
        Surest first.
    explained
        What was put down to light, view or camera, in words.
    next_step
        What to do now, in words.
    profile
        Id of the profile that decided.
    weighed
        Every measure, with what it contributed.
    leak
        Probability of a mismatch that no measure saw, 0..1: what the profile adds to the measures.
    """

    name: VerdictName
    p_mismatch: float
    aspects: Mapping[Aspect, AspectVerdict]
    findings: tuple[Finding, ...]
    explained: tuple[str, ...]
    next_step: str
    profile: str
    weighed: tuple[Weighed, ...] = ()
    leak: float = 0.0
