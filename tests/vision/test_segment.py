"""The product is found on a plain backdrop, and the whole picture is taken where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.vision.segment import product_region
from samples.make.light import to_srgb
from tests.drawn.backdrop import studio, table
from tests.drawn.drawing import Product
from tests.scenes import fish, kain, make_scene, painting, vase


@pytest.mark.parametrize("product", [painting(), fish(), kain(), vase()], ids=["painting", "fish", "kain", "vase"])
@pytest.mark.parametrize("listing_scale", [0.4, 1.0])
def test_finds_the_product_on_a_studio_backdrop(product: Product, listing_scale: float) -> None:
    scene = make_scene(product, listing_scale=listing_scale, listing_margin_px=round(60 * listing_scale))
    region = product_region(scene.listing)
    assert region.method == "plain background"
    both = (region.mask & scene.product_mask_listing).sum()
    either = (region.mask | scene.product_mask_listing).sum()
    assert both > 0.93 * either
    assert region.confidence > 0.5


def test_a_product_that_fills_the_picture_is_the_whole_picture() -> None:
    region = product_region(painting().pixels)
    assert region.mask.all()
    assert region.method == "whole picture"


def test_a_table_is_no_plain_backdrop() -> None:
    assert product_region(to_srgb(table(np.random.default_rng(2), 300, 400))).method == "whole picture"


def test_an_empty_backdrop_is_the_whole_picture_without_confidence() -> None:
    region = product_region(to_srgb(studio(300, 400)))
    assert region.method == "whole picture"
    assert region.confidence == 0


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3)])
def test_pictures_of_any_shape_have_a_region(shape: tuple[int, int]) -> None:
    assert product_region(np.full((*shape, 3), 90, np.uint8)).mask.shape == shape
