"""Values that are known: stated colour differences, another implementation, a published unit."""

from __future__ import annotations

from dataclasses import replace

import cv2
import imagehash
import numpy as np
import pytest
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from qaudit.measures import MEASURES
from qaudit.measures.hashing import raw_distance_bits
from qaudit.model.alignment import RectifiedPair
from qaudit.vision.structure import COLOURING, FINE, local_match
from tests.drawn.defect import pattern_exchanged, recoloured, spot_mask
from tests.scenes import painting, rectified


def sheets(listing: tuple[int, int, int], arrival: tuple[int, int, int]) -> RectifiedPair:
    """Two sheets of one colour each."""
    first, second = (np.full((120, 160, 3), colour, np.uint8) for colour in (listing, arrival))
    everywhere = np.ones((120, 160), bool)
    return RectifiedPair(first, second, second, everywhere, ~everywhere, everywhere)


@pytest.mark.parametrize("delta_e00", [3.0, 8.0, 14.0])
def test_palette_gives_the_colour_difference_of_a_dye_over_the_whole_product(delta_e00: float) -> None:
    pair = rectified(painting(), lambda p: recoloured(p, p.mask, delta_e00, 330))
    assert MEASURES["palette"](pair).value == pytest.approx(delta_e00, rel=0.12)


@pytest.mark.parametrize("name", ["palette", "patch"])
@pytest.mark.parametrize(
    "colours", [((180, 40, 40), (150, 60, 40)), ((30, 40, 90), (60, 40, 90)), ((240, 235, 220), (225, 220, 190))]
)
def test_plain_sheets_differ_by_their_published_colour_difference_at_equal_lightness(name: str, colours: tuple) -> None:
    first, second = (rgb2lab(np.array([[colour]], np.uint8)) for colour in colours)
    second[..., 0] = first[..., 0]
    expected = deltaE_ciede2000(first, second).item()
    assert MEASURES[name](sheets(*colours)).value == pytest.approx(expected, abs=0.3)


def test_patch_sees_the_dye_of_a_part_that_the_whole_hides() -> None:
    pair = rectified(painting(), lambda p: recoloured(p, spot_mask(p, (0.45, 0.4, 0.25)), 12.0, 330))
    assert MEASURES["palette"](pair).value < 1 < 8 < MEASURES["patch"](pair).value


def test_the_direction_of_a_colour_change_is_told() -> None:
    details = MEASURES["palette"](sheets((180, 60, 60), (120, 60, 60))).details
    assert details["arrival_lab"][0] < details["listing_lab"][0]
    assert details["arrival_lab"][1] < details["listing_lab"][1]


def test_the_direction_is_told_with_the_light_of_the_arrival_too() -> None:
    pair = sheets((180, 60, 60), (120, 60, 60))
    warm = replace(pair, arrival_as_lit=np.full_like(pair.arrival, (150, 90, 20)))
    details = MEASURES["palette"](warm).details
    assert details["arrival_as_lit_lab"] == pytest.approx(rgb2lab(np.array([[(150, 90, 20)]], np.uint8)).ravel(), abs=0.3)
    assert details["coherence"] == 1


def test_a_colour_that_changes_to_all_sides_has_no_direction() -> None:
    halves = np.full((120, 160, 3), (150, 150, 150), np.uint8)
    redder, greener = np.full_like(halves, (190, 130, 130)), np.full_like(halves, (110, 170, 165))
    left = np.arange(160)[None, :, None] < 80
    pair = replace(sheets((150, 150, 150), (150, 150, 150)), arrival=np.where(left, redder, greener))
    assert MEASURES["palette"](pair).details["coherence"] < 0.2
    assert MEASURES["palette"](replace(pair, arrival=redder)).details["coherence"] > 0.9


def test_the_turn_of_hue_is_told() -> None:
    pair = rectified(painting())
    swapped = np.ascontiguousarray(pair.arrival[..., ::-1])
    assert MEASURES["hue"](pair).details["turn_deg"] == pytest.approx(0, abs=0.1)
    assert abs(MEASURES["hue"](replace(pair, arrival=swapped)).details["turn_deg"]) > 30


def test_hash_distance_is_that_of_the_package() -> None:
    first, second = painting(1).pixels, painting(2).pixels
    expected = imagehash.phash(Image.fromarray(first)) - imagehash.phash(Image.fromarray(second))
    assert raw_distance_bits(first, second) == pytest.approx(expected, abs=4)
    assert raw_distance_bits(first, first) == 0


