"""``qaudit calibrate`` and ``qaudit evaluate`` on results that are at hand, and what they ask of a manifest."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.cli.main import main
from qaudit.decision.profile import load_profile
from tests.decision.factory import labelled_record, labelled_records

RATES = ["--alpha", "0.05", "--beta", "0.1"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of results of 240 labelled pairs."""
    path = tmp_path_factory.mktemp("run") / "results.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in labelled_records(each=1)), "utf-8")
    return str(path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `read_labelled` was asked for; it answers with drawn records."""
    calls: list[dict[str, Any]] = []

    def read_labelled(path: Path, run: Path | None, **settings: Any) -> SimpleNamespace:
        calls.append({"path": path, "run": run, **settings})
        return SimpleNamespace(records=labelled_records(each=1), unlabelled=3)

    monkeypatch.setattr("qaudit.batch.labelled.read_labelled", read_labelled)
    return calls


def test_a_profile_is_written_that_reads_back_and_its_promise_is_told(results, tmp_path, capsys):
    out = tmp_path / "mine.toml"
    assert main(["calibrate", results, "--out", str(out), *RATES, "--confidence", "0.9"]) == 0

    printed = capsys.readouterr()
    profile = load_profile(out)
    assert (profile.guarantee.accused.rate, profile.guarantee.missed.rate, profile.guarantee.confidence) == (0.05, 0.1, 0.9)
    assert profile.name.startswith("mine-2")
    assert "labelled pairs: 240 (matches: 120, mismatches: 120, products: 120), results.jsonl" in profile.data
    assert f"Profile written to {out}" in printed.out
    assert "at most 5 % at 90 % confidence" in printed.out
    assert printed.err == ""


def test_the_profile_judges_with_the_base_rate_that_was_asked_for(results, tmp_path, capsys):
    out = tmp_path / "p.toml"
    assert main(["calibrate", results, "--out", str(out), *RATES, "--base-rate", "0.03"]) == 0
    assert load_profile(out).holds_for == 0.03
    assert load_profile(out).base_rate == pytest.approx(0.5)
    assert "where 3.0 % of all items are mismatches" in " ".join(capsys.readouterr().out.split())


def test_standard_output_holds_the_profile_alone(results, tmp_path, capsysbinary):
    assert main(["calibrate", results, "--out", "-", *RATES]) == 0
    printed = capsysbinary.readouterr()
    (tmp_path / "p.toml").write_bytes(printed.out)
    assert load_profile(tmp_path / "p.toml").name.startswith("calibrated-")
    assert b"Profile written to -" in printed.err


def test_a_rate_that_the_labels_cannot_carry_is_code_2_and_leaves_what_was_there(results, tmp_path, capsys):
    out = tmp_path / "p.toml"
    out.write_text("before", "utf-8")
    assert main(["calibrate", results, "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "cannot be bound by 1.0 %" in error
    assert "--alpha 0.0" in error
    assert error.count("\n") == 1
    assert out.read_text("utf-8") == "before"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--alpha", "0"], "rate of false accusations"),
        (["--beta", "1.5"], "rate of misses"),
        (["--confidence", "95"], "the confidence must be"),
        (["--base-rate", "1"], "base rate"),
        (["--alpha", "much"], "--alpha"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_settings_that_make_no_sense_are_code_2_before_anything_is_read(asked, tmp_path, capsys, options, said):
    assert main(["calibrate", "pairs.csv", "--out", str(tmp_path / "p.toml"), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert asked == []


@pytest.mark.parametrize("command", [["calibrate", *RATES], ["evaluate"]])
def test_what_is_read_is_not_written_over(results, command, capsys):
    before = Path(results).read_text("utf-8")
    assert main([command[0], results, "--out", results, *command[1:]]) == 2
    assert "would write over" in capsys.readouterr().err
    assert Path(results).read_text("utf-8") == before


@pytest.mark.parametrize("command", [["calibrate", "--out", "-", *RATES], ["evaluate"]])
def test_measuring_gets_its_settings_and_always_the_same_profile(asked, tmp_path, capsysbinary, command):
    (tmp_path / "p.toml").write_bytes(b"")
    options = ["--run", "kept", "--workers", "3"]
    assert main([command[0], "pairs.csv", *command[1:], *options]) == 0
    call = asked[0]
    assert (str(call["path"]), str(call["run"]), call["workers"], call["profile"].id) == (
        "pairs.csv",
        "kept",
        3,
        load_profile().id,
    )
    assert main([command[0], "pairs.csv", *command[1:]]) == 0
    assert (asked[1]["run"], asked[1]["workers"]) == (None, 1)


def test_an_evaluation_is_printed_and_drawn(results, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["evaluate", results, "--out", str(page)]) == 0
    printed = capsys.readouterr().out
    assert load_profile().id in printed
    assert "set0-pattern" in printed
    assert f"Drawn in {page}" in printed
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_page_may_go_to_standard_output(results, capsysbinary):
    assert main(["evaluate", results, "--out", "-"]) == 0
    printed = capsysbinary.readouterr()
    assert printed.out.startswith(b"<!DOCTYPE html>")
    assert b"Answers" in printed.err


def test_the_profile_and_the_base_rate_that_are_named_judge(results, tmp_path, capsys):
    out = tmp_path / "own.toml"
    main(["calibrate", results, "--out", str(out), *RATES])
    capsys.readouterr()
    assert main(["evaluate", results, "--profile", str(out), "--base-rate", "0.03"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "very pairs that the profile was fitted on" in printed
    assert "told where 3.0 % of all items are mismatches" in printed


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([labelled_record("1", "match")], "at least one of each is needed"),
        ([{**labelled_record("1", "match"), "row": {}}], "no item has a label"),
        ([labelled_record("1", "perhaps")], "has the label perhaps"),
        ([labelled_record("1", "match"), {}], "line 2: it is no results record"),
    ],
)
def test_labels_that_cannot_be_used_are_code_2(tmp_path, capsys, records, said):
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert main(["evaluate", str(path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_names_from_outside_steer_no_terminal(tmp_path, capsys):
    records = [labelled_record(str(i), label, row={"group": "\x1b[31m"}) for i, label in enumerate(("match", "mismatch"))]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    page = tmp_path / "\x1b[32m.html"
    assert main(["evaluate", str(path), "--out", str(page)]) == 0
    assert "\x1b" not in capsys.readouterr().out
    assert "\x1b" not in page.read_text("utf-8")


def test_too_few_labels_are_told_with_the_best_that_they_bound(tmp_path, capsys):
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in labelled_records(products=5)), "utf-8")
    assert main(["calibrate", str(path), "--out", str(tmp_path / "p.toml")]) == 2
    error = capsys.readouterr().err
    assert "too few labelled pairs: 20 (matches: 10, mismatches: 10, products: 5)" in error
    assert "bound false accusations by 46 %" in error
    assert error.count("\n") == 1
