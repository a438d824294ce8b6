"""The photos of a run: found, fetched, and named as in the manifest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.batch.audit import audit
from qaudit.batch.rulings import rule
from qaudit.model.errors import PhotoRefused
from qaudit.model.language import said, speaking
from qaudit.model.record import Comparison, Totals

from .factory import lines, photo

pytestmark = pytest.mark.usefixtures("stand_ins")


def test_a_record_names_photos_as_the_manifest_does(pairs: Path, tmp_path: Path) -> None:
    records = list(audit(pairs).records())
    assert records[1]["photos"]["arrival"][0]["path"] == "b.jpg"
    assert records[2]["error"] == {"slug": "photo_missing", "message": "c.jpg: there is no such file (check the path)"}
    assert str(tmp_path) not in json.dumps(records)


def test_a_folder_named_as_a_photo_is_an_error_of_its_row(pairs: Path, tmp_path: Path) -> None:
    (pairs.parent / "c.jpg").mkdir()
    audit(pairs, tmp_path / "run")
    assert [line["verdict"] for line in lines(tmp_path / "run" / "results.jsonl")] == [
        "match",
        "mismatch",
        "error",
        "error",
        "match",
    ]


def accepted_pieces(tmp_path: Path, named: str) -> Path:
    """One item with two arrival photos and an accepted piece, in files of which one's name begins like another's."""
    for name in ("a.jpg", "a.jpg.png", "good.jpg"):
        photo(tmp_path / "in" / name, b"a")
    (tmp_path / "in" / "pairs.csv").write_text(f"id,listing,arrival,accepted\n1,a.jpg,a.jpg|a.jpg.png,{named}\n")
    return tmp_path / "in" / "pairs.csv"


def test_notes_and_accepted_pieces_name_photos_as_the_manifest_does(tmp_path: Path) -> None:
    (record,) = audit(accepted_pieces(tmp_path, "good.jpg")).records()

    assert record["photos"]["accepted"][0]["path"] == "good.jpg"
    assert record["notes"] == ["a.jpg.png was left out."]
    assert str(tmp_path) not in json.dumps(record)


def test_a_missing_accepted_piece_is_an_error_of_its_item(tmp_path: Path) -> None:
    (record,) = audit(accepted_pieces(tmp_path, "gone.jpg")).records()

    assert record["error"] == {"slug": "photo_missing", "message": "gone.jpg: there is no such file (check the path)"}


def test_an_item_is_done_again_when_its_accepted_pieces_change(tmp_path: Path, stand_ins: list[str]) -> None:
    audit(accepted_pieces(tmp_path, "good.jpg"), tmp_path / "out")
    audit(accepted_pieces(tmp_path, ""), tmp_path / "out")
    photo(tmp_path / "in" / "good.jpg", b"better")
    audit(tmp_path / "in" / "pairs.csv", tmp_path / "out")
    assert stand_ins == ["1", "1"]


def test_photos_at_addresses_are_fetched_for_their_item_and_named_by_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(tmp_path / "a.jpg", b"a")
    (tmp_path / "p.csv").write_text("id,listing,arrival\n1,a.jpg,https://a.example/a.jpg\n2,https://a.example/gone,a.jpg\n")
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if url.endswith("gone"):
            raise PhotoRefused("url_failed", "the server answered 404", "try again later")
        return b"a"

    monkeypatch.setattr("qaudit.photos.fetch.fetch", fetch)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    first, second = (record for record in audit(tmp_path / "p.csv", allow_url=True).records())
    assert first["photos"]["arrival"][0]["path"] == "https://a.example/a.jpg"
    assert second["error"]["slug"] == "url_failed"
    assert second["error"]["message"].startswith("https://a.example/gone: the server answered 404")
    assert asked == ["https://a.example/a.jpg", "https://a.example/gone"]
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith("qaudit-")] == []


def test_nothing_is_fetched_unless_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.csv").write_text("id,listing,arrival\n1,https://a.example/a.jpg,https://a.example/a.jpg\n")
    monkeypatch.setattr("qaudit.photos.fetch.fetch", lambda url: pytest.fail("fetched"))
    assert [record["error"]["slug"] for record in audit(tmp_path / "p.csv").records()] == ["row_url"]


def test_a_photo_in_a_sentence_is_named_as_in_the_manifest_in_every_language(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(listing: list[str], arrival: list[str], **_: Any) -> Comparison:
        raise PhotoRefused("photo_empty", said("{name}: {problem}", name=arrival[0], problem=said("the file is empty")))

    monkeypatch.setitem(sys.modules, "qaudit.comparison", SimpleNamespace(compare=refuse))  # type: ignore[arg-type]
    with speaking("id"):
        assert next(audit(pairs).records())["error"]["message"] == "a.jpg: filenya kosong"


def test_an_item_with_an_address_can_be_ruled_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo(tmp_path / "a.jpg", b"a")
    (tmp_path / "p.csv").write_text("id,listing,arrival\n1,https://a.example/a.jpg,a.jpg\n")
    monkeypatch.setattr("qaudit.photos.fetch.fetch", lambda _: b"b")
    audit(tmp_path / "p.csv", tmp_path / "out", allow_url=True)
    assert rule(tmp_path / "out", "1", "match", "Sri", "seen").verdict == "mismatch"
    report = audit(tmp_path / "p.csv", tmp_path / "out", allow_url=True)
    assert (report.rulings, report.cards.overall.totals) == ({0: "match"}, Totals(match=1))
