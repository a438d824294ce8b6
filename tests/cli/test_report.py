"""The report of a run: made once, made again, and what becomes of it when photos go away."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch.audit import audit
from qaudit.batch.engine import Serial
from qaudit.batch.finished import items_in, manifest_start
from qaudit.batch.lock import held
from qaudit.batch.lot import Sampling
from qaudit.batch.pictures import job_of, kept_shots
from qaudit.cli.main import main
from qaudit.cli.run_files import RunFiles
from qaudit.model.record import Item

ALL = ["one", "two", "<b>three", "gone"]


@pytest.fixture
def made(finished: Path, tmp_path: Path) -> Path:
    """The same run, and photos, to do with what a test likes."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "run" / "run.sqlite"
    import sqlite3

    with sqlite3.connect(path) as base:
        base.execute("UPDATE fact SET value = ? WHERE name = 'folder'", (json.dumps(str(tmp_path)),))
    base.close()
    return tmp_path / "run"


class Counting(Serial):
    """Works here, counts the jobs, and breaks off before one of them."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.jobs = 0
        self.breaks_at = breaks_at

    def run(self, jobs: Any, count: int, work: Any, lost: Any) -> Iterator[Any]:
        for place, job in jobs:
            if self.jobs == self.breaks_at:
                raise KeyboardInterrupt
            self.jobs += 1
            yield place, work(job)


def report(run: Path, engine: Serial | None = None, *, flagged_only: bool = False) -> Path:
    files = RunFiles(run, flagged_only=flagged_only)
    files.make_pictures(engine or Serial(), lambda done: None)
    return files.write_pages()


def everything(run: Path) -> dict[str, bytes]:
    """Name and content of each file of a report."""
    paths = [run / "report.html", *(run / "report").rglob("*")]
    return {str(path.relative_to(run)): path.read_bytes() for path in paths if path.is_file()}


def pages(run: Path) -> dict[str, str]:
    """Id -> page."""
    found = {}
    for path in (run / "report").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        found[re.search(r"<h1><bdi>\w+ (.*?)</bdi>", text)[1]] = text  # type: ignore[index]
    return found


def test_every_item_has_a_page_and_every_picture_lies_beside_it(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(made)]) == 0
    assert capsys.readouterr().out == f"Report written to {made / 'report.html'}\n"
    assert sorted(pages(made)) == sorted(["one", "two", "&lt;b&gt;three", "gone"])
    listed = re.findall(r'href="(report/[^"]*)"', (made / "report.html").read_text())
    assert len(listed) == 4
    assert all((made / page).is_file() for page in listed)
    for page in (made / "report").glob("*.html"):
        for source in re.findall(r'<image href="([^"]*)"', page.read_text()):
            assert (made / "report" / source).read_bytes()[:2] == b"\xff\xd8"
    assert pages(made)["one"].count("<image") == 5


def test_the_same_run_gives_the_same_bytes_and_makes_no_picture_twice(made: Path) -> None:
    engine = Counting()
    report(made, engine)
    before = everything(made)
    again = Counting()
    report(made, again)
    assert (engine.jobs, again.jobs) == (3, 0)
    assert everything(made) == before


def test_a_report_that_was_cut_short_goes_on(made: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        report(made, Counting(breaks_at=1))
    engine = Counting()
    report(made, engine)
    assert engine.jobs == 2
    assert not [name for name in everything(made) if name.endswith(".tmp")]


def test_a_picture_that_was_lost_is_made_again(made: Path) -> None:
    report(made)
    before = everything(made)
    next((made / "report").rglob("*-0-heat.jpg")).unlink()
    engine = Counting()
    report(made, engine)
    assert engine.jobs == 1
    assert everything(made) == before


def test_two_workers_make_the_same_report(made: Path) -> None:
    report(made)
    alone = everything(made)
    shutil.rmtree(made / "report")
    assert main(["report", str(made), "--workers", "2"]) == 0
    assert everything(made) == alone


def test_a_photo_that_went_away_leaves_a_page_that_says_so(made: Path) -> None:
    (made.parent / "one.jpg").unlink()
    (made.parent / "two.jpg").write_bytes((made.parent / "listing.jpg").read_bytes())
    page = report(made)
    assert "A photo is not where it was any more" in pages(made)["one"]
    assert "A photo is not the one that was compared any more" in pages(made)["two"]
    assert "<image" in pages(made)["&lt;b&gt;three"]
    assert "Items without pictures: 2." in page.read_text()


def test_pictures_stay_when_their_photo_went_away_afterwards(made: Path) -> None:
    report(made)
    before = everything(made)
    (made.parent / "one.jpg").unlink()
    report(made)
    assert everything(made) == before


def test_a_run_without_its_maps_has_both_photos(made: Path) -> None:
    (item,) = [item for item in items_in(made) if item.record["id"] == "one"]
    job = job_of(item.record, manifest_start(made), made / "report")
    for view in item.record["views"]:
        del view["homography"]
    old = job_of(item.record, manifest_start(made), made / "report")
    assert job is not None
    assert old is not None
    assert old.name != job.name
    assert old.pairs == (((0, 0), None),)
    assert kept_shots(old) is None


def test_flagged_leaves_out_the_pages_of_matches_and_says_so(made: Path) -> None:
    report(made)
    matches = [item.record["id"] for item in items_in(made) if item.record["verdict"] == "match"]
    assert matches
    text = report(made, flagged_only=True).read_text()
    assert len(pages(made)) == 4 - len(matches)
    assert text.count('<tr role="row" data-v=') == 4
    assert "Items that match have no page of their own" in text


def test_what_belongs_to_no_report_is_left_alone(made: Path) -> None:
    report(made)
    (made / "report" / "notes.html").write_text("mine")
    old = made / "report" / ("0" * 20 + ".html")
    old.write_text("an item that is no more")
    report(made)
    assert (made / "report" / "notes.html").read_text() == "mine"
    assert not old.exists()


def test_a_ruling_stands_in_the_report_that_is_made_after_it(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["rule", str(made), "two", "match", "--by", "Sri", "--reason", "held it <b>in hand"])
    page = report(made)
    assert "Ruled a match by Sri on " in pages(made)["two"]
    assert "held it &lt;b&gt;in hand" in pages(made)["two"]
    assert "Items that a person ruled on: 1." in page.read_text()
    assert "ruled match by Sri" in page.read_text()


def test_a_report_after_rulings_has_the_figures_of_the_next_audit(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "earlier")
    options = ["--out", str(made), "--compare-to", str(tmp_path / "earlier"), "--fail-on", "none"]
    again = ["audit", str(tmp_path / "pairs.csv"), *options]
    assert main(again) == 0
    unruled = (made / "report.html").read_bytes()
    assert main(["rule", str(made), "two", "match", "--by", "Sri", "--reason", "seen"]) == 0
    assert main(["report", str(made)]) == 0
    ruled = (made / "report.html").read_bytes()
    assert main(again) == 0
    assert unruled != ruled == (made / "report.html").read_bytes()


def test_a_report_after_rulings_tells_the_fate_of_the_lot_that_the_next_audit_does(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pairs.csv").write_text("id,listing,arrival\none,listing.jpg,one.jpg\ntwo,listing.jpg,two.jpg\n")
    again = ["audit", str(tmp_path / "pairs.csv"), "--out", str(made), "--plan", "II", "--aql", "2.5", "--fail-on", "none"]
    assert main(again) == 0
    unruled = (made / "report.html").read_text()
    assert main(["rule", str(made), "two", "match", "--by", "Sri", "--reason", "seen"]) == 0
    assert main(["report", str(made)]) == 0
    ruled = (made / "report.html").read_text()
    assert main(again) == 0
    assert ruled == (made / "report.html").read_text()
    assert ("rejected" in unruled, "rejected" in ruled, "accepted" in ruled) == (True, False, True)


class Broken:
    """Breaks an audit off once it knows what is to be done."""

    def start(self, total: int, done: int) -> None:
        raise KeyboardInterrupt

    def finished(self, item: Item) -> None:
        raise AssertionError("it was broken off")


@pytest.mark.parametrize(
    "rows",
    [["one,listing.jpg,one.jpg", "two,listing.jpg,two.jpg"], ["one,listing.jpg,one.jpg", "new,listing.jpg,two.jpg"]],
    ids=["fewer items, all of which have results", "an item without a result"],
)
def test_no_report_mixes_an_earlier_audit_with_one_that_was_broken_off(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str]
) -> None:
    pairs, sampling = tmp_path / "pairs.csv", Sampling("II", {"any": 2.5})
    audit(pairs, made, sampling=sampling)
    assert main(["report", str(made)]) == 0
    before = (made / "report.html").read_bytes()
    pairs.write_text("\n".join(["id,listing,arrival", *rows]) + "\n")
    with pytest.raises(KeyboardInterrupt):
        audit(pairs, made, sampling=sampling, progress=Broken())
    assert main(["report", str(made)]) == 2
    assert "the run is not finished (give its qaudit audit again" in capsys.readouterr().err
    assert (made / "report.html").read_bytes() == before
    audit(pairs, made, sampling=sampling)
    assert main(["report", str(made)]) == 0


def test_an_audit_writes_its_report(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--fail-on", "none", "--out", str(tmp_path / "run")]
    assert main(["audit", str(finished / "pairs.csv"), *options, "--pages", "none"]) == 0
    assert not (tmp_path / "run" / "report.html").exists()
    assert main(["audit", str(finished / "pairs.csv"), *options]) == 0
    assert (tmp_path / "run" / "report.html").is_file()
    assert "report.html" in capsys.readouterr().out


def test_a_report_is_made_again_in_another_language_with_the_same_pictures(made: Path) -> None:
    report(made)
    before = everything(made)
    assert main(["report", str(made), "--lang", "id"]) == 0
    assert '<html lang="id">' in (made / "report.html").read_text()
    assert "TIDAK COCOK" in pages(made)["two"]
    after = everything(made)
    assert {name: data for name, data in after.items() if "pictures" in name} == {
        name: data for name, data in before.items() if "pictures" in name
    }
    (text,) = [item.record["next_step"] for item in items_in(made) if item.record["id"] == "two"]
    assert text in before[f"report/{_page_of(made, 'two')}"].decode()
    assert text not in pages(made)["two"]


def _page_of(run: Path, id_: str) -> str:
    """Name of an item's page."""
    return next(path.name for path in (run / "report").glob("*.html") if pages(run)[id_] == path.read_text(encoding="utf-8"))


