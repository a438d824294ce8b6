"""The store: what is finished is kept, what changed is done again, and what is not to be trusted is refused."""

from __future__ import annotations

import csv
import errno
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch.files import write_files
from qaudit.batch.finished import earlier_run
from qaudit.batch.row import Row
from qaudit.batch.rulings import rule
from qaudit.batch.schema import DATABASE, changing
from qaudit.batch.store import Store
from qaudit.batch.trace import still_holds, traces_of, with_digests
from qaudit.model.errors import ManifestError, SettingsError
from qaudit.model.record import ItemError, Record, Totals

from .factory import photo

TOOL = {"version": "1", "options": "o", "profile": "p"}


def row(folder: Path, id_: str = "1", arrival: str = "b.jpg", **extra: Any) -> Row:
    return Row(2, id_, ("a.jpg",), (arrival,), extra, str(folder))


def result(of: Row, verdict: str = "match", **more: Any) -> Record:
    values = {"schema": 1, "id": of.id, "verdict": verdict, "p_mismatch": 0.5, "row": dict(of.extra), **more}
    return Record(values, {"read": 1.0}, with_digests(of, traces_of(of), values))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    photo(tmp_path / "a.jpg", b"a")
    photo(tmp_path / "b.jpg", b"b")
    return tmp_path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "out")
    yield opened
    opened.close()


def begin(store: Store, rows: Sequence[Row | ItemError], tool: Mapping[str, Any]) -> tuple[int, int]:
    """Begin a run, and have its items handed out."""
    counts = store.begin(rows, tool)
    list(store.pending(rows, tool))
    return counts


def kept(store: Store, rows: Sequence[Row | ItemError]) -> int:
    """How many of `rows` have a result already."""
    return begin(store, rows, TOOL)[1]


def test_what_was_added_is_seen_by_another_process_at_once(photos: Path, store: Store) -> None:
    begin(store, [row(photos)], TOOL)
    store.add(0, result(row(photos)))
    other = sqlite3.connect(photos / "out" / DATABASE)
    assert other.execute("SELECT count(*) FROM line JOIN record USING (number)").fetchone() == (1,)
    assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_a_photo_that_was_only_touched_or_copied_is_not_compared_again(photos: Path, store: Store) -> None:
    begin(store, [row(photos)], TOOL)
    store.add(0, result(row(photos)))
    os.utime(photos / "b.jpg", (1, 1))
    assert kept(store, [row(photos)]) == 1
    assert kept(store, [row(photos)]) == 1  # and what it looks like now is known


def test_a_photo_of_other_bytes_is_compared_again_whatever_its_size(photos: Path, store: Store) -> None:
    begin(store, [row(photos)], TOOL)
    store.add(0, result(row(photos)))
    photo(photos / "b.jpg", b"c")
    os.utime(photos / "b.jpg", (1, 1))
    assert kept(store, [row(photos)]) == 0
    assert [position for position, _ in store.pending([row(photos)], TOOL)] == [0]


def test_a_photo_that_appears_or_goes_is_a_change(photos: Path, store: Store) -> None:
    gone = row(photos, arrival="c.jpg")
    begin(store, [gone], TOOL)
    store.add(
        0, Record(ItemError("1", "photo_missing", "c.jpg: no such file").to_dict(), {}, with_digests(gone, traces_of(gone), {}))
    )
    assert kept(store, [gone]) == 1
    photo(photos / "c.jpg")
    assert kept(store, [gone]) == 0


def test_an_error_tells_of_the_very_bytes_that_made_it(photos: Path) -> None:
    before = traces_of(row(photos))
    traces = with_digests(row(photos), before, {})
    assert [one and one[2] and len(one[2]) for one in traces] == [64, 64]
    photo(photos / "b.jpg", b"whole now")
    assert still_holds(row(photos), traces) is None
    assert still_holds(row(photos), with_digests(row(photos), before, {})) is None  # it changed while it was at work


def test_what_is_no_file_is_not_read(photos: Path) -> None:
    os.mkfifo(photos / "pipe")
    piped = row(photos, arrival="pipe")
    traces = with_digests(piped, traces_of(piped), {})
    assert traces[1] is not None
    assert traces[1][2] is None
    assert still_holds(piped, traces) is not None


