"""A run that lies in a folder already: opened for questions and for a person's word, not for work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..model.errors import SettingsError
from ..model.language import said
from ..model.scorecard import Group
from ..model.text import shown
from .groups import groups_of
from .schema import DATABASE, QUESTION, Use, reopen, told


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


def groups_in(folder: Path) -> list[Group]:
    """The items of the run in `folder`, counted; SettingsError as in `opened_run`."""
    with opened_run(folder) as base:
        return groups_of(base)
