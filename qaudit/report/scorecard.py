"""Score cards on a terminal: who does worst, how surely, and what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.evaluation import Interval
from qaudit.model.scorecard import Card, Change, Compared, ScoreCards
from qaudit.model.text import one_line

from .figures import percent, whole_percent
from .layout import Terminal, fits, indented
from .words import words

MOST_CARDS = 10
# However little room the figures leave: a card without a name is of no use.
NAME_WIDTH = 8
_CHANGES = {"worse": ("cards.worse", "red"), "better": ("cards.better", "green"), "unclear": ("cards.unclear", "dim")}
_OVERALL = {"worse": "cards.all_worse", "better": "cards.all_better", "unclear": "cards.all_unclear"}
_DIFFERS = {
    "version": "compared.version",
    "options": "compared.options",
    "profile": "compared.profile",
    "libraries": "compared.libraries",
}
# Columns that a narrow terminal goes without, the least needed first; what is open and in error always stands there.
_DROPPED = ("cards.mostly", "cards.corrected", "cards.rate")
_LEGENDS = {"cards.smoothed": "legend.smoothed", "cards.corrected": "legend.corrected"}


def score_card_parts(cards: ScoreCards, console: Terminal) -> list[RenderableType]:
    """What a summary says of all items, and of sellers and categories where the manifest names any.

    Parameters
    ----------
    cards
        The worst first, as they are to be shown.
    console
        What it will be printed on; columns that it has no room for are left out.

    Returns
    -------
        Sentences, headings and tables, to be printed one after the other.
    """
    parts: list[RenderableType] = []
    if cards.overall.ruled:
        parts.append(Text("\n" + words("cards.ruled", count=cards.overall.ruled)))
    parts += _overall(cards)
    shown: set[str] = set()
    left_out = too_few = False
    if (cards.sellers or cards.categories) and cards.overall.rate is None:
        parts.append(Text("\n" + words("cards.undecided_all")))
        cards = replace(cards, sellers=(), categories=())
    for key, listed in (("cards.sellers", cards.sellers), ("cards.categories", cards.categories)):
        if listed:
            table, columns, whole = _fitting(listed[:MOST_CARDS], console)
            parts += [Text("\n" + words(key), "bold"), table]
            shown |= columns
            left_out = left_out or not whole
            too_few = too_few or not any(card.shrunk for card in listed)
            if len(listed) > MOST_CARDS:
                parts.append(indented(words("cards.more", count=len(listed) - MOST_CARDS), "dim"))
    if shown:
        legend = ["legend.interval", *(_LEGENDS[key] for key in _LEGENDS if key in shown)]
        legend += ["legend.unsmoothed"] if too_few else []
        legend += ["legend.left_out"] if left_out else []
        parts += [indented(words(key), "dim") for key in legend]
    if cards.uncorrected:
        names = ", ".join(one_line(name) for name in cards.uncorrected)
        parts.append(indented(words("cards.uncorrected", names=names), "yellow"))
    return parts


def _overall(cards: ScoreCards) -> list[RenderableType]:
    """The rate of all items, and how it changed since the earlier run."""
    card = cards.overall
    lines = []
    if card.rate is not None:
        said = {"of": _of(card), "range": _range(card.rate.interval)}
        if card.corrected is None:
            lines.append(words("cards.all", **said))
        else:
            lines.append(words("cards.all_corrected", corrected=_range(card.corrected), **said))
        if card.change is not None:
            lines.append(words(_OVERALL[card.change.says], before=_before(card.change)))
    if cards.compared is not None:
        lines += _notes(cards.compared)
    return [Text("\n" + "\n".join(lines))] if lines else []


def _notes(compared: Compared) -> list[str]:
    """What makes two runs hard to compare."""
    notes = []
    if compared.finished < compared.items:
        notes.append(words("compared.unfinished", finished=compared.finished, items=compared.items))
    if compared.differs:
        notes.append(words("compared.differs", names=", ".join(words(_DIFFERS[name]) for name in compared.differs)))
    return notes


def _fitting(cards: Sequence[Card], console: Terminal) -> tuple[RenderableType, set[str], bool]:
    """The table with as many columns as there is room for; which these are, and whether they are all."""
    columns = _columns(cards)
    for dropped in range(len(_DROPPED) + 1):
        kept = {key: cell for key, cell in columns.items() if key not in _DROPPED[:dropped]}
        table = _table(cards, kept, most_name=None if console.is_endless else 20)
        if fits(table, console):
            break
    return table, set(kept), len(kept) == len(columns)


def _columns(cards: Sequence[Card]) -> dict[str, Callable[[Card], str | Text]]:
    """Heading -> what stands under it, of the columns that have anything to say of some card."""
    columns: dict[str, Callable[[Card], str | Text]] = {
        "cards.wrong": _of,
        "cards.rate": lambda card: _range(None if card.rate is None else card.rate.interval),
    }
    if any(card.shrunk and card.rate for card in cards):
        columns["cards.smoothed"] = lambda card: _range(card.shrunk if card.rate else None)
    if any(card.corrected for card in cards):
        columns["cards.corrected"] = lambda card: _range(card.corrected)
    columns |= {"cards.undecided": lambda card: str(card.undecided), "cards.errors": lambda card: str(card.totals.error)}
    if any(card.change for card in cards):
        columns["cards.change"] = _change
    else:
        columns["cards.mostly"] = _mostly
    return columns


def _table(cards: Sequence[Card], columns: dict[str, Callable[[Card], str | Text]], most_name: int | None) -> Padding:
    """One line a card, its name in at most `most_name` columns."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    longest = max(cell_len(one_line(card.name)) for card in cards)
    table.add_column(words("cards.name"), overflow="fold", min_width=min(NAME_WIDTH, longest), max_width=most_name)
    for key in columns:
        table.add_column(words(key), justify="left" if key in ("cards.change", "cards.mostly") else "right", no_wrap=True)
    for card in cards:
        table.add_row(one_line(card.name), *(cell(card) for cell in columns.values()))
    return Padding(table, (0, 0, 0, 2), expand=False)


def _of(card: Card) -> str:
    """Mismatches of decided items."""
    return words("cards.of", hits=card.rate.hits, count=card.rate.count) if card.rate else words("cards.none")


def _range(interval: Interval | None) -> str:
    """The ends of an interval."""
    if interval is None:
        return words("cards.none")
    if percent(interval.low) == percent(interval.high):
        return percent(interval.high)
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
    key, style = _CHANGES[card.change.says]
    return Text(words(key, before=_before(card.change)), style)


def _before(change: Change) -> str:
    """The rate in the earlier run."""
    return percent(change.before.interval.value)