def test_another_setting_is_another_result_and_both_are_kept(photos: Path, store: Store) -> None:
    begin(store, [row(photos)], TOOL)
    store.add(0, result(row(photos)))
    assert begin(store, [row(photos)], {**TOOL, "profile": "q"}) == (1, 0)
    store.add(0, result(row(photos), "mismatch"))
    assert store.totals() == Totals(mismatch=1)
    assert kept(store, [row(photos)]) == 1
    assert store.totals() == Totals(match=1)


def test_other_columns_are_brought_up_to_date_without_comparing_again(photos: Path, store: Store) -> None:
    begin(store, [row(photos, seller="old")], TOOL)
    store.add(0, result(row(photos, seller="old")))
    assert kept(store, [row(photos, seller="new", category="cups")]) == 1
    (record,) = store.records()
    assert record.values["row"] == {"seller": "new", "category": "cups"}
    assert list(record.values) == ["schema", "id", "verdict", "p_mismatch", "row"]
    ((id_, seller, category, *_),) = store.table()
    assert (id_, seller, category) == ("1", "new", "cups")


def test_rows_may_come_in_another_order_and_number(photos: Path, store: Store) -> None:
    one, two, three = (row(photos, id_) for id_ in "123")
    begin(store, [one, two], TOOL)
    store.add_all([(1, result(two, "mismatch")), (0, result(one))])
    assert kept(store, [three, two]) == 1
    store.add(0, result(three, "review"))
    assert [json.loads(line)["id"] for line in store.lines()] == ["3", "2"]
    assert store.totals() == Totals(mismatch=1, review=1)


def test_an_id_that_is_no_text_in_utf8_survives(photos: Path, store: Store) -> None:
    odd = row(photos, "\ud800é\n", seller="\udfff")
    begin(store, [odd], TOOL)
    store.add(0, result(odd))
    assert [record.id for record in store.records()] == [odd.id]
    assert next(store.table())[0] == odd.id
    assert json.loads(next(store.timings())) == {"id": odd.id, "seconds": {"read": 1.0}}
    write_files(photos / "out", store, {})
    assert b"\\ud800" in (photos / "out" / "results.csv").read_bytes()


def test_the_result_of_another_item_is_not_taken(photos: Path, store: Store) -> None:
    begin(store, [row(photos, "1"), row(photos, "2")], TOOL)
    with pytest.raises(RuntimeError, match="is that of"):
        store.add(0, result(row(photos, "2")))
    with pytest.raises(RuntimeError, match="2 of 2 rows have no result"):
        store.totals()


def test_a_manifest_that_changes_between_two_looks_stops_the_run(photos: Path, store: Store) -> None:
    begin(store, [row(photos, "1")], TOOL)
    with pytest.raises(ManifestError, match="changed"):
        list(store.pending([row(photos, "2")], TOOL))


