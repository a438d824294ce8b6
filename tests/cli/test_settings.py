"""Settings: default, then file, then environment, then flag; and nothing of a stranger's file that could do harm."""

import os
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from qaudit.cli import settings_file
from qaudit.cli.knobs import FOUND, knobs_of
from qaudit.cli.main import app, main
from qaudit.cli.settings import current, settings_in, take_settings
from qaudit.cli.settings_file import SettingsFile, find
from qaudit.model.errors import SettingsError
from qaudit.model.options import Options
from tests.report.factory import comparison

AUDIT = ["audit", "pairs.csv", "--out", "run"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working folder below a project that ends the search, and an environment that says nothing."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    for name in os.environ:
        if name.startswith("QAUDIT_"):
            monkeypatch.delenv(name)
    return folder


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def heard(rooms, args) -> dict:
    """What the room that audits or compares was asked for."""
    rooms.items = [comparison("match")]
    rooms.calls.clear()
    assert main(args) in (0, 1)
    return rooms.calls[0]


def test_a_flag_goes_before_the_environment_and_that_before_the_file_and_that_before_the_default(
    rooms, place, monkeypatch, capsys
):
    assert heard(rooms, AUDIT)["workers"] == 1
    write(place / "qaudit.toml", "workers = 3\n")
    assert heard(rooms, AUDIT)["workers"] == 3
    monkeypatch.setenv("QAUDIT_WORKERS", "4")
    assert heard(rooms, AUDIT)["workers"] == 4
    assert heard(rooms, [*AUDIT, "--workers", "5"])["workers"] == 5


def test_the_table_of_a_command_goes_before_what_is_said_for_all(rooms, place, capsys):
    write(place / "qaudit.toml", "workers = 3\nbase_rate = 0.1\n[audit]\nworkers = 7\n")
    call = heard(rooms, AUDIT)
    assert (call["workers"], call["profile"].holds_for) == (7, 0.1)


def test_the_nearest_file_holds_and_of_one_folder_the_one_named_after_qaudit(rooms, place, capsys):
    write(place.parent.parent / "qaudit.toml", "workers = 2\n")
    assert heard(rooms, AUDIT)["workers"] == 2
    write(place.parent / "pyproject.toml", "[tool.qaudit]\nworkers = 3\n")
    assert heard(rooms, AUDIT)["workers"] == 3
    write(place.parent / "qaudit.toml", "workers = 4\n")
    assert heard(rooms, AUDIT)["workers"] == 4
    write(place / "pyproject.toml", "[tool.other]\nworkers = 5\n")  # says nothing of qaudit, and ends no search
    assert heard(rooms, AUDIT)["workers"] == 4


def test_nothing_is_looked_for_above_the_project(rooms, place, capsys):
    write(place.parent.parent / "qaudit.toml", "workers = 2\n")
    (place / ".git").write_text("gitdir: elsewhere", "utf-8")
    assert heard(rooms, AUDIT)["workers"] == 1


def test_a_file_may_be_named_before_or_after_the_command_or_in_the_environment(rooms, place, monkeypatch, capsys):
    write(place / "qaudit.toml", "workers = 2\n")
    named = str(write(place / "other.toml", "workers = 3\n"))
    last = str(write(place / "last.toml", "workers = 4\n"))
    assert heard(rooms, ["--config", named, *AUDIT])["workers"] == 3
    assert heard(rooms, [*AUDIT, "--config", named])["workers"] == 3
    monkeypatch.setenv("QAUDIT_CONFIG", last)
    assert heard(rooms, AUDIT)["workers"] == 4
    assert heard(rooms, ["--config", named, *AUDIT])["workers"] == 3
    assert heard(rooms, ["--config", named, *AUDIT, "--config", last])["workers"] == 4


@pytest.mark.parametrize("args", [["--no-config", *AUDIT], [*AUDIT, "--no-config"]])
def test_no_file_is_used_where_none_is_wanted(rooms, place, monkeypatch, args, capsys):
    write(place / "qaudit.toml", "workers = 2\n")
    monkeypatch.setenv("QAUDIT_CONFIG", "missing.toml")
    assert heard(rooms, args)["workers"] == 1


@pytest.mark.parametrize(
    "args",
    [
        ["--config", "a.toml", "--no-config", *AUDIT],
        ["--no-config", "--config", "a.toml", *AUDIT],
        [*AUDIT, "--no-config", "--config", "a.toml"],
        [*AUDIT, "--config", "a.toml", "--no-config"],
    ],
)
def test_a_file_and_none_exclude_each_other(place, args, capsys):
    write(place / "a.toml", "")
    assert main(args) == 2
    assert "exclude each other" in capsys.readouterr().err


def test_paths_of_a_file_start_at_its_folder(rooms, place, capsys):
    write(place.parent / "qaudit.toml", 'profile = "limits/own.toml"\n')
    assert heard(rooms, AUDIT)["profile"].id == f"profile of {place.parent / 'limits/own.toml'}"
    named = write(place / "named.toml", '[audit]\nroot = "../photos"\nallow_url = true\n')
    call = heard(rooms, [*AUDIT, "--config", str(named)])
    assert (str(call["root"]), call["allow_url"]) == (str(place / "../photos"), True)


def test_standard_output_is_no_path(rooms, place, capsys):
    named = write(place / "named.toml", '[compare]\njson = "-"\n')
    main(["compare", "a.jpg", "b.jpg", "--config", str(named)])
    assert capsys.readouterr().out.startswith('{"schema"')


def test_lists_may_be_written_as_lists(rooms, place, capsys):
    write(place / "qaudit.toml", 'fail_on = ["review", "retake"]\n[audit]\naql = 2.5\nplan = "II"\n')
    rooms.items = [comparison("mismatch")]
    assert main(AUDIT) == 0
    assert list(rooms.calls[-1]["sampling"].aqls.values()) == [2.5]


def test_how_comparisons_are_made_can_be_set(rooms, place, monkeypatch, capsys):
    write(place / "qaudit.toml", "[options]\nlisting_side_px = 1200\nseed = 3\n")
    monkeypatch.setenv("QAUDIT_OPTIONS_SEED", "4")
    expected = Options(listing_side_px=1200, seed=4)
    assert heard(rooms, AUDIT)["options"] == expected
    assert heard(rooms, ["compare", "a.jpg", "b.jpg"])["options"] == expected


WRONG = [
    ("wrokers = 2\n", "setting_unknown", "wrokers is no setting (did you mean workers?)"),
    ("[audit]\nquiet = true\n", "setting_unknown", "audit.quiet is no setting"),
    ('[accept]\nreason = "x"\n', "setting_unknown", "accept.reason is no setting (give it on the command line: --reason)"),
    ('out = "run"\n', "setting_unknown", "out is no setting (give it on the command line: --out)"),
    ("lot = 500\n", "setting_unknown", "lot is no setting (give it on the command line: --lot)"),
    ("[audti]\nworkers = 2\n", "setting_unknown", "did you mean audit?"),
    ("audit = 3\n", "setting_wrong", "audit must be a table, not 3"),
    ("[options]\nlisting_side = 900\n", "setting_unknown", "did you mean listing_side_px?"),
    ("[options]\nseed = 1.5\n", "setting_wrong", "options.seed must be a whole number from 0 to 2147483647, not 1.5"),
    ("[options]\nlisting_side_px = 3\n", "setting_wrong", "from 200 to 8000, not 3"),
    ("options = 1\n", "setting_wrong", "options must be a table"),
    ('workers = "two"\n', "setting_wrong", 'workers must be a whole number, not "two"'),
    ("workers = true\n", "setting_wrong", "workers must be a whole number, not true"),
    ("workers = 0\n", "setting_wrong", "workers: "),
    ("workers = 1000\n", "setting_wrong", "from 1 to 256, not 1000"),
    ("base_rate = 1.5\n", "setting_wrong", "base_rate: it must be between 0 and 1, not 1.5"),
    ("time_limit = nan\n", "setting_wrong", "time_limit: it must be more than 0 and at most 1000000 seconds, not nan"),
    ("time_limit = inf\n", "setting_wrong", "at most 1000000 seconds, not inf"),
    (f"time_limit = {'9' * 400}\n", "setting_wrong", "time_limit: the number is too large"),
    (f"aql = [0x{'f' * 5000}]\n", "setting_wrong", "aql: the number is too large"),
    (f"[category.cloth.tolerance]\npalette = {'9' * 400}\n", "setting_wrong", "cloth.tolerance.palette: the number is too"),
    ("[category.cloth]\npalette = 7\n", "setting_unknown", "did you mean category.cloth.tolerance.palette?"),
    ("[category.' '.tolerance]\npalette = 7\n", "setting_wrong", 'category." " names no category'),
    ("[category.''.tolerance]\npalette = 7\n", "setting_wrong", 'category."" names no category'),
    ("explain = 1\n", "setting_wrong", "explain must be true or false, not 1"),
    ("profile = 3\n", "setting_wrong", "profile must be text, not 3"),
    ("profile = 2026-01-01\n", "setting_wrong", "profile must be text"),
    ('profile = "a\\u0000b"\n', "setting_wrong", "profile must be a path"),
    ('fail_on = "mismach"\n', "setting_wrong", "fail_on: --fail-on does not know 'mismach'"),
    ("fail_on = [1]\n", "setting_wrong", "fail_on must be text"),
    ('[audit]\nswitch = "loose"\n', "setting_wrong", "say one of normal, tightened, reduced"),
    ('[audit]\nplan = "IV"\n', "setting_wrong", "audit.plan: it does not know IV"),
    ('[audit]\nmap = "nonsense"\n', "setting_wrong", "audit.map: "),
    ('[audit]\naql = "lots"\n', "setting_wrong", "audit.aql: "),
    ("[category]\ncloth = 3\n", "setting_wrong", "category.cloth must be a table"),
    ("[category.cloth]\ntolerances = {}\n", "setting_unknown", "did you mean tolerance?"),
    ("[category.cloth]\ntolerance = 3\n", "setting_wrong", "category.cloth.tolerance must be a table"),
    ('[category.cloth.tolerance]\npalette = "7"\n', "setting_wrong", "category.cloth.tolerance.palette must be a number"),
    ("[category.cloth]\n[category.Cloth]\n", "setting_wrong", "there twice"),
    ("workers = \n", "settings_broken", "(at line 1, column 11)"),
    ("a = " + "[" * 5000, "settings_broken", "is no TOML"),
    ('"\\u001b[31mred" = 1\n', "setting_unknown", "\\x1b[31mred is no setting"),
]


@pytest.mark.parametrize(("text", "slug", "words"), WRONG)
def test_what_cannot_be_meant_is_one_line_with_file_and_key(place, capsys, text, slug, words):
    write(place / "qaudit.toml", text)
    assert main(AUDIT) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "qaudit.toml" in error
    assert words in error
    assert "\x1b" not in error


IN_ENVIRONMENT = [
    ("TIME_LIMIT", "inf", "it must be more than 0 and at most 1000000 seconds, not inf"),
    ("TIME_LIMIT", "1e400", "it must be more than 0"),
    ("WORKERS", "0", "it must be 1 or more"),
    ("WORKERS", "many", "it must be a whole number"),
    ("WORKERS", "1.5", "it must be a whole number"),
    ("MAX_MISMATCH", "9" * 5000, "the number is too large"),
    ("QUIET", "maybe", "it must be true or false"),
    ("WORKERS", "9999", "it must be from 1 to 256, not 9999"),
    ("BASE_RATE", "x", "it must be a number"),
    ("BASE_RATE", "7", "it must be between 0 and 1, not 7"),
    ("FAIL_ON", "mismach", "--fail-on does not know 'mismach'"),
    ("MAX_MISMATCH", "-1", "it must be 0 or more"),
    ("SWITCH", "loose", "it does not know loose"),
    ("OPTIONS_SED", "3", "is no setting (did you mean QAUDIT_OPTIONS_SEED?)"),
    ("OPTIONS_SEED", "-1", "from 0 to 2147483647"),
]


@pytest.mark.parametrize("command", [AUDIT, ["config"], ["plan", "--lot", "50"]])
@pytest.mark.parametrize(("name", "value", "words"), IN_ENVIRONMENT)
def test_what_the_environment_cannot_mean_is_one_line_with_the_variable(
    rooms, place, monkeypatch, capsys, command, name, value, words
):
    monkeypatch.setenv(f"QAUDIT_{name}", value)
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith(f"qaudit: QAUDIT_{name}")
    assert words in error


@pytest.mark.parametrize("value", ["inf", "nan", "-1", "1e300"])
def test_no_flag_sets_a_time_limit_that_no_clock_knows(place, capsys, value):
    write(place / "pairs.csv", "id,listing,arrival\n1,a,b\n")
    assert main(["check", "pairs.csv", "--workers", "2", "--time-limit", value]) == 2
    assert "the time limit must be more than 0 and at most 1000000 seconds" in capsys.readouterr().err


def test_a_variable_that_is_no_setting_is_told_with_the_nearest_and_the_work_goes_on(rooms, place, monkeypatch, capsys):
    monkeypatch.setenv("QAUDIT_WROKERS", "4")
    monkeypatch.setenv("QAUDIT_DEBUG", "0")
    heard(rooms, ["compare", "a.jpg", "b.jpg", "--quiet"])
    assert capsys.readouterr().err == (
        "qaudit: QAUDIT_WROKERS in the environment is no setting (did you mean QAUDIT_WORKERS?)\n"
    )
    assert main(["audit", "--help"]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_said_of_one_item_or_result_is_no_variable(rooms, place, monkeypatch, capsys):
    monkeypatch.setenv("QAUDIT_OUT", "run")
    monkeypatch.setenv("QAUDIT_REASON", "as ever")
    assert main(["audit", "pairs.csv"]) == 2
    out, reason, missing = capsys.readouterr().err.splitlines()
    assert out == "qaudit: QAUDIT_OUT in the environment is no setting (give it on the command line: --out)"
    assert reason == "qaudit: QAUDIT_REASON in the environment is no setting (give it on the command line: --reason)"
    assert "--out" in missing


def test_the_key_of_a_project_file_is_told_in_full(place, capsys):
    write(place / "pyproject.toml", "[tool.qaudit]\nworkers = 'x'\n")
    assert main(AUDIT) == 2
    assert capsys.readouterr().err.startswith("qaudit: pyproject.toml: tool.qaudit.workers must be")


@pytest.mark.parametrize("data", [b"\xff\n", b"#" * (1 << 20) + b"#"])
def test_what_is_no_text_or_too_large_is_refused(place, capsys, data):
    (place / "qaudit.toml").write_bytes(data)
    assert main(AUDIT) == 2
    assert "settings file qaudit.toml" in capsys.readouterr().err


@pytest.mark.parametrize("args", [["--config", "none.toml", *AUDIT], ["--config", "pyproject.toml", *AUDIT]])
def test_a_file_that_was_named_has_to_be_there_and_to_say_something(place, capsys, args):
    write(place / "pyproject.toml", "[tool.other]\n")
    assert main(args) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_wrong_variable_is_named(place, monkeypatch, capsys):
    monkeypatch.setenv("QAUDIT_WORKERS", "many")
    assert main(AUDIT) == 2
    assert "QAUDIT_WORKERS" in capsys.readouterr().err
    monkeypatch.setenv("QAUDIT_WORKERS", "")
    monkeypatch.setenv("QAUDIT_OPTIONS_SEED", "many")
    assert main(AUDIT) == 2
    assert "QAUDIT_OPTIONS_SEED must be a whole number" in capsys.readouterr().err


def test_help_is_told_whatever_stands_in_the_file(place, capsys):
    write(place / "qaudit.toml", "workers = \n")
    for args in (["--help"], ["audit", "--help"], ["--version"], [*AUDIT, "--help"]):
        assert main(args) == 0
    assert capsys.readouterr().err == ""


def program() -> typer.Context:
    """The context of the program with all that can be set."""
    return typer.Context(take_settings(get_command(app)), info_name="qaudit")


def all_keys() -> set[str]:
    """Every key that can be set."""
    return {knob.key for knob in knobs_of(program())}


KNOBS = knobs_of(program())
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
SOME = st.dictionaries(st.sampled_from(sorted(Options.__dataclass_fields__)) | st.text(max_size=8), VALUES, max_size=2)


@settings(max_examples=100, deadline=None)
@given(
    table=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(sorted(all_keys()), VALUES)
        | {"options": SOME | VALUES, "category": st.dictionaries(st.text(max_size=5), VALUES | SOME, max_size=2) | VALUES}
        | {"audit": st.dictionaries(st.sampled_from(sorted(all_keys())), VALUES, max_size=3) | VALUES},
    ),
    named=st.booleans(),
)
def test_whatever_stands_in_a_file_is_taken_or_refused_in_one_line(table, named):
    refused = None
    try:
        settings_in(SettingsFile(Path("qaudit.toml"), table, "", named), KNOBS)
    except SettingsError as error:
        refused = error
    assert refused is None or refused.slug in {"setting_wrong", "setting_unknown", "setting_untrusted"}
    assert refused is None or ("qaudit.toml: " in str(refused) and str(refused).isprintable())


def test_a_file_that_was_found_sets_nothing_that_fetches_writes_or_reaches_out(place, capsys):
    harmful = {"allow_url", "root", "json", "overlay", "run", "cluster", "arrivals", "compare_to", "accepted", "seed"}
    assert harmful <= all_keys() - FOUND
    for key, value in {"allow_url": "true", "root": '"/"', "cluster": '"tcp://x:1"', "json": '"x"'}.items():
        write(place / "qaudit.toml", f"{key} = {value}\n")
        assert main(AUDIT) == 2
        assert f"{key} may not be set by a file that was only found" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["../other.toml", "/etc/hostname", "link.toml"])
