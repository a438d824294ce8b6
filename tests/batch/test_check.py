"""A check from manifest to cases: what is looked at, what fails, what was accepted, and where each item stands."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.baseline import accept, read_baseline, written_baseline
from qaudit.batch.check import check
from qaudit.model.check import Check, Place
from qaudit.model.errors import ManifestError, SettingsError

from .shop import Shop, git, told_record

TODAY = datetime.date(2026, 7, 1)
TOLD = {
    "good": "match",
    "bad": "mismatch colour/palette",
    "worse": "mismatch damage/spot",
    "doubt": "review",
    "blurred": "retake",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Five items, all committed; the current folder is another."""
    monkeypatch.setattr(audit_module, "record_of", told_record)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Shop(tmp_path / "shop", TOLD)


def checked(shop: Shop, **settings: Any) -> Check:
    """A check of the shop's manifest."""
    return check(shop.manifest, today=TODAY, **settings)


def states(made: Check) -> dict[str, str]:
    """Id -> state."""
    return {case.id: case.state for case in made.cases}


def accepted(shop: Shop, *ids: str, until: str | None = None) -> Path:
    """The baseline beside the manifest, in which these items are accepted as they are now."""
    check(shop.manifest, shop.folder.parent / "run", today=TODAY)
    file = shop.goods / "qaudit-baseline.json"
    known = read_baseline(file) if file.exists() else []
    for id_ in ids:
        known, _, _ = accept(shop.folder.parent / "run", id_, "as agreed", "Sri", until, known, TODAY)
    file.write_bytes(written_baseline(known))
    return file


def test_mismatches_and_errors_fail_and_questions_do_not(shop: Shop) -> None:
    shop.rows["lost"] = ["photos/listing", "photos/lost", ""]
    shop.write()
    made = checked(shop)
    assert states(made) == {
        "good": "passed",
        "bad": "failed",
        "worse": "failed",
        "doubt": "allowed",
        "blurred": "allowed",
        "lost": "failed",
    }
    assert made.failing() == {"mismatch": 2, "error": 1}
    assert (made.left_out, made.since, made.baseline) == (0, None, None)


def test_what_fails_is_for_the_caller_to_say(shop: Shop) -> None:
    assert checked(shop, fail_on=["review"]).failing() == {"review": 1}
    assert checked(shop, fail_on=[]).failing() == {}


@pytest.mark.parametrize(("most", "failing"), [(0, 2), (1, 2), (2, 0), (3, 0)])
def test_a_number_of_mismatches_may_be_allowed(shop: Shop, most: int, failing: int) -> None:
    assert checked(shop, most=most).failing()["mismatch"] == failing


def test_an_accepted_mismatch_does_not_fail_and_is_not_counted_among_those_that_are_allowed(shop: Shop) -> None:
    file = accepted(shop, "bad")
    made = checked(shop, most=1)
    assert (states(made)["bad"], states(made)["worse"]) == ("accepted", "allowed")
    assert checked(shop).failing() == {"mismatch": 1}
    assert made.baseline == "goods/qaudit-baseline.json"
    assert made.cases[1].acceptance == read_baseline(file)[0]


def test_it_fails_again_when_a_photo_changes_or_the_day_has_come(shop: Shop) -> None:
    accepted(shop, "bad", until="2026-08-01")
    late = check(shop.manifest, today=datetime.date(2026, 8, 2))
    assert (late.cases[1].state, late.cases[1].lapse) == ("failed", "expired")
    shop.photo("photos/bad", "mismatch  colour/palette")
    other = checked(shop)
    assert (other.cases[1].state, other.cases[1].lapse) == ("failed", "photos")
    assert [(stale.acceptance.id, stale.why) for stale in other.stale] == [("bad", "photos")]


def test_a_baseline_is_found_beside_the_manifest_then_in_the_current_folder_or_named(shop: Shop) -> None:
    file = accepted(shop, "bad")
    here = file.replace(Path("qaudit-baseline.json").absolute())
    assert states(checked(shop))["bad"] == "accepted"
    named = here.replace(here.with_name("other.json"))
    assert states(checked(shop))["bad"] == "failed"
    assert states(checked(shop, baseline=named))["bad"] == "accepted"
    with pytest.raises(SettingsError) as refused:
        checked(shop, baseline="nowhere.json")
    assert refused.value.slug == "baseline_missing"


def test_only_what_changed_is_looked_at(shop: Shop) -> None:
    nothing = checked(shop, since="HEAD")
    assert (nothing.cases, nothing.left_out, nothing.since) == ([], 5, "HEAD")
    shop.photo("photos/good", "mismatch size/outline")
    made = checked(shop, since="HEAD")
    assert (states(made), made.left_out, made.cases[0].place) == ({"good": "failed"}, 4, Place("goods/pairs.csv", 2))


