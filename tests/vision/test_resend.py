"""A listing photo sent in as the arrival photo is known again; a second photo from the same place is another photo."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from qaudit.vision.resend import is_same_picture
from samples.make.light import to_linear
from tests.drawn.photography import Camera, Light, expose, jpeg
from tests.scenes import make_scene, painting

NOISY = Camera(0.5, 3.0)
PHOTO = make_scene(painting(), camera=NOISY).arrival


def saved(pixels: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg(pixels, quality), np.uint8), cv2.IMREAD_COLOR_RGB)


@pytest.mark.parametrize(
    "again",
    [
        PHOTO,
        saved(PHOTO, 92),
        cv2.resize(PHOTO, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        np.clip(PHOTO * 0.8 + 20, 0, 255).astype(np.uint8),
    ],
    ids=["as it is", "saved again well", "made smaller", "brightened"],
)
def test_the_same_photo_is_known_again(again: np.ndarray) -> None:
    assert is_same_picture(PHOTO, again)
    assert is_same_picture(again, PHOTO)


def test_a_second_photo_from_the_same_tripod_is_another_photo() -> None:
    scene = to_linear(make_scene(painting(), light=Light(), camera=Camera()).arrival)
    first, second = (expose(scene, Light(), NOISY, np.random.default_rng(seed)) for seed in (1, 2))
    assert not is_same_picture(first, second)


def test_the_same_place_in_another_light_is_another_photo() -> None:
    quiet = Camera(0.5, 0.2)
    first, second = (make_scene(painting(), camera=quiet, light=light).arrival for light in (Light(), Light(shading_ev=1.0)))
    assert not is_same_picture(first, second)


def test_other_photos_are_other_photos() -> None:
    assert not is_same_picture(PHOTO, make_scene(painting(), rotation_deg=5, camera=NOISY, seed=1).arrival)
    assert not is_same_picture(PHOTO, make_scene(painting(2), camera=NOISY, seed=1).arrival)
    assert not is_same_picture(PHOTO, PHOTO[:, :500])


def test_blank_pictures_are_nobodys_photo() -> None:
    blank = np.full((200, 300, 3), 255, np.uint8)
    assert not is_same_picture(blank, blank)
