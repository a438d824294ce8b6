"""A check on the terminal: short, what fails first, nothing that was accepted unsaid."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.check import Acceptance, Case, Check

from .annotations import no_command
from .cases import accepted, asked, covered, headline, moved, named, outcome, sentences, stale_because, where
from .layout import WIDE_COLUMNS, Terminal, indented, stacked
from .terminal import verdict_mark
from .words import words

ROWS = 20
# A name that is longer is broken, so that the sentences have room.
NAME_WIDTH = 24


def print_check(check: Check, file: TextIO | None = None, *, for_github: bool = False, width: int | None = None) -> None:
    """Print what came of a check.

    Parameters
    ----------
    check
        What to print.
    file
        Text stream; standard output when not given.
    for_github
        Whether the runner of GitHub Actions reads it; no line is then a command to it.
    width
        Columns to fill; found out from the terminal when not given.
    """
    file = file or sys.stdout
    console = Terminal(io.StringIO() if for_github else file, width=width)
    console.show(_view(check, console))
    if for_github and isinstance(console.file, io.StringIO):
        file.write(no_command(console.file.getvalue()))


def acceptance_lines(added: Acceptance, replaced: Acceptance | None, path: str) -> list[str]:
    """What was accepted, and what that replaces; each on a line."""
    done = "accepted.done" if added.until else "accepted.done_for_good"
    aspects = sorted({words(f"aspect.{aspect}") for aspect, _ in added.findings})
    lines = [
        words(done, id=named(added.id), by=named(added.by), until=added.until, path=named(path)),
        words("accepted.of", found=", ".join(aspects) or words("accepted.nothing_found")),
    ]
    if replaced is not None:
        lines.append(words("accepted.replaced", by=named(replaced.by), on=replaced.on))
    return lines


def _view(check: Check, console: Terminal) -> Group:
    """All of it."""
    parts: list[RenderableType] = [Text(headline(check), "bold")]
    if told := moved(check):
        parts.append(Text(told, "yellow"))
    parts += _table([(verdict_mark(case.verdict, console), *_told(case, check.manifest)) for case in asked(check)], console)
    accepted_ones = covered(check)
    if accepted_ones and check.baseline:
        parts.append(Text("\n" + words("check.baseline", baseline=named(check.baseline)), "bold"))
        parts += _table(
            [(Text(named(case.id)), Text("\n".join([*sentences(case), accepted(a)]))) for case, a in accepted_ones], console
        )
    if check.stale and check.baseline:
        parts.append(Text("\n" + words("check.stale", baseline=named(check.baseline)), "yellow"))
        parts += _table([(Text(named(stale.acceptance.id)), Text(stale_because(stale))) for stale in check.stale], console)
    if check.cases:
        parts.append(Text("\n" + outcome(check), "bold red" if check.failing() else "bold green"))
    return Group(*parts)


def _told(case: Case, manifest: str) -> tuple[Text, Text, Text]:
    """Which item, where, and why it is no match."""
    place = case.place
    is_row = place.file == manifest and place.line is not None
    said = words("check.line", line=place.line) if is_row else where(place)
    return Text(named(case.id)), Text(said), Text("\n".join(sentences(case)))


def _table(rows: Sequence[tuple[Text, ...]], console: Terminal) -> list[RenderableType]:
    """The first of the rows, and how many more there are; nothing where there is none."""
    parts: list[RenderableType] = [_listed(rows[:ROWS], console)] if rows else []
    if len(rows) > ROWS:
        parts.append(indented(words("check.more", count=len(rows) - ROWS), "dim"))
    return parts


def _listed(rows: Sequence[tuple[Text, ...]], console: Terminal) -> RenderableType:
    """Rows of at least one cell, the sentences beside the others or, on a narrow terminal, below."""
    if console.width < WIDE_COLUMNS:
        return stacked(rows)
    table = Table.grid(padding=(0, 2))
    for index in range(len(rows[0])):
        longest = max(cell_len(row[index].plain) for row in rows)
        is_last = index == len(rows[0]) - 1
        table.add_column(overflow="fold", min_width=None if is_last else min(longest, NAME_WIDTH))
    for row in rows:
        table.add_row(*row)
    return Padding(table, (0, 0, 0, 2), expand=False)
