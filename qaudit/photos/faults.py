"""What is wrong with a file that its decoder passes over in silence."""

from __future__ import annotations

import struct

from .boxes import ends_early
from .sniff import Format

_ENDS_EARLY = "the file ends early"
_GIF_END = b";"
# Compression of a BMP: run lengths of 8 and of 4 bits.
_RLE8, _RLE4 = 1, 2
_END_OF_LINE, _END_OF_BITMAP, _MOVE = 0, 1, 2


def silent_fault(data: bytes, format_: Format) -> str | None:
    """What is wrong with the file `data`, apart from what its decoder says; None when nothing is known."""
    if format_ in ("AVIF", "HEIC"):
        return _ENDS_EARLY if ends_early(data) else None
    if format_ == "GIF":
        return None if data.rstrip(b"\0").endswith(_GIF_END) else _ENDS_EARLY
    return _bmp_fault(data) if format_ == "BMP" else None


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
