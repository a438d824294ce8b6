"""Boxes point at the worst places of a map, worst first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.vision.places import worst_places

EVERYWHERE = np.ones((60, 80), bool)


def peaks(*spots: tuple[int, int, int, int, float]) -> np.ndarray:
    """A map of zeros with blocks (x, y, w, h, height)."""
    badness = np.zeros((60, 80), np.float32)
    for x, y, w, h, height in spots:
        badness[y : y + h, x : x + w] = height
    return badness


def test_blocks_are_boxed_worst_first() -> None:
    badness = peaks((10, 5, 8, 6, 1.0), (50, 30, 12, 9, 3.0))
    assert worst_places(badness, EVERYWHERE, 0.5) == ((50, 30, 12, 9), (10, 5, 8, 6))


def test_boxes_are_in_pixels_of_the_frame() -> None:
    assert worst_places(peaks((10, 5, 8, 6, 1.0)), EVERYWHERE, 0.5, scale=0.5) == ((20, 10, 16, 12),)


def test_places_below_the_least_or_outside_the_mask_are_left_out() -> None:
    badness = peaks((10, 5, 8, 6, 1.0), (50, 30, 12, 9, 3.0))
    assert worst_places(badness, EVERYWHERE, 2.0) == ((50, 30, 12, 9),)
    left = np.broadcast_to(np.arange(80) < 40, (60, 80))
    assert worst_places(badness, left, 0.5) == ((10, 5, 8, 6),)


def test_there_are_never_more_than_three() -> None:
    badness = peaks(*((x, 10, 4, 4, 1.0 + x) for x in range(2, 78, 10)))
    assert len(worst_places(badness, EVERYWHERE, 0.5)) == 3


@pytest.mark.parametrize("badness", [np.zeros((60, 80), np.float32), peaks((10, 5, 8, 6, 1.0))])
def test_a_flat_map_and_an_empty_mask_have_no_place(badness: np.ndarray) -> None:
    assert worst_places(badness, np.zeros_like(EVERYWHERE), 0.5) == ()
    assert worst_places(np.zeros_like(badness), EVERYWHERE, 0.0) == ()


@given(x=st.integers(0, 79), y=st.integers(0, 59), w=st.integers(1, 80), h=st.integers(1, 60), frame=st.integers(80, 1200))
def test_boxes_never_leave_the_frame(x: int, y: int, w: int, h: int, frame: int) -> None:
    (box,) = worst_places(peaks((x, y, w, h, 1.0)), EVERYWHERE, 0.5, scale=80 / frame)
    assert 0 <= box[0] < box[0] + box[2] <= frame
    assert 0 <= box[1] < box[1] + box[3] <= round(60 * frame / 80) + 1
