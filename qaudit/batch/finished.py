"""A run that lies in a folder already: opened for questions and for a person's word, not for work."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..model.errors import SettingsError
from ..model.language import said
from ..model.scorecard import Compared, Group
from ..model.text import shown
from .groups import groups_of
from .schema import DATABASE, QUESTION, Use, reopen, told

# Of what a run was made with: what can change a verdict.
_TELLING: Final = ("version", "options", "profile", "libraries")


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
