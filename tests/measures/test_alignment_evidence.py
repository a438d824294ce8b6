"""What the alignment, the light and the outlines say: found again, in which proportions, in which light, and how many."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.measures.agreement import agreement_deficit, outline_difference
from qaudit.measures.cast import implausible_light
from qaudit.measures.pieces import count_difference, pieces
from qaudit.measures.proportion import stretched
from qaudit.model.alignment import Aligned, AlignmentFailed, Lighting
from qaudit.model.photo import Region
from qaudit.vision.colour import uv_of_gain
from qaudit.vision.lighting import LightField
from qaudit.vision.segment import PLAIN, WHOLE
from samples.make.light import illuminant_gain

TEXTURED = (800, 900)


def found(significance: float) -> Aligned:
    return Aligned(np.eye(3), "features", 100, significance, 0.5, 1.0, keypoints=TEXTURED)


def light(*gain: float) -> Lighting:
    return LightField(np.log2(np.array(gain)), 1.0, np.zeros(5)).summary()


def test_the_surer_the_map_the_less_is_missing() -> None:
    values = [agreement_deficit(found(sure)).value for sure in (5000, 300, 20)]
    assert values == sorted(values)
    assert 0 <= values[0] < 0.5 < 2 < values[-1] < 4


def test_a_flat_thing_that_was_not_found_again_counts_in_full() -> None:
    assert agreement_deficit(AlignmentFailed("no_agreement", keypoints=TEXTURED)).value == 4


def test_a_repeating_pattern_that_was_not_found_again_is_another_pattern() -> None:
    evidence = agreement_deficit(AlignmentFailed("no_agreement", keypoints=TEXTURED, repeating=True))
    assert (evidence.aspect, evidence.value) == ("pattern", 4)
    assert agreement_deficit(AlignmentFailed("no_agreement", keypoints=TEXTURED)).aspect == "identity"


def test_a_round_or_open_thing_that_was_not_found_again_says_nothing() -> None:
    failed = AlignmentFailed("no_agreement", keypoints=TEXTURED, outline_iou=0.6, flat=False)
    assert agreement_deficit(failed).reason == "not_flat"
    assert outline_difference(failed).reason == "not_flat"


def test_a_thing_without_texture_has_nothing_to_find_again() -> None:
    assert agreement_deficit(AlignmentFailed("no_texture", keypoints=(20, 900))).reason == "no_texture"


def test_outlines_differ_by_what_they_do_not_share() -> None:
    assert outline_difference(AlignmentFailed("no_texture", outline_iou=0.8)).value == pytest.approx(0.2)
    assert outline_difference(AlignmentFailed("no_texture")).reason == "no_outline"


@pytest.mark.parametrize("kelvin", [2900, 4000, 5500, 9000])
def test_lamps_and_daylight_are_light(kelvin: float) -> None:
    relative = np.array(illuminant_gain(kelvin)) / np.array(illuminant_gain(6504))
    assert implausible_light(light(*relative)).value < 0.006


@pytest.mark.parametrize(("gain", "greener"), [((0.8, 1.25, 0.8), True), ((1.2, 0.8, 1.2), False)])
def test_a_green_and_a_pink_cast_are_no_light(gain: tuple[float, float, float], greener: bool) -> None:
    evidence = implausible_light(light(*gain))
    assert evidence.value > 0.02
    assert evidence.value <= np.linalg.norm(uv_of_gain(np.array(gain)) - uv_of_gain(np.ones(3))) + 1e-9
    assert evidence.details == {"greener": greener}


def test_without_a_fitted_light_nothing_is_said_of_it() -> None:
    assert implausible_light(None).reason == "too_little_seen"


ARRIVAL_SHAPE = (1200, 1600, 3)


def sheet(method: str = PLAIN) -> Region:
    mask = np.zeros((400, 600), bool)
    mask[50:350, 100:500] = True
    return Region(mask, method, 1.0)


def laid(width: float = 1.0, height: float = 1.0) -> Aligned:
    """A product of that many times its listed width and height, photographed straight from above."""
    H = np.diag([1 / (2 * width), 1 / (2 * height), 1.0])
    return Aligned(H, "features", 300, 400.0, 0.5, 1.0, keypoints=TEXTURED)


def test_equal_proportions_are_no_stretch() -> None:
    assert stretched(laid(), sheet(), ARRIVAL_SHAPE).value == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("width", "height", "arrived"), [(1.2, 1.0, "wider"), (0.8, 1.0, "narrower"), (1.0, 0.8, "wider")])
def test_other_proportions_are_told_with_their_direction(width: float, height: float, arrived: str) -> None:
    evidence = stretched(laid(width, height), sheet(), ARRIVAL_SHAPE)
    assert evidence.details["arrived"] == arrived
    assert evidence.value == pytest.approx(100 * (max(width / height, height / width) - 1), abs=1)


def test_without_a_view_from_the_front_proportions_are_not_told() -> None:
    ys, xs = np.mgrid[:400, :600]
    slanted = Region((np.abs(ys - 200) < 0.2 * xs + 40) & (np.abs(xs - 300) < 200), PLAIN, 1.0)
    assert stretched(laid(), slanted, ARRIVAL_SHAPE).reason == "not_from_front"
    assert stretched(laid(), sheet(WHOLE), ARRIVAL_SHAPE).reason == "not_from_front"
    assert stretched(AlignmentFailed("no_agreement"), sheet(), ARRIVAL_SHAPE).reason == "not_aligned"


def test_pieces_of_one_size_are_counted_and_crumbs_are_not() -> None:
    mask = np.zeros((200, 400), bool)
    mask[50:150, 40:140] = mask[50:150, 200:300] = mask[90:110, 350:370] = True
    assert pieces(Region(mask, PLAIN, 1.0)) == 2
    assert pieces(Region(mask, WHOLE, 1.0)) == 0
    assert pieces(Region(np.zeros((20, 30), bool), PLAIN, 1.0)) == 0


def test_a_set_is_counted_and_a_single_thing_is_not() -> None:
    assert [count_difference(2, arrived).value for arrived in (1, 2, 3)] == [1, 0, 1]
    assert count_difference(1, 2).reason == "one_piece"
    assert count_difference(2, 0).reason == "no_outline"
