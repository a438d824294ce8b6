"""The JSON Schema takes every record that qaudit writes, refuses what breaks the promise, and older records still load."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from qaudit.batch.audit import audit
from qaudit.batch.labelled import read_labelled
from qaudit.cli.main import main
from qaudit.comparison import compare
from qaudit.decision.categories import with_tolerances
from qaudit.decision.profile import load_profile
from qaudit.decision.replay import decided_again
from qaudit.model.options import Options
from qaudit.model.record import ItemError
from qaudit.model.record_schema import schema_bytes
from qaudit.model.tolerances import Tolerances
from qaudit.model.tool import tool_facts
from tests.decision.factory import labelled_record, labelled_records
from tests.report.factory import comparison
from tests.scenes import make_scene, painting

SCHEMA = json.loads(schema_bytes())
VALID = Draft202012Validator(SCHEMA)
PROFILE = load_profile()
TOOL = tool_facts(Options(), PROFILE.id, PROFILE.holds_for, Tolerances.of({"cloth": {"palette": 7.0}}))


def faults(record: dict[str, Any]) -> list[str]:
    """What the schema has against a record, as it is written."""
    return [f"{list(error.absolute_path)}: {error.message}" for error in VALID.iter_errors(json.loads(json.dumps(record)))]


@cache
def real(kind: str) -> dict[str, Any]:
    """A record of drawn photos."""
    shot = make_scene(painting(), sent=painting(2) if kind == "another" else None, scale=0.9, photo=(480, 640))
    if kind == "several":
        second = make_scene(painting(), scale=0.8, rotation_deg=10, photo=(480, 640), seed=5)
        good = make_scene(painting(), scale=0.85, photo=(480, 640), seed=7)
        return compare([shot.listing], [shot.arrival, second.arrival], accepted=[good.arrival], id="several").to_dict()
    if kind == "too dark":
        return compare(shot.listing, np.zeros_like(shot.arrival)).to_dict()
    profile = with_tolerances(PROFILE, Tolerances.of({"painting": {"palette": 1.0, "patch": 60.0}}))
    return compare(shot.listing, shot.arrival, row={"category": "Painting", "label": "match"}, profile=profile).to_dict()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", ["as listed", "another", "several", "too dark"])
def test_what_a_comparison_writes_is_valid(kind: str) -> None:
    assert faults(real(kind)) == []


@pytest.mark.parametrize("verdict", ["match", "mismatch", "review", "retake"])
def test_every_verdict_is_valid_and_so_are_the_seconds(verdict: str) -> None:
    record = comparison(verdict, tool=TOOL, lighting=None).to_dict()
    assert faults(record) == []
    assert faults(record | {"seconds": {"read": 0.2}}) == []


def test_errors_of_all_kinds_are_valid(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    rows = ["id,listing,arrival", "1,a.jpg,a.jpg", "2,gone.jpg,a.jpg", "3,../a.jpg,a.jpg", ",a.jpg,a.jpg", "1,a.jpg,a.jpg"]
    rows += ["4,,a.jpg", "5,http://127.0.0.1/x.jpg,a.jpg"]
    (tmp_path / "pairs.csv").write_text("\n".join(rows) + "\n", "utf-8")
    records = list(audit(tmp_path / "pairs.csv").records())
    assert {record["verdict"] for record in records} == {"error"}
    assert len({record["error"]["slug"] for record in records}) == 7
    assert [faults(record) for record in records] == [[]] * 7


def test_more_than_is_promised_may_be_added() -> None:
    record = copy.deepcopy(real("as listed"))
    record["evidence"].append(VALUE)
    for place in (record, record["tool"], record["quality"], record["photos"]["listing"][0], record["evidence"][0]):
        place["added"] = {"later": True}
    assert faults(record) == []


def gone(*path: str | int) -> Callable[[dict[str, Any]], None]:
    """Takes away what `path` leads to."""

    def change(record: dict[str, Any]) -> None:
        inner: Any = record
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return change


def put(value: Any, *path: str | int) -> Callable[[dict[str, Any]], None]:
    """Puts `value` where `path` leads."""

    def change(record: dict[str, Any]) -> None:
        inner: Any = record
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


FINDING = ("findings", 0)
VALUE = {"aspect": "colour", "measure": "palette", "version": 1, "value": 1.0, "unit": "dE00"}
BROKEN = [
    *(gone(key) for key in ("schema", "id", "verdict", "p_mismatch", "aspects", "findings", "notes", "lighting", "quality")),
    *(gone(key) for key in ("photos", "row", "tool")),
    *(
        gone(*FINDING, key)
        for key in ("aspect", "measure", "p", "severity", "value", "unit", "tolerance", "photo", "box", "text")
    ),
    *(gone("photos", "listing", 0, key) for key in ("path", "sha256", "format", "width", "height", "applied", "damaged")),
    *(gone("tool", key) for key in ("version", "options", "profile", "libraries")),
    *(put(value, "p_mismatch") for value in (1.5, -0.1, None, "0.5")),
    *(put(value, "verdict") for value in ("perhaps", "Match", None, "error")),
    *(put(value, "schema") for value in (2, "1")),
    *(put(value, "id") for value in (7, None)),
    *(put(value, *FINDING, "aspect") for value in ("smell", None)),
    *(put(value, *FINDING, "severity") for value in ("fatal", None)),
    *(put(value, *FINDING, "p") for value in (1.5, None)),
    *(put(value, *FINDING, "text") for value in ("", None)),
    put("14.2", *FINDING, "value"),
    put(-1, *FINDING, "photo", "arrival"),
    *(
        put(value, *FINDING, "box", "listing")
        for value in ([-1, 0, 5, 5], [0, 0, 0, 5], [1, 2, 3], [1, 2, 3, 4, 5], [1.5, 2, 3, 4])
    ),
    gone(*FINDING, "box", "arrival"),
    put({"status": "ok"}, "aspects", "colour"),
    put({"status": "fine", "p": 0.1}, "aspects", "colour"),
    put({"status": "ok", "p": 1.1}, "aspects", "colour"),
    put({"status": "not_applicable"}, "aspects", "colour"),
    put({"status": "ok", "p": 0.1}, "aspects", "smell"),
    gone("aspects", "damage"),
    put([], "photos", "arrival"),
    *(put(value, "photos", "arrival", 0, "sha256") for value in ("abc", "a" * 63, "a" * 65, "a" * 64 + "\n", "A" * 64)),
    *(put("", *FINDING, key) for key in ("measure", "unit")),
    *(put([VALUE | {key: ""}], "evidence") for key in ("measure", "unit")),
    put([{"aspect": "colour", "measure": "palette", "not_applicable": ""}], "evidence"),
    put({"status": "not_applicable", "reason": ""}, "aspects", "colour"),
    put({"status": "failed", "reason": ""}, "alignment"),
    *(put("", "tool", key) for key in ("options", "profile")),
    put("a" * 12 + "\n", "tool", "tolerances"),
    put(0, "photos", "arrival", 0, "width"),
    put(False, "photos", "arrival", 0, "damaged"),
    put({"slug": "photo_missing", "message": ""}, "error"),
    put([1], "notes"),
    put("", "tool", "tolerances"),
    put(0, "tool", "base_rate"),
]


@pytest.mark.parametrize("change", BROKEN)
def test_a_record_that_breaks_the_promise_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    record = comparison("mismatch", tool=TOOL).to_dict()
    record = json.loads(json.dumps(record))
    assert faults(record) == []
    change(record)
    assert faults(record) != []


@pytest.mark.parametrize("change", [gone("next_step"), put("", "next_step")])
def test_a_retake_says_what_to_photograph_again(change: Callable[[dict[str, Any]], None]) -> None:
    record = comparison("retake", tool=TOOL).to_dict()
    assert faults(record) == []
    change(record)
    assert faults(record) != []
    change(match := comparison("match", tool=TOOL).to_dict())
    assert faults(match) == []


@pytest.mark.parametrize(
    "change",
    [
        gone("error"),
        gone("error", "slug"),
        gone("error", "message"),
        put(0.5, "p_mismatch"),
        put("", "error", "message"),
        put("Not A Slug", "error", "slug"),
        put("a_slug\n", "error", "slug"),
    ],
)
def test_an_error_that_breaks_the_promise_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    record = ItemError("1", "photo_missing", "a.jpg: there is no such file", {}, TOOL).to_dict()
    assert faults(record) == []
    change(record)
    assert faults(record) != []


def test_the_tolerances_of_a_category_are_told_and_stand_in_the_record() -> None:
    record = real("as listed")
    notes = [note for note in record["notes"] if "category Painting" in note]
    assert record["tool"]["tolerances"] == Tolerances.of({"painting": {"palette": 1.0, "patch": 60.0}}).digest()
    assert notes[0].startswith("For items of the category Painting the settings say a tolerance of 1.0 for palette")
    assert "patch" in notes[1]
    assert "not promised for the category Painting" in notes[2]
    assert len(notes) == 3


def as_of_old(record: dict[str, Any]) -> dict[str, Any]:
    """A record as the first versions wrote it, which knew one view, no accepted pieces, and no base rate."""
    old = copy.deepcopy(record)
    for key in ("views", "accepted"):
        old.pop(key)
    old["photos"].pop("accepted")
    old["tool"].pop("base_rate")
    for finding in old["findings"]:
        finding.pop("headroom")
        finding.pop("passes_at")
    for item in old["evidence"]:
        item.pop("photo", None)
    return old


@pytest.mark.parametrize("kind", ["as listed", "another"])
def test_an_older_record_is_valid_and_is_decided_like_a_newer_one(kind: str) -> None:
    old = as_of_old(real(kind))
    assert faults(old) == []
    assert decided_again(old, PROFILE) == decided_again(real(kind), PROFILE)


def test_evaluate_and_calibrate_take_older_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [*labelled_records(products=60, shift=1.5), labelled_record("one", "match", listing="more")]
    assert not any({"views", "accepted", "tool"} & record.keys() for record in records)
    path = tmp_path / "results.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert len(read_labelled(path, profile=PROFILE).records) == 241
    assert main(["evaluate", str(path)]) == 0
    assert main(["calibrate", str(path), "--alpha", "0.1", "--beta", "0.1", "--out", str(tmp_path / "p.toml")]) == 0
    assert load_profile(tmp_path / "p.toml").guarantee is not None
