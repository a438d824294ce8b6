"""Sampling plans and the fate of a lot, as reports print and summaries keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Switch = Literal["normal", "tightened", "reduced"]
Fate = Literal["accepted", "rejected", "undecided"]
SWITCHES: tuple[Switch, ...] = ("normal", "tightened", "reduced")
CLASSES = ("critical", "major", "minor")
# The class under which defective units of every kind are counted together.
ANY = "any"


@dataclass(frozen=True, slots=True)
class Plan:
    """A single sampling plan.

    Parameters
    ----------
    lot
        Units in the lot.
    level, aql, switch
        Inspection level, acceptance quality limit in per cent, and severity of inspection.
    letter
        Code letter of lot and level; the plan may be that of another, where the table's arrows lead.
    plan_letter
        Code letter whose plan it is.
    size
        Units to inspect, at most the lot.
    accept, reject
        The lot is accepted with at most `accept` defective units, and rejected with at least `reject`.
    """

    lot: int
    level: str
    aql: float
    switch: Switch
    letter: str
    plan_letter: str
    size: int
    accept: int
    reject: int

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ClassFate:
    """One class of defects: of the first `plan.size` units drawn, how many are defective and how many are open."""

    plan: Plan
    defective: int
    undecided: int
    fate: Fate

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"plan": self.plan.to_dict(), "defective": self.defective, "open": self.undecided, "fate": self.fate}


@dataclass(frozen=True, slots=True)
class Lot:
    """The fate of a lot.

    Parameters
    ----------
    units
        Rows of the manifest.
    seed
        Of the sample.
    sample
        Ids of the sampled items, in the order in which they were drawn.
    ruled
        How many of them were ruled on by a person.
    classes
        Class of defects -> what the sample says of it.
    fate
        Rejected where a class is, accepted where all are, else undecided.
    open_ids
        Items that are to be looked at, photographed again or mended before an undecided lot can be decided.
    uncounted
        Class of defects -> defective units of the sample that count for nothing: neither it nor a milder class has an AQL.
    seeds
        With how many seeds samples were drawn in the run's folder, this one included: a lot that was drawn again until it
        passed is not accepted by the standard.
    """

    units: int
    seed: str
    sample: tuple[str, ...]
    ruled: int
    classes: Mapping[str, ClassFate]
    fate: Fate
    open_ids: tuple[str, ...]
    uncounted: Mapping[str, int]
    seeds: int = 1

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "units": self.units,
            "seed": self.seed,
            "seeds": self.seeds,
            "sample": list(self.sample),
            "ruled": self.ruled,
            "classes": {name: found.to_dict() for name, found in self.classes.items()},
            "fate": self.fate,
            "open": list(self.open_ids),
            "uncounted": dict(self.uncounted),
        }
