"""What calibrating has made: the limits, what they are guaranteed to keep, and what they are worth."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.guarantee import Bound, Guarantee
from qaudit.model.language import spoken
from qaudit.model.text import one_line

from .figures import figure, promised, tenths
from .layout import Terminal
from .words import words


@dataclass(frozen=True, slots=True)
class Made:
    """A profile as it is told.

    Parameters
    ----------
    path, data
        Where it was written, and what it was fitted on.
    accuse, accept
        Its limits.
    guarantee
        What they keep.
    caught, passed
        Share of the mismatches and of the matches that are answered rightly, 0..1.
    base_rate
        Share of mismatches that its probabilities hold for.
    """

    path: str
    data: str
    accuse: float
    accept: float
    guarantee: Guarantee
    caught: float
    passed: float
    base_rate: float


def print_calibration(made: Made, file: TextIO | None = None, *, width: int | None = None) -> None:
    """Print what a new profile keeps and what it is worth, to `file` or standard output, in `width` columns."""
    console = Terminal(file or sys.stdout, width=width)
    console.print(Text(words("calibrated.title", path=one_line(made.path)), "bold"), soft_wrap=True)
    confidence = promised(made.guarantee.confidence)
    limits = words("calibrated.limits_text", accuse=figure(f"{made.accuse:.3f}"), accept=figure(f"{made.accept:.3f}"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in (
        ("calibrated.fitted_on", one_line(spoken(made.data))),
        ("calibrated.limits", limits),
        ("calibrated.accused", _bound(made.guarantee.accused, confidence)),
        ("calibrated.missed", _bound(made.guarantee.missed, confidence)),
        ("calibrated.worth", words("calibrated.worth_text", caught=tenths(made.caught), passed=tenths(made.passed))),
        ("calibrated.base_rate", words("calibrated.base_rate_text", rate=tenths(made.base_rate))),
        ("calibrated.method", one_line(spoken(made.guarantee.method))),
    ):
        grid.add_row(Text(words(name), "dim"), text)
    console.show(Padding(grid, (0, 0, 0, 2), expand=False))
    if not made.caught or not made.passed:
        console.show(Text(words("calibrated.idle"), "bold yellow"))


def _bound(bound: Bound, confidence: str) -> str:
    """One bound, and what was seen of it."""
    return words(
        "calibrated.bound",
        rate=promised(bound.rate),
        confidence=confidence,
        observed=tenths(bound.observed),
        pairs=bound.pairs,
        products=bound.products,
    )
