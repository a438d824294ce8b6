"""The run over a manifest: nothing lost, nothing done twice, the same bytes each time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit, iter_audit
from qaudit.batch.manifest import Manifest
from qaudit.batch.rulings import rule
from qaudit.batch.store import Store
from qaudit.model.errors import ManifestError, PhotoRefused, SettingsError
from qaudit.model.language import said, speaking
from qaudit.model.options import Options
from qaudit.model.record import Comparison, Item, Totals

from .factory import FakeProfile, fake_compare, fake_record, photo


class Seen:
    """Remembers what a run tells."""

    def __init__(self) -> None:
        self.started: tuple[int, int] | None = None
        self.ids: list[str] = []

    def start(self, total: int, done: int) -> None:
        self.started = (total, done)

    def finished(self, item: Item) -> None:
        self.ids.append(item.id)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A comparison without vision; the list of ids that it was asked for."""
    asked: list[str] = []

    def compare(*args: Any, **settings: Any) -> Comparison:
        asked.append(settings["id"])
        return fake_compare(*args, **settings)

    monkeypatch.setitem(sys.modules, "qaudit.comparison", SimpleNamespace(compare=compare))  # type: ignore[arg-type]
    profiles = SimpleNamespace(load_profile=lambda _: FakeProfile(), Profile=FakeProfile)
    monkeypatch.setitem(sys.modules, "qaudit.decision.profile", profiles)  # type: ignore[arg-type]
    return asked


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Five rows: match, mismatch, missing photo, path outside, match."""
    photo(tmp_path / "in" / "a.jpg", b"a")
    photo(tmp_path / "in" / "b.jpg", b"b")
    text = "id,listing,arrival,seller\nok,a.jpg,a.jpg,s\nbad,a.jpg,b.jpg,s\ngone,a.jpg,c.jpg,t\nout,a.jpg,../x.jpg,t\n"
    text += "last,b.jpg,b.jpg,\n"
    (tmp_path / "in" / "pairs.csv").write_text(text)
    return tmp_path / "in" / "pairs.csv"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_every_row_becomes_a_record_in_the_manifests_order(pairs: Path, tmp_path: Path) -> None:
    report = audit(pairs, tmp_path / "out")
    records = lines(tmp_path / "out" / "results.jsonl")
    assert [r["id"] for r in records] == ["ok", "bad", "gone", "out", "last"]
    assert [r["verdict"] for r in records] == ["match", "mismatch", "error", "error", "match"]
    assert report.totals == Totals(match=2, mismatch=1, error=2)
    assert list(report.records()) == list(report.records()) == records


def test_a_record_names_photos_as_the_manifest_does(pairs: Path, tmp_path: Path) -> None:
    records = list(audit(pairs).records())
    assert records[1]["photos"]["arrival"][0]["path"] == "b.jpg"
    assert records[2]["error"] == {"slug": "photo_missing", "message": "c.jpg: there is no such file (check the path)"}
    assert str(tmp_path) not in json.dumps(records)


def test_other_columns_and_the_tool_stand_in_every_record(pairs: Path) -> None:
    records = list(audit(pairs).records())
    assert [r["row"]["seller"] for r in records] == ["s", "s", "t", "t", ""]
    assert {r["tool"]["profile"] for r in records} == {"fake-1"}
    assert records[3]["tool"]["options"] == Options().digest()


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


def test_a_run_without_a_folder_says_the_same(pairs: Path, tmp_path: Path) -> None:
    kept, written = audit(pairs), audit(pairs, tmp_path / "out")
    assert list(kept.records()) == list(written.records())
    assert (kept.totals, kept.out, written.out) == (written.totals, None, tmp_path / "out")


def test_seconds_and_totals_have_their_own_files(pairs: Path, tmp_path: Path) -> None:
    audit(pairs, tmp_path / "out")
    timings = lines(tmp_path / "out" / "timings.jsonl")
    assert timings[0] == {"id": "ok", "seconds": {"read": 0.5}}
    (summary,) = lines(tmp_path / "out" / "summary.json")
    assert (summary["items"], summary["totals"]["mismatch"]) == (5, 1)
    assert [path.name for path in (tmp_path / "out").glob(".*")] == [".gitignore"]


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


@pytest.fixture
def thirty(tmp_path: Path) -> Path:
    rows = [f"{n},a,a" for n in range(30)]
    path = tmp_path / "thirty.csv"
    path.write_text("\n".join(["id,listing,arrival", *rows[:12], "killer,a,a", *rows[12:]]))
    return path


def test_processes_write_the_same_bytes_and_lose_only_the_item_that_kills(
    thirty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "record_of", fake_record)
    report = audit(thirty, tmp_path / "two", workers=2)
    slugs = {record["id"]: record["error"]["slug"] for record in report.records()}
    assert slugs.pop("killer") == "worker_died"
    assert set(slugs.values()) == {"seen"}
    assert len(report.totals) == 31

    thirty.write_text(thirty.read_text().replace("killer,a,a\n", ""))
    audit(thirty, tmp_path / "two", workers=2)
    audit(thirty, tmp_path / "one", workers=1)
    for name in ("results.jsonl", "timings.jsonl", "summary.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_results_that_got_mixed_up_stop_the_run(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(jobs: Any, count: int, work: Any, lost: Any) -> Iterator[tuple[int, Any]]:
        listed = list(jobs)
        yield from ((place, work(listed[0][1])) for place, _ in listed)

    monkeypatch.setattr(audit_module, "engine_for", lambda *_: SimpleNamespace(run=mixed))
    with pytest.raises(RuntimeError, match="is that of"):
        audit(pairs)


def test_results_that_are_missing_stop_the_run(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "engine_for", lambda *_: SimpleNamespace(run=lambda *_: (one for one in ())))
    with pytest.raises(RuntimeError, match="4 of 5 rows have no result"):
        audit(pairs)


def test_a_folder_that_cannot_be_written_is_a_setting_to_correct(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError) as caught:
        audit(pairs, tmp_path / "file" / "out")
    assert caught.value.slug == "out_not_writable"


def test_two_runs_do_not_share_a_folder(pairs: Path, tmp_path: Path) -> None:
    class Second(Seen):
        def finished(self, item: Item) -> None:
            audit(pairs, tmp_path / "out")

    with pytest.raises(SettingsError) as caught:
        audit(pairs, tmp_path / "out", progress=Second())
    assert caught.value.slug == "out_in_use"


def test_a_cluster_gives_the_same_bytes(thirty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(audit_module, "record_of", fake_record)
    thirty.write_text(thirty.read_text().replace("killer,a,a\n", ""))
    audit(thirty, tmp_path / "cluster", workers=2, cluster="local")
    audit(thirty, tmp_path / "here")
    for name in ("results.jsonl", "timings.jsonl", "summary.json", "results.csv"):
        assert (tmp_path / "cluster" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.parametrize("workers", [0, -1, 257])
def test_a_number_of_workers_that_cannot_be_is_refused(pairs: Path, workers: int) -> None:
    with pytest.raises(SettingsError) as caught:
        audit(pairs, workers=workers)
    assert caught.value.slug == "workers_out_of_range"


def test_items_can_be_had_one_by_one(pairs: Path, stand_ins: list[str]) -> None:
    items = iter_audit(pairs)
    assert next(items).verdict == "match"
    assert stand_ins == ["ok"]
    rest = list(items)
    assert [item.verdict for item in rest] == ["mismatch", "error", "error", "match"]
    assert [rest[0].to_dict(), *(item.to_dict() for item in rest[1:])] == list(audit(pairs).records())[1:]


def test_a_manifest_that_cannot_be_used_is_known_before_the_first_item() -> None:
    with pytest.raises(ManifestError):
        iter_audit("no/such.csv")


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


def test_rows_that_are_errors_are_kept_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.csv").write_text("id,listing,arrival\n" + "".join(f"{n},../x,../x\n" for n in range(5)))
    sizes: list[int] = []
    add_all = Store.add_all

    def counted(self: Store, results: Any) -> None:
        listed = list(results)
        sizes.append(len(listed))
        add_all(self, listed)

    monkeypatch.setattr(audit_module, "_ERRORS_AT_ONCE", 2)
    monkeypatch.setattr(Store, "add_all", counted)
    assert audit(tmp_path / "p.csv").totals.error == 5
    assert sizes == [2, 2, 1]
