"""After a run: how many of which verdict, what to look at first, and where the files are."""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.record import VERDICTS, Totals, Unpaired
from qaudit.model.sampling import Lot
from qaudit.model.scorecard import ScoreCards
from qaudit.model.text import one_line, path_to_text

from .figures import percent
from .layout import WIDE_COLUMNS, Terminal, indented, stacked
from .lot import lot_parts
from .scorecard import score_card_parts
from .terminal import verdict_mark
from .words import has_words, words

WORST_ROWS = 10
# An id that is longer is broken, so that the reason has room.
ID_WIDTH = 24
# Where there is room for all, one with a million characters still fills no screen.
LONGEST_ID = 200
_ORDER = {"mismatch": 0, "error": 1, "review": 2, "retake": 3}


def print_summary(
    totals: Totals,
    records: Iterable[Mapping[str, Any]],
    out: Path,
    file: TextIO | None = None,
    *,
    unpaired: Unpaired | None = None,
    lot: Lot | None = None,
    cards: ScoreCards | None = None,
    rulings: Mapping[int, str] | None = None,
    width: int | None = None,
) -> None:
    """Print what came of a run.

    Parameters
    ----------
    totals
        Verdicts of all items, those of an earlier run included.
    records
        The results records, read once and not kept.
    out
        Folder of the run; its files are named.
    file
        Text stream; standard output when not given.
    unpaired
        What found no partner when arrival photos were joined.
    lot
        Fate of the lot, where a sample of it was audited.
    cards
        Score cards of sellers and categories.
    rulings
        Place of each item that a person has ruled on; nobody need look at it first.
    width
        Columns to fill; found out from the terminal when not given.
    """
    console = Terminal(file or sys.stdout, width=width)
    parts: list[RenderableType] = [_title(totals), _totals_table(totals, console)]
    left = _Unruled(records, rulings or {})
    worst = worst_first(left)
    if worst:
        parts += [Text("\n" + words("summary.worst"), "bold"), _worst_table(worst, left.alike, console)]
    told = len(worst) + sum(left.alike[_slug(record)] - 1 for record in worst if "error" in record)
    more = len(totals) - totals.match - left.settled - told
    if more:
        parts.append(indented(words("summary.more", count=more, file="results.jsonl"), "dim"))
    if unpaired is not None and (unpaired.items or unpaired.arrivals):
        said = words("summary.unpaired", items=len(unpaired.items), arrivals=len(unpaired.arrivals))
        parts.append(Text("\n" + said, "yellow"))
    if lot is not None:
        parts += lot_parts(lot)
    if cards is not None:
        parts += score_card_parts(cards, console)
    console.show(Group(*parts))
    folder = one_line(path_to_text(out))
    console.print(Text("\n" + words("summary.files", folder=folder), "bold"), soft_wrap=True)  # whole, to be copied
    console.show(_files_table(out))


class _Unruled:
    """The records on which nobody has ruled, of errors the first of each kind.

    Once they were read, `settled` tells how many of the others would have been asked about, and `alike` how many errors there
    are of each kind.
    """

    def __init__(self, records: Iterable[Mapping[str, Any]], rulings: Mapping[int, str]) -> None:
        self._records = records
        self._rulings = rulings
        self.settled = 0
        self.alike: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for place, record in enumerate(self._records):
            if place in self._rulings:
                self.settled += record["verdict"] in _ORDER
                continue
            if "error" in record:
                self.alike[_slug(record)] += 1
                if self.alike[_slug(record)] > 1:
                    continue
            yield record


def _slug(record: Mapping[str, Any]) -> str:
    """Which kind of error a record tells of."""
    return str(record["error"]["slug"])


def worst_first(records: Iterable[Mapping[str, Any]], count: int = WORST_ROWS) -> list[Mapping[str, Any]]:
    """The `count` records that need a person most: mismatches, errors, reviews, retakes; the surest of each first."""
    wanted = (record for record in records if record["verdict"] in _ORDER)
    return heapq.nsmallest(count, wanted, key=lambda r: (_ORDER[r["verdict"]], -(r["p_mismatch"] or 0.0)))


def _title(totals: Totals) -> Text:
    """How many items there were."""
    total = len(totals)
    return Text(words("summary.title_one" if total == 1 else "summary.title", total=total), "bold")


def _totals_table(totals: Totals, console: Terminal) -> Padding:
    """Items and share of each verdict, those that did not occur too."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    total = len(totals)
    for name in VERDICTS:
        count = getattr(totals, name)
        table.add_row(verdict_mark(name, console), str(count), percent(count / total) if total else "")
    return Padding(table, (0, 0, 0, 2), expand=False)


def _worst_table(records: Sequence[Mapping[str, Any]], alike: Mapping[str, int], console: Terminal) -> Padding:
    """Of each item verdict, id, probability, and the first reason, beside them or, on a narrow terminal, below.

    `alike`: how many errors there are of each kind; the first stands for all.
    """
    rows = [_worst_cells(record, alike, console) for record in records]
    if console.width < WIDE_COLUMNS:
        return stacked(rows)
    most = LONGEST_ID if console.is_endless else ID_WIDTH
    longest = max((cell_len(id_.plain) for _, id_, _, _ in rows), default=0)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    table.add_column(words("summary.verdict"), no_wrap=True)
    table.add_column(words("summary.id"), overflow="fold", min_width=min(most, longest), max_width=most)
    table.add_column(words("summary.p"), justify="right", no_wrap=True)
    table.add_column(words("summary.why"), overflow="fold")
    for row in rows:
        table.add_row(*row)
    return Padding(table, (0, 0, 0, 2), expand=False)


def _worst_cells(record: Mapping[str, Any], alike: Mapping[str, int], console: Terminal) -> tuple[Text, ...]:
    """The cells of one item."""
    p = record["p_mismatch"]
    told = (one_line(record["id"]), "" if p is None else percent(p), one_line(_why(record, alike)))
    return verdict_mark(record["verdict"], console), *map(Text, told)


def _why(record: Mapping[str, Any], alike: Mapping[str, int]) -> str:
    """The first thing to know about an item that is no match."""
    if "error" in record:
        message, more = str(record["error"]["message"]), alike[_slug(record)] - 1
        return words("summary.alike", message=message, count=more) if more else message
    findings = record.get("findings") or []
    return str(findings[0]["text"] if findings else record.get("next_step", ""))


def _files_table(out: Path) -> Padding:
    """The files of the run and what is in them."""
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for path in sorted(out.iterdir()):
        if has_words(f"file.{path.name}"):
            table.add_row(path.name, Text(words(f"file.{path.name}"), "dim"))
    return Padding(table, (0, 0, 0, 2), expand=False)


def report_line(page: Path) -> str:
    """Where the report was written."""
    return words("report.written", path=one_line(path_to_text(page)))
