"""Rulings: bound to what was looked at, counted where they hold, and given back as labels."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import Report, audit
from qaudit.batch.rulings import export_labelled, rule
from qaudit.model.errors import SettingsError
from qaudit.model.record import Record, Totals
from tests.faults.rig import cheap_catalogue
from tests.faults.work import cheap_record

BY = ("Sri", "held it in hand")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Nine items, of which those numbered 0, 3 and 6 are mismatches."""
    return cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(9)])


def run(manifest: Path) -> Report:
    return audit(manifest, manifest.parent.parent / "run")


def folder(manifest: Path) -> Path:
    return manifest.parent.parent / "run"


def test_a_ruling_goes_before_the_verdict_in_score_cards_and_leaves_the_record(manifest: Path) -> None:
    before = run(manifest)
    results = (folder(manifest) / "results.jsonl").read_bytes()
    done = rule(folder(manifest), "item-0", "match", *BY)
    assert (done.verdict, done.before, done.holding) == ("mismatch", None, 1)
    after = run(manifest)
    assert (before.cards.overall.totals, before.cards.overall.ruled) == (Totals(match=6, mismatch=3), 0)
    assert (after.cards.overall.totals, after.cards.overall.ruled) == (Totals(match=7, mismatch=2), 1)
    assert after.totals == before.totals
    assert (folder(manifest) / "results.jsonl").read_bytes() == results
    rows = list(csv.DictReader(io.StringIO((folder(manifest) / "results.csv").read_text("utf-8-sig"))))
    assert [row["ruling"] for row in rows] == ["match", *[""] * 8]


def test_a_ruling_lapses_when_a_photo_changes_and_holds_again_when_it_is_back(manifest: Path) -> None:
    run(manifest)
    rule(folder(manifest), "item-3", "match", *BY)
    photo = manifest.parent / "a3"
    data = photo.read_bytes()
    photo.write_bytes(b"another photo")
    assert run(manifest).cards.overall.ruled == 0
    photo.write_bytes(data)
    assert run(manifest).cards.overall.ruled == 1


def test_a_ruling_holds_for_other_settings(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qaudit.model.options import Options

    run(manifest)
    rule(folder(manifest), "item-3", "match", *BY)
    assert audit(manifest, folder(manifest), options=Options(seed=5)).cards.overall.ruled == 1


def test_the_last_ruling_counts(manifest: Path) -> None:
    run(manifest)
    rule(folder(manifest), "item-1", "mismatch", *BY)
    done = rule(folder(manifest), "item-1", "match", "Ketut", "it was the light")
    assert (done.before, done.holding) == ("mismatch", 1)
    assert run(manifest).cards.overall.totals == Totals(match=6, mismatch=3)


def test_another_run_in_the_folder_does_not_keep_a_ruling_from_being_taken_down(manifest: Path) -> None:
    from qaudit.batch.store import Store

    run(manifest)
    store = Store(folder(manifest))
    assert rule(folder(manifest), "item-1", "mismatch", *BY).holding == 1
    store.close()


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        (("item-1", "fine", *BY), "unknown_value"),
        (("item-1", "match", " ", "because"), "ruling_incomplete"),
        (("item-1", "match", "Sri", ""), "ruling_incomplete"),
        (("item-99", "match", *BY), "item_unknown"),
        (("item-4", "match", *BY), "ruling_unbound"),
    ],
)
def test_a_ruling_that_cannot_be_is_refused(manifest: Path, arguments: tuple[str, str, str, str], slug: str) -> None:
    (manifest.parent / "a4").unlink()
    run(manifest)
    with pytest.raises(SettingsError) as caught:
        rule(folder(manifest), *arguments)
    assert caught.value.slug == slug
    assert run(manifest).cards.overall.ruled == 0


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        rule(tmp_path, "1", "match", *BY)
    assert caught.value.slug == "run_missing"
    assert list(tmp_path.iterdir()) == []


def paired(row: Any, **settings: Any) -> Record:
    """A record that names its photos, as a real one does."""
    record = cheap_record(row, **settings)
    photos = {
        side: [{"path": text, "sha256": "00"} for text in getattr(row, side)] for side in ("listing", "arrival", "accepted")
    }
    return Record({**record.values, "photos": photos}, {}, record.traces, record.judged)


