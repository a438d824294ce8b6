"""Boxes of AVIF and HEIC files, as they should be and as they should not."""

from __future__ import annotations

import struct

import pytest

from qaudit.photos.boxes import clean_aperture, ends_early

SIZE = (96, 64)


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def clap(width: int, height: int, right: int = 0, down: int = 0, under: int = 1) -> bytes:
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, under, down, under))


def meta(*properties: bytes, item: int = 7, wide_item: bool = False, wide_index: bool = False, given: int = 1) -> bytes:
    """A file whose primary picture `item` has the property number `given`; another picture comes before it."""
    number = ">I" if wide_item else ">H"
    primary = box(b"pitm", bytes([wide_item, 0, 0, 0]) + struct.pack(number, item))
    index = struct.pack(">H", 0x8000 | given) if wide_index else bytes([0x80 | given])
    other = struct.pack(number, 1) + b"\1" + (b"\0\1" if wide_index else b"\1")
    entries = other + struct.pack(number, item) + b"\1" + index
    ipma = box(b"ipma", bytes([wide_item, 0, 0, wide_index]) + struct.pack(">I", 2) + entries)
    return box(b"ftyp", b"avif") + box(b"meta", bytes(4) + primary + box(b"iprp", box(b"ipco", b"".join(properties)) + ipma))


@pytest.mark.parametrize("wide_item", [False, True])
@pytest.mark.parametrize("wide_index", [False, True])
def test_the_crop_of_the_primary_picture_is_found(wide_item: bool, wide_index: bool) -> None:
    data = meta(box(b"ispe"), clap(60, 40, 4, -2), wide_item=wide_item, wide_index=wide_index, given=2)
    assert clean_aperture(data, SIZE) == (22, 10, 82, 50)


def test_a_corner_between_two_pixels_is_taken_down_and_the_size_stays() -> None:
    assert clean_aperture(meta(clap(61, 41)), SIZE) == (17, 11, 78, 52)


@pytest.mark.parametrize(
    "data",
    [
        meta(clap(96, 64)),
        meta(clap(200, 40)),
        meta(clap(60, 40, 30)),
        meta(clap(0, 40)),
        meta(clap(60, 40, under=0)),
        meta(box(b"clap", bytes(8))),
        meta(box(b"ispe"), clap(60, 40), given=1),
        meta(clap(60, 40), given=0),
        meta(clap(60, 40), given=9),
        box(b"ftyp", b"avif"),
        box(b"meta", bytes(4)),
        box(b"meta", bytes(4) + box(b"pitm", bytes(6))),
        box(b"meta", bytes(4) + box(b"pitm", bytes(6)) + box(b"iprp")),
        box(b"meta", bytes(4) + box(b"pitm", bytes(6)) + box(b"iprp", box(b"ipco", clap(60, 40)) + box(b"ipma", bytes(3)))),
        box(b"meta", bytes(4) + box(b"pitm", bytes(2))),
        box(b"meta", bytes(4) + box(b"pitm", bytes(6)) + box(b"iprp", box(b"ipco", clap(60, 40)) + box(b"free"))),
        box(b"meta", bytes(4) + box(b"pitm", bytes(6)) + box(b"iprp", box(b"ipco") + box(b"ipma", bytes(4) + b"\xff" * 4))),
    ],
    ids=range(17),
)
def test_what_is_no_crop_within_the_picture_crops_nothing(data: bytes) -> None:
    assert clean_aperture(data, SIZE) is None


def test_a_file_that_ends_within_its_data_ends_early() -> None:
    whole = box(b"ftyp", b"avif") + box(b"mdat", bytes(100))
    assert not ends_early(whole)
    assert ends_early(whole[:-1])
    long = box(b"ftyp") + struct.pack(">I4sQ", 1, b"mdat", 116) + bytes(100)
    assert not ends_early(long)
    assert ends_early(long[:-1])
    assert not ends_early(box(b"ftyp") + struct.pack(">I4s", 0, b"mdat") + bytes(9))


def test_what_a_phone_appends_is_no_sign_of_an_early_end() -> None:
    whole = box(b"ftyp", b"heic") + box(b"mdat", bytes(10))
    assert not ends_early(whole + b"SEFT")
    assert not ends_early(whole + b"\xff\xff\xff\xffJUNKJUNK")
    assert not ends_early(whole + bytes(4) + b"\0\0\0\3mdat")


def test_a_box_shorter_than_its_own_head_ends_the_search() -> None:
    assert not ends_early(box(b"ftyp") + struct.pack(">I4s", 3, b"mdat"))
