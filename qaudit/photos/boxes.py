"""AVIF and HEIC files as boxes (ISO 14496-12, 23008-12): whether they are whole, and which part is to be shown."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from math import floor

# Files of photos hold some ten boxes a level; a hostile one may hold millions.
_MOST_BOXES = 10_000

# Other boxes at the end may be no boxes at all: phones append what they like.
_NEEDED = (b"ftyp", b"meta", b"mdat", b"moov", b"idat")

Crop = tuple[int, int, int, int]


def ends_early(data: bytes) -> bool:
    """Whether a box that holds what is needed says that it goes on beyond the end of the file."""
    return any(end > len(data) for kind, _, end in _boxes(data, 0, len(data), strict=False) if kind in _NEEDED)


def clean_aperture(data: bytes, size: tuple[int, int]) -> Crop | None:
    """Which part of the stored picture its maker wants shown.

    Parameters
    ----------
    data
        The whole file.
    size
        (width, height) in px of the stored picture, before it is turned.

    Returns
    -------
        Left, top, right and bottom in px, as Pillow crops; None when all is to be shown, or the part does not lie within
        the picture.
    """
    try:
        found = _property(data, b"clap")
    except (struct.error, ValueError, IndexError):
        return None
    if found is None or len(found) < 32:
        return None
    numbers = struct.unpack(">IIIIiIiI", found[:32])
    if 0 in numbers[1::2]:
        return None
    width, height, right_by, down_by = (Fraction(over, under) for over, under in zip(numbers[::2], numbers[1::2], strict=True))
    left = right_by + Fraction(size[0] - width) / 2
    top = down_by + Fraction(size[1] - height) / 2
    # A corner between two pixels is taken down, as libheif does; the size stays.
    corner = floor(left), floor(top)
    crop = (*corner, corner[0] + round(width), corner[1] + round(height))
    inside = 0 <= crop[0] < crop[2] <= size[0] and 0 <= crop[1] < crop[3] <= size[1]
    return crop if inside and crop != (0, 0, *size) else None


def _property(data: bytes, wanted: bytes) -> bytes | None:
    """Body of the property `wanted` of the primary picture."""
    meta = _child(data, 0, len(data), b"meta")
    if meta is None:
        return None
    start, end = meta[0] + 4, meta[1]  # version and flags come before the boxes in it
    primary = _primary(data, _child(data, start, end, b"pitm"))
    properties = _child(data, start, end, b"iprp")
    if primary is None or properties is None:
        return None
    container = _child(data, *properties, b"ipco")
    if container is None:
        return None
    bodies = list(_boxes(data, *container))
    for kind, first, last in _boxes(data, *properties):
        if kind == b"ipma":
            for index in _associated(data[first:last], primary):
                if 1 <= index <= len(bodies) and bodies[index - 1][0] == wanted:
                    return data[bodies[index - 1][1] : bodies[index - 1][2]]
    return None


def _primary(data: bytes, box: tuple[int, int] | None) -> int | None:
    """Number of the primary picture."""
    if box is None:
        return None
    wide = data[box[0]] != 0
    return int(struct.unpack_from(">I" if wide else ">H", data, box[0] + 4)[0])


def _associated(body: bytes, item: int) -> list[int]:
    """Which properties, counted from 1, an item association box gives to `item`."""
    wide_item, wide_index = body[0] >= 1, bool(body[3] & 1)
    (count,) = struct.unpack_from(">I", body, 4)
    at = 8
    for _ in range(min(count, _MOST_BOXES)):
        (number,) = struct.unpack_from(">I" if wide_item else ">H", body, at)
        at += 4 if wide_item else 2
        held = body[at]
        at += 1
        length = 2 if wide_index else 1
        indices = [int.from_bytes(body[at + i * length : at + (i + 1) * length], "big") for i in range(held)]
        at += held * length
        if number == item:
            return [index & (0x7FFF if wide_index else 0x7F) for index in indices]  # the first bit says "essential"
    return []


def _child(data: bytes, start: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Where the body of the first box of a kind begins and ends."""
    return next(((first, last) for kind, first, last in _boxes(data, start, end) if kind == wanted), None)


def _boxes(data: bytes, start: int, end: int, *, strict: bool = True) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the body of each box in a stretch of the file; `strict` leaves out what leads out of it."""
    at = start
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if length == 1 and at + 16 <= end:
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif length == 0:
            length = end - at
        if length < body - at or (strict and at + length > end):
            return
        yield kind, body, at + length
        at += length
