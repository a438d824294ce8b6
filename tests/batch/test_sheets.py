"""Manifests in Parquet and XLSX, and that all of them are read row by row."""

from __future__ import annotations

import datetime
import os
import random
import sys
import threading
import tracemalloc
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.manifest import Manifest, read_manifest
from qaudit.batch.row import Row
from qaudit.model.errors import ManifestError
from tests.faults.work import cheap_record

from .factory import photo

pyarrow = pytest.importorskip("pyarrow")
openpyxl = pytest.importorskip("openpyxl")
parquet = pytest.importorskip("pyarrow.parquet")

KINDS = pytest.mark.parametrize("kind", ["parquet", "xlsx"])


def table(path: Path, columns: dict[str, list[Any]]) -> Path:
    """A table in the format that the end of its name tells."""
    if path.suffix == ".parquet":
        parquet.write_table(pyarrow.table(columns), path)
        return path
    book = openpyxl.Workbook()
    book.active.append(list(columns))
    for cells in zip(*columns.values(), strict=True):
        book.active.append(list(cells))
    book.save(path)
    return path


def rows_of(path: Path) -> list[Row]:
    return [row for row in read_manifest(path) if isinstance(row, Row)]


@KINDS
def test_ids_stay_text_and_cells_hold_several_photos(tmp_path: Path, kind: str) -> None:
    columns = {"id": ["007", "8"], "listing": ["a.jpg", "a|b"], "arrival": ["c", "d"], "seller": ["Süd", None]}
    first, second = rows_of(table(tmp_path / f"p.{kind}", columns))
    assert (first.id, first.listing, first.extra) == ("007", ("a.jpg",), {"seller": "Süd"})
    assert (second.listing, second.extra) == (("a", "b"), {"seller": ""})


@KINDS
def test_numbers_and_dates_become_what_json_has(tmp_path: Path, kind: str) -> None:
    columns = {"id": [7], "listing": ["a"], "arrival": ["b"], "price": [2.5], "count": [3.0], "on": [datetime.date(2026, 1, 2)]}
    (row,) = rows_of(table(tmp_path / f"p.{kind}", columns))
    assert row.id == "7"
    assert row.extra["price"] == 2.5
    assert (row.extra["count"], str(row.extra["on"])[:10]) == (3, "2026-01-02")


def test_lists_of_photos_stand_in_parquet_as_in_json(tmp_path: Path) -> None:
    columns = {"id": ["1"], "listing": [["a", "b"]], "arrival": [["c"]], "price": [float("nan")]}
    (row,) = rows_of(table(tmp_path / "p.parquet", columns))
    assert (row.listing, row.arrival, row.extra) == (("a", "b"), ("c",), {"price": ""})


def test_a_sheet_may_have_empty_rows_and_a_wide_edge(tmp_path: Path) -> None:
    columns = {"id": [None, "1"], "listing": [None, "a"], "arrival": [None, "b"]}
    path = table(tmp_path / "p.xlsx", columns)
    book = openpyxl.load_workbook(path)
    book.active["F9"].number_format = "0.00"
    book.save(path)
    (row,) = rows_of(path)
    assert (row.id, row.number, row.extra) == ("1", 3, {})


@KINDS
@pytest.mark.parametrize("data", [b"", b"PAR1 and no more", b"PK\x03\x04 and no more", b"PAR1" + bytes(50) + b"PAR1"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, kind: str, data: bytes) -> None:
    (tmp_path / f"p.{kind}").write_bytes(data)
    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path / f"p.{kind}")
    assert caught.value.slug == "manifest_broken"


@KINDS
def test_a_table_without_the_columns_or_without_rows_is_refused(tmp_path: Path, kind: str) -> None:
    for columns, slug in (({"id": ["1"]}, "manifest_columns"), ({"id": [], "listing": [], "arrival": []}, "manifest_empty")):
        with pytest.raises(ManifestError) as caught:
            read_manifest(table(tmp_path / f"p.{kind}", columns))  # type: ignore[arg-type]
        assert caught.value.slug == slug


