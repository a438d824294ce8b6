"""Score cards: the items of a run by seller and by category."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..model.evaluation import Interval, Share
from ..model.guarantee import Guarantee
from ..model.record import VERDICTS, Totals
from ..model.scorecard import Card, Change, Group, ScoreCards
from ..model.tolerances import folded
from .rates import corrected, difference, shrunk, wilson


def score_cards(
    groups: Sequence[Group],
    known: Guarantee | None,
    before: Sequence[Group] | None = None,
    *,
    moved: Sequence[str] = (),
) -> ScoreCards:
    """How do sellers and categories do?

    Parameters
    ----------
    groups
        Every item of a run, counted.
    known
        What the profile guarantees; None where it guarantees nothing, and nothing is corrected then.
    before
        The items of an earlier run to compare with.
    moved
        Categories, as `qaudit.model.tolerances.folded` has them, whose tolerances are not the profile's: nothing is known of
        its errors on their items, and no card that counts one of them is corrected.

    Returns
    -------
        A card for all items, and cards for each seller and category with a name, the worst first: by the lower end of the
        shrunk interval, so that few items do not head the list by chance.
    """
    overall = _card("", groups, _known_of(groups, known, moved))
    categories = _by(groups, "category")
    expected = {name: _expected(members) for name, members in categories.items()}
    everything = _expected(groups)
    cards = {}
    for side, named in (("seller", _by(groups, "seller")), ("category", categories)):
        made = [_card(name, members, _known_of(members, known, moved)) for name, members in named.items()]
        means = [everything if side == "category" else _mean(members, expected) for members in named.values()]
        smoothed = shrunk([_hits(card) for card in made], [_decided(card) for card in made], means)
        if smoothed is not None:
            made = [replace(card, shrunk=interval) for card, interval in zip(made, smoothed, strict=True)]
        if before is not None:
            earlier = {name: _card(name, members, None) for name, members in _by(before, side).items()}
            made = [replace(card, change=_change(card, earlier.get(card.name))) for card in made]
        cards[side] = tuple(sorted((card for card in made if card.name), key=_badness))
    if before is not None:
        overall = replace(overall, change=_change(overall, _card("", before, None)))
    names = sorted(name for name in categories if known is not None and folded(name) in moved)
    return ScoreCards(overall, cards["seller"], cards["category"], tuple(names))


def _known_of(groups: Iterable[Group], known: Guarantee | None, moved: Sequence[str]) -> Guarantee | None:
    """What the profile guarantees of some items; nothing where one was judged by tolerances that are not its own."""
    return None if any(not group.ruling and folded(group.category) in moved for group in groups) else known


def _by(groups: Iterable[Group], side: str) -> dict[str, list[Group]]:
    """Groups by the name of their seller or category."""
    named: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        named[getattr(group, side)].append(group)
    return dict(sorted(named.items()))


def _card(name: str, groups: Sequence[Group], known: Guarantee | None) -> Card:
    """What can be said of some items without looking at others."""
    counts = Counter[str]()
    aspects = Counter[str]()
    for group in groups:
        counts[group.answer] += group.count
        if group.answer == "mismatch":
            aspects.update(dict.fromkeys(group.aspects, group.count))
    totals = Totals(**{verdict: counts[verdict] for verdict in VERDICTS})
    decided, open_ = totals.match + totals.mismatch, totals.review + totals.retake
    return Card(
        name=name,
        totals=totals,
        ruled=sum(group.count for group in groups if group.ruling),
        rate=_share(totals.mismatch, decided),
        extremes=(totals.mismatch / (decided + open_), (totals.mismatch + open_) / (decided + open_))
        if decided + open_
        else None,
        shrunk=None,
        corrected=None if known is None else _corrected(groups, known),
        aspects={
            aspect: Share(n, decided, wilson(n, decided)) for aspect, n in sorted(aspects.items(), key=lambda a: (-a[1], a[0]))
        },
    )


def _share(hits: int, count: int) -> Share | None:
    """A share with its interval; None of nothing."""
    return Share(hits, count, wilson(hits, count)) if count else None


def _corrected(groups: Sequence[Group], known: Guarantee) -> Interval | None:
    """The share of wrong items, corrected for the profile's errors; what a person ruled needs no correction."""
    answers = Counter[tuple[str, str | None]]()
    for group in groups:
        answers[group.verdict, group.ruling] += group.count
    return corrected(answers, known)


def _expected(groups: Sequence[Group]) -> float:
    """The rate of some items, kept off 0 and 1 by half an item."""
    hits = sum(group.count for group in groups if group.answer == "mismatch")
    return (hits + 0.5) / (hits + sum(group.count for group in groups if group.answer == "match") + 1.0)


def _mean(groups: Sequence[Group], expected: Mapping[str, float]) -> float:
    """What the categories of a seller's decided items let expect of it."""
    weights = Counter[str]()
    for group in groups:
        weights[group.category] += group.count if group.answer in ("match", "mismatch") else 0
    total = weights.total()
    if not total:
        return sum(expected[name] for name in weights) / len(weights)
    return sum(expected[name] * count for name, count in weights.items()) / total


def _hits(card: Card) -> int:
    return card.totals.mismatch


def _decided(card: Card) -> int:
    return card.totals.match + card.totals.mismatch


def _badness(card: Card) -> tuple[float, float, str]:
    """Sorts the worst first; what has no decided item comes last."""
    if card.rate is None:
        return 1.0, 0.0, card.name
    interval = card.shrunk or card.rate.interval
    return -interval.low, -interval.value, card.name


def _change(card: Card, earlier: Card | None) -> Change | None:
    """A card against its earlier self; None where one of them decides nothing."""
    if earlier is None or card.rate is None or earlier.rate is None:
        return None
    found = difference((card.rate.hits, card.rate.count), (earlier.rate.hits, earlier.rate.count))
    says = "worse" if found.low > 0 else "better" if found.high < 0 else "unclear"
    return Change(earlier.rate, found, says)
