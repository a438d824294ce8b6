"""A photo that cannot answer says what to do about it; a good photo says nothing."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from qaudit.model.photo import PhotoQuality
from qaudit.vision.quality import Seen, clipped_share, dark_share, photo_quality
from tests.drawn.photography import Camera, Light
from tests.scenes import PHONE, Scene, fish, kain, make_scene, painting

PRODUCTS = pytest.mark.parametrize("product", [painting(), fish(), kain()], ids=["painting", "fish", "kain"])


def quality(scene: Scene, seen: Seen | None = None) -> PhotoQuality:
    return photo_quality(scene.arrival, scene.product_mask_arrival, seen=seen)


@PRODUCTS
@pytest.mark.parametrize("light", [Light(), Light(3900, -0.8, 1.0), Light(7500, 0.5)], ids=["studio", "lamp", "shade"])
def test_a_good_photo_is_given_no_advice(product, light: Light) -> None:
    found = quality(make_scene(product, scale=0.8, rotation_deg=20, light=light, camera=PHONE))
    assert found.advice == ()
    assert found.usable


@PRODUCTS
def test_strong_blur_is_named(product) -> None:
    found = quality(make_scene(product, scale=0.8, camera=Camera(blur_px=7, noise_levels=1.5)))
    assert found.advice == ("blurred",)
    assert not found.usable


def test_darkness_is_named() -> None:
    found = quality(make_scene(painting(), scale=0.8, light=Light(exposure_ev=-6)))
    assert "too_dark" in found.advice
    assert found.dark_share > 0.6


def test_darkness_is_named_where_noise_glitters_and_the_product_is_not_known() -> None:
    noise = np.random.default_rng(2).normal(0, 18, (600, 800, 3))
    night = np.clip(24 + noise, 0, 255).astype(np.uint8)
    lamp = night.copy()
    lamp[200:400, 300:500] = 180
    corner = np.zeros((600, 800), bool)
    corner[:80, :80] = True
    assert "too_dark" in photo_quality(night, np.ones((600, 800), bool)).advice
    assert photo_quality(night, corner).dark_share == 1
    assert "too_dark" not in photo_quality(lamp, ~corner & (lamp[..., 0] == 180)).advice


@PRODUCTS
@pytest.mark.parametrize("turn_deg", [0, 35, 90])
def test_a_shaken_photo_is_blurred_though_edges_along_the_shake_are_sharp(product, turn_deg: int) -> None:
    scene = make_scene(product, scale=0.8, camera=Camera(noise_levels=1.5))
    path = np.zeros((31, 31), np.float32)
    path[15] = 1 / 31
    turned = cv2.warpAffine(path, cv2.getRotationMatrix2D((15, 15), turn_deg, 1), (31, 31))
    shaken = cv2.filter2D(scene.arrival, -1, turned / turned.sum())
    found = photo_quality(shaken, scene.product_mask_arrival)
    assert found.sharpness_share < 0.5 * quality(scene).sharpness_share
    assert found.sharpness_share < 0.45  # of cloth in fine rows the shake leaves a beat
    assert (found.advice == ("blurred",)) or product is PRODUCTS.args[1][2]


def test_noise_is_not_sharpness() -> None:
    scene = make_scene(painting(), scale=0.8, camera=Camera(blur_px=7, noise_levels=0.0))
    noise = np.random.default_rng(3).normal(0, 10, scene.arrival.shape)
    grainy = np.clip(scene.arrival + noise, 0, 255).astype(np.uint8)
    assert photo_quality(grainy, scene.product_mask_arrival).advice == ("blurred",)


def test_overexposure_is_named() -> None:
    found = quality(make_scene(painting(), scale=0.8, light=Light(exposure_ev=5)))
    assert "burnt_out" in found.advice
    assert found.clipped_share > 0.35


def test_a_tiny_product_is_named() -> None:
    found = quality(make_scene(painting(), scale=0.12))
    assert found.advice[0] == "too_small"
    assert found.product_px == pytest.approx(0.12 * np.sqrt(painting().mask.sum()), rel=0.05)


def test_size_is_judged_in_the_photo_as_taken() -> None:
    scene = make_scene(painting(), scale=0.15)
    reduced = photo_quality(scene.arrival, scene.product_mask_arrival, scale=0.25)
    assert "too_small" not in reduced.advice
    assert reduced.product_px == pytest.approx(4 * quality(scene).product_px)


def test_much_glare_is_named_and_little_is_not(painting_scene: Scene) -> None:
    assert quality(painting_scene, Seen(0.0, 0.0, 0.5, 1.0)).advice == ("glare",)
    assert quality(painting_scene, Seen(0.0, 0.0, 0.02, 1.0)).advice == ()


def test_a_product_outside_the_photo_is_named(painting_scene: Scene) -> None:
    found = photo_quality(painting_scene.arrival, np.zeros_like(painting_scene.product_mask_arrival))
    assert found.advice == ("product_not_in_photo",)


def test_the_worst_comes_first() -> None:
    scene = make_scene(painting(), scale=0.1, light=Light(exposure_ev=5))
    assert set(quality(scene).advice) >= {"too_small", "burnt_out"}
    assert quality(scene).advice[0] in {"too_small", "burnt_out"}
    assert quality(make_scene(painting(), scale=0.02, light=Light(exposure_ev=5))).advice[0] == "too_small"


@PRODUCTS
def test_more_blur_is_never_sharper(product) -> None:
    shares = []
    for blur_px in (0.0, 1.0, 2.0, 4.0, 8.0):
        scene = make_scene(product, scale=0.8, camera=Camera(blur_px=blur_px, noise_levels=1.5))
        shares.append(quality(scene).sharpness_share)
    assert all(0 <= share <= 1 for share in shares)
    assert all(sharper >= softer - 0.02 for sharper, softer in pairwise(shares))
    assert shares[0] > 2 * shares[-1]


def test_blur_of_the_background_alone_is_not_blur_of_the_product() -> None:
    scene = make_scene(painting(), scale=0.6)
    soft = cv2.GaussianBlur(scene.arrival, (0, 0), 8)
    inner = cv2.dilate(scene.product_mask_arrival.astype(np.uint8), np.ones((9, 9)))[..., None] > 0
    assert photo_quality(np.where(inner, scene.arrival, soft), scene.product_mask_arrival).advice == ()
    assert photo_quality(np.where(inner, soft, scene.arrival), scene.product_mask_arrival).advice == ("blurred",)


def test_nothing_speaks_for_blur_where_there_are_no_edges() -> None:
    found = photo_quality(np.full((300, 300, 3), 120, np.uint8), np.ones((300, 300), bool))
    assert found.sharpness_share == 1
    assert found.advice == ()


@pytest.mark.parametrize("factor", [2, 4])
def test_a_photo_and_its_enlargement_are_judged_alike(factor: int) -> None:
    scene = make_scene(painting(), scale=0.8, photo=(600, 800))
    large = cv2.resize(scene.arrival, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    mask = cv2.resize(scene.product_mask_arrival.astype(np.uint8), large.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    assert photo_quality(large, mask).sharpness_share == pytest.approx(quality(scene).sharpness_share, abs=0.1)
    assert photo_quality(large, mask).advice == ()


def test_a_product_of_which_half_is_cut_off_is_named(painting_scene: Scene) -> None:
    photo, mask = painting_scene.arrival, painting_scene.product_mask_arrival
    assert photo_quality(photo, mask, seen=Seen(0.0, 0.0, 0.0, 0.45)).advice == ("cut_off",)
    assert photo_quality(photo, mask, seen=Seen(0.0, 0.0, 0.0, 0.9)).advice == ()


def test_a_black_product_is_not_a_dark_photo() -> None:
    listing = np.full((100, 100, 3), 20, np.uint8)
    listing[:, :30] = 220
    seen = np.ones((100, 100), bool)
    assert dark_share(listing, listing, seen) == 0
    assert dark_share(listing, np.full_like(listing, 10), seen) == 1
    assert dark_share(listing, listing, np.zeros_like(seen)) == 0


def test_a_white_product_is_not_a_burnt_out_photo() -> None:
    listing = np.full((100, 100, 3), 250, np.uint8)
    listing[:, :30] = (200, 60, 60)
    seen = np.ones((100, 100), bool)
    assert clipped_share(listing, listing, seen) == 0
    assert clipped_share(listing, np.full_like(listing, 255), seen) == 1


def test_a_strip_of_one_pixel_is_no_crash() -> None:
    assert photo_quality(np.zeros((1, 2000, 3), np.uint8), np.ones((1, 2000), bool)).advice
