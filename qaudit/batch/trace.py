"""What a result was made from: the photos of an item as they lay on the disk, so that a changed one is noticed."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..photos.limits import LARGEST_MEBIBYTES
from .row import Row, is_fetched

# Size, time of change in ns, hex SHA-256. None for a file that is not there; no digest for one that was not read whole.
Trace = tuple[int, int, str | None] | None
# What no file looks like.
_CHANGING: Trace = (-1, -1, None)
_LOOK = struct.Struct("<qq")
_BLOCK = 1 << 20
_MOST_BLOCKS = LARGEST_MEBIBYTES + 1  # and one that finds the end
_SIDES = ("listing", "arrival", "accepted")


def traces_of(row: Row) -> list[Trace]:
    """How the photos of `row` lie on the disk now, without their digests: a look, no reading.

    Parameters
    ----------
    row
        A usable row of a manifest.

    Returns
    -------
        One entry a photo that is named, listing photos first; None for what is not there, and for an address.
    """
    return [None if is_fetched(text) else _state(path) for path, text in row.named()]


def with_digests(row: Row, before: Sequence[Trace], record: Mapping[str, Any]) -> list[Trace]:
    """`before` with what the photos held that the record of `row` was made from.

    Parameters
    ----------
    row
        The item.
    before
        `traces_of` the row, before the work on it began.
    record
        Its results record. A comparison tells the digests; an error does not, and its photos are read here.

    Returns
    -------
        As `before`. A photo that changed while the item was at work has no digest, so that no later look finds it unchanged.
    """
    told = [photo["sha256"] for side in _SIDES for photo in record.get("photos", {}).get(side, ())]
    if len(told) == len(before):
        return [state and (*state[:2], digest) for state, digest in zip(before, told, strict=True)]
    return [_read(path, state) for (path, _), state in zip(row.named(), before, strict=True)]


def looks(traces: Sequence[Trace]) -> bytes:
    """Sizes and times of change of photos, in a form that is quickly compared."""
    return b"".join(b"-" if trace is None else _LOOK.pack(trace[0], trace[1]) for trace in traces)


def paths_of(row: Row) -> bytes:
    """The paths of the photos of `row`, for `looks_of`."""
    return b"\0".join(b"" if is_fetched(text) else os.fsencode(path) for path, text in row.named())


def looks_of(paths: bytes) -> bytes:
    """How the photos at `paths` lie on the disk now, as `looks` would tell of their row."""
    return b"".join(_look(path) for path in paths.split(b"\0"))


def _look(path: bytes) -> bytes:
    """How a photo lies on the disk now; an address is nowhere."""
    if not path:
        return b"-"
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return b"-"
    return _LOOK.pack(status.st_size, status.st_mtime_ns)


def still_holds(row: Row, kept: Sequence[Trace]) -> list[Trace] | None:
    """Whether the photos of `row` are those that `kept` tells of.

    Parameters
    ----------
    row
        A usable row of a manifest.
    kept
        As `with_digests` gave them.

    Returns
    -------
        How they lie there now, with their digests; None when one of them has changed. A file whose size and time of change are
        as they were is taken as unchanged, as git does; of any other the digest decides.
    """
    here = traces_of(row)
    if len(here) != len(kept):
        return None
    found: list[Trace] = []
    for (path, _), now, before in zip(row.named(), here, kept, strict=True):
        if now is None or before is None:
            if now is not before:
                return None
            found.append(None)
        elif now[:2] == tuple(before[:2]) or (before[2] is not None and _digest(path, *now[:2]) == before[2]):
            found.append((*now[:2], before[2]))
        else:
            return None
    return found


def _read(path: str, before: Trace) -> Trace:
    """`before` with the digest of the file, if it still lies there as it did."""
    if before is None:
        return None
    digest = _digest(path, *before[:2])
    return (*before[:2], digest) if _state(path) == before else _CHANGING


def _state(path: str) -> Trace:
    """Size and time of change of a file, None when it cannot be looked at."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, None


@lru_cache(maxsize=4096)
def _digest(path: str, size: int, changed_ns: int) -> str | None:
    """Hex SHA-256 of a regular file that looks like this and is no larger than a photo; None for anything else.

    A listing photo has many arrivals.
    """
    if size > LARGEST_MEBIBYTES << 20:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)  # a folder or a device: the reader says so
        return None
    with os.fdopen(descriptor, "rb") as file:
        digest = hashlib.sha256()
        try:
            for _ in range(_MOST_BLOCKS):
                if not (block := file.read(_BLOCK)):
                    return digest.hexdigest()
                digest.update(block)
        except OSError:
            return None
    return None  # it grew, or has no end
