"""One item from end to end, on drawn products whose truth is known."""

from __future__ import annotations

import json
from functools import cache

import cv2
import numpy as np
import pytest

import qaudit
from qaudit.comparison import compare
from qaudit.decision.profile import load_profile
from qaudit.decision.replay import decided_again
from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.record import Comparison
from qaudit.model.verdict import Evidence
from tests.drawn.defect import inlay_missing, spot_mask
from tests.drawn.drawing import Product
from tests.drawn.photography import Bool, Camera, jpeg
from tests.scenes import Scene, fish, make_scene, painting, vase


def part_gone(product: Product) -> tuple[Product, Bool]:
    return inlay_missing(product, spot_mask(product, (0.45, 0.4, 0.12)))


@cache
def scene(kind: str) -> Scene:
    """Photos of a painting that arrived as listed, of another one, and of one with a part gone."""
    sent = painting(2) if kind == "other" else None
    change = part_gone if kind == "part gone" else None
    return make_scene(painting(), sent=sent, change=change, rotation_deg=25, scale=0.9, perspective=0.05, photo=(720, 960))


@cache
def result(kind: str) -> Comparison:
    return compare(scene(kind).listing, scene(kind).arrival, id=kind, row={"seller": "Made"}, keep_views=True)


def values(comparison: Comparison) -> dict[str, float]:
    return {item.measure: item.value for item in comparison.evidence if isinstance(item, Evidence)}


def inside(box: tuple[int, int, int, int] | None, mask: Bool, margin: float) -> bool:
    """Whether the middle of `box` lies in `mask`, or no farther from it than `margin` px."""
    assert box is not None
    ys, xs = mask.nonzero()
    return bool(np.hypot(xs - (box[0] + box[2] / 2), ys - (box[1] + box[3] / 2)).min() <= margin)


def test_what_was_promised_is_a_match_with_nothing_found() -> None:
    match = result("as listed")

    assert match.verdict == "match"
    assert match.findings == ()
    assert isinstance(match.alignment, Aligned)
    assert "turned by 25 degrees" in " ".join(match.decision.explained)


def test_another_painting_is_a_mismatch_of_identity_and_accused_of_nothing_else() -> None:
    other = result("other")

    assert isinstance(other.alignment, AlignmentFailed)
    assert other.verdict == "mismatch"
    assert [finding.aspect for finding in other.findings] == ["identity"]
    assert other.findings[0].listing_box is None


def test_a_missing_part_is_pointed_at_in_both_photos() -> None:
    gone = result("part gone")
    boxes = gone.places["completeness"][0]

    assert inside(boxes[0], scene("part gone").defect_mask_listing, 10)
    truth = np.linalg.inv(scene("part gone").H_arrival_to_listing)
    shape = scene("part gone").arrival.shape
    there = cv2.warpPerspective(scene("part gone").defect_mask_listing.astype(np.uint8), truth, shape[1::-1]) > 0
    assert inside(boxes[1], there, 10)
    assert values(gone)["completeness"] > 3 * values(result("as listed"))["completeness"]
    assert gone.p_mismatch > result("as listed").p_mismatch


@pytest.mark.parametrize("colour", [(120, 80, 50), (20, 20, 25)], ids=["wood", "black cloth"])
def test_what_lies_around_the_product_does_not_count(colour: tuple[int, int, int]) -> None:
    shot = make_scene(fish(), scale=0.9, photo=(720, 960), clutter=0, plain=True)
    seen = shot.product_mask_arrival[..., None]
    measured = [
        values(compare(shot.listing, arrival)) for arrival in (shot.arrival, np.where(seen, shot.arrival, np.uint8(colour)))
    ]

    # About a tenth of what a bad defect of each kind gives.
    for measure, slack in {"patch": 1.5, "palette": 1.0, "histogram": 0.1, "completeness": 0.15}.items():
        assert measured[1][measure] == pytest.approx(measured[0][measure], abs=slack), measure


def test_a_blurred_photo_of_another_item_accuses_nobody() -> None:
    shot = make_scene(painting(), sent=painting(2), scale=0.9, photo=(720, 960), camera=Camera(blur_px=9))
    blurred = compare(shot.listing, shot.arrival)

    assert blurred.verdict == "retake"
    assert blurred.findings == ()
    assert blurred.p_mismatch == pytest.approx(load_profile().base_rate, abs=1e-4)