def test_what_was_ruled_comes_back_as_a_manifest_beside_its_photos(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", paired)
    run(manifest)
    rule(folder(manifest), "item-0", "match", *BY)
    rule(folder(manifest), "item-2", "mismatch", *BY)
    data, totals = export_labelled(folder(manifest), manifest.parent / "ruled.csv")
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert [(row["id"], row["listing"], row["arrival"], row["label"], row["ruled_by"], row["seller"]) for row in rows] == [
        ("item-0", "listing", "a0", "match", "Sri", "seller 0"),
        ("item-2", "listing", "a2", "mismatch", "Sri", "seller 2"),
    ]
    assert totals == Totals(match=1, mismatch=1)
    above, _ = export_labelled(folder(manifest), manifest.parent.parent / "ruled.csv")
    assert b",in/listing,in/a0," in above
    with pytest.raises(SettingsError) as caught:
        export_labelled(folder(manifest), folder(manifest) / "ruled.csv")
    assert caught.value.slug == "export_outside"


def test_the_folder_that_is_advised_holds_all_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", paired)
    for name in ("all/shop", "all/parcels"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "x").write_bytes(b"x")
    (tmp_path / "all" / "shop" / "t.csv").write_text("id,listing,arrival\n1,x,../parcels/x\n")
    audit(tmp_path / "all" / "shop" / "t.csv", tmp_path / "run", root=tmp_path)
    rule(tmp_path / "run", "1", "match", *BY)
    with pytest.raises(SettingsError) as caught:
        export_labelled(tmp_path / "run", tmp_path / "all" / "shop" / "ruled.csv")
    assert caught.value.way_out.startswith(f"write the file into {tmp_path / 'all'}, or")
    data, _ = export_labelled(tmp_path / "run", tmp_path / "all" / "ruled.csv")
    assert b"\r\n1,shop/x,parcels/x," in data


@pytest.mark.parametrize("name", ["..odd", "..", "...odd"])
def test_a_name_that_begins_with_dots_is_not_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(audit_module, "record_of", paired)
    arrival = f"{name}/a" if name == ".." else name
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.csv").write_text(f"id,listing,arrival\n1,l,{arrival}\n")
    for path in (tmp_path / "in" / "l", tmp_path / "in" / arrival):
        path.write_bytes(b"x")
    audit(tmp_path / "in" / "t.csv", tmp_path / "run", root=tmp_path)
    rule(tmp_path / "run", "1", "match", *BY)
    if name == "..":
        with pytest.raises(SettingsError) as caught:
            export_labelled(tmp_path / "run", tmp_path / "in" / "ruled.csv")
        assert caught.value.slug == "export_outside"
    else:
        data, _ = export_labelled(tmp_path / "run", tmp_path / "in" / "ruled.csv")
        assert f"\r\n1,l,{name}," in data.decode()


def test_photos_beside_a_folder_that_is_a_link_are_named_where_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "record_of", paired)
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "sub")
    (tmp_path / "link" / "t.csv").write_text("id,listing,arrival\n1,../l,../../a\n")
    for path in (tmp_path / "real" / "l", tmp_path / "a"):
        path.write_bytes(b"x")
    audit(tmp_path / "link" / "t.csv", tmp_path / "run", root=tmp_path)
    rule(tmp_path / "run", "1", "match", *BY)
    data, _ = export_labelled(tmp_path / "run", tmp_path / "ruled.csv")
    assert "\r\n1,real/l,a," in data.decode()


def test_what_was_ruled_comes_back_as_records_with_their_label(manifest: Path) -> None:
    run(manifest)
    rule(folder(manifest), "item-0", "match", *BY)
    data, _ = export_labelled(folder(manifest), Path("ruled.jsonl"))
    (record,) = map(json.loads, data.splitlines())
    assert (record["id"], record["verdict"], record["row"]["label"]) == ("item-0", "mismatch", "match")


@pytest.mark.parametrize(("name", "slug"), [("ruled.jsonl", "rulings_missing"), ("ruled.txt", "unknown_value")])
def test_an_export_of_nothing_or_in_no_known_form_is_refused(manifest: Path, name: str, slug: str) -> None:
    run(manifest)
    with pytest.raises(SettingsError) as caught:
        export_labelled(folder(manifest), Path(name))
    assert caught.value.slug == slug


def test_a_ruling_on_an_id_that_is_repeated_is_of_the_item_that_was_audited(manifest: Path) -> None:
    manifest.write_text(manifest.read_text().replace("item-1,", "item-0,"))
    run(manifest)
    assert rule(folder(manifest), "item-0", "match", *BY).verdict == "mismatch"
