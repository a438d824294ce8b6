"""Files that appear whole, in the place of the one before, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO


def put_whole(path: Path, write: Callable[[IO[bytes]], object], draft: str) -> None:
    """Put a file with what `write` writes in the place of `path` when all of it is on the disk.

    Parameters
    ----------
    path
        Where it will be; what is there is untouched until then, and if anything goes wrong.
    write
        Called once, with the file to write to; its errors pass through.
    draft
        Name under which it is written, in the same folder. One that is the same each time leaves at most one behind when the
        process is killed; two processes need two.
    """
    beside = path.with_name(draft)
    try:
        with beside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
