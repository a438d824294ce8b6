"""A reflection is told from a white product."""

from __future__ import annotations

import numpy as np

from qaudit.vision.glare import glare_mask
from tests.drawn.photography import Light
from tests.scenes import painting, rectified


def test_finds_the_spot_of_a_lamp_and_nothing_far_from_it() -> None:
    pair = rectified(painting(), light=Light(glare=(0.5, 0.35, 0.08)))
    found = glare_mask(pair.listing, pair.arrival_as_lit, np.zeros(pair.mask.shape, bool))
    height, width = found.shape
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    distance = np.hypot(x - 0.5 * width, y - 0.35 * width) / width
    assert found[distance < 0.03].mean() > 0.9
    assert found[distance > 0.16].mean() < 0.02


def test_finds_nothing_in_the_same_light() -> None:
    pair = rectified(painting())
    assert not glare_mask(pair.listing, pair.arrival_as_lit, np.zeros(pair.mask.shape, bool)).any()


def test_a_white_product_is_not_a_reflection() -> None:
    white = np.full((60, 60, 3), 245, np.uint8)
    assert not glare_mask(white, white, np.zeros((60, 60), bool)).any()


def test_white_ground_in_place_of_a_part_is_not_excused_as_a_reflection() -> None:
    pair = rectified(painting())
    gone = pair.arrival_as_lit.copy()
    gone[100:200, 100:200] = 250
    around = np.zeros(pair.mask.shape, bool)
    around[:20] = True
    assert glare_mask(pair.listing, gone, around)[110:190, 110:190].all()
    gone[:20] = 250
    assert not glare_mask(pair.listing, gone, around).any()
