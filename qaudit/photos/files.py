"""A file or its bytes to a `Photo`, in this process: opening without waiting, limits before decoding."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NoReturn

from ..model.errors import PhotoRefused
from ..model.language import said
from ..model.photo import Photo
from .limits import LARGEST_MEBIBYTES, check_count
from .sniff import photo_format

_BLOCK = 1 << 20
# What the system says when a path cannot be opened -> slug, words, way out; anything else is photo_unreadable.
_OPEN_FAILURES = {
    errno.ENOENT: ("photo_missing", said("there is no such file"), said("check the path")),
    errno.ENOTDIR: ("photo_missing", said("there is no such file"), said("check the path")),
    errno.ELOOP: ("photo_missing", said("its symbolic links lead in a circle"), said("name the photo itself")),
    errno.ENAMETOOLONG: ("photo_missing", said("the name is too long for a file"), said("check the path")),
    errno.ENXIO: ("photo_not_regular", said("it is a socket or device, not a file"), said("name a photo")),
}


def read_file(path: str | bytes | os.PathLike[str], max_side: int | None) -> Photo:
    """What the photo in a file shows; as `qaudit.photos.read_photo`, in this process and without naming the file."""
    return read_bytes(_file_bytes(path), max_side)


def read_bytes(data: bytes, max_side: int | None) -> Photo:
    """What the photo in `data` shows; as `qaudit.photos.read_photo`, in this process."""
    from .decode import decode  # Pillow is loaded with the first photo, not with qaudit

    check_count(len(data))
    format_ = photo_format(data)
    decoded = decode(data, format_, max_side)
    return Photo(
        pixels=decoded.pixels,
        sha256=hashlib.sha256(data).hexdigest(),
        format=format_,
        width=decoded.width,
        height=decoded.height,
        applied=decoded.applied,
        damaged=decoded.damaged,
        notes=decoded.notes,
    )


def digest_of(path: str | bytes | os.PathLike[str]) -> str | None:
    """Hex SHA-256 of a file, None for what is no file that can be read or is larger than a photo may be."""
    digest = hashlib.sha256()
    try:
        with _opened(path) as file:
            for _ in range(LARGEST_MEBIBYTES + 1):  # and one that finds the end
                if not (block := file.read(_BLOCK)):
                    return digest.hexdigest()
                digest.update(block)
    except PhotoRefused:
        return None
    return None  # it grew, or has no end


def _file_bytes(path: str | bytes | os.PathLike[str]) -> bytes:
    """All bytes of a regular file, never waiting for a pipe or device and never more than the limit."""
    with _opened(path) as file:
        return file.read((LARGEST_MEBIBYTES << 20) + 1)  # it may grow meanwhile; the caller checks again


@contextmanager
def _opened(path: str | bytes | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A regular file within the limit, opened without waiting; what the system says of it is a refusal."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        _refuse_open(error)
    try:
        _check_file(os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file
    except OSError as error:
        _refuse_open(error)
    finally:
        os.close(descriptor)


def _check_file(status: os.stat_result) -> None:
    """Raise a refusal unless this is a regular file within the limit."""
    if stat.S_ISDIR(status.st_mode):
        raise PhotoRefused("photo_is_directory", said("it is a folder"), said("name a photo"))
    if not stat.S_ISREG(status.st_mode):
        raise PhotoRefused("photo_not_regular", said("it is a pipe, socket or device, not a file"), said("name a photo"))
    check_count(status.st_size)


def _refuse_open(error: OSError | ValueError) -> NoReturn:
    """Raise the refusal for what the system said."""
    if isinstance(error, ValueError):
        raise PhotoRefused("photo_missing", said("the name holds a zero byte"), said("check the path")) from error
    slug, words, way_out = _OPEN_FAILURES.get(
        error.errno or 0,
        ("photo_unreadable", said("it cannot be read: {reason}", reason=error.strerror), said("check its permissions")),
    )
    raise PhotoRefused(slug, words, way_out) from error
