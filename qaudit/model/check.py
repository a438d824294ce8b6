"""What a check of many items says: which of them fail it, which were accepted before, and where each was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["passed", "failed", "allowed", "accepted"]
Lapse = Literal["expired", "photos", "beyond"]
Staleness = Literal["gone", "photos", "passed"]
# An aspect and a measure that found it to deviate.
Found = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is asked for: a file, as text with ``/`` between folders, and its line where the file has lines."""

    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A mismatch that a person accepted.

    Parameters
    ----------
    id
        Of the item.
    reason, by
        Why, and who accepted it.
    on, until
        First and last day, as in ``2026-01-31``; `until` is None where it has no end.
    findings
        What was found when it was accepted; anything beyond that is not accepted.
    listing, arrival
        SHA-256 of the photos that were looked at, sorted.
    """

    id: str
    reason: str
    by: str
    on: str
    until: str | None
    findings: frozenset[Found]
    listing: tuple[str, ...]
    arrival: tuple[str, ...]

    def beyond(self, verdict: str, found: Iterable[Found]) -> set[Found]:
        """What of the deviations `found` it does not cover; of a doubt the aspects count, since its measures are not sure."""
        if verdict != "review":
            return set(found) - self.findings
        aspects = {aspect for aspect, _ in self.findings}
        return {(aspect, measure) for aspect, measure in found if aspect not in aspects}


@dataclass(frozen=True, slots=True)
class Stale:
    """An acceptance that nothing in the check asked for, and why."""

    acceptance: Acceptance
    why: Staleness


@dataclass(frozen=True, slots=True)
class Case:
    """One item of a check.

    Parameters
    ----------
    record
        What the reports need of its results record: id, verdict, p_mismatch, findings, next_step, photos, error.
    place
        Where it is asked for.
    photos
        Path of a photo as in the record -> its place.
    state
        ``passed`` is a match; ``failed`` fails the check; ``allowed`` would, but it is not asked to; ``accepted`` is a
        mismatch, or a doubt about one, that `acceptance` covers.
    acceptance
        The one that covers it, or that would if it had not lapsed.
    lapse
        Why `acceptance` does not hold; None where it does.
    repeated
        How many items before it have the same id.
    """

    record: Mapping[str, Any]
    place: Place
    photos: Mapping[str, Place]
    state: State
    acceptance: Acceptance | None = None
    lapse: Lapse | None = None
    repeated: int = 0

    @property
    def id(self) -> str:
        """As it stands in the manifest."""
        return str(self.record["id"])

    @property
    def verdict(self) -> str:
        """``match``, ``mismatch``, ``review``, ``retake`` or ``error``."""
        return str(self.record["verdict"])

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        """Deviations as in the record, the surest first."""
        found: Sequence[Mapping[str, Any]] = self.record.get("findings", ())
        return found


@dataclass(frozen=True, slots=True)
class Check:
    """All of a check.

    Parameters
    ----------
    version
        Of qaudit.
    manifest
        As it is named in reports.
    cases
        In the manifest's order; those that were left out are not among them.
    left_out
        How many items were not looked at, because nothing about them has changed.
    since
        What they have not changed since; None where all were to be looked at.
    most
        Number of mismatches that do not fail it yet.
    baseline
        File with what was accepted; None where there is none.
    stale
        What in it nothing asked for.
    moved
        How many of the items were judged by tolerances that were set for their category.
    settings
        Name of the settings file; empty where there is none.
    """

    version: str
    manifest: str
    cases: Sequence[Case]
    left_out: int = 0
    since: str | None = None
    most: int = 0
    baseline: str | None = None
    stale: Sequence[Stale] = ()
    moved: int = 0
    settings: str = ""

    def failing(self) -> Counter[str]:
        """Verdict -> how many items of it fail the check."""
        return Counter(case.verdict for case in self.cases if case.state == "failed")
