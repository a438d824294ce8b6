"""Listing photos that are looked at once for many arrivals: the same answers, no stale photo, bounded memory."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from qaudit import sights as room
from qaudit.batch import work
from qaudit.batch.audit import audit, iter_audit
from qaudit.comparison import compare
from qaudit.model.errors import PhotoRefused
from qaudit.model.options import Options
from qaudit.photos import read_photo
from qaudit.sights import Sights
from tests.scenes import make_scene, painting

OPTIONS = Options()


def jpeg(pixels: np.ndarray) -> bytes:
    """A JPEG file."""
    return cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Listing photos that were read."""
    asked: list[Any] = []

    def counted(source: Any, **settings: Any) -> Any:
        asked.append(source)
        return read_photo(source, **settings)

    monkeypatch.setattr(room, "read_photo", counted)
    return asked


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A manifest of one listing with three arrivals: as listed, another one, and as listed again."""
    scenes = [
        make_scene(painting(), sent=sent, rotation_deg=turn, scale=0.8, photo=(480, 640))
        for sent, turn in ((None, 10), (painting(2), 25), (None, 40))
    ]
    (tmp_path / "listing.jpg").write_bytes(jpeg(scenes[0].listing))
    for number, scene in enumerate(scenes):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg(scene.arrival))
    lines = ["id,listing,arrival", *(f"{n},listing.jpg,{n}.jpg" for n in range(3))]
    (tmp_path / "pairs.csv").write_text("\n".join(lines))
    return tmp_path / "pairs.csv"


def picture(path: Path, level: int, side: int = 40) -> Path:
    pixels = np.full((side, side, 3), level, np.uint8)
    path.write_bytes(jpeg(pixels))
    return path


def test_a_listing_is_read_once_for_all_its_arrivals_and_the_records_are_the_same(shop: Path, reads: list[Any]) -> None:
    apart = [
        json.dumps(compare(shop.parent / "listing.jpg", shop.parent / f"{n}.jpg").to_dict(), sort_keys=True) for n in range(3)
    ]
    assert len(reads) == 3
    reads.clear()
    known = Sights()
    joined = [
        json.dumps(compare(shop.parent / "listing.jpg", shop.parent / f"{n}.jpg", sights=known).to_dict(), sort_keys=True)
        for n in range(3)
    ]
    assert len(reads) == 1
    assert joined == apart


def test_a_run_looks_at_a_listing_once_and_lets_go_of_it_at_its_end(shop: Path, reads: list[Any], tmp_path: Path) -> None:
    audit(shop, tmp_path / "out")
    assert len(reads) == 1
    assert work._sights.cache_info().currsize == 0
    records = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert [item.to_dict() for item in iter_audit(shop)] == records
    assert len(reads) == 2


def test_what_was_found_is_found_once(tmp_path: Path) -> None:
    known = Sights()
    path = picture(tmp_path / "a.jpg", 100)
    one, two = (known.sight(known.photo(path, OPTIONS), OPTIONS) for _ in range(2))
    assert one is two
    assert one.region is two.region


def test_a_file_that_changed_is_another_photo_whatever_its_time_says(tmp_path: Path) -> None:
    known = Sights()
    path = picture(tmp_path / "a.jpg", 100)
    before, status = known.photo(path, OPTIONS), path.stat()
    picture(path, 101)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    after = known.photo(path, OPTIONS)
    assert (before.sha256 == after.sha256, int(after.pixels[0, 0, 0])) == (False, 101)


def test_a_file_that_changes_while_it_is_read_is_kept_as_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, path = Sights(), picture(tmp_path / "a.jpg", 100)
    old = path.read_bytes()

    def late(source: Any, **settings: Any) -> Any:
        picture(path, 200)
        return read_photo(source, **settings)

    with monkeypatch.context() as changing:
        changing.setattr(room, "read_photo", late)
        known.photo(path, OPTIONS)
    assert int(known.photo(path, OPTIONS).pixels[0, 0, 0]) == 200
    path.write_bytes(old)
    assert int(known.photo(path, OPTIONS).pixels[0, 0, 0]) == 100


def test_the_same_bytes_in_another_file_are_the_same_photo(tmp_path: Path, reads: list[Any]) -> None:
    known = Sights()
    path = picture(tmp_path / "a.jpg", 100)
    (tmp_path / "b.jpg").write_bytes(path.read_bytes())
    assert known.photo(path, OPTIONS) is known.photo(tmp_path / "b.jpg", OPTIONS)
    assert known.photo(path.read_bytes(), OPTIONS) is known.photo(path.read_bytes(), OPTIONS)
    assert len(reads) == 2


def test_a_name_that_promises_another_format_has_its_own_note(tmp_path: Path) -> None:
    known = Sights()
    path = picture(tmp_path / "a.jpg", 100)
    (tmp_path / "a.png").write_bytes(path.read_bytes())
    notes = [known.photo(tmp_path / name, OPTIONS).notes for name in ("a.jpg", "a.png", "a.jpg")]
    assert notes == [(), ("named .png, but holds JPEG",), ()]


def test_other_sides_are_another_look(tmp_path: Path) -> None:
    known, path = Sights(), picture(tmp_path / "a.jpg", 100, side=400)
    small = known.photo(path, Options(listing_side_px=200))
    assert (small.pixels.shape[0], known.photo(path, OPTIONS).pixels.shape[0]) == (200, 400)
    photo = known.photo(path, Options(feature_side_px=200))
    assert known.sight(photo, Options(feature_side_px=200))._scale == 0.5


def test_what_is_kept_is_bounded_in_number_and_in_memory(tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{n}.jpg", 10 * n, side=800) for n in range(6)]
    few, little = Sights(most_photos=3), Sights(most_mebibytes=30)
    for path in paths:
        few.photo(path, OPTIONS)
        little.photo(path, OPTIONS)
    assert [len(few._kept), len(little._kept)] == [3, 3]
    assert few.photo(paths[-1], OPTIONS) is few.photo(paths[-1], OPTIONS)
    assert Sights(most_mebibytes=1).photo(paths[0], OPTIONS).pixels.shape == (800, 800, 3)


def test_a_sight_takes_no_more_than_is_reckoned_with(shop: Path) -> None:
    known = Sights()
    sight = known.sight(known.photo(shop.parent / "listing.jpg", OPTIONS), OPTIONS)
    found = [sight.features, *sight.tilted]
    arrays = [sight.photo.pixels, sight.region.mask, sight._grey, sight._product]
    arrays += [array for one in found for array in (one.keypoints, one.size, one.angle, one.descriptors)]
    assert 0 < sum(array.nbytes for array in arrays) <= room._bytes(sight)


def test_a_photo_that_is_refused_is_refused_each_time(tmp_path: Path) -> None:
    known = Sights()
    (tmp_path / "bad.jpg").write_bytes(b"no photo")
    for _ in range(2):
        with pytest.raises(PhotoRefused, match="bad"):
            known.photo(tmp_path / "bad.jpg", OPTIONS)
        with pytest.raises(PhotoRefused) as refused:
            known.photo(tmp_path / "gone.jpg", OPTIONS)
        assert refused.value.slug == "photo_missing"
    assert not known._kept
