"""What stands in the pixels, whatever the file did to them."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from qaudit.photos import read_photo

from .factory import (
    ADOBE_RGB,
    BLUE,
    GREEN,
    RED,
    YELLOW,
    adobe_rgb_to_srgb,
    encoded,
    quadrant_colours,
    quadrants,
    rgb_profile,
    turned,
)

FORMATS = ["JPEG", "PNG", "WebP", "TIFF", "HEIC", "AVIF"]
COLOURS = np.array([RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", FORMATS)
def test_a_photo_comes_upright_exactly_once(format_: str, orientation: int) -> None:
    photo = read_photo(turned(format_, orientation))
    assert photo.pixels.shape == (64, 96, 3)
    assert (photo.width, photo.height, photo.format) == (96, 64, format_)
    assert np.abs(quadrant_colours(photo.pixels) - COLOURS).max() <= 6
    assert photo.applied == (() if orientation == 1 else (f"orientation {orientation}",))


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_reduced_photo_keeps_its_full_size_and_is_upright(format_: str, orientation: int) -> None:
    photo = read_photo(turned(format_, orientation), max_side=48)
    assert photo.pixels.shape == (32, 48, 3)
    assert (photo.width, photo.height, photo.scale) == (96, 64, 0.5)
    assert np.abs(quadrant_colours(photo.pixels) - COLOURS).max() <= 6
    assert photo.applied[-1] == "reduced to 48 px"


def test_a_small_photo_is_never_enlarged() -> None:
    photo = read_photo(encoded(quadrants(), "PNG"), max_side=1600)
    assert np.array_equal(photo.pixels, quadrants())
    assert photo.applied == ()


@pytest.mark.parametrize("max_side", [100, 301, 599])
def test_a_jpeg_decoded_at_a_fraction_shows_what_the_whole_one_shows(max_side: int) -> None:
    y, x = np.mgrid[0:450, 0:600]
    pixels = np.stack([x * 255 // 600, y * 255 // 450, 128 + 100 * np.sin(x / 40) * np.cos(y / 50)], -1).astype(np.uint8)
    data = encoded(pixels, "JPEG")
    reduced = read_photo(data, max_side=max_side).pixels
    whole = read_photo(read_photo(data).pixels, max_side=max_side).pixels
    assert max(reduced.shape) == max_side
    assert np.abs(reduced.astype(int) - whole).mean() < 1.5


def test_a_profile_is_converted_to_srgb_and_named() -> None:
    data = encoded(np.full((8, 8, 3), (200, 120, 60), np.uint8), "PNG", icc_profile=rgb_profile("Wide", ADOBE_RGB, 563 / 256))
    photo = read_photo(data)
    assert np.abs(photo.pixels[0, 0] - adobe_rgb_to_srgb((200, 120, 60))).max() <= 2
    assert photo.applied == ("profile Wide",)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_honours_its_profile(format_: str) -> None:
    data = encoded(
        np.full((64, 64, 3), (200, 120, 60), np.uint8), format_, icc_profile=rgb_profile("Wide", ADOBE_RGB, 563 / 256)
    )
    assert np.abs(read_photo(data).pixels[32, 32] - adobe_rgb_to_srgb((200, 120, 60))).max() <= 5


def test_a_grey_photo_with_an_rgb_profile_is_converted() -> None:
    icc = rgb_profile("Dark", ADOBE_RGB, 1.0)
    photo = read_photo(encoded(np.full((8, 8), 64, np.uint8), "PNG", icc_profile=icc))
    assert np.abs(photo.pixels[0, 0].astype(int) - 137).max() <= 2  # linear 64 / 255 in sRGB levels


def test_a_profile_that_is_srgb_already_is_not_listed() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read_photo(encoded(quadrants(), "PNG", icc_profile=icc))
    assert np.array_equal(photo.pixels, quadrants())
    assert (photo.applied, photo.notes) == ((), ())


def test_a_broken_profile_is_left_out_with_a_note() -> None:
    photo = read_photo(encoded(quadrants(), "PNG", icc_profile=b"nonsense" * 40))
    assert np.array_equal(photo.pixels, quadrants())
    assert photo.notes == ("its colour profile is broken and was left out",)


def test_a_profile_for_another_kind_of_image_is_left_out_with_a_note() -> None:
    icc = rgb_profile("Wide", ADOBE_RGB, 2.2)
    photo = read_photo(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", icc_profile=icc))
    assert photo.notes == ("its colour profile is for another kind of image and was left out",)


def test_cmyk_becomes_rgb() -> None:
    photo = read_photo(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"))
    assert np.abs(photo.pixels[8, 8] - np.array([255, 0, 0], dtype=int)).max() <= 3


def test_alpha_is_laid_over_white() -> None:
    rgba = np.dstack([quadrants(), np.full((64, 96), 255, np.uint8)])
    rgba[:32, :48, 3], rgba[:32, 48:, 3] = 0, 128
    photo = read_photo(encoded(rgba, "PNG"))
    half = np.round(255 + (np.array(GREEN) - 255.0) * 128 / 255)
    assert np.abs(quadrant_colours(photo.pixels) - [(255, 255, 255), half, BLUE, YELLOW]).max() <= 1
    assert photo.applied == ("alpha over white",)


def test_an_alpha_channel_that_hides_nothing_is_not_listed() -> None:
    photo = read_photo(encoded(np.dstack([quadrants(), np.full((64, 96), 255, np.uint8)]), "PNG"))
    assert np.array_equal(photo.pixels, quadrants())
    assert photo.applied == ()


def test_grey_with_alpha_is_laid_over_white() -> None:
    photo = read_photo(encoded(Image.merge("LA", [Image.new("L", (4, 4), 100), Image.new("L", (4, 4), 0)]), "PNG"))
    assert (photo.pixels == 255).all()


def test_a_palette_with_a_transparent_colour_is_laid_over_white() -> None:
    image = Image.new("P", (4, 2))
    image.putpalette([0, 0, 0, *GREEN])
    image.paste(1, (2, 0, 4, 2))
    photo = read_photo(encoded(image, "PNG", transparency=0))
    assert photo.pixels[0].tolist() == [[255] * 3, [255] * 3, list(GREEN), list(GREEN)]


@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_deep_grey_is_scaled_not_clipped(format_: str) -> None:
    levels = np.array([[0, 257, 25700, 65535]], np.uint16)
    photo = read_photo(encoded(levels, format_))
    assert photo.pixels[0, :, 0].tolist() == [0, 1, 100, 255]
    assert photo.applied == ("16 bit to 8 bit",)


def test_black_and_white_is_read() -> None:
    photo = read_photo(encoded(Image.fromarray(np.array([[True, False]])), "PNG"))
    assert photo.pixels[0].tolist() == [[255] * 3, [0] * 3]


def test_only_the_first_frame_counts() -> None:
    data = encoded(Image.new("RGB", (8, 8), RED), "TIFF", save_all=True, append_images=[Image.new("RGB", (9, 9), BLUE)])
    assert read_photo(data).pixels[0, 0].tolist() == list(RED)


def test_what_a_decoder_warns_of_is_told_as_damage() -> None:
    whole = encoded(quadrants(), "JPEG")
    exif = b"Exif\0\0II*\0\x08\0\0\0" + b"\x09\0" + b"\x0f\x01\x02\0\xff\0\0\0\xff\xff\0\0"  # says 9 entries, holds 1
    photo = read_photo(whole[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + whole[2:])
    assert photo.damaged is not None
    assert "EXIF" in photo.damaged
    assert "\n" not in photo.damaged


def test_the_digest_is_of_the_bytes_and_pixels_are_the_same_each_time() -> None:
    data = encoded(quadrants(), "WebP")
    first, second = read_photo(data), read_photo(data)
    assert first.sha256 == hashlib.sha256(data).hexdigest()
    assert np.array_equal(first.pixels, second.pixels)