@KINDS
def test_without_its_library_a_table_is_refused_with_the_way_to_it(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path / f"p.{kind}", {"id": ["1"], "listing": ["a"], "arrival": ["b"]})
    for name in ("pyarrow.parquet", "openpyxl"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    assert caught.value.slug == "extra_missing"
    assert "qaudit[tables]" in str(caught.value)


@KINDS
def test_a_table_that_unpacks_to_too_much_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path / f"p.{kind}", {"id": ["x" * 30_000] * 200, "listing": ["a"] * 200, "arrival": ["b"] * 200})
    monkeypatch.setattr("qaudit.batch.sheets.MOST_MEBIBYTES", 0)
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    assert caught.value.slug == "manifest_too_large"


def sheet_with(path: Path, changes: dict[bytes, bytes]) -> Path:
    """A workbook with one row, the text of whose sheet was changed."""
    table(path, {"id": ["1"], "listing": ["a"], "arrival": ["b"]})
    with zipfile.ZipFile(path) as parts:
        texts = {name: parts.read(name) for name in parts.namelist()}
    for old, new in changes.items():
        assert old in texts["xl/worksheets/sheet1.xml"]
        texts["xl/worksheets/sheet1.xml"] = texts["xl/worksheets/sheet1.xml"].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, text in texts.items():
            parts.writestr(name, text)
    return path


def moved(row: int) -> dict[bytes, bytes]:
    """The changes that put the row of a sheet elsewhere."""
    return {b'<row r="2"': b'<row r="%d"' % row, **{b'r="%c2"' % name: b'r="%c%d"' % (name, row) for name in b"ABC"}}


def test_a_row_beyond_the_end_of_every_sheet_is_refused(tmp_path: Path) -> None:
    (last,) = rows_of(sheet_with(tmp_path / "last.xlsx", moved(1_048_576)))
    assert last.number == 1_048_576
    with pytest.raises(ManifestError) as caught:
        read_manifest(sheet_with(tmp_path / "beyond.xlsx", moved(1_048_577)))
    assert caught.value.slug == "manifest_too_large"


def test_what_a_sheet_says_of_its_size_is_not_believed_and_its_cells_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qaudit.batch.sheets.MOST_CELLS", 1000)
    claimed = sheet_with(tmp_path / "claimed.xlsx", {b'ref="A1:C2"': b'ref="A1:XFD300"'})
    assert [row.id for row in rows_of(claimed)] == ["1"]
    with pytest.raises(ManifestError) as caught:
        read_manifest(sheet_with(tmp_path / "wide.xlsx", {b'r="C2"': b'r="XFD2"'}))
    assert caught.value.slug == "manifest_too_large"


def flipped(data: bytes, seed: int) -> bytes:
    """`data` with a few bytes changed."""
    source = random.Random(seed)  # noqa: S311
    changed = bytearray(data)
    for _ in range(source.randrange(1, 5)):
        changed[source.randrange(len(changed))] = source.randrange(256)
    return bytes(changed)


@KINDS
def test_a_damaged_table_is_read_or_refused(tmp_path: Path, kind: str) -> None:
    columns = {"id": ["1", "2"] * 20, "listing": ["a", "b"] * 20, "arrival": ["b", "c"] * 20}
    data = table(tmp_path / f"p.{kind}", columns).read_bytes()
    refused = set()
    for seed in range(60):
        (tmp_path / f"d.{kind}").write_bytes(flipped(data, seed))
        try:
            read_manifest(tmp_path / f"d.{kind}")
        except ManifestError as error:
            refused.add(error.slug)
    assert "manifest_broken" in refused


def test_times_of_every_kind_are_carried_as_text(tmp_path: Path) -> None:
    kinds = {
        "ns": (1_700_000_000_123_456_789, pyarrow.timestamp("ns"), "2023-11-14T22:13:20.123456789"),
        "whole": (1_700_000_000, pyarrow.timestamp("s"), "2023-11-14T22:13:20.000"),
        "zone": (1_700_000_000, pyarrow.timestamp("s", "Nowhere/Bad"), "2023-11-14T22:13:20.000Z"),
        "known": (1_700_000_000, pyarrow.timestamp("s", "Asia/Jakarta"), "2023-11-14T22:13:20.000Z"),
        "took": (123, pyarrow.duration("ns"), "123 ns"),
        "at": (123_456_789, pyarrow.time64("ns"), "00:00:00.123456789"),
        "far": (2**60, pyarrow.timestamp("ms"), f"<value out of range: {2**60}>"),
    }
    columns: dict[str, Any] = {"id": ["1", "2"], "listing": ["a", "a"], "arrival": ["b", "b"]}
    columns |= {name: pyarrow.array([value, None], pyarrow.int64()).cast(kind) for name, (value, kind, _) in kinds.items()}
    first, second = rows_of(table(tmp_path / "p.parquet", columns))
    assert dict(first.extra) == {name: text for name, (_, _, text) in kinds.items()}
    assert dict(second.extra) == dict.fromkeys(kinds, "")


