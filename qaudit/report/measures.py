"""Every measure of one comparison as a table for a terminal: what it said, and what that weighed."""

from __future__ import annotations

from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table

from qaudit.model.record import Comparison
from qaudit.model.text import one_line
from qaudit.model.verdict import Weighed

from .figures import measured, percent
from .words import has_words, words

_NAMES = ("column.aspect", "column.measure")
_COLUMNS = (*_NAMES, "column.measured", "column.tolerance", "column.p", "column.weight", "column.photos")


def measures_view(comparison: Comparison, *, narrow: bool) -> RenderableType:
    """Measures by their weight in the verdict, then those that did not count, with the reason.

    Parameters
    ----------
    comparison
        What to tell about.
    narrow
        Whether cells may be broken over lines.
    """
    entries = comparison.decision.weighed
    several = len(comparison.listing) + len(comparison.arrival) > 2
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim", pad_edge=True)
    for heading in _COLUMNS[: None if several else -1]:
        justify: JustifyMethod = "left" if heading in _NAMES else "right"
        table.add_column(words(heading), justify=justify, no_wrap=not narrow, overflow="fold")
    for entry in sorted((e for e in entries if e.value is not None), key=lambda e: -(e.weight or 0.0)):
        row = _row(entry)
        table.add_row(*(row if several else row[:-1]))
    weights = [entry.weight for entry in entries if entry.weight is not None]
    if weights:
        leak = percent(comparison.decision.leak), percent(max(0.0, 1.0 - sum(weights)))
        table.add_row("", words("measures.unseen"), "", "", *leak)
    reasons = Table.grid(padding=(0, 2, 0, 0))
    reasons.add_column(no_wrap=True)
    reasons.add_column(no_wrap=True)
    reasons.add_column(overflow="fold")
    for entry in entries:
        if entry.reason is not None:
            reasons.add_row(words(f"aspect.{entry.aspect}"), one_line(entry.measure), why_not(entry.reason))
    return Padding(Group(table, reasons), (0, 0, 0, 2), expand=False)


def _row(entry: Weighed) -> list[str]:
    """Cells of a measure that was taken."""
    none = words("measures.none")
    return [
        words(f"aspect.{entry.aspect}"),
        one_line(entry.measure),
        none if entry.value is None else measured(entry.value, entry.unit),
        none if entry.tolerance is None else measured(entry.tolerance, entry.unit),
        none if entry.p is None else percent(entry.p),
        none if entry.weight is None else percent(entry.weight),
        words("measures.photos", listing=entry.photos[0] + 1, arrival=entry.photos[1] + 1),
    ]


def why_not(slug: str) -> str:
    """The catalogue's words for why something was not judged, or the slug itself made readable."""
    key = f"reason.{slug}"
    return words(key) if has_words(key) else one_line(slug.replace("_", " "))