def test_no_pages_leave_nothing_of_an_earlier_report(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    command = ["audit", str(finished / "pairs.csv"), "--fail-on", "none", "--out", str(run)]
    main(command)
    (run / "report" / "notes.html").write_text("mine")
    capsys.readouterr()
    main([*command, "--pages", "none"])
    assert "report.html" not in capsys.readouterr().out
    assert not (run / "report.html").exists()
    assert [path.name for path in (run / "report").rglob("*")] == ["notes.html"]


def test_drafts_of_a_report_that_was_killed_are_removed(made: Path) -> None:
    report(made)
    picture = next((made / "report").rglob("*-0-heat.jpg"))
    drafts = [picture.with_name(f".{'0a' * 8}.tmp"), made / "report" / f".{'0a' * 10}.html.tmp"]
    for draft in drafts:
        draft.write_bytes(b"half")
    report(made)
    assert not any(draft.exists() for draft in drafts)
    assert picture.exists()


def test_a_report_waits_its_turn(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with held(made):
        assert main(["report", str(made)]) == 2
    assert "another run writes there (give the same command again in a while)" in capsys.readouterr().err
    assert not (made / "report.html").exists()
    assert main(["report", str(made)]) == 0


def test_a_full_disk_asks_for_room_and_not_for_another_folder(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("qaudit.model.whole.os.fsync", full)
    assert main(["report", str(made)]) == 2
    told = capsys.readouterr().err
    assert "No space left on device (make room" in told
    assert "--out" not in told


@pytest.mark.parametrize(
    ("prepare", "options", "says"),
    [
        (lambda run: shutil.rmtree(run), [], "there is no run in it"),
        (lambda run: (run / "summary.json").unlink(), [], "the run is not finished"),
        (lambda run: None, ["--pages", "some"], "--pages does not know 'some'"),
        (lambda run: None, ["--pages", "none"], "cannot be made of --pages none"),
        (lambda run: (run / "report").write_text("a file"), [], "cannot be written"),
    ],
)
def test_what_cannot_be_is_one_line_and_code_2(
    made: Path, capsys: pytest.CaptureFixture[str], prepare: Any, options: list[str], says: str
) -> None:
    prepare(made)
    assert main(["report", str(made), *options]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.err.count("\n") == 1
