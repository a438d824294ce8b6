"""Colour conversions agree with another implementation and with published values."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import rgb2lab

from qaudit.vision import colour
from samples.make.light import illuminant_gain, to_linear

# Sharma, Wu and Dalal (2005), table 1: pairs 1, 4, 7, 9, 14, 17, 18, 20, 24, 25, 29, 34.
SHARMA = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0011, -2.4900), 4.7461),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((50.0, 2.5, 0.0), (50.0, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("first", "second", "expected"), SHARMA)
def test_delta_e00_agrees_with_the_published_table_both_ways(first: tuple, second: tuple, expected: float) -> None:
    first, second = np.array(first), np.array(second)
    assert colour.delta_e00(first, second) == pytest.approx(expected, abs=1e-4)
    assert colour.delta_e00(second, first) == pytest.approx(expected, abs=1e-4)


def test_delta_e00_takes_pictures_and_is_zero_for_equal_ones() -> None:
    picture = np.random.default_rng(0).uniform(-50, 90, (4, 5, 3))
    assert colour.delta_e00(picture, picture).shape == (4, 5)
    assert np.abs(colour.delta_e00(picture, picture)).max() < 1e-6


@pytest.mark.parametrize("brightest", [32, 256], ids=["dark", "all"])
def test_lab_agrees_with_scikit_image_to_half_of_what_an_eye_can_see(brightest: int) -> None:
    pixels = np.random.default_rng(0).integers(0, brightest, (200, 200, 3), dtype=np.uint8)
    difference = colour.delta_e00(colour.lab(pixels), rgb2lab(pixels))
    assert np.median(difference) < 0.15
    assert difference.max() < 0.5


def test_linear_light_round_trip_keeps_every_level_and_agrees_with_another_implementation() -> None:
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(colour.linear_to_srgb(colour.srgb_to_linear(levels)), levels)
    np.testing.assert_allclose(colour.srgb_to_linear(levels), to_linear(levels), atol=1e-6)


def test_light_out_of_range_is_clipped() -> None:
    np.testing.assert_array_equal(colour.linear_to_srgb(np.array([-1.0, 2.0], np.float32)), [0, 255])


@pytest.mark.parametrize("cct_k", [3000, 3900, 5000, 6504, 8000])
def test_ordinary_lights_lie_near_the_locus_and_warm_is_positive(cct_k: float) -> None:
    duv, mired = colour.off_locus(np.array(illuminant_gain(cct_k)))
    assert duv < 0.006
    assert mired == pytest.approx(1e6 / cct_k - 1e6 / 6504, abs=20)


def test_no_change_is_no_move() -> None:
    assert colour.off_locus(np.ones(3)) == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.parametrize("gain", [(1.0, 1.35, 1.0), (1.3, 1.0, 1.3), (0.6, 1.0, 0.6)])
def test_green_and_magenta_are_off_the_locus(gain: tuple[float, float, float]) -> None:
    assert colour.off_locus(np.array(gain))[0] > 0.012
