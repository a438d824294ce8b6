"""What is wrong with a file that its decoder passes over in silence."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice

from .boxes import ends_early
from .sniff import Format

_ENDS_EARLY = "the file ends early"
_GIF_HEAD = 13
_GIF_FRAME, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B
# Compression of a BMP: run lengths of 8 and of 4 bits.
_RLE8, _RLE4 = 1, 2
_END_OF_LINE, _END_OF_BITMAP, _MOVE = 0, 1, 2


def silent_fault(data: bytes, format_: Format) -> str | None:
    """What is wrong with the file `data`, apart from what its decoder says; None when nothing is known."""
    if format_ == "BMP":
        return _bmp_fault(data)
    return _ENDS_EARLY if format_ in _ENDINGS and _ENDINGS[format_](data) else None


def has_second_frame(data: bytes) -> bool:
    """Whether a GIF holds another frame after its first."""
    return sum(1 for _ in islice((kind for kind in _gif_blocks(data) if kind == _GIF_FRAME), 2)) == 2


def _gif_ends_early(data: bytes) -> bool:
    """Whether a GIF has no end."""
    return all(kind != _GIF_END for kind in _gif_blocks(data))


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


def _png_ends_early(data: bytes) -> bool:
    """Whether a PNG has no end: without it, nobody knows whether something is missing."""
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IEND":
            return False
        at += 12 + length
    return True


def _webp_ends_early(data: bytes) -> bool:
    """Whether a WebP says that it is longer than it is."""
    return int.from_bytes(data[4:8], "little") + 8 > len(data)


# Format -> whether a file of it ends early although its decoder is content.
_ENDINGS: dict[Format, Callable[[bytes], bool]] = {
    "AVIF": ends_early,
    "HEIC": ends_early,
    "GIF": _gif_ends_early,
    "PNG": _png_ends_early,
    "WebP": _webp_ends_early,
}


def _bmp_fault(data: bytes) -> str | None:
    """What is wrong with a BMP: its size, or its run lengths."""
    if len(data) < 34:
        return _ENDS_EARLY
    size, pixels_at = struct.unpack_from("<I4xI", data, 2)
    if size != len(data):
        return f"it says that it has {size} bytes, and has {len(data)}"
    width, height, compression = struct.unpack_from("<ii4xI", data, 18)
    if struct.unpack_from("<I", data, 14)[0] < 40 or compression not in (_RLE8, _RLE4):
        return None
    if height < 0:
        return "its run lengths go from the top down, which is not allowed"
    return None if _runs_fit(data, pixels_at, width, height, 2 if compression == _RLE4 else 1) else "its run lengths do not fit"


def _runs_fit(data: bytes, at: int, width: int, height: int, per_byte: int) -> bool:
    """Whether the run lengths of a BMP stay within its lines and end where it ends."""
    x = y = 0
    while at + 1 < len(data):
        count, value = data[at], data[at + 1]
        at += 2
        if count:
            x += count
        elif value == _END_OF_LINE:
            x, y = 0, y + 1
        elif value == _END_OF_BITMAP:
            return y <= height
        elif value == _MOVE:
            if at + 1 >= len(data):
                return False
            x, y = x + data[at], y + data[at + 1]
            at += 2
        else:
            x += value
            length = -(-value // per_byte)
            at += length + length % 2
        if x > width or y > height or (x and y == height):
            return False
    return False
