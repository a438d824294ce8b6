"""What stands out by itself is told from what is usual in the pair, and from what lies across the rim."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from qaudit.model.alignment import LocalMatch
from qaudit.vision.standout import standing_out
from qaudit.vision.structure import FINE, local_match
from tests.drawn.photography import Camera
from tests.scenes import painting, rectified


def matched(arrival: np.ndarray | None = None, camera: Camera | None = None) -> LocalMatch:
    pair = rectified(painting()) if camera is None else rectified(painting(), camera=camera)
    match = local_match(pair.listing, pair.arrival if arrival is None else arrival, pair.mask, FINE)
    assert match is not None
    return match


def spotted(*, to_the_rim: bool) -> np.ndarray:
    """The painting with a dark bar from its middle, that ends inside or goes on beyond its rim."""
    arrival = rectified(painting()).arrival.copy()
    cv2.rectangle(arrival, (220, 200), (479 if to_the_rim else 270, 250), (20, 15, 10), -1)
    return arrival


def test_equal_pictures_have_nothing_that_stands_out() -> None:
    above, inside = standing_out(matched())
    assert inside.any()
    assert above.max() == pytest.approx(0, abs=1e-3)


def test_a_spot_stands_out_where_it_is() -> None:
    match = matched(spotted(to_the_rim=False))
    above, inside = standing_out(match)
    y, x = np.unravel_index(above.argmax(), above.shape)
    per_pixel = match.scale / 2
    assert inside[y, x]
    assert 195 * per_pixel <= x <= 295 * per_pixel
    assert 175 * per_pixel <= y <= 275 * per_pixel


def test_what_goes_on_beyond_the_rim_does_not() -> None:
    lying_over, seen = standing_out(matched(spotted(to_the_rim=True)))
    spot, inside = standing_out(matched(spotted(to_the_rim=False)))
    assert np.quantile(lying_over[seen], 0.98) < 0.35 * np.quantile(spot[inside], 0.98)


def test_what_is_usual_in_a_bad_photo_does_not_either() -> None:
    bad, inside = standing_out(matched(camera=Camera(blur_px=1.2, noise_levels=4, jpeg_quality=60)))
    spot, _ = standing_out(matched(spotted(to_the_rim=False)))
    assert np.quantile(bad[inside], 0.98) < 0.1 * np.quantile(spot[inside], 0.98)


def test_where_nothing_counts_nothing_stands_out() -> None:
    match = matched()
    above, inside = standing_out(replace(match, interior=np.zeros_like(match.interior)))
    assert not inside.any()
    assert not above.any()
