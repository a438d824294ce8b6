"""One compared item, one item that could not be compared, and the totals of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .alignment import Aligned, AlignmentFailed, Lighting
from .errors import QauditError
from .photo import U8, PhotoFacts, PhotoQuality
from .picture import PairPictures
from .sentences import with_sentences
from .verdict import Evidence, Finding, NotApplicable, Placed, Verdict, box_dict, five_digits
from .view import AcceptedPiece, ViewFacts

SCHEMA = 1
VERDICTS = ("match", "mismatch", "review", "retake", "error")


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """Pictures for a person, uint8 RGB (H, W, 3): both photos, and the arrival laid over the listing where it could be.

    `listing_scale` and `arrival_scale` are pixels of these pictures per pixel of the photos as displayed;
    `listing_photo` and `arrival_photo` say which of the item's photos they show.
    """

    listing: U8
    arrival: U8
    arrival_over_listing: U8 | None
    listing_scale: float
    arrival_scale: float
    listing_photo: int = 0
    arrival_photo: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One item: the photos, what was measured, and the answer.

    Parameters
    ----------
    id, row
        As in the manifest; `row` holds the other columns.
    listing, arrival
        The photos that were read; `pairing` says which two lie over each other most surely.
    quality, alignment, lighting
        Of that pair: how good the arrival photo is, how it lies over the listing, and which light was taken out.
    evidence, places
        What every measure said, all views joined, and per measure where, in both photos as displayed, worst first.
    decision
        The answer.
    notes
        What a person should know and what is no evidence against the item.
    tool
        Versions, digest of the options, profile.
    triage
        What the raw photos said before any work: distance of their hashes, and whether they are one picture.
    seconds
        Per stage.
    views
        Pictures for an overlay, where they were asked for.
    pictures
        Pictures for a page, where they were asked for: of the surest pair of photos, and of each that has a finding.
    measured
        Every pair of photos that was measured, the surest first.
    accepted, pieces
        Photos of pieces that were accepted before, and what was measured on those that could be used.
    """

    id: str
    listing: tuple[PhotoFacts, ...]
    arrival: tuple[PhotoFacts, ...]
    quality: PhotoQuality
    alignment: Aligned | AlignmentFailed
    lighting: Lighting | None
    evidence: tuple[Evidence | NotApplicable, ...]
    decision: Verdict
    notes: tuple[str, ...]
    tool: Mapping[str, Any]
    places: Mapping[str, Sequence[Placed]] = field(default_factory=dict)
    pairing: tuple[int, int] = (0, 0)
    triage: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    views: Views | None = None
    pictures: tuple[PairPictures, ...] = ()
    measured: tuple[ViewFacts, ...] = ()
    accepted: tuple[PhotoFacts, ...] = ()
    pieces: tuple[AcceptedPiece, ...] = ()

    @property
    def verdict(self) -> str:
        """``match``, ``mismatch``, ``review`` or ``retake``."""
        return self.decision.name

    @property
    def p_mismatch(self) -> float:
        """Probability that the item is not what was listed, 0..1."""
        return self.decision.p_mismatch

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Deviations, surest first."""
        return self.decision.findings

    def to_dict(self) -> dict[str, Any]:
        """The results record: JSON values only, the same for the same input."""
        record = {
            "schema": SCHEMA,
            "id": self.id,
            "verdict": self.verdict,
            "p_mismatch": self.p_mismatch,
            "aspects": {aspect: verdict.to_dict() for aspect, verdict in self.decision.aspects.items()},
            "findings": [finding.to_dict() for finding in self.findings],
            "explained": list(self.decision.explained),
            "next_step": self.decision.next_step,
            "notes": list(self.notes),
            "pairing": {"listing": self.pairing[0], "arrival": self.pairing[1]},
            "alignment": self.alignment.to_dict(),
            "lighting": self.lighting.to_dict() if self.lighting else None,
            "quality": self.quality.to_dict(),
            "triage": dict(self.triage),
            "evidence": [self._evidence_dict(item) for item in self.evidence],
            "views": [view.to_dict() for view in self.measured],
            "accepted": [piece.to_dict() for piece in self.pieces],
            "photos": {
                "listing": [photo.to_dict() for photo in self.listing],
                "arrival": [photo.to_dict() for photo in self.arrival],
                "accepted": [photo.to_dict() for photo in self.accepted],
            },
            "row": dict(self.row),
            "tool": dict(self.tool),
        }
        return with_sentences(record)

    def _evidence_dict(self, item: Evidence | NotApplicable) -> dict[str, Any]:
        """One entry of ``evidence``, with what the profile made of it."""
        if isinstance(item, NotApplicable):
            return {"aspect": item.aspect, "measure": item.measure, "not_applicable": item.reason}
        return {
            "aspect": item.aspect,
            "measure": item.measure,
            "version": item.version,
            "value": five_digits(item.value),
            "unit": item.unit,
            "photo": {"listing": item.photos[0], "arrival": item.photos[1]},
            "boxes": [box_dict(place) for place in self.places.get(item.measure, ())],
            "details": dict(item.details),
            **self._weight_of(item.measure),
        }

    def _weight_of(self, measure: str) -> dict[str, float | None]:
        """Tolerance of a measure, its probability and its weight in the answer; None where the profile does not judge by it."""
        found = next((entry for entry in self.decision.weighed if entry.measure == measure), None)
        told = (None, None, None) if found is None else (found.tolerance, found.p, found.weight)
        names = ("tolerance", "p", "weight")
        return {name: None if value is None else five_digits(value) for name, value in zip(names, told, strict=True)}


@dataclass(frozen=True, slots=True)
class ItemError:
    """An item that could not be compared: a missing or refused photo, or a row that cannot be used.

    `number` is that of the row, as in `qaudit.batch.row.Row`, where the row is what is wrong; it is no part of the record.
    """

    id: str
    slug: str
    message: str
    row: Mapping[str, Any] = field(default_factory=dict)
    tool: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0

    verdict: ClassVar[str] = "error"

    @classmethod
    def of(
        cls, id_: str, error: QauditError, row: Mapping[str, Any] | None = None, tool: Mapping[str, Any] | None = None
    ) -> ItemError:
        """The record of `error`, which item `id_` ran into."""
        return cls(id_, error.slug, error.sentence, row or {}, tool or {})

    def to_dict(self) -> dict[str, Any]:
        """The results record: JSON values only."""
        record = {
            "schema": SCHEMA,
            "id": self.id,
            "verdict": "error",
            "p_mismatch": None,
            "error": {"slug": self.slug, "message": self.message},
            "row": dict(self.row),
            "tool": dict(self.tool),
        }
        return with_sentences(record)


@dataclass(frozen=True, slots=True)
class Record:
    """An item as workers and stores pass it on; plain values only.

    Parameters
    ----------
    values
        Its results record.
    seconds
        Per stage.
    traces
        What it was made from: size, time of change and digest of each photo, or None, as in `qaudit.batch.trace`.
    judged
        How many of these, the first ones, are listing and arrival photos.
    """

    values: Mapping[str, Any]
    seconds: Mapping[str, float] = field(default_factory=dict)
    traces: Sequence[tuple[int, int, str | None] | None] = ()
    judged: int = 0

    @property
    def id(self) -> str:
        """Id of the item."""
        return str(self.values["id"])

    @property
    def verdict(self) -> str:
        """``match``, ``mismatch``, ``review``, ``retake`` or ``error``."""
        return str(self.values["verdict"])

    def to_dict(self) -> dict[str, Any]:
        """The results record: JSON values only."""
        return dict(self.values)


Item = Comparison | ItemError | Record


@dataclass(frozen=True, slots=True)
class Totals:
    """How many items got which verdict. Totals add."""

    match: int = 0
    mismatch: int = 0
    review: int = 0
    retake: int = 0
    error: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[str]) -> Totals:
        """Count `verdicts`; an unknown one raises KeyError."""
        counts = dict.fromkeys(VERDICTS, 0)
        for verdict in verdicts:
            counts[verdict] += 1
        return cls(**counts)

    def __add__(self, other: Totals) -> Totals:
        return Totals(**{name: getattr(self, name) + getattr(other, name) for name in VERDICTS})

    def __len__(self) -> int:
        return sum(self.to_dict().values())

    def to_dict(self) -> dict[str, int]:
        """Verdict -> count."""
        return {name: getattr(self, name) for name in VERDICTS}


@dataclass(frozen=True, slots=True)
class Unpaired:
    """What was left when arrival photos were joined: ids of items without one, and photos without an item."""

    items: Sequence[str] = ()
    arrivals: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"items": list(self.items), "arrivals": list(self.arrivals)}
