"""A run that lies in a folder already: opened for questions and for a person's word, not for work."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..model.errors import SettingsError
from ..model.language import said
from ..model.ruling import Ruling
from ..model.sampling import Lot
from ..model.scorecard import Compared, Group, ScoreCards
from ..model.text import shown
from .basis import BASIS, basis_of
from .groups import RULED, groups_of, units_of
from .schema import DATABASE, QUESTION, Use, reopen, told

# Of what a run was made with: what can change a verdict.
_TELLING: Final = ("version", "options", "profile", "libraries")

# As a summary puts them: what is surely wrong, what could not be audited, what is open, and the rest.
_WORST_FIRST = f"""
SELECT record.json, label, judge, reason, at
FROM line JOIN result USING (number) JOIN record USING (number) LEFT JOIN ({RULED}) AS ruled USING (number)
ORDER BY CASE verdict WHEN 'mismatch' THEN 0 WHEN 'error' THEN 1 WHEN 'review' THEN 2 WHEN 'retake' THEN 3 ELSE 4 END,
    p_mismatch DESC, position
"""  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Finished:
    """An item of a finished run: its results record, and the ruling that holds on it."""

    record: Mapping[str, Any]
    ruling: Ruling | None


@contextmanager
def opened_run(folder: Path, use: Use = QUESTION) -> Iterator[sqlite3.Connection]:
    """The database of the run in `folder`, while another process may work on it.

    Raises
    ------
    SettingsError
        `run_missing`: there is no run in the folder. As in `qaudit.batch.schema.reopen`.
    """
    if not (folder / DATABASE).is_file():
        raise SettingsError(
            "run_missing",
            said("{folder}: there is no run in it", folder=shown(folder)),
            said("name the folder that qaudit audit --out was given"),
        )
    base = reopen(folder, use)
    try:
        with told(folder, use):
            yield base
    finally:
        base.close()


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """What an earlier run found: its finished items counted, how many items its manifest has, and what it was made with."""

    groups: list[Group]
    items: int
    tool: Mapping[str, Any]

    def compared(self, tool: Mapping[str, Any]) -> Compared:
        """What is to be known where a run made with `tool` is compared with this one."""
        now = json.loads(json.dumps(dict(tool)))
        differs = tuple(name for name in _TELLING if self.tool.get(name) != now.get(name))
        return Compared(self.items, sum(group.count for group in self.groups), differs)


def earlier_run(folder: Path) -> EarlierRun:
    """The run in `folder`, whole or not; SettingsError as in `opened_run`."""
    with opened_run(folder) as base:
        (items,) = base.execute("SELECT count(*) FROM line").fetchone()
        (tool,) = base.execute("SELECT value FROM fact WHERE name = 'tool'").fetchone() or ("{}",)
        return EarlierRun(groups_of(base), items, json.loads(tool))


def is_finished(folder: Path) -> bool:
    """Whether the last audit in `folder` came to its end; SettingsError as in `opened_run`."""
    with opened_run(folder) as base:
        (left,) = base.execute("SELECT count(*) FROM line WHERE number IS NULL").fetchone()
        (kept,) = base.execute("SELECT value FROM fact WHERE name = ?", (BASIS,)).fetchone() or (None,)
        return not left and kept != "null"


@dataclass(frozen=True, slots=True)
class FiguresNow:
    """The figures of a finished run, with the rulings of now and otherwise as its audit made them.

    Parameters
    ----------
    groups
        Its items, counted.
    cards
        Score cards.
    lot
        Fate of the lot, where a sample of it was audited.
    """

    groups: Sequence[Group]
    cards: ScoreCards
    lot: Lot | None


def figures_now(folder: Path) -> FiguresNow:
    """The figures of the run in `folder`; SettingsError as in `opened_run`."""
    with opened_run(folder) as base:
        (kept,) = base.execute("SELECT value FROM fact WHERE name = ?", (BASIS,)).fetchone() or (None,)
        basis, groups = basis_of(kept), groups_of(base)
        return FiguresNow(groups, basis.cards(groups), basis.lot(units_of(base)))


def items_in(folder: Path) -> Iterator[Finished]:
    """The finished items of the run in `folder`, those to look at first before the others; SettingsError as in `opened_run`."""
    with opened_run(folder) as base:
        for text, label, judge, reason, at in base.execute(_WORST_FIRST):
            ruling = None if label is None else Ruling(label, json.loads(judge), json.loads(reason), at)
            yield Finished(json.loads(text), ruling)


def manifest_start(folder: Path) -> str:
    """Where relative paths of the manifest of the run in `folder` start: a folder, or the address of another file system.

    SettingsError as in `opened_run`.
    """
    with opened_run(folder) as base:
        (start,) = base.execute("SELECT value FROM fact WHERE name = 'folder'").fetchone() or ('""',)
    return str(json.loads(start))