def test_one_long_cell_for_many_rows_is_not_unpacked_for_all_of_them(tmp_path: Path) -> None:
    count, cell = 600, "x" * 300_000
    columns = {"id": [str(n) for n in range(count)], "listing": ["a"] * count, "arrival": ["b"] * count, "note": [cell] * count}
    parquet.write_table(pyarrow.table(columns), tmp_path / "p.parquet", compression="zstd")
    assert (tmp_path / "p.parquet").stat().st_size < 20_000
    del columns
    before = pyarrow.total_allocated_bytes()
    tracemalloc.start()
    try:
        held = max(pyarrow.total_allocated_bytes() for _ in Manifest(tmp_path / "p.parquet")) - before
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert max(held, most) < 100 * len(cell)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_rows_come_before_the_file_is_read_to_its_end(tmp_path: Path, kind: str) -> None:
    good = '{"id": "1", "listing": "a", "arrival": "b"}\n' if kind == "jsonl" else "id,listing,arrival\n1,a,b\n"
    bad = "not json\n" if kind == "jsonl" else '"never closed\n'
    filler = "".join(f'{{"id": "{n}", "listing": "a", "arrival": "b"}}\n' for n in range(9000))
    (tmp_path / f"p.{kind}").write_text(good + (filler if kind == "jsonl" else "2,a,b\n" * 9000) + bad)
    manifest = Manifest(tmp_path / f"p.{kind}")
    assert [row.id for row in islice(manifest, 2)] == ["1", "0" if kind == "jsonl" else "2"]
    with pytest.raises(ManifestError):
        list(manifest)


def test_a_manifest_that_is_wrong_at_its_end_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(audit_module, "record_of", lambda row, **_: asked.append(row.id))
    (tmp_path / "p.csv").write_bytes(b"id,listing,arrival\n" + b"1,a,b\n" * 20_000 + b"\xff,a,b\n")
    with pytest.raises(ManifestError) as caught:
        audit(tmp_path / "p.csv", tmp_path / "out")
    assert caught.value.slug == "manifest_not_text"
    assert "byte 120019" in caught.value.message
    assert asked == []


def test_a_manifest_may_come_through_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    photo(tmp_path / "a")
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("id,listing,arrival\n1,a,a\n2,a,b\n",))
    writer.start()
    report = audit(tmp_path / "pipe", tmp_path / "out")
    writer.join()
    assert (report.totals.match, report.totals.error) == (1, 1)


@KINDS
def test_a_run_over_a_table_goes_on_as_over_any_other(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    photo(tmp_path / "a")
    columns = {"id": [str(n) for n in range(2500)], "listing": ["a"] * 2500, "arrival": ["a"] * 2500}
    path = table(tmp_path / f"p.{kind}", columns)
    assert audit(path, tmp_path / "out").totals.match == 2500
    monkeypatch.setattr(audit_module, "record_of", lambda *_, **__: pytest.fail("done again"))
    assert audit(path, tmp_path / "out").totals.match == 2500


def test_results_are_a_parquet_table_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    photo(tmp_path / "a")
    (tmp_path / "p.jsonl").write_text(
        '{"id": "007", "listing": "a", "arrival": "a", "seller": "=1"}\n{"id": "\\ud800", "listing": "a", "arrival": "gone"}\n'
    )
    audit(tmp_path / "p.jsonl", tmp_path / "out")
    first, second = parquet.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    assert (first["id"], first["seller"], first["verdict"], first["p_mismatch"]) == ("007", "=1", "match", 0.0)
    assert (second["id"], second["error"], second["p_mismatch"]) == ("\\ud800", "photo_missing", None)
