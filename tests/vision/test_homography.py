"""Robust fits find the map among outliers, significance follows chance, and impossible views are named so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.vision import homography as hg
from tests.drawn.photography import view
from tests.scenes import mapped

TRUE = view((300, 400), (480, 640), rotation_deg=30, scale=0.9, perspective=0.1)
BOX = np.array([(0, 0), (399, 0), (399, 299), (0, 299)], dtype=float)


def correspondences(inliers: int, outliers: int, noise_px: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    source = rng.uniform((0, 0), (400, 300), (inliers + outliers, 2))
    target = mapped(TRUE, source) + rng.normal(0, noise_px, source.shape)
    target[inliers:] = rng.uniform((0, 0), (640, 480), (outliers, 2))
    return source.astype(np.float32), target.astype(np.float32)


@pytest.mark.parametrize(("inliers", "outliers"), [(60, 0), (60, 60), (60, 140)])
def test_fit_finds_the_map_among_outliers(inliers: int, outliers: int) -> None:
    H = hg.fit(*correspondences(inliers, outliers), 2.0, seed=0)
    assert H is not None
    assert np.abs(mapped(H, BOX) - mapped(TRUE, BOX)).max() < 1.5


def test_one_known_outlier_does_not_move_the_fit() -> None:
    source, target = correspondences(50, 0, noise_px=0.0)
    target[7] += 80
    H = hg.fit(source, target, 2.0, seed=0)
    assert H is not None
    assert np.abs(mapped(H, BOX) - mapped(TRUE, BOX)).max() < 0.05


def test_fit_of_fewer_than_four_points_is_none() -> None:
    source, target = correspondences(3, 0)
    assert hg.fit(source, target, 2.0, seed=0) is None


def test_project_agrees_with_the_truth_and_is_nan_behind_the_camera() -> None:
    np.testing.assert_allclose(hg.project(TRUE, BOX), mapped(TRUE, BOX))
    behind = np.array([[1, 0, 0], [0, 1, 0], [-0.01, 0, 1.0]])
    assert np.isnan(hg.project(behind, np.array([(200.0, 0.0)]))).all()


@given(matches=st.integers(10, 2000), share=st.floats(0.01, 0.99))
def test_more_inliers_are_never_less_significant(matches: int, share: float) -> None:
    inliers = max(6, int(share * matches))
    fewer = hg.significance(matches, inliers - 1, 3.0, 1e6)
    assert hg.significance(matches, inliers, 3.0, 1e6) >= fewer - 1e-9


def test_what_chance_does_is_not_significant() -> None:
    rng = np.random.default_rng(1)
    for trial in range(5):
        source = rng.uniform(0, 1000, (300, 2)).astype(np.float32)
        target = rng.uniform(0, 1000, (300, 2)).astype(np.float32)
        H = hg.fit(source, target, 4.0, seed=trial)
        if H is None:
            continue
        distance = np.linalg.norm(hg.project(H, source) - target, axis=1)
        assert hg.significance(300, int((distance < 4).sum()), 4.0, 1e6) < 8


def test_too_few_inliers_are_worth_nothing() -> None:
    assert hg.significance(100, 4, 3.0, 1e6) == 0
    assert hg.significance(0, 0, 3.0, 1e6) == 0


@pytest.mark.parametrize("rotation_deg", [0, 90, 180])
@pytest.mark.parametrize("scale", [1 / 3, 1.0, 3.0])
def test_views_that_a_camera_can_take_are_plausible(rotation_deg: float, scale: float) -> None:
    assert hg.plausible(view((300, 400), (480, 640), rotation_deg=rotation_deg, scale=scale, perspective=0.2), BOX, (480, 640))


@pytest.mark.parametrize(
    "H",
    [
        np.array([[-1, 0, 400], [0, 1, 0], [0, 0, 1.0]]),
        np.diag([0.001, 0.001, 1]),
        np.diag([50.0, 50, 1]),
        np.diag([1.0, 0.01, 1]),
        np.array([[1, 0, 0], [0, 1, 0], [-0.004, 0, 1.0]]),
    ],
    ids=["mirrored", "a point", "grotesquely large", "a splinter", "behind the camera"],
)
def test_views_that_no_camera_takes_are_not_plausible(H: np.ndarray) -> None:
    assert not hg.plausible(H, BOX, (480, 640))


def test_a_long_thin_product_is_plausible_seen_head_on_and_not_squeezed_to_a_splinter() -> None:
    belt = np.array([[0, 0], [1500, 0], [1500, 60], [0, 60]], np.float64)
    assert hg.plausible(np.eye(3), belt, (400, 1600))
    assert not hg.plausible(np.diag([1.0, 0.1, 1.0]), belt, (400, 1600))
