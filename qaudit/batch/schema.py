"""The store's tables, and a connection to them that keeps what it was given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..model.errors import SettingsError
from ..model.language import Said, message, said
from ..model.text import shown
from ..model.whole import put_whole

DATABASE = "run.sqlite"
# "qaud": tells a database of qaudit from any other.
_APPLICATION = 0x71617564
_VERSION = 1
_BUSY_S = 10.0
_MAGIC = b"SQLite format 3\0"
# Where the header of a database has both numbers, four bytes each.
_AT_VERSION, _AT_APPLICATION, _HEADER = 60, 68, 100
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# Ids and other cells stand as JSON, since text from outside may be none in UTF-8.
# `result` is small, so that counting a million of them takes a second; `record` has what is large.
# `photos` is the digest of what the listing and arrival photos hold; rulings are bound to it, whatever the settings.
# `paths` are those that photos are opened by, with zero bytes between them, empty for an address on the web; `::` begins one
# on another file system, below the root of the photos.
# `looks` are sizes and times of change of the photos (or what stands for these), `carried` is the digest of the other columns.
# `line` is the manifest of the last run: the place of each item, and its result as soon as there is one.
_TABLES = """
CREATE TABLE result (
    number INTEGER PRIMARY KEY,
    slot BLOB NOT NULL UNIQUE,
    id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    p_mismatch REAL,
    error TEXT,
    findings TEXT NOT NULL,
    severity TEXT NOT NULL,
    seller TEXT NOT NULL,
    category TEXT NOT NULL,
    carried BLOB NOT NULL,
    traces TEXT NOT NULL,
    looks BLOB NOT NULL,
    photos BLOB
) STRICT;
CREATE INDEX result_id ON result (id);
CREATE TABLE record (
    number INTEGER PRIMARY KEY REFERENCES result (number),
    json TEXT NOT NULL,
    seconds TEXT NOT NULL
) STRICT;
CREATE TABLE line (
    position INTEGER PRIMARY KEY,
    slot BLOB NOT NULL,
    paths BLOB NOT NULL,
    looks BLOB NOT NULL,
    carried BLOB NOT NULL,
    number INTEGER REFERENCES result (number)
) STRICT;
CREATE TABLE ruling (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    photos BLOB NOT NULL,
    label TEXT NOT NULL,
    judge TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
"""


_AGAIN: Final = said("give the same command again in a while")


@dataclass(frozen=True, slots=True)
class Use:
    """What a run is opened for, and so what is said when its folder or its database refuses.

    Parameters
    ----------
    slug, problem, way_out
        When the system refuses; `problem` has the places {folder} and {reason}.
    instead
        The way out when what lies there is not to be trusted.
    wait
        The way out when another process works there.
    """

    slug: str
    problem: str
    way_out: str
    instead: str
    wait: str = _AGAIN


WORK = Use(
    "out_not_writable",
    message("{folder}: results cannot be written there: {reason}"),
    said("make room, or name another folder with --out; what is finished is kept"),
    said("name another folder with --out, or move the file away"),
    said("wait for it, or name another folder"),
)
REPORT = Use(
    "out_not_writable",
    message("{folder}: the report cannot be written there: {reason}"),
    said("make room, or let it be written to; what is made is kept"),
    said("name the folder of another run"),
)
QUESTION = Use(
    "run_unreadable",
    message("{folder}: its results cannot be read: {reason}"),
    said("copy the whole folder to where it can be written, and name the copy"),
    said("name the folder of another run"),
)
RULING = Use(
    "run_read_only",
    message("{folder}: no ruling can be written there: {reason}"),
    said("make room, or copy the whole folder to where it can be written, and name the copy"),
    said("name the folder of another run"),
)


def connect(folder: Path | None) -> sqlite3.Connection:
    """Open the database of a run to work on it.

    Parameters
    ----------
    folder
        Where it lies, and is made when it is not there; None for one that is gone when it is closed. Nobody else makes it
        meanwhile.

    Returns
    -------
        A connection in which every change stands in a transaction of `changing`, and is on the disk when that is over.

    Raises
    ------
    SettingsError
        `out_not_writable`; `run_busy`; `store_broken`: what lies there is no database of qaudit, or of another version. It is
        left as it is.
    """
    if folder is None:
        base = sqlite3.connect("", isolation_level=None)
        base.executescript(f"PRAGMA synchronous = OFF; {_TABLES}")
        return base
    path = folder / DATABASE
    with told(folder):
        if not path.exists() or not path.stat().st_size:
            put_whole(path, lambda file: file.write(_empty()), f".{DATABASE}.tmp")
        base = _opened(folder, "mode=rw", WORK)
        base.execute("PRAGMA journal_mode = WAL")
    return base


def reopen(folder: Path, use: Use) -> sqlite3.Connection:
    """Open the database of a run that is there, `QUESTION` or `RULING`; another process may work on it.

    Returns
    -------
        A connection as that of `connect`. For questions it may lie on a disk that cannot be written.

    Raises
    ------
    SettingsError
        `run_unreadable`, `run_read_only`, as `use` says; `run_busy`; `store_broken`, also of an empty file.
    """
    with told(folder, use):
        try:
            # Not mode=ro, which leaves two files behind; on a disk that cannot be written it comes to the same.
            return _opened(folder, "mode=rw", use)
        except sqlite3.OperationalError:
            if use is not QUESTION or _unwritten(folder):
                raise
            return _opened(folder, "immutable=1", use)  # else its journal would need a file beside it


def _opened(folder: Path, how: str, use: Use) -> sqlite3.Connection:
    """A connection to a database whose header says that it is of this version; nothing else is touched."""
    path = folder / DATABASE
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if header[: len(_MAGIC)] != _MAGIC:
        raise _broken(folder, said("it is no database"), use)
    found = [int.from_bytes(header[at : at + 4], "big") for at in (_AT_APPLICATION, _AT_VERSION)]
    if found != [_APPLICATION, _VERSION]:
        raise _broken(folder, said("it is no store of this version of qaudit"), use)
    base = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=_BUSY_S, isolation_level=None)
    try:
        base.execute("PRAGMA synchronous = FULL")
        base.execute("SELECT count(*) FROM fact").fetchone()
    except sqlite3.Error:
        base.close()
        raise
    return base


def _unwritten(folder: Path) -> bool:
    """Whether the journal of a database holds something, which is not found by who cannot write."""
    journal = folder / f"{DATABASE}-wal"
    return journal.exists() and journal.stat().st_size > 0


def _empty() -> bytes:
    """A database with the store's tables and nothing in them."""
    base = sqlite3.connect(":memory:")
    base.executescript(f"{_TABLES} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION};")
    data = base.serialize()
    base.close()
    return data


@contextmanager
def changing(base: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it is on the disk afterwards, or none."""
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
        base.execute("COMMIT")
    except BaseException:
        if base.in_transaction:
            base.execute("ROLLBACK")
        raise


@contextmanager
def told(folder: Path | None, use: Use = WORK) -> Iterator[None]:
    """Turn what the system or the database says into the error of a setting."""
    try:
        yield
    except OSError as error:
        raise _refused(folder, error.strerror or str(error), use) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _LOCKED:
            raise SettingsError(
                "run_busy",
                said("{folder}: another process is writing there, and does not come to an end", folder=_named(folder)),
                _AGAIN,
            ) from error
        raise _refused(folder, str(error), use) from error
    except sqlite3.DatabaseError as error:
        raise _broken(folder, str(error), use) from error


def _named(folder: Path | None) -> str:
    """A folder in words."""
    return shown(folder) if folder else said("temporary folder")


def _refused(folder: Path | None, reason: str, use: Use) -> SettingsError:
    """The system refuses."""
    return SettingsError(use.slug, Said(use.problem, {"folder": _named(folder), "reason": reason}), use.way_out)


def _broken(folder: Path | None, reason: str, use: Use) -> SettingsError:
    """What lies there is not to be trusted."""
    file = shown((folder or Path()) / DATABASE)
    return SettingsError("store_broken", said("{file}: it cannot be used: {reason}", file=file, reason=reason), use.instead)
