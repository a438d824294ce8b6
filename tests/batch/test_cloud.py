"""Runs whose photos lie on another file system: found, fetched, noticed when they change, and never outside the root."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit, iter_audit
from qaudit.batch.rulings import export_labelled, rule
from qaudit.model.errors import SettingsError
from qaudit.model.record import Totals
from tests.faults.work import cheap_record

from .factory import fetch_and_die, photo

fsspec = pytest.importorskip("fsspec")

pytestmark = pytest.mark.usefixtures("stand_ins")


@pytest.fixture
def bucket() -> Iterator[Any]:
    """A root in memory with two photos that are told apart."""
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    fs.pipe({"/shop/in/a.jpg": b"a", "/shop/in/b.jpg": b"b", "/secret/x.jpg": b"a"})
    yield fs
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]


ROOT = "memory://shop"


def manifest(folder: Path, *rows: str) -> Path:
    path = folder / "pairs.csv"
    path.write_text("\n".join(["id,listing,arrival", *rows]) + "\n")
    return path


def test_photos_below_an_address_are_audited_and_named_as_the_manifest_does(bucket: Any, tmp_path: Path) -> None:
    pairs = manifest(
        tmp_path, "ok,in/a.jpg,in/a.jpg", "bad,in/a.jpg,memory://shop/in/b.jpg", "gone,in/a.jpg,in/c.jpg", "dir,in/a.jpg,in"
    )
    records = list(audit(pairs, root=ROOT).records())
    assert [record["verdict"] for record in records] == ["match", "mismatch", "error", "error"]
    assert records[1]["photos"]["arrival"][0]["path"] == "memory://shop/in/b.jpg"
    assert records[2]["error"] == {"slug": "photo_missing", "message": "in/c.jpg: there is no such file (check the path)"}
    assert records[3]["error"]["slug"] == "photo_is_directory"


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("../secret/x.jpg", "row_outside_root"),
        ("%2e%2e/secret/x.jpg", "row_outside_root"),
        ("/secret/x.jpg", "row_outside_root"),
        ("memory://secret/x.jpg", "row_url"),
        ("memory://shop/../secret/x.jpg", "row_outside_root"),
        ("s3://other/x.jpg", "row_url"),
        ("zip::memory://shop/in/a.zip", "row_url"),
        ("https://a.example/x.jpg", "row_url"),
        ("in/\x1ba.jpg", "row_bad_cell"),
    ],
)
def test_no_cell_leads_out_of_the_address(
    bucket: Any, tmp_path: Path, stand_ins: list[str], monkeypatch: pytest.MonkeyPatch, cell: str, slug: str
) -> None:
    monkeypatch.setattr(type(bucket), "cat_file", lambda *_, **__: pytest.fail("fetched"))
    (record,) = audit(manifest(tmp_path, f'1,in/a.jpg,"{cell}"'), root=ROOT).records()
    assert (record["error"]["slug"], record["error"]["message"].isprintable(), stand_ins) == (slug, True, [])


def test_only_what_changed_below_an_address_is_done_again(bucket: Any, tmp_path: Path, stand_ins: list[str]) -> None:
    pairs = manifest(tmp_path, "ok,in/a.jpg,in/a.jpg", "bad,in/a.jpg,in/b.jpg", "gone,in/a.jpg,in/c.jpg")
    audit(pairs, tmp_path / "out", root=ROOT)
    stand_ins.clear()
    audit(pairs, tmp_path / "out", root=ROOT)
    assert stand_ins == []
    bucket.pipe({"/shop/in/b.jpg": b"a"})
    assert audit(pairs, tmp_path / "out", root=ROOT).totals == Totals(match=2, error=1)
    assert stand_ins == ["bad"]
    bucket.pipe({"/shop/in/c.jpg": b"a"})
    assert audit(pairs, tmp_path / "out", root=ROOT).totals == Totals(match=3)
    assert stand_ins == ["bad", "gone"]


def test_a_run_over_many_photos_below_an_address_finds_them_unchanged(
    bucket: Any, tmp_path: Path, stand_ins: list[str]
) -> None:
    bucket.pipe({f"/shop/many/{n}.jpg": b"a" for n in range(50)})
    pairs = manifest(tmp_path, *(f"{n},in/a.jpg,many/{n}.jpg" for n in range(50)))
    audit(pairs, tmp_path / "out", root=ROOT)
    stand_ins.clear()
    bucket.pipe({"/shop/many/7.jpg": b"b"})
    assert audit(pairs, tmp_path / "out", root=ROOT).totals == Totals(match=49, mismatch=1)
    assert stand_ins == ["7"]


def test_what_could_not_be_fetched_is_tried_again_in_the_next_run(
    bucket: Any, tmp_path: Path, stand_ins: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = manifest(tmp_path, "1,in/a.jpg,in/a.jpg")
    for error, slug in ((OSError("reset"), "url_failed"), (PermissionError("expired"), "photo_unreadable")):

        def failing(*_: object, error: Exception = error, **__: object) -> bytes:
            raise error

        with monkeypatch.context() as broken:
            broken.setattr(type(bucket), "cat_file", failing)
            (record,) = audit(pairs, tmp_path / slug, root=ROOT).records()
        assert record["error"]["slug"] == slug
        assert audit(pairs, tmp_path / slug, root=ROOT).totals == Totals(match=1)


def test_nothing_that_was_fetched_is_left_behind(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    audit(manifest(tmp_path, "1,in/a.jpg,in/b.jpg", "2,in/a.jpg,in/gone.jpg"), root=ROOT)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pairs.csv"]


def test_arrivals_may_lie_in_a_folder_here_while_listings_are_elsewhere(bucket: Any, tmp_path: Path) -> None:
    photo(tmp_path / "far" / "away" / "mug.jpg", b"a")
    photo(tmp_path / "far" / "away" / "bag.jpg", b"b")
    (tmp_path / "far" / "away" / "ring.jpg").symlink_to(tmp_path / "pairs.csv")
    (tmp_path / "m").mkdir()
    pairs = tmp_path / "m" / "pairs.csv"
    pairs.write_text("id,listing,arrival\nmug,in/a.jpg,\nbag,in/a.jpg,\nring,in/a.jpg,\nown,in/a.jpg,in/a.jpg\n")
    report = audit(pairs, tmp_path / "out", root=ROOT, arrivals=tmp_path / "far" / "away")
    records = list(report.records())
    assert [record["verdict"] for record in records] == ["match", "mismatch", "error", "match"]
    assert records[0]["photos"]["arrival"][0]["path"] == "../far/away/mug.jpg"
    assert records[2]["error"]["slug"] == "row_outside_root"


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """A root in an archive with the photos of twelve items, every third a mismatch; and the manifest of these."""
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as made:
        made.writestr("in/a.jpg", b"a")
        for number in range(12):
            made.writestr(f"in/{number}.jpg", b"a" if number % 3 else b"b%d" % number)
    manifest(tmp_path, *(f"{n},in/a.jpg,in/{n}.jpg" for n in range(12)))
    return f"zip::file://{tmp_path}/photos.zip"


@pytest.mark.parametrize("settings", [{"workers": 2}, {"workers": 2, "cluster": "local"}])
def test_workers_fetch_for_themselves_and_give_the_same_bytes(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    if "cluster" in settings:
        pytest.importorskip("distributed")
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    audit(tmp_path / "pairs.csv", tmp_path / "here", root=archive)
    report = audit(tmp_path / "pairs.csv", tmp_path / "there", root=archive, **settings)
    assert report.totals == Totals(match=8, mismatch=4)
    for name in ("results.jsonl", "results.csv", "summary.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_an_archive_that_was_made_again_is_looked_at_anew(archive: str, tmp_path: Path, stand_ins: list[str]) -> None:
    audit(tmp_path / "pairs.csv", tmp_path / "out", root=archive)
    stand_ins.clear()
    with zipfile.ZipFile(tmp_path / "photos.zip", "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("in/5.jpg", b"other")
    assert audit(tmp_path / "pairs.csv", tmp_path / "out", root=archive).totals == Totals(match=7, mismatch=5)
    assert stand_ins == ["5"]


def test_an_address_of_this_machine_is_a_folder_with_its_rules(tmp_path: Path) -> None:
    photo(tmp_path / "root" / "a.jpg", b"a")
    photo(tmp_path / "out.jpg", b"a")
    (tmp_path / "root" / "link.jpg").symlink_to(tmp_path / "out.jpg")
    (tmp_path / "m").mkdir()
    root = f"file://{tmp_path}/root"
    pairs = manifest(tmp_path / "m", "1,a.jpg,a.jpg", f"2,a.jpg,{root}/a.jpg", "3,a.jpg,link.jpg", f"4,a.jpg,{root}/../out.jpg")
    records = list(audit(pairs, root=root).records())
    assert [record["verdict"] for record in records] == ["match", "match", "error", "error"]
    assert [record["error"]["slug"] for record in records[2:]] == ["row_outside_root", "row_outside_root"]
    assert [record["photos"]["arrival"][0]["path"] for record in records[:2]] == ["a.jpg", f"{root}/a.jpg"]


def test_a_folder_that_is_named_like_an_address_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo(tmp_path / "zip::old" / "a.jpg", b"a")
    monkeypatch.chdir(tmp_path)
    pairs = manifest(tmp_path, "1,zip::old/a.jpg,zip::old/a.jpg")
    assert audit(pairs, root="zip::old").totals == Totals(match=1)


def test_a_root_that_cannot_be_used_ends_the_run_before_anything_is_written(tmp_path: Path, bucket: Any) -> None:
    pairs = manifest(tmp_path, "1,in/a.jpg,in/a.jpg")
    for root, slug in (("memory://none", "root_missing"), ("nonsense://x", "root_unreachable")):
        with pytest.raises(SettingsError) as refused:
            audit(pairs, tmp_path / "out", root=root)
        assert refused.value.slug == slug
    assert not (tmp_path / "out").exists()


def test_items_below_an_address_can_be_had_one_by_one(bucket: Any, tmp_path: Path) -> None:
    pairs = manifest(tmp_path, "1,in/a.jpg,in/a.jpg", "2,in/a.jpg,in/b.jpg")
    assert [item.verdict for item in iter_audit(pairs, root=ROOT)] == ["match", "mismatch"]


def test_ruled_items_below_an_address_are_exported_as_records_alone(bucket: Any, tmp_path: Path) -> None:
    audit(manifest(tmp_path, "1,in/a.jpg,in/b.jpg"), tmp_path / "out", root=ROOT)
    rule(tmp_path / "out", "1", "match", by="Sri", reason="seen")
    data, _ = export_labelled(tmp_path / "out", tmp_path / "ruled.jsonl")
    assert data.count(b"\n") == 1
    with pytest.raises(SettingsError) as refused:
        export_labelled(tmp_path / "out", tmp_path / "ruled.csv")
    assert refused.value.slug == "export_outside"


def test_a_ruling_on_an_item_below_an_address_holds_and_lapses_when_the_photo_there_changes(
    bucket: Any, tmp_path: Path
) -> None:
    bucket.pipe({"/shop/in/c.jpg": b"c"})
    pairs = manifest(tmp_path, "1,in/a.jpg,in/c.jpg")
    audit(pairs, tmp_path / "out", root=ROOT)
    rule(tmp_path / "out", "1", "match", by="Sri", reason="seen")
    assert audit(pairs, tmp_path / "out", root=ROOT).cards.overall.ruled == 1
    bucket.pipe({"/shop/in/c.jpg": b"d"})
    assert audit(pairs, tmp_path / "out", root=ROOT).cards.overall.ruled == 0


def test_nothing_that_was_fetched_is_left_behind_by_workers_that_are_killed(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(audit_module, "record_of", fetch_and_die)
    (tmp_path / "pairs.csv").write_text("id,listing,arrival\n1,in/a.jpg,in/1.jpg\n")
    (record,) = audit(tmp_path / "pairs.csv", root=archive, workers=2).records()
    assert record["error"]["slug"] == "worker_died"
    assert [entry.name for entry in (tmp_path / "tmp").iterdir() if entry.name.startswith("qaudit")] == []
