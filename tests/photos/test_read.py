"""What is refused, in which words, and that nothing else comes out than a photo or a refusal."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qaudit.model.errors import PhotoRefused
from qaudit.photos import read_photo
from qaudit.photos.sniff import webp_size

from .factory import encoded, quadrants, written

FORMATS = ["JPEG", "PNG", "WebP", "TIFF", "HEIC", "AVIF"]


def refusal(source: object) -> PhotoRefused:
    with pytest.raises(PhotoRefused) as caught:
        read_photo(source)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return caught.value


def png_saying(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its 60 bytes do not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_missing_file_is_named() -> None:
    error = refusal("no/such/photo.jpg")
    assert error.slug == "photo_missing"
    assert error.message.startswith("no/such/photo.jpg: ")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).slug == "photo_is_directory"


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal(tmp_path / "pipe.jpg").slug == "photo_not_regular"


def test_a_device_is_refused() -> None:
    assert refusal("/dev/zero").slug == "photo_not_regular"


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.jpg")
        assert refusal("s.jpg").slug == "photo_not_regular"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to("b.jpg")
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    assert refusal(tmp_path / "a.jpg").slug == "photo_missing"


@pytest.mark.parametrize("name", ["zero\0byte.jpg", "x" * 5000])
def test_a_name_that_no_file_can_have_is_missing(name: str) -> None:
    assert refusal(name).slug == "photo_missing"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    path = written(tmp_path, "a.png", encoded(quadrants(), "PNG"))
    path.chmod(0)
    assert refusal(path).slug == "photo_unreadable"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.jpg", b"")).slug == "photo_empty"


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jpg", b"\xff\xd8\xff")
    os.truncate(path, 20 << 30)
    assert refusal(path).slug == "photo_too_many_bytes"


def test_huge_bytes_are_refused() -> None:
    assert refusal(bytes((64 << 20) + 1)).slug == "photo_too_many_bytes"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"8BPS", "Photoshop"),
        (b"\n <!doctype html>", "HTML"),
        (b"%PDF-1.7", "PDF"),
        (b"just text", "not a photo"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom", "not a photo"),
    ],
)
def test_what_is_no_accepted_photo_is_refused_and_named(data: bytes, words: str) -> None:
    error = refusal(data)
    assert error.slug == "photo_unknown_format"
    assert words in error.message
    assert "JPEG" in error.way_out


@pytest.mark.parametrize("size", [(30_001, 1), (20_000, 20_000)])
def test_too_many_pixels_are_refused_before_they_are_made(size: tuple[int, int]) -> None:
    assert refusal(png_saying(*size)).slug == "photo_too_large"


def test_a_webp_that_asks_for_too_much_is_refused_before_its_decoder_sees_it() -> None:
    extended = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + (16_382).to_bytes(3, "little") * 2
    assert webp_size(extended) == (16_383, 16_383)
    assert refusal(extended).slug == "photo_too_large"


@pytest.mark.parametrize("settings_", [{"lossless": True}, {"lossless": False}, {"lossless": False, "exif": b"Exif\0\0II"}])
def test_the_size_of_a_webp_is_read_from_each_kind_of_header(settings_: dict[str, object]) -> None:
    assert webp_size(encoded(quadrants(37, 53), "WebP", **settings_)) == (37, 53)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_that_ends_too_early_is_refused(format_: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    data = encoded(pixels, format_)
    error = refusal(data[: len(data) * 6 // 10])
    assert error.slug == "photo_broken"


def test_numbers_that_are_no_levels_are_refused() -> None:
    assert refusal(encoded(Image.new("F", (4, 4), 0.5), "TIFF")).slug == "photo_unknown_format"


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, "a\x1b[2J\u202e\nb.jpg", b""))
    assert "a\\x1b[2J\\u202e\\nb.jpg: the file is empty" in error.message


def test_a_file_whose_name_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.png"
    with open(path, "wb") as file:  # noqa: PTH123  Path does not take bytes
        file.write(encoded(quadrants(), "PNG"))
    assert np.array_equal(read_photo(os.fsdecode(path)).pixels, quadrants())


def test_an_extension_that_lies_is_noted(tmp_path: Path) -> None:
    path = written(tmp_path, "photo.PNG", encoded(quadrants(), "JPEG"))
    assert read_photo(path).notes == ("named .png, but holds JPEG",)
    assert read_photo(path.rename(tmp_path / "photo.jpe")).notes == ()
    assert read_photo(path.parent.joinpath("photo.jpe").rename(tmp_path / "photo.v2")).notes == ()


@pytest.mark.parametrize("shape", [(64, 96), (64, 96, 3), (64, 96, 4)])
def test_an_array_is_a_photo(shape: tuple[int, ...]) -> None:
    array = np.full(shape, 200, np.uint8)
    photo = read_photo(array, max_side=48)
    assert photo.format == "array"
    assert (photo.width, photo.height, photo.pixels.shape) == (96, 64, (32, 48, 3))
    assert photo.sha256 != read_photo(array[:, ::2]).sha256


def test_pixels_of_an_array_stay_as_they_are() -> None:
    assert np.array_equal(read_photo(quadrants()).pixels, quadrants())


@pytest.mark.parametrize(
    "array",
    [np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4), np.float32), np.zeros((0, 4, 3), np.uint8), np.zeros(4, np.uint8)],
    ids=["two channels", "floats", "empty", "one row"],
)
def test_an_array_that_is_no_photo_is_refused(array: np.ndarray) -> None:
    assert refusal(array).slug == "photo_bad_array"


def test_a_side_that_cannot_be_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="max_side"):
        read_photo(quadrants(), max_side=0)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=40, deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), new=st.binary(min_size=1, max_size=16), tail=st.floats(0, 1))
def test_damaged_bytes_give_a_photo_or_a_refusal(format_: str, at: float, new: bytes, tail: float) -> None:
    data = bytearray(encoded(quadrants(), format_))
    start = int(at * len(data))
    data[start : start + len(new)] = new
    try:
        photo = read_photo(bytes(data[: max(1, int(len(data) * (1 - tail * 0.2)))]), max_side=64)
    except PhotoRefused as refused:
        message = str(refused)
        assert "\n" not in message
    else:
        assert max(photo.pixels.shape) <= 64


def test_importing_the_room_loads_no_decoder() -> None:
    code = "import sys, qaudit.photos; sys.exit('PIL' in sys.modules or 'cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_jpeg_of_very_many_scans_is_refused_before_it_is_decoded() -> None:
    data = encoded(quadrants(), "JPEG")
    scans = data[data.index(b"\xff\xda") : -2]
    with pytest.raises(PhotoRefused, match="more than 100 scans") as refused:
        read_photo(data[:-2] + scans * 100 + data[-2:])
    assert refused.value.slug == "photo_too_large"
    assert read_photo(encoded(quadrants(), "JPEG", progressive=True)).damaged is None
