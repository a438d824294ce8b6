"""Words for a change of colour."""

from __future__ import annotations

import math

import pytest

from qaudit.decision.hues import colour_changes, sure_changes


def at_hue(degrees: float, chroma: float = 40.0, light: float = 65.0) -> tuple[float, float, float]:
    """A colour in CIELAB."""
    return light, chroma * math.cos(math.radians(degrees)), chroma * math.sin(math.radians(degrees))


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (62, 84, "yellower"),
        (92, 60, "redder"),
        (15, -10, "bluer"),
        (165, 200, "bluer"),
        (250, 215, "greener"),
        (300, 340, "redder"),
        (110, 95, "yellower"),
        (165, 30, "redder"),
    ],
)
def test_a_hue_is_told_by_the_pure_hue_that_it_came_nearer_to(before: float, after: float, word: str) -> None:
    assert colour_changes(at_hue(before), at_hue(after)) == (word,)


@pytest.mark.parametrize(("hue", "word"), [(25, "redder"), (85, "yellower"), (160, "greener"), (260, "bluer")])
def test_a_grey_that_has_a_hue_now_is_told_by_the_pure_hue_that_is_nearest(hue: float, word: str) -> None:
    assert colour_changes((65, 0, 0), at_hue(hue, chroma=12)) == (word,)


def test_a_change_that_light_taken_out_turns_into_another_is_not_named() -> None:
    smoked, bleached, greened = (31, 11, 21), (48, 4, 17), (46, -15, 5)
    assert sure_changes(smoked, greened, bleached) == ("other",)


def test_of_two_changes_the_one_is_told_that_holds_in_any_light() -> None:
    assert sure_changes((40, 39, -2), (25, 2, -23), (40, 2, -30)) == ("bluer",)
    assert sure_changes((38, 39, -2), (25, 2, -23), (40, -5, -12)) == ("bluer", "paler")


def test_a_colour_that_is_the_same_without_its_light_has_not_changed() -> None:
    assert sure_changes((50, 10, 10), (52, 10, 11), (55, 20, 35)) == ()
    assert sure_changes((50, 40, 20), (50, 20, 10), None) == ("paler",)
