"""What a result was made from: the photos of an item as they lay on the disk, so that a changed one is noticed."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..model.errors import PhotoRefused
from ..photos.cloud import Look, Looker, cloud_at
from ..photos.files import digest_of
from .row import Named, Row

# Size, time of change in ns, hex SHA-256. None for a file that is not there; no digest for one that was not read whole.
# In place of the time, a photo on another file system has the number of `photos.cloud.Look`.
Trace = tuple[int, int, str | None] | None
# What no file looks like.
_CHANGING: Trace = (-1, -1, None)
_LOOK = struct.Struct("<qq")
_SIDES = ("listing", "arrival", "accepted")
# Before the path of a photo on another file system.
_CLOUD = b"::"


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
    return [_state(photo, row) for photo in row.photos()]


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
    return [_read(photo, row, state) for photo, state in zip(row.photos(), before, strict=True)]


def looks(traces: Sequence[Trace]) -> bytes:
    """Sizes and times of change of photos, in a form that is quickly compared."""
    return b"".join(b"-" if trace is None else _LOOK.pack(trace[0], trace[1]) for trace in traces)


def paths_of(row: Row) -> bytes:
    """The paths of the photos of `row`, for `Looks`, whichever folder it is asked from."""
    return b"\0".join(_known_by(photo) for photo in row.photos())


def _known_by(photo: Named) -> bytes:
    """What `Looks` finds a photo by; nothing for an address on the web."""
    if photo.place == "cloud":
        return _CLOUD + photo.path.encode()
    if photo.place == "web":
        return b""
    path = photo.path if photo.path.startswith("/") else os.path.join(os.getcwd(), photo.path)  # noqa: PTH109, PTH118  `..` stays
    return os.fsencode(path)


class Looks:
    """Looks at the photos of many rows, one after the other."""

    def __init__(self, address: str = "") -> None:
        """`address`: where those that are on another file system lie."""
        self._looker = Looker(cloud_at(address)) if address else None

    def of(self, paths: bytes) -> bytes:
        """How the photos at `paths` lie there now, as `looks` would tell of their row."""
        return b"".join(self._look(path) for path in paths.split(b"\0"))

    def _look(self, path: bytes) -> bytes:
        """How a photo lies there now; an address on the web is nowhere."""
        if not path:
            return b"-"
        if self._looker is not None and path.startswith(_CLOUD):
            look = self._looker.look(path.removeprefix(_CLOUD).decode())
        else:
            look = _file_look(path)
        return b"-" if look is None else _LOOK.pack(*look)


def _file_look(path: str | bytes) -> Look | None:
    """Size and time of change of a file, None when it cannot be looked at."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


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
    for photo, now, before in zip(row.photos(), here, kept, strict=True):
        if now is None or before is None:
            if now is not before:
                return None
            found.append(None)
        elif now[:2] == tuple(before[:2]) or (before[2] is not None and _digest_of(photo, row, now) == before[2]):
            found.append((*now[:2], before[2]))
        else:
            return None
    return found


def _read(photo: Named, row: Row, before: Trace) -> Trace:
    """`before` with the digest of the photo, if it still lies there as it did."""
    if before is None:
        return None
    digest = _digest_of(photo, row, before)
    if digest is None and photo.place == "cloud":
        return _CHANGING  # credentials that have run out are no fault of the item: it is looked at again
    return (*before[:2], digest) if _state(photo, row) == before else _CHANGING


def _state(photo: Named, row: Row) -> Trace:
    """How a photo lies there now, None when it cannot be looked at."""
    if photo.place == "web":
        return None
    look = cloud_at(row.address).look(photo.path) if photo.place == "cloud" else _file_look(photo.path)
    return look and (*look, None)


def _digest_of(photo: Named, row: Row, state: tuple[int, int, str | None]) -> str | None:
    """Hex SHA-256 of a photo that looks like this, None where it cannot be read."""
    if photo.place == "cloud":
        return _cloud_digest(row.address, photo.path, *state[:2])
    return _digest(photo.path, *state[:2])


@lru_cache(maxsize=4096)
def _cloud_digest(address: str, path: str, size: int, number: int) -> str | None:
    """As `_digest`, of a photo on another file system."""
    try:
        return hashlib.sha256(cloud_at(address).read(path)).hexdigest()
    except PhotoRefused:
        return None


@lru_cache(maxsize=4096)
def _digest(path: str, size: int, changed_ns: int) -> str | None:
    """As `digest_of`, of a file that looks like this: a listing photo has many arrivals."""
    return digest_of(path)
