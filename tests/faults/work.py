"""Work that can be sent to other processes and fails where an item's id asks for it: cheap, or the real comparison."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path
from typing import Any

from qaudit.batch import work
from qaudit.batch.row import Named, Row
from qaudit.batch.trace import traces_of, with_digests
from qaudit.batch.work import record_of as real_record
from qaudit.model.errors import PhotoRefused
from qaudit.model.record import ItemError, Record
from qaudit.photos.cloud import cloud_at

# Read by every worker, since settings of the parent do not travel.
WORK, LOG, GROUP = "FAULTS_WORK", "FAULTS_LOG", "FAULTS_GROUP"
POISON = b"poison"
# A record of a real pair has some 20 KB.
_WEIGHT = "evidence " * 2000
_KILLS = {"kill": signal.SIGKILL, "segv": signal.SIGSEGV}


def faulty_record(row: Row, **settings: Any) -> Record:
    """The record of `row`; or the end of this process, for an id that begins with kill, segv, memory or oom.

    With the work `moving`, the arrival photo of an id that begins with gone is deleted before it is looked at; with left it is
    deleted, and with swapped it is replaced by the listing photo, after it was read and before the work on it ends.
    """
    if log := os.environ.get(LOG):
        with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123  one short line, appended at once
            file.write(row.id + "\n")
    kind = row.id.partition("-")[0]
    if kind in _KILLS:
        os.kill(os.getpid(), _KILLS[kind])
    if kind == "memory":
        _exhaust()
    if kind == "oom":
        _be_killed_for_memory()
    if os.environ.get(WORK) == "moving":
        return _moving_record(row, kind, settings)
    return real_record(row, **settings) if os.environ.get(WORK) == "real" else cheap_record(row, **settings)


def _moving_record(row: Row, kind: str, settings: dict[str, Any]) -> Record:
    """A real record of photos that go or change meanwhile."""
    listing, arrival = Path(row.paths("listing")[0]), Path(row.paths("arrival")[0])
    if kind == "gone":
        arrival.unlink()

    def item_of(*args: Any, **given: Any) -> Any:
        item = before(*args, **given)
        if kind == "left":
            arrival.unlink()
        if kind == "swapped":
            arrival.write_bytes(listing.read_bytes())
        return item

    work.item_of, before = item_of, work.item_of
    try:
        return real_record(row, **settings)
    finally:
        work.item_of = before


def cheap_record(row: Row, **settings: Any) -> Record:
    """A mismatch where the bytes of both sides differ, with as much text as a real record has."""
    before = traces_of(row)
    try:
        data = [_read(photo, row) for photo in row.photos()]
    except PhotoRefused as error:
        values = ItemError.of(row.id, error, row.extra, settings["tool"]).to_dict()
        return Record(values, {}, with_digests(row, before, values), 2)
    digests = [hashlib.sha256(one).hexdigest() for one in data]
    differs = digests[0] != digests[-1]
    values = {
        "schema": 1,
        "id": row.id,
        "verdict": "mismatch" if differs else "match",
        "p_mismatch": float(differs),
        "findings": [{"aspect": "colour", "severity": "major", "text": "differs"}] if differs else [],
        "notes": [_WEIGHT],
        "row": dict(row.extra),
        "tool": dict(settings["tool"]),
    }
    return Record(values, {}, with_digests(row, before, values), 2)


def _read(photo: Named, row: Row) -> bytes:
    """The bytes of a photo."""
    try:
        data = Path(photo.path).read_bytes() if photo.place == "file" else cloud_at(row.address).read(photo.path)
    except OSError as error:
        raise PhotoRefused("photo_missing", f"{photo.text}: there is no such file", "check the path") from error
    if data.startswith(POISON):
        raise PhotoRefused("photo_broken", f"{photo.text}: it is broken", "send it again")
    return data


def _be_killed_for_memory() -> None:
    """Take more memory than the group of processes may have that is named in the environment; the system kills for it."""
    (Path(os.environ[GROUP]) / "cgroup.procs").write_text(str(os.getpid()))
    taken = []
    while True:
        taken.append(b"x" * (1 << 20))


def _exhaust() -> None:
    """Take memory until the system refuses, and end as a library does that is refused: by abort."""
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        held = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (64 << 20), held + (64 << 20)))
    taken = []
    try:
        while True:
            taken.append(bytearray(16 << 20))
    except MemoryError:
        os.abort()