def test_a_file_that_was_found_names_no_file_outside_its_folder(place, capsys, path):
    (place / "link.toml").symlink_to(write(place.parent / "other.toml", ""))
    write(place / "qaudit.toml", f'profile = "{path}"\n')
    assert main(AUDIT) == 2
    assert "profile leads out of the file's folder" in capsys.readouterr().err


def test_the_file_of_another_user_is_left_aside_and_told(place, monkeypatch, capsys):
    write(place.parent / "qaudit.toml", "workers = 2\n")
    monkeypatch.setattr(settings_file, "_owners", lambda start: set())
    assert find(place) is None
    assert capsys.readouterr().err.count("belongs to another user") == 1


def test_what_was_set_for_one_command_line_does_not_hold_for_the_next(rooms, place, capsys):
    named = write(place / "named.toml", "workers = 2\n[options]\nseed = 3\n")
    assert heard(rooms, [*AUDIT, "--config", str(named)])["options"].seed == 3
    assert heard(rooms, AUDIT)["options"].seed == 0
    assert current().options.seed == 0


def test_tolerances_of_a_category_reach_what_judges(place, capsys):
    write(place / "qaudit.toml", "[category.Cloth.tolerance]\npalete = 7\n")
    assert main(["compare", "a.jpg", "b.jpg", "--category", "cloth"]) == 2
    assert "did you mean palette?" in capsys.readouterr().err


def test_the_category_of_a_comparison_stands_where_a_manifest_has_it(rooms, place, capsys):
    assert heard(rooms, ["compare", "a.jpg", "b.jpg", "--category", "cloth"])["row"] == {"category": "cloth"}
    assert heard(rooms, ["compare", "a.jpg", "b.jpg"])["row"] == {}


def test_a_file_says_in_which_language_unless_the_environment_or_a_flag_does(place, monkeypatch, capsys):
    def told(*args: str) -> str:
        assert main(["audit", "none.csv", "--out", "run", *args]) == 2
        return capsys.readouterr().err

    english = told()
    write(place / "qaudit.toml", 'lang = "id"\n')
    indonesian = told()
    assert indonesian != english
    assert told("--lang", "en") == told("--no-config") == english
    monkeypatch.setenv("QAUDIT_LANG", "en")
    assert told() == english
    monkeypatch.delenv("QAUDIT_LANG")
    write(place / "qaudit.toml", '[audit]\nlang = "id"\n')
    assert told() == indonesian
    write(place / "qaudit.toml", '[evaluate]\nlang = "id"\n')
    assert told() == english
    write(place / "qaudit.toml", 'lang = "klingon"\n')
    assert "qaudit.toml: lang: " in told()
