"""Every kind of bad file is refused in one line, or read and called damaged; every awkward one is read right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qaudit.model.errors import PhotoRefused
from qaudit.model.photo import Photo
from qaudit.photos import read_photo
from tests.photos.factory import BLUE, GREEN, RED, YELLOW, quadrants
from tests.photos.here import Here

from . import badfiles as bad

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    **{f"{name}, cut": (lambda name=name: bad.cut(bad.photo_file(name), 0.6), "photo_broken") for name in bad.FORMATS},
    **{f"{name}, cut late": (lambda name=name: bad.cut(bad.photo_file(name), 0.97), "photo_broken") for name in bad.FORMATS},
    "PNG with a wrong bit": (lambda: bad.with_bit_flipped(bad.photo_file("PNG")), "photo_broken"),
    "PNG sent as text": (lambda: bad.through_text_mode(bad.photo_file("PNG")), "photo_unknown_format"),
    "JPEG too wide": (lambda: bad.jpeg_saying(65_500, 65_500), "photo_too_large"),
    "JPEG of very many scans": (lambda: bad.scan_bomb(101), "photo_too_large"),
    "PNG too high": (lambda: bad.png_bomb(1, 60_000), "photo_too_large"),
    "PNG of too many pixels": (lambda: bad.png_bomb(12_000, 12_000), "photo_too_large"),
    "PNG that unfolds beyond the memory": (lambda: bad.png_bomb(10_900, 10_900), "photo_too_much_memory"),
    "WebP of too many pixels": (lambda: bad.webp_saying(16_383, 16_383), "photo_too_large"),
    "WebP beyond the memory": (lambda: bad.webp_saying(9_400, 9_400), "photo_too_large"),
    "GIF of too many pixels": (lambda: bad.gif_saying(65_535, 65_535), "photo_too_large"),
    "text that unfolds": (lambda: bad.metadata_bomb(b"zTXt"), "photo_broken"),
    "colour profile that unfolds": (lambda: bad.metadata_bomb(b"iCCP"), "photo_broken"),
    "start of a JPEG alone": (lambda: b"\xff\xd8\xff\xd9", "photo_broken"),
    "signature of a PNG alone": (lambda: b"\x89PNG\r\n\x1a\n", "photo_broken"),
    "head of a GIF alone": (lambda: b"GIF89a", "photo_broken"),
    "head of a BMP alone": (lambda: b"BM", "photo_broken"),
    "head of a WebP alone": (lambda: b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff", "photo_broken"),
    "head of a HEIC alone": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo_broken"),
    "BMP of more colours than its bits can tell": (lambda: bad.bmp_with(colours=300), "photo_broken"),
    "zero bytes": (lambda: bytes(65_536), "photo_unknown_format"),
    "a script": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "photo_unknown_format"),
    "a web page": (lambda: b"<!doctype html><script>alert(1)</script>", "photo_unknown_format"),
    "a drawing": (
        lambda: b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        "photo_unknown_format",
    ),
    "an archive": (lambda: b"\x1f\x8b" + bad.photo_file("JPEG"), "photo_unknown_format"),
}
DAMAGED: dict[str, Callable[[], bytes]] = {
    "JPEG, cut and closed": lambda: bad.cut_and_closed(bad.photo_file("JPEG"), 0.5),
    "JPEG, cut late and closed": lambda: bad.cut_and_closed(bad.photo_file("JPEG"), 0.9),
    "progressive JPEG, cut and closed": lambda: bad.cut_and_closed(bad.photo_file("JPEG", progressive=True), 0.5),
    "JPEG with a hole": lambda: bad.with_hole(bad.photo_file("JPEG")),
    "JPEG sent as text": lambda: bad.through_text_mode(bad.photo_file("JPEG")),
    "CMYK JPEG, cut and closed": lambda: bad.cut_and_closed(
        bad.encoded(bad.Image.fromarray(bad.noisy()).convert("CMYK"), "JPEG"), 0.7
    ),
    "PNG without its end": lambda: bad.photo_file("PNG")[:-12],
    "GIF without its end": lambda: bad.photo_file("GIF")[:-1],
    "HEIC with more announced than there is": lambda: bad.photo_file("HEIC") + b"\0\0\1\0mdat",
    "TIFF that libtiff complains of": bad.tiff_with_wrong_strips,
    "BMP of another length than it says": lambda: bad.photo_file("BMP") + b"more",
    "BMP whose runs leave their line": lambda: bad.bmp_of_runs(b"\x09\x10\0\0\x08\x20\0\1"),
    "BMP whose runs have no end": lambda: bad.bmp_of_runs(b"\x08\x10\0\0\x08\x20"),
    "BMP that ends within a jump": lambda: bad.bmp_of_runs(b"\x08\x10\0\0\x08\x20\0\2"),
    "BMP of two planes": lambda: bad.bmp_with(planes=2),
    "BMP of pixels of no width": lambda: bad.bmp_with(x_density=-1, y_density=2835),
    "BMP of pixels like needles": lambda: bad.bmp_with(x_density=1, y_density=2835),
    "BMP of fewer pixels than it says": lambda: bad.bmp_with(count=1 << 30),
    "BMP that lacks a colour": lambda: bad.short_palette("BMP"),
    "PNG that lacks a colour": lambda: bad.short_palette("PNG"),
    "PNG of more frames than it has": lambda: bad.animated_png(frames=9),
    "PNG whose frames do not follow each other": lambda: bad.animated_png(second=5),
    "BMP of runs from the top down": lambda: bad.bmp_of_runs(b"\x08\x10\0\0\x08\x20\0\1", top_down=True),
}
READ: dict[str, tuple[Callable[[], bytes], tuple[int, int], tuple[str, ...]]] = {
    "a film behind it": (lambda: bad.with_film_behind(bad.photo_file("JPEG")), (160, 120), ()),
    "a web page behind it": (lambda: bad.photo_file("JPEG") + b"<script>alert(1)</script>", (160, 120), ()),
    "another JPEG behind it": (lambda: bad.photo_file("JPEG") + bad.encoded(quadrants(), "JPEG"), (160, 120), ()),
    "stray bytes in its head": (lambda: bad.with_stray_bytes(bad.photo_file("JPEG")), (160, 120), ()),
    "many scans": (lambda: bad.photo_file("JPEG", progressive=True), (160, 120), ()),
    "forty thousand frames": (lambda: bad.many_frames(40_000), (1, 1), ("first of several pictures",)),
    "one frame": (lambda: bad.many_frames(1), (1, 1), ()),
    "two frames": (bad.animated_png, (160, 120), ("first of several pictures",)),
    "a BMP of grey": (bad.bmp_with, (160, 120), ()),
    "runs": (lambda: bad.bmp_of_runs(b"\x04\x10\0\4\1\2\3\4\0\0\0\2\4\0\4\x20\0\1"), (8, 2), ()),
}


@pytest.fixture(autouse=True, params=["isolated", "here"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read as outside, and in this process: the answers are the same."""
    if request.param == "here":
        monkeypatch.setattr("qaudit.photos.read._reader", Here)
    return str(request.param)


