"""What is wrong with a file that its decoder passes over in silence."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice
from typing import cast

from PIL import Image

from ..model.language import said
from .bmp import bmp_fault
from .boxes import ends_early
from .sniff import Format

_ENDS_EARLY = said("the file ends early")
_GIF_HEAD = 13
_GIF_FRAME, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B


def silent_fault(data: bytes, format_: Format, image: Image.Image) -> str | None:
    """What is wrong with a file, apart from what its decoder says.

    Parameters
    ----------
    data, format_
        The file, and what it holds.
    image
        What the decoder made of it, loaded.

    Returns
    -------
        Words for a person; None when nothing is known.
    """
    fault = _FAULTS[format_](data) if format_ in _FAULTS else None
    if fault is None and format_ in ("PNG", "BMP") and _lacks_colours(image):
        fault = said("it uses colours that its palette lacks")
    return fault


def _lacks_colours(image: Image.Image) -> bool:
    """Whether a pixel has a number beyond the end of the palette."""
    if image.mode != "P" or image.palette is None:
        return False
    highest = cast(tuple[int, int], image.getextrema())[1]
    return highest >= len(image.palette.palette) // len(image.palette.mode)


def has_second_frame(data: bytes) -> bool:
    """Whether a GIF holds another frame after its first."""
    return sum(1 for _ in islice((kind for kind in _gif_blocks(data) if kind == _GIF_FRAME), 2)) == 2


def _gif_blocks(data: bytes) -> Iterator[int]:
    """The kinds of the blocks of a GIF, as far as they follow each other."""
    if len(data) < _GIF_HEAD:
        return
    at = _GIF_HEAD + _colour_table(data[10])
    while at < len(data):
        kind = data[at]
        yield kind
        if kind == _GIF_FRAME and at + 9 < len(data):
            at += 11 + _colour_table(data[at + 9])
        elif kind == _GIF_EXTENSION:
            at += 2
        else:
            return
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1


def _colour_table(flags: int) -> int:
    """Bytes of the colour table that the flags of a GIF announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_fault(data: bytes) -> str | None:
    """What is wrong with a GIF: it has no end."""
    return _ENDS_EARLY if all(kind != _GIF_END for kind in _gif_blocks(data)) else None


def _png_fault(data: bytes) -> str | None:
    """What is wrong with a PNG: it has no end, or its animation is not what it says."""
    frames, announced, numbers, at = 0, None, [], 8
    while at + 12 <= len(data):
        length, kind, number = struct.unpack_from(">I4sI", data, at)
        if kind == b"acTL":
            announced = number
        elif kind in (b"fcTL", b"fdAT"):
            frames += kind == b"fcTL"
            numbers.append(number)
        elif kind == b"IEND":
            whole = announced is None or (frames == announced and numbers == list(range(len(numbers))))
            return None if whole else said("its animation is broken")
        at += 12 + length
    return _ENDS_EARLY


def _webp_fault(data: bytes) -> str | None:
    """What is wrong with a WebP: it says that it is longer than it is."""
    return _ENDS_EARLY if int.from_bytes(data[4:8], "little") + 8 > len(data) else None


def _boxes_fault(data: bytes) -> str | None:
    """What is wrong with an AVIF or HEIC: a box says that it is longer than the file."""
    return _ENDS_EARLY if ends_early(data) else None


_FAULTS: dict[Format, Callable[[bytes], str | None]] = {
    "AVIF": _boxes_fault,
    "HEIC": _boxes_fault,
    "GIF": _gif_fault,
    "PNG": _png_fault,
    "WebP": _webp_fault,
    "BMP": bmp_fault,
}
