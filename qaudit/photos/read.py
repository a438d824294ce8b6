"""From a path, bytes or an array to a `Photo`: the reader that is asked, and the name in what it says."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.errors import PhotoRefused
from ..model.language import said
from ..model.text import shown
from .limits import check_count
from .sniff import name_note
from .wire import Request

# numpy is loaded with the first photo: the reader starts meanwhile.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..model.photo import Photo
    from .isolated import Reader

    Source = str | os.PathLike[str] | bytes | npt.NDArray[np.uint8]


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
        `photo_too_large`: more pixels or scans than the limits. `photo_broken`: the decoder fails on the data.
        `photo_too_slow`, `photo_too_much_memory`, `photo_reader_died`: it took the reader beyond what it may take.
        `photo_bad_array`: an array of another shape or type. The message is one line and names the file.

    Notes
    -----
    Files and bytes are read and decoded by a process of its own, which lives until this one ends and is started anew when a
    photo was too much for it. So nothing that a photo does to a decoder reaches this process. Pixels given as an array stay
    in this process.

    Orientation is applied once, by whoever knows best: EXIF in JPEG, PNG and WebP, the container's own
    turn in AVIF and HEIC (where EXIF repeats it and is left out).
    """
    if max_side is not None and max_side < 1:
        raise ValueError(f"max_side must be positive, not {max_side}")
    import numpy as np

    if isinstance(source, np.ndarray):
        return _photo_of_array(source, max_side)
    path = None if isinstance(source, bytes) else source
    name = said("the photo given as bytes") if path is None else shown(path)
    try:
        request = Request(_payload(source), path is not None, max_side)
        check_count(len(request.payload))
        photo = _reader().read(request)
    except PhotoRefused as error:
        raise PhotoRefused(error.slug, said("{name}: {problem}", name=name, problem=error.message), error.way_out) from error
    note = None if path is None else name_note(path, photo.format)
    return replace(photo, notes=(note, *photo.notes)) if note else photo


def start_reader() -> None:
    """Start the process that reads photos, if it is not running, without waiting for it."""
    _reader().start()


@cache
def _reader() -> Reader:
    """The reader of this process."""
    from .isolated import Reader

    return Reader()


def _payload(source: bytes | str | os.PathLike[str]) -> bytes:
    """The bytes of a photo; or its path, for a process that may be in another folder, and otherwise as it is."""
    if isinstance(source, bytes):
        return source
    try:
        raw = os.fsencode(source)
    except UnicodeEncodeError as error:
        raise PhotoRefused("photo_missing", said("the name holds half a character"), said("check the path")) from error
    try:
        return os.path.join(os.fsencode(Path.cwd()), raw)  # noqa: PTH118  nothing is normalised
    except FileNotFoundError:  # this process is in a folder that was removed
        return raw


def _photo_of_array(array: npt.NDArray[Any], max_side: int | None) -> Photo:
    """The photo whose pixels are `array`."""
    import numpy as np
    from PIL import Image

    from ..model.photo import Photo
    from .decode import finish

    if array.dtype != np.uint8 or 0 in array.shape or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise PhotoRefused(
            "photo_bad_array",
            said("an array of {dtype} with shape {shape} is no photo", dtype=str(array.dtype), shape=str(array.shape)),
            said("pass uint8 of shape (H, W), (H, W, 3) or (H, W, 4)"),
        )
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(f"{array.shape}".encode() + array.tobytes()).hexdigest()
    height, width = array.shape[:2]
    shown_ = finish(Image.fromarray(array), (width, height), max_side)
    return Photo(shown_.pixels, digest, "array", width, height, shown_.applied)
