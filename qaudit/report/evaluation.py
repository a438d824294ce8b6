"""How well a profile answers labelled pairs, as tables: once for the terminal and the page alike."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TextIO

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.evaluation import Evaluation, GroupScore, Interval
from qaudit.model.language import spoken
from qaudit.model.text import one_line

from .figures import figure, percent, promised, tenths
from .layout import Terminal, indented
from .words import words

SHARES = ("accused", "match_asked", "match_passed", "caught", "mismatch_asked", "missed")


@dataclass(frozen=True, slots=True)
class Section:
    """A headed table of texts: the first column is words, the others are figures; `notes` stand below it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What was judged on what: name and text, safe to print."""
    promise, labels = evaluation.guarantee, evaluation.labels
    said = words("evaluated.promise_none")
    if promise is not None:
        rates = {"accused": promised(promise.accused.rate), "missed": promised(promise.missed.rate)}
        said = words("evaluated.promise_text", **rates, confidence=promised(promise.confidence))
    counts = words(
        "labelled.counts",
        pairs=labels.pairs,
        matches=labels.matches,
        mismatches=labels.mismatches,
        products=labels.products,
    )
    names = ", ".join(one_line(name) for name in evaluation.moved)
    told = [
        (words("evaluated.profile"), one_line(evaluation.profile)),
        (words("evaluated.data"), one_line(spoken(evaluation.data))),
        (words("evaluated.promise"), said),
        *([("", words("evaluated.promise_moved", names=names))] if evaluation.moved and promise is not None else []),
        (words("evaluated.judged"), counts),
    ]
    if labels.errors or labels.unlabelled:
        told.append(("", words("labelled.left_out", errors=labels.errors, unlabelled=labels.unlabelled)))
    rate = words("evaluated.base_rate_text", rate=tenths(evaluation.base_rate))
    return [*told, (words("evaluated.base_rate"), rate)]


def answers_section(evaluation: Evaluation) -> Section:
    """How many of each class got which answer."""
    rows = []
    for name in SHARES:
        share = evaluation.shares[name]
        interval = _range(share.interval)
        rows.append((words(f"share.{name}"), tenths(share.interval.value), interval, f"{share.hits} / {share.count}"))
    titles = ("column.answer", "column.share")
    columns = (*map(words, titles), _interval_title(evaluation), words("column.pairs"))
    answered = evaluation.answered
    note = words("evaluated.answered", coverage=tenths(answered.coverage), risk=tenths(answered.risk))
    area = words("evaluated.area", area=tenths(evaluation.area))
    return Section(words("evaluated.answers"), columns, tuple(rows), (note, area, words("evaluated.intervals")))


def separation_section(evaluation: Evaluation) -> Section:
    """AUROC of all pairs and of each group."""
    everything = evaluation.auroc
    labels = evaluation.labels
    shares = [evaluation.shares[name].interval.value for name in ("caught", "mismatch_asked", "missed")]
    whole = GroupScore(words("group.all"), labels.mismatches, labels.matches, everything, *shares)
    rows = [_group_row(score) for score in (*evaluation.groups, whole)]
    columns = (
        words("column.group"),
        words("column.pairs"),
        words("column.auroc"),
        _interval_title(evaluation),
        *map(words, ("column.caught", "column.asked", "column.missed")),
    )
    notes = (words("evaluated.mean_auroc", value=figure(f"{evaluation.mean_auroc:.3f}")), words("evaluated.against"))
    return Section(words("evaluated.separation"), columns, tuple(rows), notes)


def reliability_section(evaluation: Evaluation) -> Section:
    """What was told and what was found."""
    rows = [(tenths(b.told), tenths(b.found.value), _range(b.found), str(b.pairs)) for b in evaluation.bins]
    columns = (
        words("column.told"),
        words("column.found"),
        _interval_title(evaluation),
        words("column.pairs"),
    )
    note = words("evaluated.error", value=figure(f"{evaluation.calibration_error:.3f}"))
    return Section(words("evaluated.reliability"), columns, tuple(rows), (note,))


def group_name(score: GroupScore) -> str:
    """The name of a group, safe to print; a word for those without one."""
    return one_line(score.name) or words("group.none")


def print_evaluation(
    evaluation: Evaluation, file: TextIO | None = None, *, page: str | None = None, width: int | None = None
) -> None:
    """Print how well a profile did.

    Parameters
    ----------
    evaluation
        What to print.
    file
        Text stream; standard output when not given.
    page
        Where it was drawn too.
    width
        Columns to fill; found out from the terminal when not given.
    """
    console = Terminal(file or sys.stdout, width=width)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in facts(evaluation):
        grid.add_row(Text(name, "dim"), text)
    parts: list[RenderableType] = [Text(words("evaluated.title"), "bold"), Padding(grid, (0, 0, 0, 2), expand=False)]
    if evaluation.fitted_on_these:
        parts.append(Text("\n" + words("evaluated.own"), "bold yellow"))
    for section in (answers_section(evaluation), separation_section(evaluation), reliability_section(evaluation)):
        parts += _printed(section)
    console.show(Group(*parts))
    if page is not None:
        console.print(Text("\n" + words("evaluated.written", path=one_line(page)), "bold"), soft_wrap=True)


def _printed(section: Section) -> list[RenderableType]:
    """A section for the terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    for index, title in enumerate(section.columns):
        table.add_column(title, justify="right" if index else "left", no_wrap=index > 0, overflow="fold")
    for row in section.rows:
        table.add_row(*row)
    notes = [indented(note, "dim") for note in section.notes]
    return [Text("\n" + section.title, "bold"), Padding(table, (0, 0, 0, 2), expand=False), *notes]


def _group_row(score: GroupScore) -> tuple[str, ...]:
    """One line of the table of groups."""
    return (
        group_name(score),
        f"{score.mismatches} / {score.matches}",
        figure(f"{score.auroc.value:.3f}"),
        words("range", low=figure(f"{score.auroc.low:.3f}"), high=figure(f"{score.auroc.high:.3f}")),
        *(percent(share) for share in (score.caught, score.asked, score.missed)),
    )


def _range(interval: Interval) -> str:
    """An interval in tenths of a percent."""
    return words("range", low=tenths(interval.low), high=tenths(interval.high))


def _interval_title(evaluation: Evaluation) -> str:
    """Headline of a column of intervals."""
    return words("evaluated.interval", confidence=percent(evaluation.confidence))
