"""The store's tables, and a connection to them that keeps what it was given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import shown

DATABASE = "run.sqlite"
# "qaud": tells a database of qaudit from any other.
_APPLICATION = 0x71617564
_VERSION = 1
_BUSY_S = 10.0
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


def connect(folder: Path | None) -> sqlite3.Connection:
    """Open the database of a run.

    Parameters
    ----------
    folder
        Where it lies, and is made when it is not there; None for one that is gone when it is closed.

    Returns
    -------
        A connection in which every change stands in a transaction of `changing`, and is on the disk when that is over.

    Raises
    ------
    SettingsError
        `out_not_writable`; `store_broken`: what lies there is no database of qaudit, or of another version.
    """
    path = folder and folder / DATABASE
    with told(folder):
        base = sqlite3.connect("" if path is None else path, timeout=_BUSY_S, isolation_level=None)
        base.execute("PRAGMA synchronous = FULL" if folder else "PRAGMA synchronous = OFF")
        if folder:
            base.execute("PRAGMA journal_mode = WAL")
        (application,) = base.execute("PRAGMA application_id").fetchone()
        (version,) = base.execute("PRAGMA user_version").fetchone()
        (tables,) = base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if not tables and not application:
            base.executescript(
                f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION}; COMMIT;"
            )
        elif (application, version) != (_APPLICATION, _VERSION):
            base.close()
            raise _broken(folder, said("it is no store of this version of qaudit"))
    return base


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
def told(folder: Path | None) -> Iterator[None]:
    """Turn what the system or the database says into the error of a setting."""
    try:
        yield
    except OSError as error:
        raise _refused(folder, error.strerror or str(error)) from error
    except sqlite3.OperationalError as error:
        raise _refused(folder, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise _broken(folder, str(error)) from error


def _refused(folder: Path | None, reason: str) -> SettingsError:
    """Nothing can be written there."""
    named = shown(folder) if folder else said("temporary folder")
    return SettingsError(
        "out_not_writable",
        said("{folder}: results cannot be written there: {reason}", folder=named, reason=reason),
        said("make room, or name another folder with --out; what is finished is kept"),
    )


def _broken(folder: Path | None, reason: str) -> SettingsError:
    """What lies there is not to be trusted."""
    return SettingsError(
        "store_broken",
        said("{file}: it cannot be used: {reason}", file=shown((folder or Path()) / DATABASE), reason=reason),
        said("name another folder with --out, or move the file away"),
    )