def answer(data: bytes) -> Photo | PhotoRefused:
    try:
        return read_photo(data)
    except PhotoRefused as refused:
        return refused


@pytest.mark.parametrize("kind", REFUSED)
def test_a_bad_file_is_refused_in_one_line_with_a_way_out(kind: str, where: str) -> None:
    make, slug = REFUSED[kind]
    if slug == "photo_too_much_memory" and where == "here":
        pytest.skip("the memory of the tests is not bounded")
    refused = answer(make())
    assert isinstance(refused, PhotoRefused)
    assert refused.slug == slug
    assert str(refused).isprintable()
    assert refused.way_out


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_file_that_is_not_whole_is_never_called_whole(kind: str) -> None:
    photo = answer(DAMAGED[kind]())
    assert isinstance(photo, Photo)
    assert photo.damaged
    assert photo.damaged.isprintable()


@pytest.mark.parametrize("kind", READ)
def test_an_awkward_file_is_read_and_not_called_damaged(kind: str) -> None:
    make, size, applied = READ[kind]
    photo = answer(make())
    assert isinstance(photo, Photo)
    assert ((photo.width, photo.height), photo.applied, photo.damaged) == (size, applied, None)


@pytest.mark.parametrize("kind", [*DAMAGED, *READ])
def test_two_readings_are_the_same(kind: str) -> None:
    data = DAMAGED[kind]() if kind in DAMAGED else READ[kind][0]()
    one, other = read_photo(data), read_photo(data)
    assert np.array_equal(one.pixels, other.pixels)
    assert (one.damaged, one.applied, one.notes) == (other.damaged, other.applied, other.notes)


@pytest.mark.parametrize("turn", range(1, 9))
def test_an_avif_is_cropped_as_it_asks_and_then_turned(turn: int) -> None:
    stored = (12, 8, 60, 40) if turn < 5 else (8, 12, 40, 60)
    photo = read_photo(bad.avif_cropped(*stored, turn=turn))
    assert (photo.width, photo.height) == (60, 40)
    assert photo.applied[0] == f"cropped to {stored[2]} x {stored[3]} px"
    corners = photo.pixels[[2, 2, -3, -3], [2, -3, 2, -3]].astype(int)
    assert np.abs(corners - [RED, GREEN, BLUE, YELLOW]).max() <= 12


def test_a_crop_that_leads_out_of_the_picture_is_not_applied() -> None:
    assert read_photo(bad.avif_cropped(60, 8, 60, 40)).applied == ()


def test_special_files_are_refused_and_nothing_waits_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    slugs = {}
    for kind, path in bad.special_files(Path()).items():
        with pytest.raises(PhotoRefused) as refused:
            read_photo(path)
        slugs[kind] = refused.value.slug
    assert slugs == {
        "pipe": "photo_not_regular",
        "zero": "photo_not_regular",
        "socket": "photo_not_regular",
        "circle": "photo_missing",
        "nowhere": "photo_missing",
        "folder": "photo_is_directory",
        "sparse": "photo_too_many_bytes",
    }
