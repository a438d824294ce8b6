"""Accepted mismatches: bound to photos, findings and days, in a file that a person reads."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.baseline import Baseline, accept, parse_baseline, read_baseline, written_baseline
from qaudit.model.check import Acceptance
from qaudit.model.errors import SettingsError

from .shop import Shop, told_record

TODAY = datetime.date(2026, 7, 1)
ONE = Acceptance(
    "007", "the glaze varies", "Sri", "2026-06-01", "2026-12-31", frozenset({("colour", "palette")}), ("0" * 64,), ("1" * 64,)
)


def record(*found: str, arrival: str = "1" * 64, verdict: str = "mismatch", id_: str = "007") -> dict[str, Any]:
    """A results record with these findings."""
    findings = [dict(zip(("aspect", "measure"), text.split("/"), strict=True)) for text in found]
    photos = {"listing": [{"sha256": "0" * 64}], "arrival": [{"sha256": arrival}]}
    return {"id": id_, "verdict": verdict, "findings": findings, "photos": photos}


def test_a_mismatch_is_accepted_while_its_photos_findings_and_days_are_those() -> None:
    assert Baseline([ONE]).answer(record("colour/palette"), TODAY) == (ONE, None)
    assert Baseline([ONE]).answer(record(), TODAY) == (ONE, None)
    assert Baseline([ONE]).answer(record("colour/palette"), datetime.date(2026, 12, 31)) == (ONE, None)


@pytest.mark.parametrize(
    ("found", "day", "lapse"),
    [
        (record("colour/palette"), datetime.date(2027, 1, 1), "expired"),
        (record("colour/palette", arrival="2" * 64), TODAY, "photos"),
        (record("colour/palette", "damage/spot"), TODAY, "beyond"),
        (record("colour/patch"), TODAY, "beyond"),
    ],
)
def test_it_lapses_and_says_why(found: dict[str, Any], day: datetime.date, lapse: str) -> None:
    assert Baseline([ONE]).answer(found, day) == (ONE, lapse)


def test_a_doubt_about_what_was_accepted_is_accepted_too() -> None:
    doubt = record("colour/palette", "colour/cast", verdict="review")
    assert Baseline([ONE]).answer(doubt, TODAY) == (ONE, None)
    assert Baseline([ONE]).answer(record("damage/spot", verdict="review"), TODAY) == (ONE, "beyond")
    assert Baseline([ONE]).answer(record("colour/palette", verdict="review", arrival="2" * 64), TODAY) == (ONE, "photos")
    baseline = Baseline([ONE])
    assert baseline.answer(record("colour/palette", verdict="retake"), TODAY) == (None, None)
    assert [stale.why for stale in baseline.stale(["007"])] == ["passed"]


def test_another_item_is_not_accepted() -> None:
    assert Baseline([ONE]).answer(record("colour/palette", id_="7"), TODAY) == (None, None)


def test_what_nothing_asked_for_is_stale() -> None:
    baseline = Baseline([ONE, replace(ONE, id="008"), replace(ONE, id="009"), replace(ONE, arrival=("2" * 64,))])
    baseline.answer(record("colour/palette"), TODAY)
    baseline.answer(record(verdict="match", id_="009"), TODAY)
    found = [(stale.acceptance.id, stale.acceptance.arrival[0][0], stale.why) for stale in baseline.stale(["007", "009"])]
    assert found == [("007", "2", "photos"), ("008", "1", "gone"), ("009", "1", "passed")]


def test_what_was_left_out_or_could_not_be_read_is_not_stale() -> None:
    baseline = Baseline([ONE, replace(ONE, id="008")])
    baseline.answer({"id": "008", "verdict": "error", "error": {"slug": "photo_missing"}}, TODAY)
    assert baseline.stale(["007", "008"]) == []


def test_items_of_which_something_else_is_accepted_are_told() -> None:
    before, now = Baseline([ONE, replace(ONE, id="008")]), Baseline([replace(ONE, until=None), replace(ONE, id="009")])
    assert now.changed_ids(before) == {"007", "008", "009"}
    assert now.changed_ids(now) == set()


TEXT = some.text(some.characters(), min_size=1).filter(lambda text: text.strip())


@given(TEXT, TEXT, TEXT)
def test_the_file_gives_back_what_was_written_and_steers_nothing(id_: str, reason: str, by: str) -> None:
    one = replace(ONE, id=id_, reason=reason, by=by)
    data = written_baseline([one])
    assert parse_baseline(data, "b") == [one]
    assert all(character.isprintable() or character == "\n" for character in data.decode())


def test_the_file_is_sorted_with_a_line_each_fact() -> None:
    several = [replace(ONE, id="b"), replace(ONE, id="a", findings=frozenset({("shape", "x"), ("colour", "y")})), ONE]
    data = written_baseline(several)
    assert data == written_baseline(reversed(several))
    assert [entry["id"] for entry in json.loads(data)["accepted"]] == ["007", "a", "b"]
    assert json.loads(data)["accepted"][1]["findings"] == ["colour/y", "shape/x"]
    assert '      "reason": "the glaze varies",\n' in data.decode()


def entry(**changes: Any) -> dict[str, Any]:
    """What stands in the file for one, changed."""
    content: dict[str, Any] = json.loads(written_baseline([ONE]))
    return {name: value for name, value in (content["accepted"][0] | changes).items() if value is not ...}


@pytest.mark.parametrize(
    "broken",
    [
        entry(reason=" "),
        entry(by=1),
        entry(until="tomorrow"),
        entry(until=7),
        entry(until=...),
        entry(untill="2026-01-01"),
        entry(findings=["colour"]),
        entry(findings="colour/palette"),
        entry(photos={"listing": ["0" * 64], "arrival": []}),
        entry(photos={"listing": ["0" * 64], "arrival": ["x" * 64]}),
        entry(photos={"listing": ["0" * 64]}),
        "007",
    ],
)
def test_an_entry_that_is_not_plain_is_refused(broken: Any) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_baseline(json.dumps({"qaudit_baseline": 1, "accepted": [broken]}).encode(), "b.json")
    assert refused.value.slug == "baseline_broken"
    assert str(refused.value).startswith("b.json: entry 1 ")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"qaudit_baseline": 2, "accepted": []}',
        b'{"qaudit_baseline": true, "accepted": []}',
        b'{"accepted": []}',
        b'{"a": 1, "a": 2}',
        b"[" * 9999,
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_baseline(data, "b.json")
    assert refused.value.slug == "baseline_broken"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"untill": "2026-01-01"}, "entry 1 has a key untill; it may have by, findings"),
        ({"until": ...}, "entry 1 lacks until"),
        ({"until": "2026-13-01"}, "entry 1 has no day such as 2027-01-31 as until: 2026-13-01"),
        ({"on": "1.6.2026"}, "entry 1 has no day such as 2027-01-31 as on: 1.6.2026"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(change: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_baseline(json.dumps({"qaudit_baseline": 1, "accepted": [entry(**change)]}).encode(), "b.json")
    assert told in str(refused.value)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_merge_that_was_left_undone_is_named(end: str) -> None:
    first, second = (written_baseline([replace(ONE, reason=reason)]).decode() for reason in ("ours", "theirs"))
    lines = [*first.splitlines()[:4], "<<<<<<< HEAD", *first.splitlines()[4:], "=======", *second.splitlines()[4:], ">>>>>>> b"]
    with pytest.raises(SettingsError, match="line 5 has a mark of git where two changes met"):
        parse_baseline(end.join(lines).encode(), "b.json")


def test_a_key_that_is_there_twice_is_named() -> None:
    text = json.dumps({"qaudit_baseline": 1, "accepted": [entry()]}).replace('"by"', '"until": null, "by"')
    with pytest.raises(SettingsError, match="the name until is there twice"):
        parse_baseline(text.encode(), "b.json")


def test_one_item_twice_is_refused() -> None:
    content = {"qaudit_baseline": 1, "accepted": [entry(), entry(id="008"), entry(reason="another")]}
    with pytest.raises(SettingsError, match="entries 1 and 3 accept item 007 for the same photos"):
        parse_baseline(json.dumps(content).encode(), "b.json")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read_baseline(tmp_path / "none.json")
    assert refused.value.slug == "baseline_missing"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run with a match, a mismatch and an item in error."""
    monkeypatch.setattr(audit_module, "record_of", told_record)
    shop = Shop(tmp_path / "shop", {"good": "match", "bad": "mismatch colour/palette damage/spot", "lost": "match"})
    (shop.goods / "photos" / "lost").unlink()
    audit(shop.manifest, tmp_path / "run")
    return tmp_path / "run"


