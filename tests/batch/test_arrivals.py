"""Arrival photos joined from a folder to the items that they are named after."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.lot import Sampling
from qaudit.batch.manifest import Manifest
from qaudit.batch.mapping import parse_map
from qaudit.batch.row import Row
from qaudit.model.errors import ManifestError, SettingsError
from tests.faults.work import cheap_record

from .factory import photo

TABLE = "id,listing,SKU\nmug,l.jpg,S1\nmug-2,l.jpg,S2\npot,l.jpg,S3\njar,l.jpg,S3\ncan,l.jpg,\n"


def joined(path: Path, *names: str) -> tuple[dict[str, tuple[str, ...]], tuple[list[str], list[str]]]:
    """Id -> arrival photos of a table without any, and what found no partner."""
    (path / "t.csv").write_text(TABLE)
    for name in names:
        photo(path / "photos" / name)
    manifest = Manifest(path / "t.csv", arrivals=path / "photos")
    found = {row.id: row.arrival for row in manifest if isinstance(row, Row)}
    return found, manifest.unpaired()


def test_numbered_photos_are_of_the_same_item_unless_another_is_named_so(tmp_path: Path) -> None:
    found, unpaired = joined(
        tmp_path, "mug.jpg", "mug-2.jpg", "mug_3.png", "mug (4).jpg", "mug-2-2.jpg", "note.txt", ".mug.jpg"
    )
    assert {id_: sorted(photos) for id_, photos in found.items()} == {
        "mug": ["photos/mug (4).jpg", "photos/mug.jpg", "photos/mug_3.png"],
        "mug-2": ["photos/mug-2-2.jpg", "photos/mug-2.jpg"],
    }
    assert unpaired == (["pot", "jar", "can"], [])


def test_a_photo_named_after_two_items_belongs_to_neither(tmp_path: Path) -> None:
    found, unpaired = joined(tmp_path, "S3.jpg", "S1.jpg", "stranger.jpg")
    assert found == {"mug": ("photos/S1.jpg",)}
    assert unpaired == (["mug-2", "pot", "jar", "can"], ["photos/S3.jpg", "photos/stranger.jpg"])


def test_a_folder_named_after_an_item_holds_its_photos(tmp_path: Path) -> None:
    found, _ = joined(tmp_path, "can/front.jpg", "can/back.jpg", "can/list.txt")
    assert found == {"can": ("photos/can/back.jpg", "photos/can/front.jpg")}


def test_arrivals_outside_the_root_are_errors_of_their_rows(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.csv").write_text(TABLE)
    photo(tmp_path / "out" / "can.jpg")
    (error,) = Manifest(tmp_path / "in" / "t.csv", arrivals=tmp_path / "out")
    assert getattr(error, "slug", "") == "row_outside_root"
    (row,) = Manifest(tmp_path / "in" / "t.csv", tmp_path, arrivals=tmp_path / "out")
    assert isinstance(row, Row)


def test_what_found_no_partner_is_listed_and_the_rest_is_audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    (tmp_path / "t.csv").write_text(TABLE)
    for name in ("l.jpg", "photos/mug.jpg", "photos/can.jpg", "photos/stranger.jpg"):
        photo(tmp_path / name)
    report = audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos")
    assert (len(report.totals), len(report.unpaired.items)) == (2, 3)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["unpaired"] == {"items": ["mug-2", "pot", "jar"], "arrivals": ["photos/stranger.jpg"]}
    (tmp_path / "photos" / "mug.jpg").write_bytes(b"another")
    again = audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos")
    assert again.unpaired == report.unpaired


def test_an_item_that_is_neither_a_result_nor_without_a_photo_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    monkeypatch.setattr(Manifest, "unpaired", lambda _: ([], []))
    (tmp_path / "t.csv").write_text(TABLE)
    for name in ("l.jpg", "photos/mug.jpg"):
        photo(tmp_path / name)
    with pytest.raises(RuntimeError, match="5 items gave 1 results and 0 without a photo"):
        audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos")


def test_an_item_of_a_lot_stays_a_unit_without_an_arrival_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    photo(tmp_path / "l")
    (tmp_path / "t.csv").write_text("id,listing\n" + "".join(f"{n},l\n" for n in range(100)))
    for n in range(20):
        photo(tmp_path / "photos" / f"{n}.jpg")
    sampling = Sampling("II", {"any": 2.5}, seed="s")
    report = audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos", sampling=sampling)
    assert report.lot is not None
    assert (report.lot.units, len(report.lot.sample), report.lot.fate) == (100, 20, "undecided")
    without = {record["id"] for record in report.records() if "error" in record}
    assert without == {id_ for id_ in report.lot.sample if int(id_) >= 20} == set(report.lot.open_ids)
    assert {record["error"]["slug"] for record in report.records() if "error" in record} == {"row_no_arrival"}
    assert report.unpaired.items == []
    for id_ in without:
        photo(tmp_path / "photos" / f"{id_}.jpg")
    again = audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos", sampling=sampling)
    assert again.lot is not None
    assert (again.lot.sample, again.lot.fate) == (report.lot.sample, "accepted")


def test_a_manifest_through_a_pipe_is_joined_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    for name in ("l.jpg", "photos/mug.jpg"):
        photo(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")

    def write() -> None:
        (tmp_path / "pipe").write_text(TABLE)
        (tmp_path / "pipe").unlink()  # so that a second reading fails, instead of waiting for ever

    threading.Thread(target=write, daemon=True).start()
    report = audit(tmp_path / "pipe", tmp_path / "run", arrivals=tmp_path / "photos")
    assert (report.totals.match, len(report.unpaired.items)) == (1, 4)


def test_photos_are_in_one_of_the_lists_wherever_they_lie_unless_hidden(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    photo(tmp_path / "elsewhere" / "1.jpg")
    photo(tmp_path / "photos" / "x.jpg")
    (tmp_path / "photos" / "can").symlink_to(tmp_path / "elsewhere")
    found, unpaired = joined(tmp_path, "pot/deep/9.jpg", "pot/deep/er/8.jpg", ".thumbs/mug.jpg", "jar/.old/1.jpg")
    assert found == {"can": ("photos/can/1.jpg",)}
    assert unpaired[1] == ["photos/x.jpg", "photos/pot/deep/9.jpg", "photos/pot/deep/er/8.jpg"]


@pytest.mark.parametrize(
    ("ids", "names", "expected"),
    [
        (["Café"], ["Cafe\u0301.jpg"], {"Café": ["Cafe\u0301.jpg"]}),
        (["Cafe\u0301"], ["Café-2.jpg"], {"Cafe\u0301": ["Café-2.jpg"]}),
        (["mug"], ["MUG.JPG"], {"mug": ["MUG.JPG"]}),
        (["mug"], ["mug.jpg", "MUG.JPG"], {"mug": ["mug.jpg"]}),
        (["mug"], ["Mug.jpg", "MUG.JPG"], {}),
        (["mug", "MUG"], ["Mug.jpg"], {}),
        (["mug", "MUG"], ["MUG.jpg", "mug.jpg"], {"mug": ["mug.jpg"], "MUG": ["MUG.jpg"]}),
        (["mug", "MUG"], ["MUG.jpg"], {"MUG": ["MUG.jpg"]}),
        (["mug", "mug-2"], ["mug.jpg", "Mug-2.jpg"], {"mug": ["mug.jpg"], "mug-2": ["Mug-2.jpg"]}),
    ],
)
def test_names_are_compared_as_they_look_and_without_case_where_that_is_plain(
    tmp_path: Path, ids: list[str], names: list[str], expected: dict[str, list[str]]
) -> None:
    (tmp_path / "t.csv").write_text("id,listing\nother,l\n" + "".join(f"{id_},l\n" for id_ in ids))
    for name in ("other.jpg", *names):
        photo(tmp_path / "photos" / name)
    manifest = Manifest(tmp_path / "t.csv", arrivals=tmp_path / "photos")
    found = {row.id: [Path(path).name for path in row.arrival] for row in manifest if isinstance(row, Row)}
    assert found == {"other": ["other.jpg"], **expected}
    left = set(names) - {name for photos in expected.values() for name in photos}
    assert {Path(path).name for path in manifest.unpaired()[1]} == left


def test_each_of_several_skus_in_a_cell_is_a_name(tmp_path: Path) -> None:
    text = 'TITLE,IMAGE1,SKU\nMug,1.jpg,"A1,A2"\nPot,2.jpg,"B1, B2"\nCan,3.jpg,B2\n'
    (tmp_path / "t.csv").write_text(text)
    for name in ("A2.jpg", "B2.jpg", "B1.jpg"):
        photo(tmp_path / "photos" / name)
    manifest = Manifest(tmp_path / "t.csv", columns=parse_map("etsy"), arrivals=tmp_path / "photos")
    found = {row.id: row.arrival for row in manifest if isinstance(row, Row)}
    assert found == {"A1,A2": ("photos/A2.jpg",), "B1, B2": ("photos/B1.jpg",)}
    assert manifest.unpaired() == (["B2"], ["photos/B2.jpg"])


def test_a_manifest_that_is_reached_through_a_link_finds_photos_beside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "sub")
    (tmp_path / "link" / "t.csv").write_text(TABLE)
    photo(tmp_path / "photos" / "mug.jpg")
    for arrivals in (tmp_path / "photos", tmp_path / "link" / ".." / ".." / "photos"):
        (row,) = Manifest(tmp_path / "link" / "t.csv", tmp_path, arrivals=arrivals)
        assert isinstance(row, Row)
        assert Path(row.paths("arrival")[0]).read_bytes() == b"x"


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    photo(tmp_path / "photos" / "can" / "1.jpg")

    def refused(path: str | Path) -> Any:
        if Path(path).name == "can":
            raise PermissionError(13, "Permission denied", str(path))
        return before(path)

    before = os.scandir
    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(SettingsError) as caught:
        Manifest(tmp_path / "t.csv", arrivals=tmp_path / "photos")
    assert "it cannot be read: Permission denied" in caught.value.message


def test_no_partner_at_all_or_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "photos").mkdir()
    with pytest.raises(ManifestError) as unmatched:
        list(Manifest(tmp_path / "t.csv", arrivals=tmp_path / "photos"))
    with pytest.raises(SettingsError) as missing:
        Manifest(tmp_path / "t.csv", arrivals=tmp_path / "nowhere")
    assert (unmatched.value.slug, missing.value.slug) == ("arrivals_unmatched", "arrivals_missing")
