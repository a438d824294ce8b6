"""What is wrong with a BMP that its decoder passes over in silence."""

from __future__ import annotations

import struct

from ..model.language import said

# Compression: none, run lengths of 8 and of 4 bits.
_PLAIN, _RLE8, _RLE4 = 0, 1, 2
_END_OF_LINE, _END_OF_BITMAP, _MOVE = 0, 1, 2
_FILE_HEAD, _SHORT_HEAD = 14, 40
# Pixels are square or nearly so; a scanner's differ by a factor of 8 at most.
_MOST_UNEVEN = 100


def bmp_fault(data: bytes) -> str | None:
    """What is wrong with the file `data`; None when nothing is known."""
    size, pixels_at, head = struct.unpack_from("<I4xII", data, 2)
    if size != len(data):
        return said("it says that it has {told} bytes, and has {found}", told=size, found=len(data))
    if head < _SHORT_HEAD:
        return None
    width, height, planes, bits, compression, count, *density, colours = struct.unpack_from("<iiHHIIiiI", data, 18)
    if planes != 1:
        return said("it says that it has {planes} planes", planes=planes)
    if 0 not in density and (min(density) < 0 or max(density) > _MOST_UNEVEN * min(density)):
        return said("its pixels per metre make no sense")
    if bits <= 8 and (colours > 1 << bits or _FILE_HEAD + head + 4 * colours > pixels_at):
        return said("its palette does not fit")
    held = len(data) - pixels_at
    needed = abs(height) * (-(-width * bits // 32) * 4) if compression == _PLAIN else count
    if count and not needed <= count <= held:
        return said("its pixels have another length than it says")
    if compression not in (_RLE8, _RLE4):
        return None
    if height < 0:
        return said("its run lengths go from the top down, which is not allowed")
    fits = _runs_fit(data, pixels_at, width, height, 2 if compression == _RLE4 else 1)
    return None if fits else said("its run lengths do not fit")


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
