"""Every measure of one comparison as a table for a terminal: what it said, and what that weighed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table

from qaudit.model.record import Comparison
from qaudit.model.text import one_line
from qaudit.model.verdict import Weighed

from .figures import measured, percent
from .layout import fits
from .words import has_words, words

_FIGURES = ("column.measured", "column.tolerance", "column.p", "column.weight")
# What stands above each other in one cell where cells beside each other have no room, the least disturbing first.
_STACKS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("column.aspect",), ("column.measure",), *((figure,) for figure in _FIGURES)),
    (("column.aspect", "column.measure"), *((figure,) for figure in _FIGURES)),
    (("column.aspect", "column.measure"), ("column.measured", "column.tolerance"), ("column.p",), ("column.weight",)),
    (("column.aspect", "column.measure"), ("column.measured", "column.tolerance"), ("column.p", "column.weight")),
)
_PHOTOS = "column.photos"


def measures_view(comparison: Comparison, console: Console) -> RenderableType:
    """Measures by their weight in the verdict, then those that did not count, with the reason.

    Parameters
    ----------
    comparison
        What to tell about.
    console
        What it will be printed on. Where it is too narrow, photos are left out, then cells stand above each other.
    """
    stacks = list(_STACKS)
    if len(comparison.listing) + len(comparison.arrival) > 2:
        stacks.insert(0, (*_STACKS[0], (_PHOTOS,)))
    stack = next((stack for stack in stacks if fits(_taken(comparison, stack), console)), stacks[-1])
    taken = [_taken(comparison, stack)] if any(entry.value is not None for entry in comparison.decision.weighed) else []
    return Group(*taken, Padding(_untaken(comparison, aligned=len(stack[0]) == 1), (0, 0, 0, 2), expand=False))


def _taken(comparison: Comparison, stacks: Sequence[Sequence[str]]) -> RenderableType:
    """The measures that were taken, a column for each of `stacks`."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim", pad_edge=True)
    for stack in stacks:
        justify: JustifyMethod = "left" if stack[0] in ("column.aspect", "column.measure") else "right"
        table.add_column("\n".join(map(words, stack)), justify=justify, overflow="fold")
    entries = comparison.decision.weighed
    rows = [_cells(entry) for entry in sorted((e for e in entries if e.value is not None), key=lambda e: -(e.weight or 0.0))]
    weights = [entry.weight for entry in entries if entry.weight is not None]
    if weights:
        leak, rest = percent(comparison.decision.leak), percent(max(0.0, 1.0 - sum(weights)))
        rows.append({"column.measure": words("measures.unseen"), "column.p": leak, "column.weight": rest})
    for cells in rows:
        table.add_row(*("\n".join(cells[key] for key in stack if key in cells) for stack in stacks))
    return Padding(table, (0, 0, 0, 2), expand=False)


def _untaken(comparison: Comparison, *, aligned: bool) -> Table:
    """The measures that were not taken, with the reason; those that share it together.

    Its first columns are as wide as those of a table of all measures where they are to be `aligned` with them.
    """
    names = [(words(f"aspect.{entry.aspect}"), one_line(entry.measure)) for entry in comparison.decision.weighed]
    widths = [max(map(cell_len, column), default=0) if aligned else None for column in zip(*names, strict=True)]
    of_reason: dict[str, list[Weighed]] = {}
    for entry in comparison.decision.weighed:
        if entry.reason is not None:
            of_reason.setdefault(entry.reason, []).append(entry)
    grid = Table.grid(padding=(0, 2, 0, 0))
    for width in widths:
        grid.add_column(no_wrap=True, min_width=width)
    grid.add_column(overflow="fold")
    for reason, entries in of_reason.items():
        aspects = "\n".join(words(f"aspect.{entry.aspect}") for entry in entries)
        grid.add_row(aspects, "\n".join(one_line(entry.measure) for entry in entries), why_not(reason))
    return grid


def _cells(entry: Weighed) -> dict[str, str]:
    """Cells of a measure that was taken, by their columns."""
    none = words("measures.none")
    return {
        "column.aspect": words(f"aspect.{entry.aspect}"),
        "column.measure": one_line(entry.measure),
        "column.measured": none if entry.value is None else measured(entry.value, entry.unit),
        "column.tolerance": none if entry.tolerance is None else measured(entry.tolerance, entry.unit),
        "column.p": none if entry.p is None else percent(entry.p),
        "column.weight": none if entry.weight is None else percent(entry.weight),
        _PHOTOS: words("measures.photos", listing=entry.photos[0] + 1, arrival=entry.photos[1] + 1),
    }


def why_not(slug: str) -> str:
    """The catalogue's words for why something was not judged, or the slug itself made readable."""
    key = f"reason.{slug}"
    return words(key) if has_words(key) else one_line(slug.replace("_", " "))
