"""Proportions are told from a photo at an angle, whatever the lens."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.vision.proportion import least_stretch

SHAPE = (1200, 1600)
MIDDLE = (300.0, 200.0)


def photographed(
    turn_deg: float, tilt_deg: float, focal: float = 0.75, stretch: tuple[float, float] = (1.0, 1.0)
) -> np.ndarray:
    """Arrival to listing: a plane seen by a pinhole camera; `stretch` is what became of its width and height."""
    a, b = np.radians(turn_deg), np.radians(tilt_deg)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    tilt = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    R = tilt @ turn
    focal_px = focal * max(SHAPE)
    K = np.array([[focal_px, 0, (SHAPE[1] - 1) / 2], [0, focal_px, (SHAPE[0] - 1) / 2], [0, 0, 1]])
    to_metres = np.array([[1, 0, -MIDDLE[0]], [0, 1, -MIDDLE[1]], [0, 0, 1]]) / 600 * np.array([[1], [1], [600]])
    H = K @ np.column_stack([R[:, 0], R[:, 1], [0.05, -0.03, 1.4]]) @ np.diag([*stretch, 1.0]) @ to_metres
    back = np.linalg.inv(H)
    return back / back[2, 2]


@pytest.mark.parametrize("tilt_deg", [0, 20, 40])
@pytest.mark.parametrize("focal", [0.7, 1.0, 1.6])
def test_a_plane_keeps_its_proportions_from_every_side(tilt_deg: float, focal: float) -> None:
    stretch = least_stretch(photographed(25, tilt_deg, focal), SHAPE, MIDDLE)
    assert stretch.factor < 1.02


@pytest.mark.parametrize("tilt_deg", [0, 5, 10])
@pytest.mark.parametrize(("wider", "direction_deg"), [(1.2, 0), (0.8, 90)])
def test_a_cut_is_told_with_its_direction(tilt_deg: float, wider: float, direction_deg: float) -> None:
    stretch = least_stretch(photographed(10, tilt_deg, stretch=(wider, 1.0)), SHAPE, MIDDLE)
    assert 1.08 < stretch.factor < 1.27
    assert abs(abs(stretch.direction_deg) - direction_deg) < 20


def test_what_a_lens_and_a_slant_explain_is_no_cut() -> None:
    assert least_stretch(photographed(10, 40, stretch=(1.1, 1.0)), SHAPE, MIDDLE).factor < 1.05


def test_the_tilt_is_that_of_the_camera() -> None:
    assert least_stretch(photographed(0, 35), SHAPE, MIDDLE).tilt_deg == pytest.approx(35, abs=8)
    assert least_stretch(photographed(30, 0), SHAPE, MIDDLE).tilt_deg < 5