def test_accepting_takes_down_who_why_when_and_what(run: Path) -> None:
    accepted, added, replaced = accept(run, "bad", " as agreed ", "Sri", "2026-12-31", [ONE], TODAY)
    assert accepted == [ONE, added]
    assert (added.id, added.reason, added.by, added.on, added.until) == ("bad", "as agreed", "Sri", "2026-07-01", "2026-12-31")
    assert added.findings == {("colour", "palette"), ("damage", "spot")}
    assert [len(digest) for digest in (*added.listing, *added.arrival)] == [64, 64]
    assert replaced is None
    again, second, replaced = accept(run, "bad", "for good", "Ketut", None, accepted, TODAY)
    assert (again, replaced) == ([ONE, second], added)


@pytest.mark.parametrize(
    ("id_", "reason", "by", "until", "slug"),
    [
        ("good", "x", "Sri", None, "nothing_to_accept"),
        ("lost", "x", "Sri", None, "nothing_to_accept"),
        ("nobody", "x", "Sri", None, "item_unknown"),
        ("bad", " ", "Sri", None, "acceptance_incomplete"),
        ("bad", "x", "", None, "acceptance_incomplete"),
        ("bad", "x", "Sri", "2026-06-30", "until_unusable"),
        ("bad", "x", "Sri", "soon", "until_unusable"),
    ],
)
def test_what_cannot_be_accepted_is_refused(run: Path, id_: str, reason: str, by: str, until: str | None, slug: str) -> None:
    with pytest.raises(SettingsError) as refused:
        accept(run, id_, reason, by, until, [], TODAY)
    assert refused.value.slug == slug


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (
            "2026-06-30",
            "--until 2026-06-30 is past (name the last day that it is to hold: 2026-07-01, which is today, or a later one)",
        ),
        ("soon", "--until soon is no day (write it as in 2026-07-01)"),
    ],
)
def test_a_last_day_that_is_past_is_told_otherwise_than_one_that_is_none(run: Path, until: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        accept(run, "bad", "x", "Sri", until, [], TODAY)
    assert str(refused.value) == told
