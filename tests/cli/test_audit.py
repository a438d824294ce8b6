import pytest

from qaudit.cli.main import main
from qaudit.model.errors import ManifestError, SettingsError
from qaudit.model.record import ItemError, Unpaired
from tests.report.factory import comparison

ERROR = ItemError("bad", "photo_missing", "x.jpg: there is no such file")


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([comparison("match")], 0),
        ([comparison("match"), comparison("mismatch"), ERROR], 1),
        ([comparison("match"), comparison("retake")], 3),
        ([comparison("review"), ERROR], 4),
    ],
)
def test_the_exit_code_tells_the_worst_that_was_found(rooms, tmp_path, capsys, items, code):
    rooms.items = items
    assert main(["audit", "pairs.csv", "--out", str(tmp_path / "run")]) == code


def test_the_summary_goes_to_standard_output_and_the_progress_to_standard_error(rooms, tmp_path, capsys):
    rooms.items = [comparison("match", id="1"), comparison("mismatch", id="2"), ERROR]
    main(["audit", "pairs.csv", "--out", str(tmp_path / "run")])
    printed = capsys.readouterr()
    assert "3 items audited" in printed.out
    assert f"Written to {tmp_path / 'run'}\n  results.jsonl" in printed.out
    assert printed.err.splitlines()[0].startswith("qaudit: done=0 total=3 ")
    assert printed.err.splitlines()[-1].startswith("qaudit: done=3 total=3 ")


def test_fail_on_names_what_may_fail(rooms, tmp_path, capsys):
    rooms.items = [comparison("mismatch"), comparison("review")]
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), "--fail-on", "review"]) == 3


def test_settings_are_passed_on(rooms, tmp_path, capsys):
    rooms.items = [comparison("match")]
    options = [
        "--compare-to",
        "old",
        "--time-limit",
        "9",
        "--cluster",
        "local",
        "--workers",
        "3",
        "--root",
        "photos",
        "--profile",
        "p.json",
        "--base-rate",
        "0.03",
    ]
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), *options]) == 0
    call = rooms.calls[0]
    assert (str(call["manifest"]), call["workers"], str(call["root"]), call["profile"].id) == (
        "pairs.csv",
        3,
        "photos",
        "profile of p.json",
    )
    assert call["profile"].holds_for == 0.03
    assert (str(call["compare_to"]), call["time_limit_s"], call["cluster"]) == ("old", 9.0, "local")


def test_an_export_of_a_shop_is_asked_for_with_its_columns_and_arrivals(rooms, tmp_path, capsys):
    rooms.items = [comparison("match")]
    assert main(["audit", "p.csv", "--out", str(tmp_path), "--map", "id=SKU", "--arrivals", "came"]) == 0
    call = rooms.calls[0]
    assert (call["columns"].columns, str(call["arrivals"])) == ({"id": ("SKU",)}, "came")


@pytest.mark.parametrize(
    ("unpaired", "options", "code"),
    [
        (Unpaired(["mug"], []), [], 0),
        (Unpaired([], ["photos/1.jpg"]), [], 4),
        (Unpaired([], ["photos/1.jpg"]), ["--fail-on", "mismatch"], 0),
    ],
)
def test_an_arrival_photo_without_an_item_is_something_that_could_not_be_audited(rooms, tmp_path, unpaired, options, code):
    rooms.items, rooms.unpaired = [comparison("match")], unpaired
    assert main(["audit", "p.csv", "--out", str(tmp_path), "--arrivals", "photos", *options]) == code


def test_a_sample_is_asked_for_with_its_plan(rooms, tmp_path, capsys):
    rooms.items = [comparison("match")]
    options = ["--plan", "I", "--aql", "major=2.5", "--switch", "reduced", "--seed", "x"]
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), *options]) == 0
    sampling = rooms.calls[0]["sampling"]
    assert (sampling.level, sampling.aqls, sampling.switch, sampling.seed) == ("I", {"major": 2.5}, "reduced", "x")


@pytest.mark.parametrize("options", [["--plan", "II"], ["--aql", "2.5"]])
def test_half_a_plan_is_refused(rooms, tmp_path, capsys, options):
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), *options]) == 2
    assert "needs --plan and --aql" in capsys.readouterr().err
    assert rooms.calls == []


def test_a_plan_is_given_for_a_lot(capsys):
    assert main(["plan", "--lot", "2400", "--aql", "2.5"]) == 0
    said = capsys.readouterr().out.split()
    assert said[said.index("normal") : said.index("normal") + 5] == ["normal", "K", "125", "7", "8"]
    assert main(["plan", "--lot", "2400", "--aql", "3"]) == 2


def test_without_settings_the_defaults_hold(rooms, tmp_path, capsys):
    rooms.items = [comparison("match")]
    main(["audit", "pairs.csv", "--out", str(tmp_path)])
    assert (rooms.calls[0]["workers"], rooms.calls[0]["root"], rooms.calls[0]["profile"].id) == (1, None, "profile of None")


@pytest.mark.parametrize("error", [ManifestError("manifest_empty", "pairs.csv: no rows"), SettingsError("x", "wrong")])
def test_a_manifest_or_setting_that_cannot_be_used_is_code_2(rooms, tmp_path, capsys, error):
    rooms.answer = error
    assert main(["audit", "pairs.csv", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", f"qaudit: {error}\n")


@pytest.mark.parametrize("workers", ["0", "-1", "many"])
def test_a_number_of_workers_that_makes_no_sense_is_code_2(rooms, tmp_path, capsys, workers):
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), "--workers", workers]) == 2
    error = capsys.readouterr().err
    assert "--workers" in error
    assert error.count("\n") == 1


def test_an_interrupt_is_code_130(rooms, tmp_path, capsys):
    rooms.answer = KeyboardInterrupt()
    assert main(["audit", "pairs.csv", "--out", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--switch", "loose"], ["--switch", "reduced"], ["--seed", "x"]])
def test_options_of_a_sample_without_a_plan_are_refused(rooms, tmp_path, capsys, options):
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), *options]) == 2
    assert "--switch and --seed are for a sample" in capsys.readouterr().err
    assert rooms.calls == []


@pytest.mark.parametrize(
    ("options", "noted"),
    [
        (["--time-limit", "9"], "--time-limit"),
        (["--time-limit", "9", "--workers", "2", "--cluster", "local"], "--time-limit"),
        (["--workers", "2", "--cluster", "tcp://far:8786"], "--workers"),
        (["--time-limit", "9", "--workers", "2"], ""),
        (["--time-limit", "300"], ""),
        (["--workers", "2", "--cluster", "local"], ""),
    ],
)
def test_an_option_that_has_no_effect_is_noted(rooms, tmp_path, capsys, options, noted):
    rooms.items = [comparison("match")]
    assert main(["audit", "pairs.csv", "--out", str(tmp_path), *options]) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if "note:" in line]
    assert [line.split()[2] for line in notes] == ([noted] if noted else [])


def test_the_default_time_limit_is_that_of_the_engine():
    from qaudit.batch.engine import MOST_S
    from qaudit.cli import options

    assert options.MOST_S == MOST_S
