"""Structure is found again where it is there, a little shift and another light aside, and not where it was exchanged."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from qaudit.vision.structure import COLOURING, FINE, Band, bounded, local_match
from tests.drawn.defect import inlay_missing, pattern_exchanged, spot_mask
from tests.drawn.photography import Camera, Light
from tests.scenes import painting, rectified

BANDS = pytest.mark.parametrize("band", [FINE, COLOURING], ids=["light", "colour"])
SPOT = (0.45, 0.4, 0.13)


def on_map(mask: np.ndarray, shape: tuple[int, int], erode_px: int) -> np.ndarray:
    """`mask` at the size of a map, `erode_px` inside its edge."""
    small = cv2.resize(mask.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST)
    return cv2.erode(small, np.ones((2 * erode_px + 1,) * 2, np.uint8)) > 0


@BANDS
def test_equal_pictures_correlate_fully_everywhere(band: Band) -> None:
    pair = rectified(painting())
    match = local_match(pair.listing, pair.arrival, pair.mask, band)
    assert match.correlation[match.mask].min() > 0.98
    np.testing.assert_allclose(match.listing_energy, match.arrival_energy, rtol=1e-4, atol=1e-6)


@BANDS
@pytest.mark.parametrize("shift_px", [(1.0, 0.0), (-2.0, 1.5), (3.0, 3.0)])
def test_a_small_shift_does_not_matter(band: Band, shift_px: tuple[float, float]) -> None:
    pair = rectified(painting(), shift_px=shift_px)
    match = local_match(pair.listing, pair.arrival, pair.mask, band)
    assert np.median(match.correlation[match.mask]) > 0.9


@BANDS
def test_another_light_does_not_matter(band: Band) -> None:
    pair = rectified(painting(), light_left=Light(4500, -0.6, 1.0), camera=Camera(noise_levels=1.0))
    match = local_match(pair.listing, pair.arrival, pair.mask, band)
    assert np.median(match.correlation[match.mask]) > 0.9


@BANDS
@pytest.mark.parametrize(
    "change",
    [lambda p: pattern_exchanged(p, painting(2), SPOT), lambda p: inlay_missing(p, spot_mask(p, SPOT))],
    ids=["exchanged", "missing"],
)
def test_structure_that_is_gone_is_not_found_again(band: Band, change) -> None:
    region = spot_mask(painting(), SPOT)
    pair = rectified(painting(), change, camera=Camera(0.5, 1.0))
    match = local_match(pair.listing, pair.arrival, pair.mask, band)
    inside = on_map(region, match.mask.shape, match.window_px // 2) & match.mask
    outside = on_map(~region, match.mask.shape, match.window_px // 2 + 1) & match.mask
    assert np.median(match.correlation[inside]) < 0.6 < 0.9 < np.median(match.correlation[outside])


@BANDS
def test_maps_have_one_shape_and_scale_leads_back_to_the_frame(band: Band) -> None:
    pair = rectified(painting(side=900))
    match = local_match(pair.listing, pair.arrival, pair.mask, band)
    assert match.correlation.shape == match.listing_energy.shape == match.arrival_energy.shape == match.mask.shape
    assert match.mask.shape[1] / match.scale == pytest.approx(900, abs=2)


@BANDS
def test_a_correlation_is_never_more_than_one_up_to_the_edges_of_the_frame(band: Band) -> None:
    pair = rectified(painting(), camera=Camera(0.5, 1.0))
    match = local_match(pair.listing, pair.arrival, pair.mask, band)
    assert np.abs(match.correlation[match.mask]).max() < 1.01


@BANDS
def test_an_empty_mask_and_a_tiny_product_have_no_structure(band: Band) -> None:
    pair = rectified(painting())
    assert local_match(pair.listing, pair.arrival, np.zeros_like(pair.mask), band) is None
    assert local_match(pair.listing[:12, :12], pair.arrival[:12, :12], pair.mask[:12, :12], band) is None


def test_a_featureless_picture_correlates_with_nothing_and_is_no_number_nowhere() -> None:
    flat = np.full((200, 200, 3), 128, np.uint8)
    match = local_match(flat, flat, np.ones((200, 200), bool), FINE)
    assert np.isfinite(match.correlation).all()
    assert match.listing_energy.max() < 1e-6


def bounded_pair(pair):
    return bounded(*(local_match(pair.listing, pair.arrival, pair.mask, band) for band in (FINE, COLOURING)))


def test_the_interior_of_a_true_pair_is_nearly_all_of_it() -> None:
    fine, colouring = bounded_pair(rectified(painting(), camera=Camera(0.5, 1.0)))
    for match in (fine, colouring):
        assert match.interior.sum() > 0.85 * match.mask.sum()
        assert not (match.interior & ~match.mask).any()


def test_a_side_that_turned_away_is_no_interior_and_a_hole_in_the_middle_is() -> None:
    other = painting(7).pixels
    pair = rectified(painting())
    edge, hole = pair.arrival.copy(), pair.arrival.copy()
    width = edge.shape[1]
    edge[:, : width // 4] = cv2.resize(other, edge.shape[1::-1])[:, : width // 4]
    hole[200:260, 200:260] = 0
    fine, _ = bounded_pair(replace(pair, arrival=edge))
    assert fine.interior[:, : round(0.2 * fine.mask.shape[1])].sum() == 0
    assert fine.interior.sum() > 0.6 * fine.mask.sum()
    fine, _ = bounded_pair(replace(pair, arrival=hole))
    row, column = round(230 * fine.scale), round(230 * fine.scale)
    assert fine.interior[row, column]


def test_where_nothing_agrees_nothing_is_bounded() -> None:
    pair = rectified(painting())
    fine, colouring = bounded_pair(replace(pair, arrival=np.ascontiguousarray(pair.arrival[::-1, ::-1])))
    assert (fine.interior == fine.mask).all()
    assert (colouring.interior == colouring.mask).all()
    assert bounded(None, None) == (None, None)