def test_a_thing_without_texture_is_laid_over_by_its_outline() -> None:
    shot = make_scene(vase(), rotation_deg=15, scale=0.9, photo=(720, 960), clutter=0, plain=True)

    assert isinstance(compare(shot.listing, shot.arrival).alignment, Aligned)


def test_the_listing_photo_sent_in_as_the_arrival_photo_is_noted_and_not_held_against_the_item() -> None:
    photo = scene("as listed").arrival
    resent = compare(photo, photo)

    assert "listing photo itself" in resent.notes[0]
    assert resent.triage == {"raw_phash_bits": 0, "same_picture": True}
    assert resent.verdict == "match"
    assert not any("listing photo itself" in note for note in result("as listed").notes)
    assert resent.decision.next_step.startswith("Ask for a photo of the item that arrived")


def test_of_several_photos_the_pair_that_fits_is_judged_and_the_others_are_named() -> None:
    several = compare([scene("other").listing], [scene("other").arrival, scene("as listed").arrival])

    assert several.verdict == "match"
    assert several.pairing == (0, 1)
    assert [note.split(":")[0] for note in several.notes] == ["arrival photo 1 was left out"]


def test_paths_bytes_and_pixels_are_all_photos(tmp_path) -> None:
    sides = []
    for name, pixels in (("listing", scene("as listed").listing), ("arrival", scene("as listed").arrival)):
        data = jpeg(pixels, 90)
        (tmp_path / f"{name}.jpg").write_bytes(data)
        sides.append((tmp_path / f"{name}.jpg", data))
    by_path, by_bytes = (compare(sides[0][i], sides[1][i]) for i in (0, 1))

    assert by_path.p_mismatch == by_bytes.p_mismatch
    assert by_path.listing[0].path == str(tmp_path / "listing.jpg")
    assert by_bytes.listing[0].path == ""
    assert by_path.listing[0].sha256 == by_bytes.listing[0].sha256


def test_the_same_photos_give_the_same_record() -> None:
    again = compare(scene("part gone").listing, scene("part gone").arrival, id="part gone", row={"seller": "Made"})

    assert json.dumps(again.to_dict()) == json.dumps(result("part gone").to_dict())
    assert again.to_dict()["row"] == {"seller": "Made"}


@pytest.mark.parametrize("kind", ["as listed", "other", "part gone"])
def test_a_record_can_be_decided_again_without_the_photos(kind: str) -> None:
    record = json.loads(json.dumps(result(kind).to_dict()))
    again = decided_again(record, load_profile())

    assert again.name == result(kind).verdict
    assert again.p_mismatch == pytest.approx(result(kind).p_mismatch, abs=1e-3)
    assert [f.text for f in again.findings] == [f.text for f in result(kind).findings]
    assert [f.listing_box for f in again.findings] == [f.listing_box for f in result(kind).findings]


def test_views_are_kept_only_when_asked_for() -> None:
    views = result("as listed").views

    assert views is not None
    assert views.arrival_over_listing is not None
    assert views.arrival_over_listing.shape == views.listing.shape
    assert result("other").views.arrival_over_listing is None
    assert compare(scene("other").listing, scene("other").arrival).views is None


def test_a_side_without_photos_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one photo"):
        compare([], scene("other").arrival)


def test_the_public_name_is_this_one() -> None:
    assert qaudit.compare is compare


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (7, 400), (64, 64)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_pictures_that_show_nothing_are_no_crash_and_no_match(shape: tuple[int, int], level: int) -> None:
    blank = np.full((*shape, 3), level, np.uint8)

    assert compare(blank, scene("as listed").arrival[:200, :200]).verdict in {"review", "retake"}
    assert compare(scene("as listed").listing, blank).verdict in {"review", "retake"}


def test_a_part_gone_from_a_product_on_white_is_not_excused_as_a_reflection() -> None:
    rng = np.random.default_rng(4)
    blobs = cv2.GaussianBlur(rng.integers(0, 256, (500, 500, 3), dtype=np.uint8), (0, 0), 3)
    drawn = cv2.normalize(blobs, None, 20, 190, cv2.NORM_MINMAX)
    listing = np.full((640, 640, 3), 250, np.uint8)
    listing[70:570, 70:570] = drawn
    arrival = listing.copy()
    arrival[300:450, 250:420] = 250
    holed = compare(listing, arrival)

    assert not any("reflection" in said for said in holed.decision.explained)
    assert holed.p_mismatch > 3 * compare(listing, listing).p_mismatch
