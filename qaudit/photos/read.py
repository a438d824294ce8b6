"""From a path, bytes or an array to a `Photo`: opening, limits and names; decoding is in `decode`."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import numpy.typing as npt

from ..model.errors import PhotoRefused
from ..model.photo import Photo
from ..model.text import shown
from .sniff import name_note, photo_format

if TYPE_CHECKING:
    from .decode import Decoded

Source = str | os.PathLike[str] | bytes | npt.NDArray[np.uint8]

# A 108 MP phone photo as JPEG is some 30 MB, a 12 MP TIFF 36 MB.
LARGEST_MEBIBYTES = 64

# What the system says when a path cannot be opened -> slug, words, way out; anything else is photo_unreadable.
_OPEN_FAILURES = {
    errno.ENOENT: ("photo_missing", "there is no such file", "check the path"),
    errno.ENOTDIR: ("photo_missing", "there is no such file", "check the path"),
    errno.ELOOP: ("photo_missing", "its symbolic links lead in a circle", "name the photo itself"),
    errno.ENAMETOOLONG: ("photo_missing", "the name is too long for a file", "check the path"),
    errno.ENXIO: ("photo_not_regular", "it is a socket or device, not a file", "name a photo"),
}


def read_photo(source: Source, *, max_side: int | None = None) -> Photo:
    """What a photo shows: upright, in sRGB, over white.

    Parameters
    ----------
    source
        Path of a file; or the bytes of one; or pixels: uint8 of shape (H, W), (H, W, 3) RGB or (H, W, 4) RGBA,
        sRGB and upright.
    max_side
        Longest side wanted, in px. A larger photo is reduced to it, a smaller one is left as it is.
        A JPEG is then decoded at a fraction of its size, which is several times faster.

    Returns
    -------
        The photo, its first frame if there are several. `width` and `height` are those of the whole photo.

    Raises
    ------
    PhotoRefused
        `photo_missing`, `photo_is_directory`, `photo_not_regular`, `photo_unreadable`: the path cannot be read.
        `photo_empty`, `photo_too_many_bytes`, `photo_unknown_format`: the bytes are no photo that is accepted.
        `photo_too_large`: more pixels than the limits. `photo_broken`: the decoder fails on the data.
        `photo_bad_array`: an array of another shape or type. The message is one line and names the file.

    Notes
    -----
    Orientation is applied once, by whoever knows best: EXIF in JPEG, PNG and WebP, the container's own
    turn in AVIF and HEIC (where EXIF repeats it and is left out).
    """
    if max_side is not None and max_side < 1:
        raise ValueError(f"max_side must be positive, not {max_side}")
    if isinstance(source, np.ndarray):
        return _photo_of_array(source, max_side)
    if isinstance(source, bytes):
        name, note_path = "the photo given as bytes", None
    else:
        name, note_path = shown(source), source
    try:
        data = source if isinstance(source, bytes) else _file_bytes(source)
        return _photo_of_bytes(data, note_path, max_side)
    except PhotoRefused as error:
        raise PhotoRefused(error.slug, f"{name}: {error.message}", error.way_out) from error


def _photo_of_bytes(data: bytes, path: str | os.PathLike[str] | None, max_side: int | None) -> Photo:
    """The photo in `data`; `path` only for a note about a name that lies."""
    from .decode import decode  # Pillow is loaded with the first photo, not with qaudit

    if len(data) > LARGEST_MEBIBYTES << 20:
        _refuse_size(len(data))
    format_ = photo_format(data)
    note = name_note(path, format_) if path is not None else None
    decoded = decode(data, format_, max_side)
    return _photo(decoded, hashlib.sha256(data).hexdigest(), format_, (note,) if note else ())


def _photo_of_array(array: npt.NDArray[Any], max_side: int | None) -> Photo:
    """The photo whose pixels are `array`."""
    from PIL import Image

    from .decode import finish

    if array.dtype != np.uint8 or 0 in array.shape or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise PhotoRefused(
            "photo_bad_array",
            f"an array of {array.dtype} with shape {array.shape} is no photo",
            "pass uint8 of shape (H, W), (H, W, 3) or (H, W, 4)",
        )
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(f"{array.shape}".encode() + array.tobytes()).hexdigest()
    height, width = array.shape[:2]
    return _photo(finish(Image.fromarray(array), (width, height), max_side), digest, "array")


def _photo(decoded: Decoded, sha256: str, format_: str, notes: tuple[str, ...] = ()) -> Photo:
    """What was decoded, with what is known about its bytes."""
    return Photo(
        pixels=decoded.pixels,
        sha256=sha256,
        format=format_,
        width=decoded.width,
        height=decoded.height,
        applied=decoded.applied,
        damaged=decoded.damaged,
        notes=notes + decoded.notes,
    )


def _file_bytes(path: str | os.PathLike[str]) -> bytes:
    """All bytes of a regular file, never waiting for a pipe or device and never more than the limit."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        _refuse_open(error)
    try:
        _check_file(os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read((LARGEST_MEBIBYTES << 20) + 1)  # it may grow meanwhile; the caller checks again
    except OSError as error:
        _refuse_open(error)
    finally:
        os.close(descriptor)


def _check_file(status: os.stat_result) -> None:
    """Raise a refusal unless this is a regular file within the limit."""
    if stat.S_ISDIR(status.st_mode):
        raise PhotoRefused("photo_is_directory", "it is a folder", "name a photo")
    if not stat.S_ISREG(status.st_mode):
        raise PhotoRefused("photo_not_regular", "it is a pipe, socket or device, not a file", "name a photo")
    if status.st_size > LARGEST_MEBIBYTES << 20:
        _refuse_size(status.st_size)


def _refuse_open(error: OSError | ValueError) -> NoReturn:
    """Raise the refusal for what the system said."""
    if isinstance(error, ValueError):
        raise PhotoRefused("photo_missing", "the name holds a zero byte", "check the path") from error
    slug, words, way_out = _OPEN_FAILURES.get(
        error.errno or 0, ("photo_unreadable", f"it cannot be read: {error.strerror}", "check its permissions")
    )
    raise PhotoRefused(slug, words, way_out) from error


def _refuse_size(count: int) -> NoReturn:
    """Raise the refusal of a file of `count` bytes."""
    raise PhotoRefused(
        "photo_too_many_bytes", f"it has {count >> 20} MiB, more than {LARGEST_MEBIBYTES} MiB", "send a smaller copy"
    )
