"""The lock of a run: one process at a time writes in its folder, results and report alike."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import shown
from .schema import WORK, Use, told

LOCK: Final = "run.lock"


@contextmanager
def held(folder: Path, use: Use = WORK) -> Iterator[None]:
    """The lock of the run in `folder`, which is there; gone with the process that holds it.

    Parameters
    ----------
    folder
        Of the run.
    use
        What for: `WORK` or `REPORT`.

    Raises
    ------
    SettingsError
        `out_in_use`: another process holds it. `out_not_writable`.
    """
    with told(folder, use):
        file = (folder / LOCK).open("ab")
    with file:
        with told(folder, use):
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SettingsError(
                    "out_in_use", said("{folder}: another run writes there", folder=shown(folder)), use.wait
                ) from error
        yield
