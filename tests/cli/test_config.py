"""What is set is told with what said so, and the JSON Schema is printed as it is."""

import json

import pytest

from qaudit.cli.main import main
from qaudit.model.record_schema import schema_bytes

TEXT = """
workers = 2
fail_on = ["mismatch"]
[audit]
workers = 8
[options]
seed = 4
[category.Cloth.tolerance]
palette = 18
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working folder with settings."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qaudit.toml").write_text(TEXT, "utf-8")
    monkeypatch.setenv("QAUDIT_BASE_RATE", "0.03")
    return tmp_path


def told(capsys, *args) -> dict:
    assert main([*args, "config", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_setting_is_told_with_what_said_so(place, capsys):
    held = told(capsys)
    settings = {(s["section"], s["name"]): (s["value"], s["source"], s["where"]) for s in held["settings"]}
    assert held["file"] == str(place / "qaudit.toml")
    assert settings["", "fail_on"] == ("mismatch", "file", "fail_on")
    assert settings["", "base_rate"] == (0.03, "environment", "QAUDIT_BASE_RATE")
    assert settings["", "time_limit"] == (300.0, "default", None)
    assert settings["check", "max_mismatch"] == (0, "default", None)
    assert not {"reason", "until", "lot", "labelled"} & {name for _, name in settings}
    assert settings["audit", "workers"] == (8, "file", "audit.workers")
    assert settings["evaluate", "workers"] == (2, "file", "workers")
    assert settings["options", "seed"] == (4, "file", "options.seed")
    assert settings["options", "frame_side_px"] == (1200, "default", None)


def test_what_one_command_has_alone_stands_in_its_section_and_what_is_said_each_time_nowhere(place, capsys):
    sections: dict[str, set[str]] = {}
    for setting in told(capsys, "--no-config")["settings"]:
        sections.setdefault(setting["section"], set()).add(setting["name"])
    assert {"annotations", "junit", "since"} < sections["check"]
    assert {"cluster", "seed"} < sections["audit"]
    assert {"workers", "lang", "profile"} < sections[""]
    assert not {"annotations", "cluster"} & sections[""]
    assert not {"by", "reason", "until", "lot", "labelled", "out"} & set().union(*sections.values())


def test_tolerances_stand_beside_the_usual_ones(place, capsys):
    tolerances = told(capsys)["tolerances"]
    assert tolerances["categories"] == {"cloth": {"palette": 18.0}}
    assert tolerances["usual"]["palette"] == pytest.approx(14.34, abs=0.01)
    assert set(tolerances["categories"]["cloth"]) < set(tolerances["usual"])
    assert tolerances["units"].keys() == tolerances["usual"].keys()
    assert (tolerances["units"]["palette"], tolerances["units"]["outline"]) == ("dE00", "share")


FAR = [
    ("outline = 28.3", "is 28.3, which means 2830 %; the profile has 0.283, which means 28.3 % (so wide that"),
    ("palette = 1.4", "is 1.4, which means 1.4 dE00; the profile has 14.34, which means 14.3 dE00 (so narrow that"),
]


@pytest.mark.parametrize(("line", "words"), FAR)
def test_a_tolerance_that_is_probably_in_another_unit_is_noted_once(place, capsys, line, words):
    (place / "qaudit.toml").write_text(f"[category.cloth.tolerance]\n{line}\n", "utf-8")
    assert main(["config"]) == 0
    error = capsys.readouterr().err
    assert error.startswith("qaudit: note: qaudit.toml: category.cloth.tolerance.")
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("line", ["outline = 2.8", "palette = 1.5", "palette = 140"])
def test_a_tolerance_that_someone_may_want_is_not_noted(place, capsys, line):
    (place / "qaudit.toml").write_text(f"[category.cloth.tolerance]\n{line}\n", "utf-8")
    assert main(["config"]) == 0
    assert capsys.readouterr().err == ""


def test_without_a_file_all_is_usual(place, capsys):
    held = told(capsys, "--no-config")
    assert held["file"] is None
    assert {s["source"] for s in held["settings"]} == {"default", "environment"}
    assert held["tolerances"]["categories"] == {}


def test_a_person_reads_it_in_columns(place, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["config"]) == 0
    text = capsys.readouterr().out
    lines = {tuple(line.split()) for line in text.splitlines()}
    assert text.startswith(f"Settings file: {place / 'qaudit.toml'}\n")
    assert {("workers", "8", "file:", "audit.workers"), ("fail_on", '"mismatch"', "file:", "fail_on")} < lines
    assert ("palette", "dE00", "14.34", "14.3", "dE00", "18", "18", "dE00") in lines
    assert ("outline", "share", "(1", "=", "100", "%)", "0.283", "28.3", "%") in lines
    assert ("hue", "share", "(1", "=", "100", "%)", "1.125", "113", "%") in lines  # as a report tells it, not of the rounded


def test_a_measure_that_the_profile_does_not_know_is_told_with_the_nearest(place, capsys):
    (place / "qaudit.toml").write_text("[category.cloth.tolerance]\npalete = 18\n", "utf-8")
    assert main(["config"]) == 2
    error = capsys.readouterr().err
    assert "qaudit.toml: category.cloth.tolerance.palete" in error
    assert "did you mean palette?" in error


def test_the_schema_is_printed_as_it_is(capsysbinary):
    assert main(["schema"]) == 0
    assert capsysbinary.readouterr().out == schema_bytes()