def test_a_histogram_without_a_colour_in_common_is_at_its_largest() -> None:
    assert MEASURES["histogram"](sheets((200, 20, 20), (20, 20, 200))).value > 0.99


def test_a_pair_of_unequal_shapes_is_refused() -> None:
    pair = rectified(painting())
    with pytest.raises(ValueError, match="one shape"):
        replace(pair, arrival=pair.arrival[:-1])
    with pytest.raises(ValueError, match="mask"):
        replace(pair, mask=pair.mask[:, :-1])


def test_what_a_round_thing_does_not_show_again_may_have_turned_away() -> None:
    pair = rectified(painting(), lambda product: (painting(2), product.mask))
    assert MEASURES["confirmation"](pair).value > 0.5
    assert MEASURES["confirmation"](replace(pair, flat=False)).reason == "sides_differ"
    assert MEASURES["confirmation"](replace(pair, flat=False, turned_away=True)).reason == "turned_away"


@pytest.mark.parametrize(("on_part", "aspect"), [(True, "missing"), (False, "damage")])
def test_what_differs_where_the_listing_has_a_distinct_part_is_that_part(on_part: bool, aspect: str) -> None:
    rng = np.random.default_rng(5)
    board = np.clip(rng.normal(150, 3, (400, 400, 1)), 0, 255).astype(np.uint8).repeat(3, axis=2)
    cv2.circle(board, (120, 120), 24, (40, 40, 40), -1)
    cv2.circle(board, (120, 120), 12, (220, 220, 220), -1)
    arrived = board.copy()
    cv2.circle(arrived, (120, 120) if on_part else (290, 280), 24, (20, 60, 90), -1)
    everywhere = np.ones((400, 400), bool)
    fine = local_match(board, arrived, everywhere, FINE)
    pair = RectifiedPair(board, arrived, arrived, everywhere, ~everywhere, everywhere, fine)
    assert MEASURES["damage"](pair).aspect == aspect


def coloured_board(change: str) -> RectifiedPair:
    """A board of muted colour patches with one strong disc; `change` says what the arrival shows otherwise."""
    rng = np.random.default_rng(8)
    patches = np.kron(rng.integers(120, 170, (20, 20, 3)), np.ones((20, 20, 1))).astype(np.uint8)
    grain = rng.normal(0, 10, (400, 400, 1))
    board = np.clip(patches + grain, 0, 255).astype(np.uint8)
    cv2.circle(board, (120, 120), 26, (210, 30, 40), -1)
    arrived = board.copy()
    if change == "another colour":
        arrived[250:330, 240:320] = np.clip(arrived[250:330, 240:320] + np.array([60, -35, -60]), 0, 255).astype(np.uint8)
        board[250:330, 240:320] = np.clip(board[250:330, 240:320] + np.array([-70, 5, 70]), 0, 255).astype(np.uint8)
    elif change == "disc gone":
        arrived[90:150, 90:150] = board[90:150, 230:290]
    elif change == "covered":
        cv2.circle(arrived, (280, 280), 34, (70, 66, 62), -1)
    everywhere = np.ones((400, 400), bool)
    fine, colouring = (local_match(board, arrived, everywhere, band) for band in (FINE, COLOURING))
    return RectifiedPair(board, arrived, arrived, everywhere, ~everywhere, everywhere, fine, colouring)


@pytest.mark.parametrize(("change", "aspect"), [("another colour", "colour"), ("disc gone", "missing"), ("covered", "damage")])
def test_lost_colour_is_named_by_what_became_of_the_place(change: str, aspect: str) -> None:
    found = MEASURES["colouring"](coloured_board(change))
    assert found.aspect == aspect
    assert found.value > 20 * MEASURES["colouring"](coloured_board("nothing")).value


def test_a_shadow_loses_hardly_any_colour() -> None:
    pair = rectified(painting())
    shadow = pair.arrival.copy()
    shadow[:, 150:260] = (shadow[:, 150:260] * 0.55).astype(np.uint8)
    everywhere = pair.mask
    fine, colouring = (local_match(pair.listing, shadow, everywhere, band) for band in (FINE, COLOURING))
    shaded = replace(pair, arrival=shadow, fine=fine, colouring=colouring)
    exchanged = rectified(painting(), lambda p: pattern_exchanged(p, painting(2), (0.45, 0.4, 0.2)))
    assert MEASURES["colouring"](shaded).value < 0.25 * MEASURES["colouring"](exchanged).value


def test_what_is_not_found_again_at_all_is_no_lost_end() -> None:
    other = rectified(painting(), lambda product: (painting(2), product.mask))
    assert MEASURES["extent"](other).reason == "not_confirmed"
