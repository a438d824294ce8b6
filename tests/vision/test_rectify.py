"""Both photos come into one frame, at the resolution and sharpness that both have."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from qaudit.model.alignment import Aligned
from qaudit.model.options import Options
from qaudit.vision.rectify import Frame, equally_sharp, rectify, residual_flow
from qaudit.vision.segment import product_region
from tests.drawn.photography import Camera
from tests.scenes import PERFECT, STUDIO, Scene, make_scene, mapped, painting, photo_of

OPTIONS = Options()


def in_one_frame(scene: Scene, options: Options = OPTIONS) -> Frame:
    """The frame that the true map gives."""
    truth = Aligned(scene.H_arrival_to_listing, "features", 100, 100.0, 0.5, 1.0)
    return rectify(photo_of(scene.listing), photo_of(scene.arrival), product_region(scene.listing), truth, options)


def correlation(first: np.ndarray, second: np.ndarray, mask: np.ndarray) -> float:
    return float(np.corrcoef(first[mask].ravel(), second[mask].ravel())[0, 1])


@pytest.mark.parametrize("rotation_deg", [0, 75, 180])
@pytest.mark.parametrize("listing_scale", [0.5, 1.0])
def test_both_photos_show_the_same_place_at_the_same_pixel(rotation_deg: float, listing_scale: float) -> None:
    scene = make_scene(
        painting(),
        rotation_deg=rotation_deg,
        scale=0.75,
        perspective=0.06,
        listing_scale=listing_scale,
        light=STUDIO,
        camera=PERFECT,
    )
    frame = in_one_frame(scene)
    inner = cv2.erode((frame.product & frame.seen).astype(np.uint8), np.ones((7, 7))) > 0
    assert inner.mean() > 0.8
    assert correlation(frame.listing, frame.arrival, inner) > 0.97
    assert correlation(frame.listing, np.roll(frame.arrival, 3, axis=1), inner) < 0.9


def test_maps_of_the_frame_agree_with_the_truth(painting_scene: Scene) -> None:
    frame = in_one_frame(painting_scene)
    places = np.array([(50, 40), (300, 80), (200, 250)], dtype=float)
    through_arrival = mapped(painting_scene.H_arrival_to_listing, mapped(frame.H_frame_to_arrival, places))
    np.testing.assert_allclose(through_arrival, mapped(frame.H_frame_to_listing, places), atol=1e-6)


def test_the_frame_is_no_finer_than_the_coarser_photo() -> None:
    coarse = in_one_frame(make_scene(painting(), scale=0.4))
    fine = in_one_frame(make_scene(painting(), scale=0.9))
    assert max(coarse.product.shape) < 0.6 * max(fine.product.shape)
    assert max(in_one_frame(make_scene(painting(), scale=0.9), Options(frame_side_px=200)).product.shape) == 200


def test_places_outside_the_arrival_photo_are_not_seen() -> None:
    frame = in_one_frame(make_scene(painting(), scale=0.9, centre=(0.9, 0.5)))
    share = frame.seen[frame.product].mean()
    assert 0.4 < share < 0.75
    assert frame.seen[:, : frame.seen.shape[1] // 3].mean() > frame.seen[:, -frame.seen.shape[1] // 3 :].mean()


def test_a_bend_is_followed_by_the_flow() -> None:
    picture = painting().pixels
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend = 4 * np.sin(np.pi * y / height).astype(np.float32)
    moving = cv2.remap(picture, x - bend, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    flow = residual_flow(picture, moving, np.ones((height, width), bool))
    assert flow is not None
    inner = np.s_[40:-40, 40:-40]
    assert np.abs(flow[..., 0] - bend)[inner].mean() < 0.6
    assert np.abs(flow[..., 1])[inner].mean() < 0.5


def test_pictures_that_fit_need_no_flow() -> None:
    picture = painting().pixels
    assert residual_flow(picture, picture, np.ones(picture.shape[:2], bool)) is None


@pytest.mark.parametrize("blur_px", [1.2, 2.0])
def test_the_sharper_picture_is_blurred_to_the_other(blur_px: float) -> None:
    sharp, everywhere = painting().pixels, np.ones(painting().mask.shape, bool)
    soft = cv2.GaussianBlur(sharp, (0, 0), blur_px)
    first, second, chosen_px = equally_sharp(sharp, soft, everywhere)
    assert chosen_px == pytest.approx(blur_px, abs=0.35)
    np.testing.assert_array_equal(second, soft)
    assert np.abs(first.astype(int) - soft).mean() < 0.5 * np.abs(sharp.astype(int) - soft).mean()
    _, blurred, turned_round_px = equally_sharp(soft, sharp, everywhere)
    assert turned_round_px == -chosen_px
    np.testing.assert_array_equal(blurred, first)


def test_equally_sharp_pictures_stay_as_they_are() -> None:
    picture = painting().pixels
    first, second, chosen_px = equally_sharp(picture, picture, np.ones(picture.shape[:2], bool))
    assert chosen_px == 0
    np.testing.assert_array_equal(first, picture)
    np.testing.assert_array_equal(second, picture)


def test_a_blurred_arrival_makes_a_blurred_listing() -> None:
    sharp = in_one_frame(make_scene(painting(), scale=0.9, camera=Camera(0.3, 1.0)))
    soft = in_one_frame(make_scene(painting(), scale=0.9, camera=Camera(2.0, 1.0)))
    detail = [cv2.Laplacian(frame.listing, cv2.CV_64F).std() for frame in (sharp, soft)]
    assert detail[1] < 0.7 * detail[0]
