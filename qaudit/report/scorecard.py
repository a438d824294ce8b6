"""Score cards on a terminal: who does worst, how surely, and what is behind it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.evaluation import Interval
from qaudit.model.scorecard import Card, ScoreCards
from qaudit.model.text import one_line

from .figures import percent, whole_percent
from .words import words

MOST_CARDS = 10
# However little room the figures leave: a card without a name is of no use.
NAME_WIDTH = 8
_FIGURES = ("cards.wrong", "cards.rate", "cards.shrunk", "cards.corrected", "cards.undecided", "cards.errors")
_CHANGES = {"worse": ("cards.worse", "red"), "better": ("cards.better", "green"), "unclear": ("cards.unclear", "dim")}


def score_card_parts(cards: ScoreCards) -> list[RenderableType]:
    """What a summary says of sellers and categories; nothing where the manifest names none.

    Parameters
    ----------
    cards
        The worst first, as they are to be shown.

    Returns
    -------
        Headings and tables, to be printed one after the other.
    """
    parts: list[RenderableType] = []
    if cards.overall.ruled:
        parts.append(Text("\n" + words("cards.ruled", count=cards.overall.ruled)))
    for key, listed in (("cards.sellers", cards.sellers), ("cards.categories", cards.categories)):
        if listed:
            parts += [Text("\n" + words(key), "bold"), _table(listed[:MOST_CARDS])]
            if len(listed) > MOST_CARDS:
                parts.append(Text("  " + words("cards.more", count=len(listed) - MOST_CARDS), "dim"))
    if parts:
        parts.append(Text("  " + words("cards.legend"), "dim"))
    if cards.uncorrected:
        names = ", ".join(one_line(name) for name in cards.uncorrected)
        parts.append(Text("  " + words("cards.uncorrected", names=names), "yellow"))
    return parts


def _table(cards: Sequence[Card]) -> Padding:
    """One line a card."""
    compared = any(card.change for card in cards)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    longest = max(cell_len(one_line(card.name)) for card in cards)
    table.add_column(words("cards.name"), overflow="fold", min_width=min(NAME_WIDTH, longest), max_width=20)
    for key in _FIGURES:
        table.add_column(words(key), justify="right", no_wrap=True)
    table.add_column(words("cards.change" if compared else "cards.mostly"), overflow="fold")
    for card in cards:
        table.add_row(one_line(card.name), *_figures(card), _change(card) if compared else _mostly(card))
    return Padding(table, (0, 0, 0, 2), expand=False)


def _figures(card: Card) -> list[str]:
    """Counts and rates of a card."""
    none = words("cards.none")
    rate = card.rate
    return [
        words("cards.of", hits=rate.hits, count=rate.count) if rate else none,
        _range(rate.interval) if rate else none,
        percent(card.shrunk.value) if card.shrunk and rate else none,
        percent(card.corrected.value) if card.corrected else none,
        str(card.undecided),
        str(card.totals.error),
    ]


def _range(interval: Interval) -> str:
    """The ends of an interval."""
    return words("cards.range", low=whole_percent(interval.low), high=percent(interval.high))


def _mostly(card: Card) -> str:
    """The aspect in which most mismatches were found."""
    return next(
        (words("cards.aspect", aspect=words(f"aspect.{name}"), count=share.hits) for name, share in card.aspects.items()), ""
    )


def _change(card: Card) -> Text:
    """Whether the rate is another than in the earlier run."""
    if card.change is None:
        return Text(words("cards.new"), "dim")
    before = percent(card.change.before.interval.value)
    key, style = _CHANGES[card.change.says]
    return Text(words(key, before=before), style)
