"""Sentences that an inspector would say."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.decision.wording import EN, explanations, finding_text
from qaudit.measures import MEASURES
from qaudit.model.alignment import Aligned, AlignmentFailed, Lighting
from qaudit.model.verdict import Evidence

NEUTRAL = Lighting((1.0, 1.0, 1.0), 0.0, 1.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("measure", [*MEASURES, "outline", "cast", "pieces"])
def test_every_measure_has_a_sentence(measure: str) -> None:
    text = finding_text(Evidence("colour", measure, 1, 3.0, "dE00"), 1.0, None, (100, 100))

    assert text.endswith(".")
    assert "{" not in text


@pytest.mark.parametrize(
    ("listing", "arrival", "words"),
    [
        ([50, 40, 20], [50, 20, 10], "arrived paler:"),
        ([60, 22, 40], [75, 4, 22], "arrived paler:"),
        ([60, 10, 10], [60, 34, 34], "arrived stronger in colour:"),
        ([40, 45, 20], [40, 25, 28], "arrived browner and paler:"),
        ([40, 0, -30], [40, 0, 30], "arrived yellower:"),
        ([50, 0, 0], [70, 0, 0], "different"),
        ([50, 20, 0], [50, 20, 12], "yellower"),
        ([50, 0, 0], [50, 1, 1], "different"),
    ],
)
def test_a_colour_change_is_said_with_its_direction(listing: list[float], arrival: list[float], words: str) -> None:
    details = {"listing_lab": listing, "arrival_lab": arrival}

    assert words in finding_text(Evidence("colour", "palette", 1, 9.0, "dE00", details=details), 5.0, None, (100, 100))


def test_a_colour_that_did_not_change_in_one_direction_is_not_given_one() -> None:
    details = {"listing_lab": [50, 40, 20], "arrival_lab": [50, 20, 10], "coherence": 0.3}
    text = finding_text(Evidence("colour", "palette", 1, 9.0, "dE00", details=details), 5.0, None, (100, 100))

    assert "arrived different, and not everywhere in the same way: dE00 9.0" in text


def test_a_direction_that_only_the_fitted_light_gives_is_not_told() -> None:
    details = {"listing_lab": [31, 11, 21], "arrival_lab": [46, -15, 5], "arrival_as_lit_lab": [48, 4, 17]}
    text = finding_text(Evidence("colour", "palette", 1, 28.3, "dE00", details=details), 14.3, None, (100, 100))

    assert "arrived different: dE00 28.3" in text


@pytest.mark.parametrize(
    ("box", "place"), [((0, 0, 20, 20), "upper left"), ((40, 80, 20, 20), "bottom"), ((45, 45, 10, 10), "middle")]
)
def test_a_place_is_said_as_a_person_points(box: tuple[int, int, int, int], place: str) -> None:
    assert place in finding_text(Evidence("damage", "damage", 1, 3.0, "times"), 1.0, box, (100, 100))


@pytest.mark.parametrize(
    ("arrived", "words"),
    [
        ("wider", "12.0 % wider for its height"),
        ("narrower", "12.0 % taller for its width"),
        ("askew", "stretched askew by 12.0 %"),
    ],
)
def test_other_proportions_are_said_with_their_direction(arrived: str, words: str) -> None:
    evidence = Evidence("shape", "proportion", 1, 12.0, "%", details={"arrived": arrived})
    assert words in finding_text(evidence, 10.0, None, (100, 100))


@pytest.mark.parametrize(
    ("end", "words"), [("left", "of the width, the 25 % at the left"), ("top", "of the height, the 25 % at the top")]
)
def test_a_lost_end_is_named_with_its_share(end: str, words: str) -> None:
    evidence = Evidence("shape", "extent", 1, 0.18, "share", details={"end": end, "lost": 0.25})
    assert words in finding_text(evidence, 0.08, None, (100, 100))


def test_pieces_are_counted_on_both_sides() -> None:
    evidence = Evidence("count", "pieces", 1, 1.0, "pieces", details={"listed": 2, "arrived": 1})
    assert finding_text(evidence, 0.75, None, (100, 100)) == "The listing shows 2 pieces, the arrival 1."


def test_light_view_and_glare_are_explained_with_their_direction() -> None:
    turned = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    light = Lighting((1.2, 1.0, 0.8), -0.8, 1.0, 0.5, 0.001, 60.0)
    said = " ".join(explanations(Aligned(turned, "features", 40, 90.0, 0.5, 1.0), light, 0.05, (50, 50)))

    assert "turned by 90 degrees" in said
    assert "darker by 0.8 EV" in said
    assert "warmer by 60 mired" in said
    assert "5 %" in said


def test_nothing_is_explained_where_nothing_differs() -> None:
    straight = Aligned(np.eye(3), "features", 40, 90.0, 0.5, 1.0)

    assert explanations(straight, NEUTRAL, 0.0, (50, 50)) == ()
    assert explanations(AlignmentFailed("no_agreement"), None, 0.0, (50, 50)) == ()


def test_every_piece_of_advice_has_words() -> None:
    advice = ("product_not_in_photo", "too_small", "blurred", "too_dark", "burnt_out", "glare", "cut_off")

    assert all(f"next.retake.{slug}" in EN for slug in advice)


def test_a_cast_is_told_by_the_side_of_the_locus_that_it_lies_on() -> None:
    green = finding_text(Evidence("colour", "cast", 1, 0.05, "duv", details={"greener": True}), 0.03, None, (100, 100))
    pink = finding_text(Evidence("colour", "cast", 1, 0.05, "duv", details={"greener": False}), 0.03, None, (100, 100))

    assert ("greener" in green, "pinker" in pink) == (True, True)


def test_a_part_is_told_from_what_lies_on_the_product() -> None:
    part, stain = (
        finding_text(Evidence(aspect, "damage", 2, 9.0, "times"), 3.0, (0, 0, 9, 9), (100, 100))
        for aspect in ("missing", "damage")
    )

    assert "missing" in part
    assert "dirt" in stain
