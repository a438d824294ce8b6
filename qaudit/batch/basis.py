"""What the figures of a run rest on besides its items: kept in its folder, so that they can be made again after rulings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any, Final

from ..model.guarantee import Bound, Guarantee
from ..model.sampling import Lot, Plan
from ..model.scorecard import Compared, Group, ScoreCards
from .lot import Unit, lot_of
from .scorecard import score_cards

# What the basis of a run is called in its folder; none while an audit that changes its items is under way.
BASIS: Final = "basis"


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the sample of a lot was drawn: `order` are the places of its items, from 0, in the order in which they were drawn."""

    units: int
    seed: str
    seeds: int
    planned: Mapping[str, Plan]
    order: Sequence[int]


@dataclass(frozen=True, slots=True)
class Basis:
    """What score cards, and the fate of a lot, are made with.

    Parameters
    ----------
    known, moved
        As for `qaudit.batch.scorecard.score_cards`.
    before, compared
        The items of an earlier run, and what is to be known of it; None where none was named.
    sample
        Of a lot; None where all items were audited.
    """

    known: Guarantee | None = None
    moved: Sequence[str] = ()
    before: Sequence[Group] | None = None
    compared: Compared | None = None
    sample: Drawn | None = None

    def cards(self, groups: Sequence[Group]) -> ScoreCards:
        """The score cards of all items, counted as `groups`."""
        return replace(score_cards(groups, self.known, self.before, moved=self.moved), compared=self.compared)

    def lot(self, units: Sequence[Unit]) -> Lot | None:
        """The fate of the lot whose sampled units, in the manifest's order, are `units`; None where there is none."""
        sample = self.sample
        if sample is None:
            return None
        found = lot_of(sample.units, sample.seed, sample.planned, [units[place] for place in sample.order])
        return replace(found, seeds=sample.seeds)

    def to_dict(self) -> dict[str, Any]:
        """JSON values, from which `from_dict` makes the same again."""
        sample = self.sample and {
            "units": self.sample.units,
            "seed": self.sample.seed,
            "seeds": self.sample.seeds,
            "planned": {name: plan.to_dict() for name, plan in self.sample.planned.items()},
            "order": list(self.sample.order),
        }
        return {
            "known": self.known and asdict(self.known),
            "moved": list(self.moved),
            "before": None if self.before is None else [astuple(group) for group in self.before],
            "compared": self.compared and self.compared.to_dict(),
            "sample": sample,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Basis:
        """What `to_dict` gave, also after it was JSON."""
        known, before, compared, sample = kept["known"], kept["before"], kept["compared"], kept["sample"]
        return cls(
            known=known and Guarantee(**{**known, **{name: Bound(**known[name]) for name in ("accused", "missed")}}),
            moved=tuple(kept["moved"]),
            before=None
            if before is None
            else [
                Group(seller, category, verdict, ruling, tuple(aspects), count)
                for seller, category, verdict, ruling, aspects, count in before
            ],
            compared=compared and Compared(compared["items"], compared["finished"], tuple(compared["differs"])),
            sample=sample and Drawn(**{**sample, "planned": {name: Plan(**plan) for name, plan in sample["planned"].items()}}),
        )


def basis_of(text: str | None) -> Basis:
    """The basis that a run keeps as `text`; an empty one where it keeps none."""
    return Basis() if text is None else Basis.from_dict(json.loads(text))
