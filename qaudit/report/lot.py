"""Sampling plans and the fate of a lot on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.sampling import Lot, Plan
from qaudit.model.text import one_line

from .figures import figure
from .layout import Terminal, indented
from .words import words

MOST_IDS = 20
_FATES = {
    "accepted": ("lot.accepted", "bold green"),
    "rejected": ("lot.rejected", "bold red"),
    "undecided": ("lot.undecided", "bold yellow"),
}
_CLASSES = {"any": "lot.any", "critical": "severity.critical", "major": "severity.major", "minor": "severity.minor"}
_SWITCHES = {"normal": "lot.normal", "tightened": "lot.tightened", "reduced": "lot.reduced"}
_COLUMNS = ("lot.letter", "lot.size", "lot.accept", "lot.reject")


def print_plans(plans: Sequence[Plan], file: TextIO | None = None) -> None:
    """Print plans for one lot, level and AQL, one a severity of inspection; at least one."""
    console = Terminal(file or sys.stdout)
    first = plans[0]
    table = _table("lot.inspection", _COLUMNS)
    for plan in plans:
        letter = words("lot.moved", asked=plan.letter, used=plan.plan_letter)
        used = plan.letter if plan.letter == plan.plan_letter else letter
        table.add_row(words(_SWITCHES[plan.switch]), used, str(plan.size), str(plan.accept), str(plan.reject))
    console.show(Text(words("lot.plan", lot=first.lot, level=first.level, aql=figure(f"{first.aql:g}")), "bold"))
    console.show(Padding(table, (0, 0, 0, 2), expand=False))


def lot_parts(lot: Lot) -> list[RenderableType]:
    """What a summary says of a lot: its sample, each class of defects, its fate, and what is open."""
    table = _table("lot.class", ("lot.aql", "lot.size", "lot.accept", "lot.reject", "lot.defective", "lot.open"))
    for name, found in lot.classes.items():
        plan = found.plan
        figures = (plan.size, plan.accept, plan.reject, found.defective, found.undecided)
        table.add_row(words(_CLASSES[name]), figure(f"{plan.aql:g}"), *map(str, figures))
    any_plan = next(iter(lot.classes.values())).plan
    said = {"units": lot.units, "size": len(lot.sample), "level": any_plan.level, "seed": one_line(lot.seed)}
    key, style = _FATES[lot.fate]
    parts: list[RenderableType] = [
        Text("\n" + words("lot.title", switch=words(_SWITCHES[any_plan.switch]), **said), "bold"),
        Padding(table, (0, 0, 0, 2), expand=False),
        indented(words(key), style),
    ]
    for name, count in lot.uncounted.items():
        parts.append(indented(words("lot.uncounted", count=count, severity=words(_CLASSES[name])), "yellow"))
    if lot.seeds > 1:
        parts.append(indented(words("lot.seeds", count=lot.seeds), "yellow"))
    if lot.ruled:
        parts.append(indented(words("lot.ruled", count=lot.ruled)))
    if lot.open_ids:
        ids = ", ".join(one_line(id_) for id_ in lot.open_ids[:MOST_IDS])
        more = len(lot.open_ids) - MOST_IDS
        parts.append(indented(words("lot.open_more", ids=ids, count=more) if more > 0 else words("lot.open_ids", ids=ids)))
    return parts


def _table(first: str, others: Sequence[str]) -> Table:
    """An empty table with figures to the right of the first column."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    table.add_column(words(first), no_wrap=True)
    for key in others:
        table.add_column(words(key), justify="right", no_wrap=True)
    return table
