"""What an outline says by itself, of drawn outlines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from qaudit.vision.silhouette import (
    corners,
    disc_share,
    faces_front,
    is_flat,
    is_one_face,
    quadrilateral_share,
    rectangle_share,
)

SHEET = np.array([(60, 50), (340, 50), (340, 250), (60, 250)])
SLANTED = np.array([(60, 90), (340, 30), (340, 270), (60, 210)])
CARTON = np.array([(80, 65), (200, 30), (320, 65), (320, 235), (200, 270), (80, 235)])


def filled(corners: np.ndarray) -> np.ndarray:
    mask = np.zeros((300, 400), np.uint8)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 1)
    return mask > 0


def ellipse(width: int, height: int) -> np.ndarray:
    mask = np.zeros((300, 400), np.uint8)
    cv2.ellipse(mask, (200, 150), (width, height), 0, 0, 360, 1, -1)
    return mask > 0


def test_a_rectangle_fills_all_that_is_drawn_round_it() -> None:
    assert rectangle_share(filled(SHEET)) > 0.99
    assert quadrilateral_share(filled(SHEET)) > 0.99


@pytest.mark.parametrize("angle_deg", [0, 17, 45, 80])
def test_however_it_lies(angle_deg: float) -> None:
    turned = cv2.transform(SHEET[None].astype(np.float64), cv2.getRotationMatrix2D((200, 150), angle_deg, 0.6))[0]
    assert rectangle_share(filled(turned)) > 0.97
    assert quadrilateral_share(filled(turned)) > 0.97
    assert faces_front(filled(turned))


def test_a_sheet_from_the_side_is_one_face_and_not_from_the_front() -> None:
    assert is_one_face(filled(SLANTED))
    assert not faces_front(filled(SLANTED))


def test_a_carton_from_its_corner_shows_more_than_one_face() -> None:
    assert is_flat(filled(CARTON))
    assert not is_one_face(filled(CARTON))
    assert not faces_front(filled(CARTON))


def test_corners_are_counted_and_bends_are_not() -> None:
    wavy = SHEET + np.array([(0, 0), (0, 4), (0, 0), (0, -4)])
    assert [corners(filled(outline)) for outline in (SHEET, SLANTED, wavy, CARTON)] == [4, 4, 4, 6]
    assert corners(np.zeros((20, 30), bool)) == 0


def test_a_disc_is_from_the_front_until_it_is_turned_away() -> None:
    assert disc_share(ellipse(120, 120)) > 0.98
    assert faces_front(ellipse(120, 120))
    assert not faces_front(ellipse(120, 95))
    assert not is_one_face(ellipse(120, 120))


def test_sheets_fill_their_rectangle_in_any_direction_and_round_open_and_branched_things_do_not() -> None:
    sheet = np.zeros((400, 400), np.uint8)
    cv2.fillPoly(sheet, [np.array([[60, 120], [260, 40], [340, 240], [140, 320]])], 1)
    disc, ring, cross = (np.zeros((400, 400), np.uint8) for _ in range(3))
    cv2.circle(disc, (200, 200), 150, 1, -1)
    cv2.circle(ring, (200, 200), 150, 1, 20)
    cross[180:220], cross[:, 180:220] = 1, 1
    assert rectangle_share(sheet > 0) == pytest.approx(1, abs=0.02)
    assert rectangle_share(disc > 0) == pytest.approx(np.pi / 4, abs=0.02)
    assert rectangle_share(ring > 0) < 0.3
    assert rectangle_share(cross > 0) < 0.4
    assert rectangle_share(np.zeros((9, 9), bool)) == 0
    assert [is_flat(mask > 0) for mask in (sheet, disc, ring, cross)] == [True, False, False, False]


@pytest.mark.parametrize("mask", [np.zeros((20, 30), bool), np.eye(30, dtype=bool)], ids=["nothing", "a line"])
def test_what_has_no_area_is_none_of_it(mask: np.ndarray) -> None:
    assert not is_one_face(mask)
    assert not faces_front(mask)
