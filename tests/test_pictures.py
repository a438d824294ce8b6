"""Pictures of a comparison: what they show, and that a record is enough to make them again."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from qaudit.comparison import compare
from qaudit.model.alignment import AlignmentFailed
from qaudit.model.options import Options
from qaudit.model.record import Comparison
from qaudit.pictures import inline_shots, jpeg, jpegs, pairs_shown, pictures_again, thumbnail
from tests.drawn.defect import inlay_missing, spot_mask
from tests.drawn.drawing import Product
from tests.drawn.photography import Bool
from tests.scenes import Scene, make_scene, mapped, painting, photo_of


def part_gone(product: Product) -> tuple[Product, Bool]:
    return inlay_missing(product, spot_mask(product, (0.45, 0.4, 0.12)))


@cache
def scene(kind: str) -> Scene:
    """A painting that arrived as listed, or with a part gone; photos smaller than the room works on."""
    change = part_gone if kind == "part gone" else None
    return make_scene(painting(), change=change, rotation_deg=25, scale=0.9, perspective=0.05, photo=(720, 960))


@cache
def result(kind: str) -> Comparison:
    return compare(scene(kind).listing, scene(kind).arrival, keep_pictures=True)


def painted(picture: np.ndarray) -> np.ndarray:
    """How far each pixel is from grey."""
    values = picture.astype(int)
    spread: np.ndarray = values.max(axis=2) - values.min(axis=2)
    return spread


def test_nothing_is_kept_unless_it_is_asked_for() -> None:
    assert compare(scene("as listed").listing, scene("as listed").arrival).pictures == ()


def test_the_arrival_lies_over_the_listing() -> None:
    (shown,) = result("as listed").pictures
    assert shown.laid_over is not None
    inner = cv2.erode(scene("as listed").product_mask_listing.astype(np.uint8), np.ones((15, 15))) > 0
    one, two = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY)[inner].astype(float) for p in (shown.listing, shown.laid_over))
    assert np.corrcoef(one, two)[0, 1] > 0.9


def test_what_differs_is_painted_and_what_does_not_is_grey() -> None:
    gone, alike = result("part gone").pictures[0], result("as listed").pictures[0]
    assert gone.heat is not None
    assert alike.heat is not None
    defect = scene("part gone").defect_mask_listing
    assert np.mean(painted(gone.heat)[defect] > 60) > 0.5
    assert np.mean(painted(gone.heat)[~defect] > 60) < 0.05
    assert np.mean(painted(alike.heat) > 60) < 0.02


def test_main_colours_are_those_of_the_listing_and_hardly_moved() -> None:
    palette = result("as listed").pictures[0].palette
    assert 1 <= len(palette) <= 5
    assert [swatch.share for swatch in palette] == sorted((swatch.share for swatch in palette), reverse=True)
    assert all(swatch.de00 < 4 for swatch in palette)


def test_a_dye_that_is_wrong_shows_in_the_palette_with_its_direction() -> None:
    listing = scene("as listed").listing
    lab = cv2.cvtColor(listing.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab[..., 1:] = lab[..., 1:] * 0.3
    dull = np.rint(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB) * 255).clip(0, 255).astype(np.uint8)
    worst = max(compare(listing, dull, keep_pictures=True).pictures[0].palette, key=lambda swatch: swatch.de00)
    assert worst.de00 > 2 * max(swatch.de00 for swatch in result("as listed").pictures[0].palette)
    assert worst.changes != ()


def test_a_record_tells_how_the_photos_lie_over_each_other_as_displayed() -> None:
    (view,) = result("as listed").to_dict()["views"]
    H = np.reshape(view["homography"], (3, 3))
    assert H[2, 2] == 1
    points = np.array([[300.0, 300.0], [500.0, 400.0], [420.0, 600.0]])
    truth = mapped(scene("as listed").H_arrival_to_listing, points)
    assert np.linalg.norm(mapped(H, points) - truth, axis=1).max() < 3


def test_smaller_photos_and_the_record_give_the_same_pictures_again() -> None:
    shown = result("part gone").pictures[0]
    (view,) = result("part gone").to_dict()["views"]
    listing, arrival = (photo_of(picture) for picture in (shown.listing, shown.arrival))
    again = pictures_again((0, 0), listing, arrival, view["homography"], Options(frame_side_px=480))
    assert again.laid_over is not None
    assert again.heat is not None
    assert shown.laid_over is not None
    assert np.mean(np.abs(again.laid_over.astype(int) - shown.laid_over)) < 2
    assert np.mean(painted(again.heat)[scene("part gone").defect_mask_listing] > 60) > 0.5


def test_photos_that_do_not_lie_over_each_other_are_all_there_is() -> None:
    other = make_scene(painting(), sent=painting(2), rotation_deg=25, scale=0.9, photo=(720, 960))
    found = compare(other.listing, other.arrival, keep_pictures=True)
    assert isinstance(found.alignment, AlignmentFailed)
    (shown,) = found.pictures
    assert (shown.laid_over, shown.heat, shown.palette) == (None, None, ())
    assert found.to_dict()["views"][0]["homography"] is None
    assert sorted(jpegs(shown, 200)) == ["arrival", "listing"]


def test_each_pair_is_shown_once_the_surest_first() -> None:
    assert pairs_shown((1, 0), [(0, 2), (1, 0), (0, 2)]) == [(1, 0), (0, 2)]


def test_pictures_are_no_larger_than_asked_and_the_same_bytes_each_time() -> None:
    shown = result("as listed").pictures[0]
    files = jpegs(shown, 200)
    assert sorted(files) == ["arrival", "heat", "laid_over", "listing"]
    for data, width, height in files.values():
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert decoded.shape[:2] == (height, width)
        assert max(width, height) == 200
    assert jpegs(shown, 200) == files


def test_a_small_picture_shows_both_photos_beside_each_other() -> None:
    shown = result("as listed").pictures[0]
    small = thumbnail(shown, 160)
    assert small.shape == (160, 324, 3)
    assert not np.array_equal(small[:, :160], small[:, 164:])
    assert jpeg(small)[:2] == b"\xff\xd8"


def test_a_page_by_itself_holds_its_pictures() -> None:
    (shots,) = inline_shots(result("as listed").pictures, 200).pairs
    for shot in (shots.listing, shots.arrival, shots.laid_over, shots.heat):
        assert shot is not None
        assert shot.source.startswith("data:image/jpeg;base64,/9j/")


@pytest.mark.parametrize("kind", ["as listed", "part gone"])
def test_a_record_tells_the_tolerance_of_every_measure_that_counts(kind: str) -> None:
    made = result(kind)
    weighed = {entry.measure: entry for entry in made.decision.weighed if entry.tolerance is not None}
    told = {entry["measure"]: entry for entry in made.to_dict()["evidence"] if entry.get("tolerance") is not None}
    assert sorted(told) == sorted(weighed)
    assert all(told[name]["tolerance"] == pytest.approx(weighed[name].tolerance, rel=1e-3) for name in told)
