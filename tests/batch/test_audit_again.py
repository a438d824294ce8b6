"""A second run over a manifest: nothing done twice, and nothing kept that is not so any more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch.audit import audit
from qaudit.batch.manifest import Manifest
from qaudit.model.errors import ManifestError, PhotoRefused
from qaudit.model.language import speaking
from qaudit.model.options import Options
from qaudit.model.record import Comparison, Item, Totals

from .factory import Seen, lines, photo

pytestmark = pytest.mark.usefixtures("stand_ins")


def test_a_second_run_does_nothing_again_and_writes_the_same_bytes(pairs: Path, tmp_path: Path, stand_ins: list[str]) -> None:
    audit(pairs, tmp_path / "out")
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    stand_ins.clear()
    seen = Seen()
    audit(pairs, tmp_path / "out", progress=seen)
    assert stand_ins == []
    assert (seen.started, seen.ids) == ((5, 5), [])
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before


def test_a_run_that_was_stopped_goes_on_where_it_was(
    pairs: Path, tmp_path: Path, stand_ins: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(Seen):
        def finished(self, item: Item) -> None:
            if item.id == "bad":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(pairs, tmp_path / "out", progress=Stop())
    assert not (tmp_path / "out" / "results.jsonl").exists()
    stand_ins.clear()
    seen = Seen()
    audit(pairs, tmp_path / "out", progress=seen)
    assert stand_ins == ["gone", "last"]
    assert seen.started == (5, 3)
    whole = tmp_path / "whole"
    audit(pairs, whole)
    assert (whole / "results.jsonl").read_bytes() == (tmp_path / "out" / "results.jsonl").read_bytes()


def test_only_what_changed_is_done_again(pairs: Path, tmp_path: Path, stand_ins: list[str]) -> None:
    audit(pairs, tmp_path / "out")
    stand_ins.clear()
    photo(pairs.parent / "c.jpg", b"a")
    pairs.write_text(pairs.read_text().replace("last,b.jpg,b.jpg,", "last,b.jpg,b.jpg,new"))
    report = audit(pairs, tmp_path / "out")
    assert stand_ins == ["gone"]
    assert report.totals == Totals(match=3, mismatch=1, error=1)
    assert [record["row"]["seller"] for record in report.records()] == ["s", "s", "t", "t", "new"]


def test_a_manifest_of_which_nothing_changed_is_not_gone_through_again(
    pairs: Path, tmp_path: Path, stand_ins: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = audit(pairs, tmp_path / "out")
    read = Manifest._read
    rows: list[str] = []

    def counted(self: Manifest) -> Iterator[Any]:
        for row in read(self):
            rows.append(row.id)
            yield row

    monkeypatch.setattr(Manifest, "_read", counted)
    stand_ins.clear()
    assert audit(pairs, tmp_path / "out").totals == first.totals
    assert (rows, stand_ins) == (["ok"], [])
    photo(pairs.parent / "b.jpg", b"a")
    assert audit(pairs, tmp_path / "out").totals == Totals(match=3, error=2)
    assert (stand_ins, rows.count("last") > 0) == (["bad", "last"], True)


def test_another_root_is_another_manifest(pairs: Path, tmp_path: Path) -> None:
    assert audit(pairs, tmp_path / "out").totals.error == 2
    photo(tmp_path / "x.jpg", b"a")
    assert audit(pairs, tmp_path / "out", root=tmp_path).totals.error == 1
    assert audit(pairs, tmp_path / "out").totals.error == 2


def test_another_setting_does_everything_again(pairs: Path, tmp_path: Path, stand_ins: list[str]) -> None:
    audit(pairs, tmp_path / "out")
    stand_ins.clear()
    audit(pairs, tmp_path / "out", options=Options(seed=1))
    assert stand_ins == ["ok", "bad", "gone", "last"]


@pytest.mark.parametrize(("data", "words"), [(b"fault", "ZeroDivisionError in factory.py"), (b"nan", "ValueError")])
def test_a_fault_of_our_own_is_an_error_of_one_item_and_tried_again(
    pairs: Path, tmp_path: Path, stand_ins: list[str], data: bytes, words: str
) -> None:
    photo(pairs.parent / "b.jpg", data)
    records = list(audit(pairs, tmp_path / "out").records())
    assert [r["verdict"] for r in records] == ["match", "error", "error", "error", "error"]
    assert records[1]["error"]["slug"] == "internal_error"
    assert words in records[1]["error"]["message"]
    stand_ins.clear()
    audit(pairs, tmp_path / "out")
    assert stand_ins == ["bad", "last"]


def test_a_photo_that_the_reader_could_not_finish_is_tried_again_in_the_next_run(tmp_path: Path, stand_ins: list[str]) -> None:
    photo(tmp_path / "a.jpg", b"a")
    (tmp_path / "p.csv").write_text("id,listing,arrival\n1,a.jpg,a.jpg\n")

    def slow(*_: Any, **__: Any) -> Comparison:
        raise PhotoRefused("photo_too_slow", "a.jpg: reading it takes more than 10 seconds")

    sys.modules["qaudit.comparison"].compare, usual = slow, sys.modules["qaudit.comparison"].compare  # type: ignore[attr-defined]
    assert audit(tmp_path / "p.csv", tmp_path / "out").totals.error == 1
    sys.modules["qaudit.comparison"].compare = usual  # type: ignore[attr-defined]
    assert audit(tmp_path / "p.csv", tmp_path / "out").totals.error == 0
    assert stand_ins == ["1"]


def test_another_language_says_the_same_and_does_nothing_again(pairs: Path, tmp_path: Path, stand_ins: list[str]) -> None:
    audit(pairs, tmp_path / "out")
    english = (tmp_path / "out" / "results.jsonl").read_bytes()
    done = list(stand_ins)
    with speaking("id"):
        told = list(audit(pairs, tmp_path / "out").records())
        assert told == list(audit(pairs).records()) == lines(tmp_path / "out" / "results.jsonl")
    assert told[3]["error"]["message"].startswith("baris 5: ../x.jpg berada di luar folder foto (pindahkan")
    assert [record["error"]["slug"] for record in told[2:4]] == ["photo_missing", "row_outside_root"]
    stand_ins.clear()
    audit(pairs, tmp_path / "out")
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == english
    assert stand_ins == []
    assert len(done) == 4


def test_photos_that_were_missing_are_found_from_whichever_folder_the_manifest_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p.csv").write_text("id,listing,arrival\n1,a.jpg,a.jpg\n")
    monkeypatch.chdir(tmp_path / "in")
    assert audit("p.csv", tmp_path / "out").totals.error == 1
    photo(tmp_path / "in" / "a.jpg", b"a")
    monkeypatch.chdir(tmp_path)
    assert audit(tmp_path / "in" / "p.csv", tmp_path / "out").totals == Totals(match=1)


def test_a_manifest_that_is_changed_during_the_run_ends_it_and_keeps_what_is_finished(
    pairs: Path, tmp_path: Path, stand_ins: list[str]
) -> None:
    text = pairs.read_text()

    class Saved(Seen):
        def start(self, total: int, done: int) -> None:
            pairs.write_text(text.replace("last,b.jpg,b.jpg", "last,a.jpg,b.jpg"))

    with pytest.raises(ManifestError) as caught:
        audit(pairs, tmp_path / "out", progress=Saved())
    assert caught.value.slug == "manifest_changed"
    stand_ins.clear()
    audit(pairs, tmp_path / "out")
    assert stand_ins == ["last"]
