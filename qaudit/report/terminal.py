"""One comparison as text for a terminal: readable without colour, at any width, on any encoding."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.language import spoken
from qaudit.model.photo import PhotoFacts
from qaudit.model.record import Comparison
from qaudit.model.text import one_line
from qaudit.model.verdict import Aspect, AspectVerdict, Finding

from .figures import figure, measured, percent
from .headroom import beyond_words
from .layout import WIDE_COLUMNS, Terminal, fits, indented
from .measures import measures_view, why_not
from .words import words

SYMBOLS = {"match": "✓", "mismatch": "✗", "review": "?", "retake": "↻", "error": "!"}
ASCII_SYMBOLS = {"match": "+", "mismatch": "x", "review": "?", "retake": "o", "error": "!"}
STYLES = {
    "match": "bold green",
    "mismatch": "bold red",
    "review": "bold yellow",
    "retake": "bold cyan",
    "error": "bold magenta",
}
STATUSES = ("finding", "unsure", "ok", "not_applicable")
_BESIDE = (("column.aspect",), ("column.measured",), ("column.tolerance",), ("column.severity",), ("column.finding",))
_STACKED = (("column.aspect", "column.severity"), ("column.measured", "column.tolerance"))


def verdict_mark(verdict: str, console: Console) -> Text:
    """Symbol and word of `verdict`, in its colour; the symbol in ASCII where the terminal knows no more."""
    symbols = SYMBOLS if console.encoding.startswith("utf") else ASCII_SYMBOLS
    return Text(f"{symbols[verdict]} {words(f'verdict.{verdict}')}", STYLES[verdict])


def print_comparison(
    comparison: Comparison,
    file: TextIO | None = None,
    *,
    explain: bool = False,
    timings: bool = False,
    width: int | None = None,
) -> None:
    """Print the answer for one item.

    Parameters
    ----------
    comparison
        What to print.
    file
        Text stream; standard output when not given.
    explain
        Whether every measure is printed too, with its value, its tolerance and its weight in the verdict.
    timings
        Whether the seconds of each stage are printed too.
    width
        Columns to fill; found out from the terminal when not given.
    """
    console = Terminal(file or sys.stdout, width=width)
    console.show(_comparison_view(comparison, console, explain=explain, timings=timings))


def _comparison_view(comparison: Comparison, console: Console, *, explain: bool, timings: bool) -> Group:
    """All that is said about `comparison`, top down in the order in which a person asks."""
    parts: list[RenderableType] = [_headline(comparison, console), _photos(comparison)]
    if comparison.findings:
        several = len(comparison.listing) + len(comparison.arrival) > 2
        parts += [
            _head("head.reasons" if _is_beyond(comparison) else "head.doubt"),
            _findings(comparison.findings, console, several=several),
        ]
    parts += _bullets("head.next", [comparison.decision.next_step] if comparison.decision.next_step else [])
    parts += _bullets("head.explained", comparison.decision.explained)
    parts += _bullets("head.notes", comparison.notes)
    parts += [_head("head.aspects"), _aspects(comparison)]
    if explain:
        parts += [_head("head.measures"), measures_view(comparison, console)]
    if timings:
        parts += [_head("head.seconds"), _seconds(comparison)]
    return Group(*parts)


def _is_beyond(comparison: Comparison) -> bool:
    """Whether what was found is a reason, and not only what weighs most where nothing is beyond its limit."""
    aspects = comparison.decision.aspects.values()
    return comparison.verdict != "review" or any(aspect.status == "finding" for aspect in aspects)


def _headline(comparison: Comparison, console: Console) -> Group:
    """Verdict, what it means, and how sure it is."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(verdict_mark(comparison.verdict, console), words(f"says.{comparison.verdict}"))
    return Group(grid, indented(_sure(comparison)))


def _sure(comparison: Comparison) -> str:
    """The probability, with the base rate that it holds for where the record tells it."""
    p = percent(comparison.p_mismatch)
    if "base_rate" not in comparison.tool:
        return words("p_mismatch", p=p)
    return words("p_mismatch.base_rate", p=p, base_rate=percent(comparison.tool["base_rate"]))


