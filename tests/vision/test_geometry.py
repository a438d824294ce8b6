"""Places of the frame are led back to the photos as displayed."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.model.alignment import Aligned
from qaudit.model.photo import Region
from qaudit.vision.geometry import Camera, place_box, region_in_arrival
from tests.scenes import Scene

IDENTITY = np.eye(3)


def test_a_box_stays_where_frame_and_photo_are_one() -> None:
    assert place_box((10, 20, 30, 40), Camera(IDENTITY, None, 1.0, (200, 100))) == (10, 20, 30, 40)


def test_a_box_of_a_reduced_photo_covers_the_same_place_of_the_whole_one() -> None:
    x, y, w, h = place_box((10, 20, 30, 40), Camera(IDENTITY, None, 0.5, (400, 300)))
    assert (x, y) == pytest.approx((20, 40), abs=1)
    assert (x + w, y + h) == pytest.approx((80, 120), abs=1)


def test_a_turned_box_is_boxed_upright() -> None:
    quarter = np.array([[0, -1, 99], [1, 0, 0], [0, 0, 1.0]])
    assert place_box((10, 20, 30, 40), Camera(quarter, None, 1.0, (200, 200))) == (40, 10, 40, 30)


def test_the_flow_moves_a_box() -> None:
    flow = np.full((100, 200, 2), (5, -3), np.float32)
    assert place_box((10, 20, 30, 40), Camera(IDENTITY, flow, 1.0, (200, 100))) == (15, 17, 30, 40)


def test_a_box_is_cut_at_the_edge_and_none_outside() -> None:
    assert place_box((90, 40, 30, 30), Camera(IDENTITY, None, 1.0, (100, 50))) == (90, 40, 10, 10)
    assert place_box((300, 40, 30, 30), Camera(IDENTITY, None, 1.0, (100, 50))) is None


def test_the_region_is_where_the_product_is_seen(painting_scene: Scene) -> None:
    truth = Aligned(painting_scene.H_arrival_to_listing, "features", 100, 100.0, 0.5, 1.0)
    region = Region(painting_scene.product_mask_listing, "plain background", 1.0)
    found = region_in_arrival(region, truth, painting_scene.arrival.shape[:2])
    either = (found | painting_scene.product_mask_arrival).sum()
    assert (found & painting_scene.product_mask_arrival).sum() > 0.98 * either