def test_a_table_for_spreadsheets_has_no_formula(photos: Path, store: Store) -> None:
    hostile = row(photos, "=cmd|' /C calc'!A0", seller="a;=1+1")
    begin(store, [hostile], TOOL)
    store.add(0, result(hostile))
    write_files(photos / "out", store, {})
    lines = (photos / "out" / "results.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == '"id","seller","category","verdict","ruling","p_mismatch","error","findings"'
    assert lines[1] == '"\'=cmd|\' /C calc\'!A0","a;=1+1","","match","","0.5","",""'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_a_table_begins_as_a_formula_does(photos: Path, store: Store, start: str) -> None:
    hostile = row(photos, f"{start}1+1", seller=f"{start}2", category=f"{start}A1")
    begin(store, [hostile], TOOL)
    store.add(0, result(hostile))
    write_files(photos / "out", store, {})
    with (photos / "out" / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        _, cells = csv.reader(file)
    assert cells[:3] == [f"'{start}1+1", f"'{start}2", f"'{start}A1"]


@pytest.mark.parametrize("data", [b"not a database, but long enough to be one" * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path, data: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        Store(tmp_path)
    assert caught.value.slug == "store_broken"
    assert (tmp_path / DATABASE).read_bytes() == data


def test_a_full_disk_loses_nothing_that_was_finished(photos: Path, store: Store) -> None:
    rows = [row(photos, str(n)) for n in range(40)]
    begin(store, rows, TOOL)
    store._base.execute("PRAGMA max_page_count = 40")
    added = 0

    def fill() -> None:
        nonlocal added
        for position, one in enumerate(rows):
            store.add(position, result(one, notes=["x" * 9000]))
            added += 1

    with pytest.raises(SettingsError) as caught:
        fill()
    assert caught.value.slug == "out_not_writable"
    assert "full" in caught.value.message
    store._base.execute("PRAGMA max_page_count = 100000")
    assert 0 < added < 40
    assert kept(store, rows) == added
    assert store._base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_cannot_be_written_leaves_the_one_before(photos: Path, store: Store) -> None:
    begin(store, [row(photos)], TOOL)
    store.add(0, result(row(photos)))
    write_files(photos / "out", store, {"n": 1})
    (photos / "out" / ".summary.json.tmp").mkdir()
    with pytest.raises(SettingsError) as caught:
        write_files(photos / "out", store, {"n": 2})
    assert caught.value.slug == "out_not_writable"
    assert json.loads((photos / "out" / "summary.json").read_text()) == {"n": 1}


def test_an_item_of_another_category_is_another_result_where_tolerances_were_set_for_some(photos: Path, store: Store) -> None:
    for tool, again in ((TOOL, 1), ({**TOOL, "tolerances": "d"}, 0)):
        begin(store, [row(photos, category="cloth")], tool)
        store.add(0, result(row(photos, category="cloth")))
        assert begin(store, [row(photos, category="silver")], tool)[1] == again
        assert begin(store, [row(photos, category=" Cloth")], tool)[1] == 1


def test_only_what_was_handed_out_is_noted(photos: Path, store: Store) -> None:
    rows = [row(photos), ItemError("2", "row_bad_cell", "bad")]
    store.begin(rows, TOOL)
    assert [position for position, _ in store.pending(rows, TOOL, kinds=(ItemError,))] == [1]
    with pytest.raises(KeyError):
        store.add(0, result(row(photos)))
    store.add(1, Record(rows[1].to_dict()))


def test_a_lock_that_cannot_be_had_is_a_setting_to_correct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(SettingsError) as caught:
        Store(tmp_path)
    assert (caught.value.slug, "No locks available" in str(caught.value)) == ("out_not_writable", True)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path, mode: str) -> None:
    other = sqlite3.connect(tmp_path / DATABASE)
    other.execute(f"PRAGMA journal_mode = {mode}")
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = (tmp_path / DATABASE).read_bytes()
    for open_it in (lambda: Store(tmp_path), lambda: earlier_run(tmp_path)):
        with pytest.raises(SettingsError) as caught:
            open_it()
        assert caught.value.slug == "store_broken"
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_question_to_an_empty_file_makes_no_store_of_it(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    with pytest.raises(SettingsError) as caught:
        earlier_run(tmp_path)
    assert (caught.value.slug, "--out" in str(caught.value)) == ("store_broken", False)
    assert (tmp_path / DATABASE).read_bytes() == b""
    Store(tmp_path).close()
    assert earlier_run(tmp_path).groups == []


def test_a_store_that_is_being_written_is_busy_and_not_full(
    photos: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(store, [row(photos)], TOOL)
    monkeypatch.setattr("qaudit.batch.schema._BUSY_S", 0.01)
    with changing(store._base):
        with pytest.raises(SettingsError) as caught:
            rule(photos / "out", "1", "match", "Sri", "seen")
        assert earlier_run(photos / "out").items == 1
    assert caught.value.slug == "run_busy"


def test_a_seed_that_is_tried_again_is_counted(store: Store) -> None:
    assert store.seed("a") == ("a", 1)
    assert store.seed("b") == ("b", 2)
    assert store.seed(None) == ("b", 2)
    assert store.seed("a") == ("a", 2)
    assert store.seed(None) == ("a", 2)


def test_a_folder_that_is_made_for_a_run_is_hidden_from_git(tmp_path):
    Store(tmp_path / "deep" / "run").close()
    assert (tmp_path / "deep" / "run" / ".gitignore").read_text() == "*\n"
    assert not (tmp_path / "deep" / ".gitignore").exists()


def test_a_folder_that_was_there_before_is_not_hidden_from_git(tmp_path):
    Store(tmp_path).close()
    assert not (tmp_path / ".gitignore").exists()