def _photos(comparison: Comparison) -> Padding:
    """Which photos were compared."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    sides = (
        ("photos.listing", comparison.listing),
        ("photos.arrival", comparison.arrival),
        ("photos.accepted", comparison.accepted),
    )
    for side, photos in sides:
        if photos:
            grid.add_row(Text(words(side), "dim"), Text(_names(photos), "dim"))
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _names(photos: Sequence[PhotoFacts]) -> str:
    """Paths of `photos`, safe to print."""
    return ", ".join(one_line(photo.path) for photo in photos)


def _head(key: str) -> Text:
    """A headline of a section."""
    return Text("\n" + words(key), "bold")


def _bullets(key: str, lines: Iterable[str]) -> list[RenderableType]:
    """A section with one paragraph a line; nothing when there is none."""
    paragraphs = [indented(one_line(spoken(line))) for line in lines]
    return [_head(key), *paragraphs] if paragraphs else []


def _findings(findings: Sequence[Finding], console: Console, *, several: bool) -> RenderableType:
    """Findings with their figures in aligned columns, the sentence beside them or, on a narrow terminal, below."""
    if console.width >= WIDE_COLUMNS:
        return Padding(_figures(findings, _BESIDE, several=several), (0, 0, 0, 2), expand=False)
    figures = _figures(findings, _BESIDE[:-1], several=several)
    if not fits(Padding(figures, (0, 0, 0, 2), expand=False), console):
        figures = _figures(findings, _STACKED, several=several)
    sentences = Table.grid(padding=(0, 2, 0, 0))
    sentences.add_column(justify="right", no_wrap=True)
    sentences.add_column(overflow="fold")
    for number, finding in enumerate(findings, start=1):
        sentences.add_row(str(number), _sentences(finding, several=several))
    return Padding(Group(figures, sentences), (0, 0, 0, 2), expand=False)


def _figures(findings: Sequence[Finding], stacks: Sequence[Sequence[str]], *, several: bool) -> Table:
    """A line of numbered figures for each finding, a column for each of `stacks`."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim", pad_edge=True)
    table.add_column("", justify="right", no_wrap=True)
    for stack in stacks:
        is_number = stack[0] in ("column.measured", "column.tolerance")
        is_text = stack[0] == "column.finding"
        heading = "\n".join(map(words, stack))
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=not is_text, overflow="fold")
    for number, finding in enumerate(findings, start=1):
        cells = {
            "column.aspect": words(f"aspect.{finding.aspect}"),
            "column.measured": measured(finding.value, finding.unit),
            "column.tolerance": measured(finding.tolerance, finding.unit),
            "column.severity": words(f"severity.{finding.severity}"),
            "column.finding": _sentences(finding, several=several),
        }
        table.add_row(str(number), *("\n".join(cells[key] for key in stack) for stack in stacks))
    return table


def _sentences(finding: Finding, *, several: bool) -> str:
    """What was found, how far beyond the tolerance it is, and in which of several photos it is seen."""
    beyond = beyond_words(finding.headroom, finding.tolerance, finding.unit)
    lines = [one_line(spoken(finding.text)), beyond]
    if several:
        lines.append(words("finding.photos", listing=finding.listing_photo + 1, arrival=finding.arrival_photo + 1))
    return "\n".join(lines)


def _aspects(comparison: Comparison) -> Padding:
    """What was looked at, by how it came out; and what could not be judged, with the reason."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    doubted = {finding.aspect for finding in comparison.decision.findings}
    for status in STATUSES:
        named = {name: verdict for name, verdict in comparison.decision.aspects.items() if verdict.status == status}
        if status == "not_applicable":
            told = "\n".join(_unjudged(named))
        else:
            told = ", ".join(_aspect(name, verdict, doubted=name in doubted) for name, verdict in named.items())
        if told:
            grid.add_row(words(f"aspects.{status}"), told)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _aspect(name: str, verdict: AspectVerdict, *, doubted: bool) -> str:
    """One aspect with what there is to say beside its name; `doubted`: something of it is listed for a person to look at."""
    aspect = words(f"aspect.{name}")
    if verdict.status in {"finding", "unsure"} and verdict.p is not None:
        return words("aspects.because", aspect=aspect, reason=percent(verdict.p))
    if verdict.status == "ok" and doubted:
        return words("aspects.because", aspect=aspect, reason=words("aspects.by_itself"))
    return aspect


def _unjudged(aspects: Mapping[Aspect, AspectVerdict]) -> list[str]:
    """A line for each reason why aspects were not judged, with all that it holds for."""
    of_reason: dict[str, list[str]] = {}
    for name, verdict in aspects.items():
        of_reason.setdefault(verdict.reason or "", []).append(words(f"aspect.{name}"))
    return [
        words("aspects.because", aspect=", ".join(names), reason=why_not(reason)) if reason else ", ".join(names)
        for reason, names in of_reason.items()
    ]


def _seconds(comparison: Comparison) -> Padding:
    """Seconds a stage, and their sum."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    for stage, seconds in comparison.seconds.items():
        grid.add_row(one_line(stage), figure(f"{seconds:.3f}"))
    grid.add_row(words("seconds.total"), figure(f"{sum(comparison.seconds.values()):.3f}"))
    return Padding(grid, (0, 0, 0, 2), expand=False)
