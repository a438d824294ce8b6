"""How sellers and categories do: counts and rates with their intervals, as reports print and summaries keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .evaluation import Interval, Share
from .record import Totals

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Group:
    """Items that have everything in common that is counted.

    Parameters
    ----------
    seller, category
        As in the manifest; empty where there is none.
    verdict
        What the audit said.
    ruling
        What a person decided, ``match`` or ``mismatch``; None where nobody did.
    aspects
        In which the audit found deviations.
    count
        How many items.
    """

    seller: str
    category: str
    verdict: str
    ruling: str | None
    aspects: tuple[str, ...]
    count: int

    @property
    def answer(self) -> str:
        """The ruling where there is one, else the verdict."""
        return self.ruling or self.verdict


@dataclass(frozen=True, slots=True)
class Change:
    """A rate against that of an earlier run: the difference, and whether it is ``worse``, ``better`` or ``unclear``."""

    before: Share
    difference: Interval
    says: str

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"before": share_dict(self.before), "difference": asdict(self.difference), "says": self.says}


@dataclass(frozen=True, slots=True)
class Card:
    """One seller, one category, or all items.

    Parameters
    ----------
    name
        As in the manifest.
    totals
        Answers: rulings where there are any, else verdicts.
    ruled
        How many of these are rulings.
    rate
        Mismatches among the decided items (matches and mismatches), with Wilson's interval; None where none is decided.
    extremes
        The share of mismatches among all items but errors, if none of the undecided ones were a mismatch, and if all were.
    shrunk
        The rate smoothed towards what its categories let expect; None where too few groups tell how they differ.
    corrected
        Share of wrong items among all but errors, without the profile's false accusations and with its misses, and with the
        rulings as they are; None where the profile knows neither.
    aspects
        Aspect -> share of the decided items that are mismatches with a finding in it.
    change
        Against an earlier run, where one was named and knows this group.
    """

    name: str
    totals: Totals
    ruled: int
    rate: Share | None
    extremes: tuple[float, float] | None
    shrunk: Interval | None
    corrected: Interval | None
    aspects: Mapping[str, Share]
    change: Change | None = None

    @property
    def undecided(self) -> int:
        """Items that a person should look at or photograph again."""
        return self.totals.review + self.totals.retake

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "name": self.name,
            "items": len(self.totals),
            "totals": self.totals.to_dict(),
            "ruled": self.ruled,
            "rate": self.rate and share_dict(self.rate),
            "extremes": self.extremes and list(self.extremes),
            "shrunk": self.shrunk and asdict(self.shrunk),
            "corrected": self.corrected and asdict(self.corrected),
            "aspects": {aspect: share_dict(share) for aspect, share in self.aspects.items()},
            "change": self.change and self.change.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """An earlier run that score cards are compared with: its items, how many of them it finished, and what it was made with.

    Parameters
    ----------
    items, finished
        Of its last manifest.
    differs
        Which of ``version``, ``options``, ``profile`` and ``libraries`` were others.
    """

    items: int
    finished: int
    differs: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"items": self.items, "finished": self.finished, "differs": list(self.differs)}


@dataclass(frozen=True, slots=True)
class ScoreCards:
    """All items, each seller and each category, the worst first; a side is empty where the manifest has no such column.

    `uncorrected` are the categories whose tolerances were set by the settings: cards that count their items are not corrected.
    """

    overall: Card
    sellers: tuple[Card, ...]
    categories: tuple[Card, ...]
    uncorrected: tuple[str, ...] = ()
    compared: Compared | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "overall": self.overall.to_dict(),
            "sellers": [card.to_dict() for card in self.sellers],
            "categories": [card.to_dict() for card in self.categories],
            "confidence": CONFIDENCE,
            **({"uncorrected": list(self.uncorrected)} if self.uncorrected else {}),
            "compared": self.compared and self.compared.to_dict(),
        }


def share_dict(share: Share) -> dict[str, Any]:
    """JSON values."""
    return {"hits": share.hits, "count": share.count, **asdict(share.interval)}
