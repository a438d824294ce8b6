"""What is said when a person has ruled on an item, and when rulings are handed out."""

from __future__ import annotations

from qaudit.model.record import Totals
from qaudit.model.text import one_line

from .words import words


def ruling_lines(id_: str, label: str, by: str, verdict: str, before: str | None, holding: int) -> list[str]:
    """What was taken down, what it replaces, and how many rulings hold in the run; each on a line."""
    lines = [
        words("ruled.done", id=one_line(id_), label=words(f"count.{label}"), by=one_line(by), verdict=words(f"count.{verdict}"))
    ]
    if before:
        lines.append(words("ruled.before", before=words(f"count.{before}")))
    return [*lines, words("ruled.holding", count=holding)]


def export_line(totals: Totals) -> str:
    """How many ruled items were written, with which labels."""
    return words("exported.done", count=len(totals), matches=totals.match, mismatches=totals.mismatch)
