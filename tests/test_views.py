"""Which photos are compared with which, and how what the views say is joined: without a pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.photo import PhotoQuality, Region
from qaudit.model.verdict import Box, Evidence, NotApplicable
from qaudit.views import Pairing, Shown, View, choose, explained, heard, joined, unjudged, view_facts

GOOD = PhotoQuality(0.6, 0.0, 0.0, 0.0, 500.0)
BLURRED = PhotoQuality(0.1, 0.0, 0.0, 0.0, 500.0, ("blurred",))
REGION = Region(np.ones((10, 10), bool), "whole picture", 0.0)
PLACE: Box = (40, 40, 20, 20)


def pairing(listing: int, arrival: int, significance: float | None = 50.0) -> Pairing:
    """Two photos that lie over each other, or do not where `significance` is None."""
    alignment: Aligned | AlignmentFailed = AlignmentFailed("no_agreement")
    if significance is not None:
        alignment = Aligned(np.eye(3), "features", 100, significance, 0.5, 1.0)
    return Pairing(listing, arrival, REGION, alignment)


def view(listing: int, arrival: int, measured: dict[str, float | None], **changes: Any) -> View:
    """A view in which measures have values, or did not apply; every value has a place."""
    photos = (listing, arrival)
    evidence = tuple(
        NotApplicable("damage", name, f"reason_{arrival}")
        if value is None
        else Evidence("damage", name, 1, value, "times", photos=photos)
        for name, value in measured.items()
    )
    settings: dict[str, Any] = {
        "pairing": pairing(listing, arrival),
        "lighting": None,
        "quality": GOOD,
        "evidence": evidence,
        "places": {name: ((PLACE, (arrival, 0, 1, 1)),) for name, value in measured.items() if value is not None},
        "explained": (),
        "shown": shown(),
    }
    return View(**{**settings, **changes})


def shown(side: int = 100, hidden: Box | None = None) -> Shown:
    """A listing photo of 100 x 100 seen in a frame of `side` px, but for the part `hidden`, in px of the frame."""
    mask = np.ones((side, side), bool)
    if hidden is not None:
        x, y, w, h = hidden
        mask[y : y + h, x : x + w] = False
    scale = 100 / side
    to_listing = np.array([[scale, 0, 0.5 * scale - 0.5], [0, scale, 0.5 * scale - 0.5], [0, 0, 1]])
    return Shown(mask, to_listing, 1.0)


def of(views: list[View]) -> tuple[float, tuple[int, int]]:
    """The joined value of ``damage``, and the photos it comes from."""
    (item,), _ = joined(views)
    assert isinstance(item, Evidence)
    return item.value, item.photos


def test_each_arrival_photo_is_laid_over_the_listing_photo_that_it_fits_most_surely() -> None:
    attempts = [
        pairing(0, 0, 5),
        pairing(0, 1, 90),
        pairing(0, 2, None),
        pairing(1, 0, 30),
        pairing(1, 1, 10),
        pairing(1, 2, None),
    ]
    choice = choose(attempts)

    assert [chosen.photos for chosen in choice.pairings] == [(0, 1), (1, 0)]
    assert choice.lies_over == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert not choice.left_out


def test_arrival_photos_share_a_listing_photo_that_they_fit_nearly_as_well() -> None:
    attempts = [pairing(0, 0, 90), pairing(0, 1, 50), pairing(0, 2, 9), pairing(1, 0, 60), pairing(1, 1, 80), pairing(1, 2, 95)]

    assert [chosen.photos for chosen in choose(attempts).pairings] == [(1, 2), (1, 1), (1, 0)]
    assert [chosen.photos for chosen in choose(attempts[:2] + attempts[3:5]).pairings] == [(0, 0), (0, 1)]


def test_where_no_photo_lies_over_another_the_best_attempt_is_kept() -> None:
    choice = choose([pairing(0, 0, None), pairing(0, 1, None)])

    assert [chosen.photos for chosen in choice.pairings] == [(0, 0)]
    assert not choice.lies_over


def test_no_side_is_crowded_out_by_many_photos_of_another() -> None:
    attempts = [pairing(0, arrival, 100 - arrival) for arrival in range(5)] + [pairing(1, 5, 9)]
    choice = choose(attempts, most=3)

    assert [chosen.photos for chosen in choice.pairings] == [(0, 0), (0, 1), (1, 5)]
    assert choice.left_out == {2, 3, 4}


def test_of_one_side_the_smallest_value_counts_and_brings_its_photo_and_place() -> None:
    views = [view(0, 0, {"damage": 9.0}), view(0, 1, {"damage": 2.0})]
    evidence, places = joined(views)

    assert of(views) == (2.0, (0, 1))
    assert places["damage"] == ((PLACE, (1, 0, 1, 1)),)
    assert len(evidence) == 1


def test_of_different_sides_the_largest_value_counts() -> None:
    assert of([view(0, 0, {"damage": 2.0}), view(1, 1, {"damage": 9.0})]) == (9.0, (1, 1))
    assert of([view(0, 0, {"damage": 2.0}), view(1, 1, {"damage": 9.0}), view(1, 2, {"damage": 3.0})]) == (3.0, (1, 2))


def test_one_side_that_is_surely_recognised_settles_that_it_is_this_thing() -> None:
    ((item,), _) = joined([view(0, 0, {"agreement": 0.5}), view(1, 1, {"agreement": 3.0})])

    assert isinstance(item, Evidence)
    assert item.value == 0.5


@pytest.mark.parametrize(
    "poor",
    [{"shown": shown(hidden=(35, 35, 30, 30))}, {"shown": shown(side=40)}],
    ids=["place not shown", "seen from too far"],
)
def test_a_view_that_does_not_show_the_place_clears_nothing(poor: dict[str, Any]) -> None:
    assert of([view(0, 0, {"damage": 9.0}), view(0, 1, {"damage": 2.0}, **poor)]) == (9.0, (0, 0))
    third = view(0, 2, {"damage": 4.0})
    assert of([view(0, 0, {"damage": 9.0}), view(0, 1, {"damage": 2.0}, **poor), third]) == (4.0, (0, 2))


def test_a_share_of_a_place_is_seen_at_any_resolution() -> None:
    for side in (50, 100, 400):
        half = shown(side, hidden=(0, 0, side // 2, side))
        assert half.share((40, 40, 20, 20)) == pytest.approx(0.5, abs=0.06)
        assert half.share((0, 0, 20, 20)) == 0.0
        assert half.share((300, 300, 5, 5)) == 0.0


def test_a_measure_that_one_view_could_not_take_is_taken_from_another() -> None:
    views = [view(0, 0, {"damage": None}), view(0, 1, {"damage": 2.0})]
    assert of(views) == (2.0, (0, 1))
    ((item,), places) = joined([view(0, 0, {"damage": None}), view(0, 1, {"damage": None})])
    assert item == NotApplicable("damage", "damage", "reason_0")
    assert places == {}


def test_one_view_alone_says_what_it_said() -> None:
    only = view(0, 0, {"damage": 9.0, "soiling": None})
    evidence, places = joined([only])

    assert evidence == only.evidence
    assert places == only.places
    assert explained([view(0, 0, {}, explained=("Darker.",))], ["a.jpg"]) == ("Darker.",)


def test_a_photo_that_cannot_answer_is_heard_only_where_none_can() -> None:
    sharp, soft = view(0, 0, {"damage": 9.0}), view(0, 1, {"damage": 1.0}, quality=BLURRED)

    assert heard([soft, sharp]) == (sharp,)
    assert heard([soft]) == (soft,)
    assert [facts.counted for facts in view_facts([soft, sharp], [sharp], [1.0], [1.0, 1.0])] == [False, True]


def test_of_several_views_each_sentence_names_its_photo() -> None:
    views = [view(0, 1, {}, explained=("Darker.",)), view(0, 0, {}, explained=("Warmer.",))]

    assert explained(views, ["a.jpg", "b.jpg"]) == ("b.jpg: Darker.", "a.jpg: Warmer.")


def test_every_photo_that_is_not_judged_is_named_with_the_reason() -> None:
    attempts = [pairing(0, 0, 90), pairing(0, 1, 80), pairing(0, 2, 70), pairing(0, 3, None), pairing(1, 0, 40)]
    attempts.append(pairing(0, 5, None))
    choice = choose(attempts, most=2)
    views = [view(0, 0, {}), view(0, 1, {}, quality=BLURRED)]
    names = (["front", "same front", "back"], ["good", "soft", "many", "other", "again", "shaken"])
    alone = {3: view(0, 0, {}).quality, 5: BLURRED}
    notes = unjudged(choice, views, views[:1], frozenset({4}), names, alone.__getitem__)
    said = dict(note.split(" was ", 1) for note in notes)

    assert list(said) == ["same front", "back", "soft", "many", "other", "again", "shaken"]
    assert "blurred" in said["shaken"]
    assert "fitted better" in said["same front"]
    assert "no arrival photo" in said["back"]
    assert "blurred" in said["soft"]
    assert "not measured: 2" in said["many"]
    assert "could not be laid over" in said["other"]
    assert "listing photo itself" in said["again"]


def test_one_pair_alone_leaves_nothing_to_name() -> None:
    for significance in (50.0, None):
        choice = choose([pairing(0, 0, significance)])
        assert unjudged(choice, [view(0, 0, {})], [view(0, 0, {})], frozenset(), (["a"], ["b"]), {}.__getitem__) == ()
