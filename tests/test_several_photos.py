"""Items of several photos and of accepted pieces, end to end on drawn products whose truth is known."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from qaudit.comparison import compare
from qaudit.decision.profile import load_profile
from qaudit.decision.replay import decided_again
from qaudit.model.errors import PhotoRefused
from qaudit.model.record import Comparison
from qaudit.model.verdict import Evidence
from tests.drawn.defect import Spot, inlay_missing, pattern_exchanged, spot_mask
from tests.drawn.drawing import Product
from tests.drawn.photography import U8, Bool, Light
from tests.scenes import make_scene, painting

SPOT: Spot = (0.45, 0.4, 0.12)
FRONT: dict[str, Any] = {"rotation_deg": 25, "scale": 0.9, "perspective": 0.05, "photo": (720, 960)}
AGAIN: dict[str, Any] = {"rotation_deg": -15, "scale": 0.8, "seed": 5, "photo": (720, 960)}


def gone(product: Product, spot: Spot = SPOT) -> tuple[Product, Bool]:
    return inlay_missing(product, spot_mask(product, spot))


def drawn_otherwise(product: Product) -> tuple[Product, Bool]:
    return pattern_exchanged(product, painting(3), (0.5, 0.45, 0.22))


@cache
def arrival(kind: str) -> U8:
    """A photo of the painting of which `listing` is the listing photo, or of what came in its place."""
    shots: dict[str, dict[str, Any]] = {
        "fine": FRONT,
        "fine again": AGAIN,
        "glare": {**FRONT, "light": Light(glare=(0.45, 0.35, 0.06))},
        "gone": {**FRONT, "change": gone},
        "gone again": {**AGAIN, "change": gone},
        "gone at the top": {**FRONT, "change": partial(gone, spot=(0.5, 0.12, 0.09))},
        "without its top": {**AGAIN, "rotation_deg": 0, "scale": 1.1, "centre": (0.5, 0.14)},
        "dark": {**AGAIN, "light": Light(exposure_ev=-5.5)},
        "other": {**FRONT, "sent": painting(2)},
        "other, gone": {**FRONT, "sent": painting(2), "change": gone},
        "drawn otherwise": {**AGAIN, "change": drawn_otherwise},
    }
    return make_scene(painting(), **shots[kind]).arrival


@cache
def listing(side: int = 1) -> U8:
    return make_scene(painting(side), **FRONT).listing


@cache
def alone(kind: str) -> Comparison:
    return compare(listing(), arrival(kind))


@cache
def with_accepted() -> Comparison:
    accepted = [arrival("gone"), arrival("other"), arrival("dark")]
    return compare(listing(), arrival("drawn otherwise"), accepted=accepted)


def values(comparison: Comparison) -> dict[str, float]:
    return {item.measure: item.value for item in comparison.evidence if isinstance(item, Evidence)}


def test_a_reflection_in_one_photo_is_no_finding_where_another_shows_the_place_clean() -> None:
    both = compare(listing(), [arrival("glare"), arrival("fine again")])

    assert values(alone("glare"))["completeness"] > 5 * values(both)["completeness"]
    assert both.verdict == "match"
    assert both.findings == ()
    assert [view.photos for view in both.measured] == [(0, 0), (0, 1)]


def test_a_defect_that_every_photo_shows_stays_a_finding() -> None:
    both = compare(listing(), [arrival("gone"), arrival("gone again")])

    assert {both.verdict, alone("gone").verdict} <= {"review", "mismatch"}
    assert {finding.aspect for finding in both.findings} & {"damage", "missing"}
    assert values(both)["damage"] == min(values(alone("gone"))["damage"], values(alone("gone again"))["damage"])


def test_a_view_without_the_place_does_not_clear_a_defect_there() -> None:
    both = compare(listing(), [arrival("gone at the top"), arrival("without its top")])
    without = next(view for view in both.measured if view.photos == (0, 1))

    assert without.counted
    assert values(both)["damage"] == values(alone("gone at the top"))["damage"]
    assert next(item for item in both.evidence if item.measure == "damage").photos == (0, 0)


def test_a_photo_too_dark_to_answer_clears_nothing() -> None:
    both = compare(listing(), [arrival("dark"), arrival("gone")])

    assert alone("dark").verdict == "retake"
    assert both.verdict == alone("gone").verdict
    assert values(both) == values(alone("gone"))
    assert any("too dark" in note for note in both.notes)
    assert both.pairing == (0, 1)


def test_a_defect_of_the_second_side_is_told_in_the_photos_of_that_side() -> None:
    item = compare([listing(1), listing(2)], [arrival("fine"), arrival("other, gone")], keep_views=True)
    worst = item.findings[0]

    assert item.verdict in {"review", "mismatch"}
    assert (worst.listing_photo, worst.arrival_photo) == (1, 1)
    assert worst.listing_box is not None
    assert item.to_dict()["findings"][0]["photo"] == {"listing": 1, "arrival": 1}
    assert item.views is not None
    assert (item.views.listing_photo, item.views.arrival_photo) == (1, 1)


def test_two_sides_as_listed_are_a_match_whatever_the_order_of_the_photos() -> None:
    item = compare([listing(1), listing(2)], [arrival("other"), arrival("fine")])

    assert item.verdict == "match"
    assert {view.photos for view in item.measured} == {(0, 1), (1, 0)}
    assert item.notes == ()


def test_a_side_that_no_photo_shows_is_noted_and_not_held_against_the_item() -> None:
    item = compare([listing(1), listing(2)], arrival("fine"))

    assert item.verdict == "match"
    assert [note.split(":")[0] for note in item.notes] == ["listing photo 2 was not judged"]


def test_a_listing_photo_among_the_arrival_photos_clears_nothing() -> None:
    item = compare(listing(), [listing(), arrival("gone")])

    assert values(item) == values(alone("gone"))
    assert any("listing photo itself" in note for note in item.notes)


@pytest.mark.parametrize("kinds", [["glare", "fine again"], ["other", "gone"], ["other", "other"], ["dark", "dark"]])
def test_the_record_of_several_photos_decides_as_they_did(kinds: list[str]) -> None:
    item = compare([listing(1), listing(1)], [arrival(kind) for kind in kinds])
    again = decided_again(json.loads(json.dumps(item.to_dict())), load_profile())

    assert again.name == item.verdict
    assert again.p_mismatch == pytest.approx(item.p_mismatch, abs=1e-3)
    told, retold = ([(f.measure, f.text, f.listing_box, f.arrival_box) for f in v.findings] for v in (item, again))
    assert retold == told


def test_only_photos_that_cannot_answer_are_a_retake() -> None:
    assert compare(listing(), [arrival("dark"), arrival("dark")]).verdict == "retake"


ADDED = {"sentences", "views", "accepted"}


def test_one_photo_a_side_is_told_as_ever_and_some_more() -> None:
    record = alone("gone").to_dict()

    assert set(record) == ADDED | {
        *("schema", "id", "verdict", "p_mismatch", "aspects", "findings", "explained", "next_step", "notes", "pairing"),
        *("alignment", "lighting", "quality", "triage", "evidence", "photos", "row", "tool"),
    }
    assert record["pairing"] == {"listing": 0, "arrival": 0}
    assert record["notes"] == []
    assert [view["photo"] for view in record["views"]] == [{"listing": 0, "arrival": 0}]
    assert record["views"][0]["values"] == {e["measure"]: e["value"] for e in record["evidence"] if "value" in e}
    assert record["views"][0]["alignment"] == record["alignment"]
    assert (record["accepted"], record["photos"]["accepted"]) == ([], [])
    listed = compare([listing()], [arrival("gone")]).to_dict()
    assert json.dumps(listed) == json.dumps(record)


def test_a_record_that_does_not_name_the_photos_of_its_evidence_can_be_decided_again() -> None:
    record = json.loads(json.dumps(alone("gone").to_dict()))
    for name in ADDED:
        del record[name]
    del record["photos"]["accepted"]
    for item in record["evidence"]:
        item.pop("photo", None)

    assert decided_again(record, load_profile()).name == alone("gone").verdict


def test_what_an_accepted_piece_differs_by_is_no_finding() -> None:
    strict = alone("gone again")
    lenient = compare(listing(), arrival("gone again"), accepted=arrival("gone"))

    assert strict.verdict == "review"
    assert strict.findings
    assert lenient.verdict == "match"
    assert "move the tolerance of: missing, damage" in lenient.notes[-1]
    assert lenient.evidence == strict.evidence


def test_what_lies_outside_the_natural_spread_keeps_its_weight_beside_moved_tolerances() -> None:
    strict, lenient = (
        {entry.measure: entry for entry in item.decision.weighed} for item in (alone("drawn otherwise"), with_accepted())
    )

    assert with_accepted().verdict in {"review", "mismatch"}
    assert lenient["colouring"].tolerance > 2 * strict["colouring"].tolerance
    assert lenient["colouring"].value == strict["colouring"].value
    assert lenient["pattern"] == replace(strict["pattern"], weight=lenient["pattern"].weight)


def test_accepted_photos_that_cannot_be_used_are_named_and_all_are_recorded() -> None:
    record = with_accepted().to_dict()

    assert len(record["photos"]["accepted"]) == 3
    assert [piece["photo"] for piece in record["accepted"]] == [{"listing": 0, "accepted": 0}]
    assert any("accepted photo 2" in note and "laid over" in note for note in record["notes"])
    assert any("accepted photo 3" in note and "too dark" in note for note in record["notes"])


def test_the_record_of_an_item_with_accepted_pieces_decides_as_the_photos_did() -> None:
    item = with_accepted()
    again = decided_again(json.loads(json.dumps(item.to_dict())), load_profile())

    assert again.name == item.verdict
    assert [finding.tolerance for finding in again.findings] == [finding.tolerance for finding in item.findings]
    assert decided_again(alone("drawn otherwise").to_dict(), load_profile()).findings != again.findings


def test_an_arrival_photo_does_not_vouch_for_itself() -> None:
    item = compare(listing(), arrival("drawn otherwise"), accepted=[arrival("drawn otherwise")])

    assert item.pieces == ()
    assert item.findings == alone("drawn otherwise").findings
    assert any("arrival photo itself" in note for note in item.notes)


def test_a_pixel_array_is_one_accepted_photo_and_an_empty_list_none() -> None:
    assert len(compare(listing(), np.copy(arrival("fine")), accepted=arrival("fine again")).accepted) == 1
    assert compare(listing(), arrival("fine"), accepted=[]).to_dict() == alone("fine").to_dict()


def test_a_photo_that_lies_over_nothing_since_it_is_blurred_is_noted_as_blurred() -> None:
    blurred = np.asarray(cv2.GaussianBlur(arrival("fine again"), (0, 0), 12))
    for notes in (
        compare(listing(), [arrival("fine"), blurred]).notes,
        compare(listing(), arrival("fine"), accepted=[blurred]).notes,
    ):
        assert len(notes) == 1
        assert notes[0].endswith("it is blurred.")


def test_a_refused_photo_among_others_may_be_taken_out(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    with pytest.raises(PhotoRefused) as alone_refused:
        compare(listing(), tmp_path / "broken.jpg")
    with pytest.raises(PhotoRefused) as refused:
        compare(listing(), [arrival("fine"), tmp_path / "broken.jpg"])
    assert (refused.value.slug, refused.value.message) == (alone_refused.value.slug, alone_refused.value.message)
    assert refused.value.way_out.endswith("; or take it out, and the other photos are judged")
    assert "take it out" not in str(alone_refused.value)