def test_the_results_of_a_check_can_be_kept_and_gone_on_from(shop: Shop, tmp_path: Path) -> None:
    shop.photo("photos/bad", "mismatch size/outline")
    checked(shop, out=tmp_path / "run", since="HEAD")
    lines = (tmp_path / "run" / "results.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["bad"]
    checked(shop, out=tmp_path / "run")
    assert len((tmp_path / "run" / "results.jsonl").read_text().splitlines()) == 5


def test_an_item_is_looked_at_when_what_was_accepted_of_it_changed(shop: Shop) -> None:
    file = accepted(shop, "bad", "worse")
    shop.commit()
    assert states(checked(shop, since="HEAD")) == {}
    file.write_bytes(written_baseline(one for one in read_baseline(file) if one.id == "worse"))
    assert states(checked(shop, since="HEAD")) == {"bad": "failed"}
    file.unlink()
    assert states(checked(shop, since="HEAD")) == {"bad": "failed", "worse": "failed"}


def test_a_baseline_that_is_gone_from_the_current_folder_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    file = accepted(shop, "bad").replace(shop.folder / "qaudit-baseline.json")
    shop.commit()
    monkeypatch.chdir(shop.folder)
    assert states(checked(shop, since="HEAD")) == {}
    file.unlink()
    assert states(checked(shop, since="HEAD")) == {"bad": "failed"}


def test_what_is_accepted_of_items_that_were_left_out_is_not_stale(shop: Shop) -> None:
    accepted(shop, "bad", "worse")
    shop.commit()
    del shop.rows["worse"]
    shop.write()
    assert [(stale.acceptance.id, stale.why) for stale in checked(shop, since="HEAD").stale] == [("worse", "gone")]


def test_rows_that_cannot_be_used_know_their_line(shop: Shop) -> None:
    with shop.manifest.open("a") as file:
        file.write('"two\nlines",photos/listing,photos/good,\n,photos/listing,photos/good,\ngood,a,b,\nout,../../x,../../y,\n')
    cases = checked(shop).cases[5:]
    assert [(case.place.line, case.record.get("error", {}).get("slug")) for case in cases] == [
        (7, None),
        (9, "row_no_id"),
        (10, "row_duplicate_id"),
        (11, "row_outside_root"),
    ]
    assert [case.repeated for case in cases] == [0, 0, 1, 0]


def test_rows_of_a_workbook_have_no_lines(shop: Shop) -> None:
    book = openpyxl.Workbook()
    for cells in (["id", "listing", "arrival"], ["x", "photos/listing", "photos/bad"]):
        book.active.append(cells)
    book.save(shop.goods / "pairs.xlsx")
    assert [case.place for case in check(shop.goods / "pairs.xlsx").cases] == [Place("goods/pairs.xlsx")]


def test_a_folder_of_items_has_its_photos_as_places(shop: Shop) -> None:
    for name, text in {"1": "match", "2": "mismatch colour/palette"}.items():
        (shop.folder / "items" / name).mkdir(parents=True)
        (shop.folder / "items" / name / "listing.jpg").write_text("listing")
        (shop.folder / "items" / name / "arrival.jpg").write_text(text)
    made = check(shop.folder / "items", today=TODAY)
    assert [case.place for case in made.cases] == [Place("items/1/arrival.jpg"), Place("items/2/arrival.jpg")]
    assert made.cases[1].photos["2/listing.jpg"] == Place("items/2/listing.jpg")


def test_places_start_at_the_root_of_the_repository_or_at_the_current_folder(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.goods)
    assert check("pairs.csv").manifest == "goods/pairs.csv"
    monkeypatch.setenv("PATH", "")  # no git
    assert check("pairs.csv").manifest == "pairs.csv"
    assert check("pairs.csv").cases[0].photos["photos/good"] == Place("photos/good")
    monkeypatch.chdir(shop.goods / "photos")
    assert check("../pairs.csv").manifest == str(shop.manifest)


def test_an_empty_manifest_is_refused_whatever_changed(shop: Shop) -> None:
    shop.manifest.write_text("id,listing,arrival\n")
    for since in (None, "HEAD"):
        with pytest.raises(ManifestError) as refused:
            checked(shop, since=since)
        assert refused.value.slug == "manifest_empty"


def test_changes_need_a_repository(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SettingsError) as refused:
        checked(shop, since="HEAD")
    assert refused.value.slug == "git_unavailable"


def test_a_commit_that_is_gone_from_a_shallow_clone_is_told(shop: Shop, tmp_path: Path) -> None:
    before = git(shop.folder, "rev-parse", "HEAD").strip()
    shop.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{shop.folder}", "clone")
    with pytest.raises(SettingsError, match="fetch-depth"):
        check(tmp_path / "clone" / "goods" / "pairs.csv", since=before)
