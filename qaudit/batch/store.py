"""Results that outlive the run: a journal while it goes on, files in the manifest's order at its end."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ..model.errors import SettingsError
from ..model.record import SCHEMA, ItemError, Record
from ..model.text import shown
from .row import Row

# Faults of a run, or perhaps of one, and not of an item: the next run tries again.
_NOT_FINAL = ("worker_died", "internal_error", "photo_too_slow", "photo_reader_died", "url_failed")


def item_key(row: Row | ItemError, tool: Mapping[str, Any]) -> str:
    """Digest of all that a result depends on; a new key means that the item has to be done again.

    Parameters
    ----------
    row
        A row of a manifest, or the error that it already is.
    tool
        Versions and digests of settings, as in a record.

    Returns
    -------
        Hex SHA-256. Of photos their names, sizes and times of change count, not their bytes.
    """
    if isinstance(row, ItemError):
        facts: list[Any] = [row.id, row.slug, row.message, dict(row.row)]
    else:
        photos = row.listing, row.arrival, row.accepted
        facts = [row.id, photos, dict(row.extra), [_state(path) for path in row.opened()]]
    return hashlib.sha256(json.dumps([SCHEMA, dict(tool), facts]).encode()).hexdigest()


def _state(path: str) -> tuple[int, int] | None:
    """Size and time of change of a file, None when it cannot be looked at."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


class Store(Protocol):
    """Where finished items are kept, by key."""

    def __contains__(self, key: str) -> bool:
        """Whether the item with `key` has been finished."""

    def add(self, key: str, record: Record) -> None:
        """Keep `record`; it is durable when this returns."""

    def records(self, keys: Iterable[str]) -> Iterator[Record]:
        """The items with `keys`, in this order."""


class MemoryStore:
    """Keeps items for this run only."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._records

    def add(self, key: str, record: Record) -> None:
        """Keep `record`."""
        self._records[key] = record

    def records(self, keys: Iterable[str]) -> Iterator[Record]:
        """The items with `keys`, in this order."""
        return (self._records[key] for key in keys)


class FolderStore:
    """Keeps items in ``journal.jsonl`` of a folder, one line an item, and only where they lie in memory."""

    def __init__(self, folder: Path) -> None:
        """Open the journal of `folder`, which is made if needed; SettingsError `out_not_writable` or `out_in_use`."""
        self._folder = folder
        with self._writing():
            folder.mkdir(parents=True, exist_ok=True)
            self._journal = (folder / "journal.jsonl").open("a+b")
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._journal.close()
            raise SettingsError(
                "out_in_use", f"{shown(folder)}: another run writes there", "wait for it, or name another folder"
            ) from error
        self._places = self._finished_before()

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, key: str, record: Record) -> None:
        """Append `record` to the journal; it is on the disk when this returns."""
        line = _line({"key": key, "record": record.to_dict(), "seconds": dict(record.seconds)})
        with self._writing():
            place = self._journal.seek(0, os.SEEK_END)
            self._journal.write(line)
            self._journal.flush()
            os.fsync(self._journal.fileno())
        self._places[key] = place

    def records(self, keys: Iterable[str]) -> Iterator[Record]:
        """The items with `keys`, in this order."""
        for key in keys:
            self._journal.seek(self._places[key])
            entry = json.loads(self._journal.readline())
            yield Record(entry["record"], entry["seconds"])

    def write(self, name: str, values: Iterable[Mapping[str, Any]]) -> Path:
        """Write one JSON value a line to the file `name`, which is replaced only when all is on the disk."""
        path, unfinished = self._folder / name, self._folder / f".{name}.tmp"
        with self._writing(), unfinished.open("wb") as file:
            file.writelines(_line(value) for value in values)
            file.flush()
            os.fsync(file.fileno())
            unfinished.replace(path)
        return path

    def _finished_before(self) -> dict[str, int]:
        """Where the items of earlier runs lie; a last line that was torn by a crash is cut off."""
        places: dict[str, int] = {}
        place = 0
        self._journal.seek(0)
        for line in self._journal:
            if not line.endswith(b"\n"):
                with self._writing():
                    self._journal.truncate(place)
                break
            entry = _entry(line)
            if entry is not None:
                places[entry["key"]] = place
            place += len(line)
        return places

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn what the system says about writing into the error of a setting."""
        try:
            yield
        except OSError as error:
            reason = f"{shown(self._folder)}: results cannot be written there: {error.strerror}"
            raise SettingsError("out_not_writable", reason, "name another folder with --out") from error


def _entry(line: bytes) -> dict[str, Any] | None:
    """A line of the journal, None when it cannot be used or its item should be tried again."""
    try:
        entry: dict[str, Any] = json.loads(line)
        slug = entry["record"].get("error", {}).get("slug")
        usable = isinstance(entry["key"], str) and isinstance(entry["seconds"], dict) and slug not in _NOT_FINAL
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return entry if usable else None


def _line(value: Mapping[str, Any]) -> bytes:
    """`value` as a line of JSON Lines."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False).encode() + b"\n"
