import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qaudit
from qaudit.cli.main import main

ROOT = Path(__file__).parents[2]


def python(*args, **settings):
    """Run Python in the project's root."""
    return subprocess.run([sys.executable, *args], cwd=ROOT, capture_output=True, text=True, **settings)


def test_the_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"qaudit {qaudit.__version__}\n"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == qaudit.__version__


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_list_of_commands_is_whole_in_80_columns(language, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["--lang", language, "--help"]) == 0
    commands = capsys.readouterr().out.split("Commands:")[1]
    assert "evaluate" in commands
    assert "..." not in commands


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "Missing command"),
        (["nonsense"], "nonsense"),
        (["compare", "a.jpg"], "ARRIVAL"),
        (["compare", "a.jpg", "b.jpg", "--nonsense"], "--nonsense"),
        (["compare", "a.jpg", "b.jpg", "c.jpg"], "c.jpg"),
        (["compare", "a.jpg", "b.jpg", "--fail-on", "nonsense"], "mismatch, review, retake, error"),
        (["audit", "pairs.csv"], "--out"),
        (["--nonsense\x1b[2J"], "\\x1b"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(capsys, args, words):
    assert main(args) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("qaudit: ")
    assert printed.err.count("\n") == 1
    assert words in printed.err


OF_LIBRARIES = ("Input should", "parse", "argument(s)", "boolean", "integer", "Possible options", "requires")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["plan", "--lot", "x", "--aql", "1"], "Invalid value for '--lot': it must be a whole number (see qaudit plan --help)"),
        (["plan", "--lot", "9" * 5000, "--aql", "1"], "Invalid value for '--lot': the number is too large"),
        (["plan", "--lot", "50", "--aql", "x"], "Invalid value for '--aql': it must be a number"),
        (["check", "p.csv", "--workers", "0"], "Invalid value for '--workers': it must be 1 or more"),
        (["compare", "a", "b", "c", "d"], "There is more than the command takes: c d (see qaudit compare --help)"),
        (["compare", "a"], "Missing argument 'ARRIVAL'"),
        (["audit", "p.csv"], "Missing option '--out'"),
        (["audit", "p.csv", "--out"], "Option '--out' needs a value after it"),
        (["compare", "a", "b", "--quiet=3"], "Option '--quiet' takes no value"),
        (["compare", "a", "b", "--quit"], "No such option: --quit; did you mean --quiet?"),
        (["audti"], "No such command 'audti'; did you mean 'audit'?"),
    ],
)
def test_what_libraries_say_of_a_command_line_is_told_in_plain_words_in_each_language(capsys, args, words):
    assert main(args) == 2
    english = capsys.readouterr().err
    assert f"qaudit: {words}" in english
    assert main(["--lang", "id", *args]) == 2
    indonesian = capsys.readouterr().err
    assert words.split(":")[0] not in indonesian
    assert not [text for text in OF_LIBRARIES if text in english + indonesian]


def test_a_failure_of_qaudit_itself_is_one_line_and_code_70(rooms, capsys, monkeypatch):
    monkeypatch.delenv("QAUDIT_DEBUG", raising=False)
    rooms.answer = ZeroDivisionError("division\nby zero")
    assert main(["compare", "a.jpg", "b.jpg"]) == 70
    error = capsys.readouterr().err
    assert error.startswith("qaudit: internal error: ZeroDivisionError: division by zero (")
    assert error.count("\n") == 1


def test_debugging_shows_where_it_failed(rooms, capsys, monkeypatch):
    monkeypatch.setenv("QAUDIT_DEBUG", "1")
    rooms.answer = ZeroDivisionError("division by zero")
    assert main(["compare", "a.jpg", "b.jpg"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_code_130(rooms, capsys):
    rooms.answer = KeyboardInterrupt()
    assert main(["compare", "a.jpg", "b.jpg"]) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from qaudit.cli.main import main; main(['compare', '--help']);"
        "print([name for name in ('cv2', 'numpy', 'skimage', 'scipy', 'PIL', 'rich', 'jinja2') if name in sys.modules])"
    )
    assert python("-c", code, check=True).stdout.splitlines()[-1] == "[]"


def test_importing_the_package_loads_nothing_heavy_and_changes_nothing():
    code = (
        "import sys, warnings, logging, threading; before = (list(warnings.filters), list(logging.root.handlers));"
        "import qaudit; assert before == (list(warnings.filters), list(logging.root.handlers));"
        "assert threading.active_count() == 1;"
        "print([name for name in sys.modules if name.startswith(('qaudit.', 'numpy', 'cv2'))])"
    )
    assert python("-c", code, check=True).stdout == "[]\n"


def test_the_module_runs_like_the_command():
    done = python("-m", "qaudit", "--version")
    assert (done.returncode, done.stdout) == (0, f"qaudit {qaudit.__version__}\n")


def test_public_names_that_exist_are_found_and_others_are_not():
    assert issubclass(qaudit.PhotoRefused, qaudit.QauditError)
    assert set(qaudit.__all__) == set(dir(qaudit))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = qaudit.nonsense


# The command line in a process of its own, with a stand-in for the comparison.
STAND_IN = """
import sys, types
from dataclasses import replace
from tests.report.factory import PHOTO, comparison
answer = comparison(listing=(replace(PHOTO, path="\u65e5\u672c \u00e9.jpg"),))
for name, members in (
    ("qaudit.comparison", {"compare": lambda *a, **k: answer}),
    ("qaudit.decision.profile", {"load_profile": lambda path: types.SimpleNamespace(id="p", holds_for=0.5, categories=())}),
):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)
import qaudit.photos
qaudit.photos.read_photo = lambda path, max_side: path
from qaudit.cli.main import run
sys.argv = ["qaudit", "compare", "a", "b", *sys.argv[1:]]
run()
"""


@pytest.mark.parametrize("extra", [[], ["--json", "-"]])
def test_a_reader_that_goes_away_leaves_the_exit_code(extra):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", STAND_IN, *extra]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_terminal_that_knows_ascii_only_is_no_failure():
    done = python("-c", STAND_IN, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert done.stdout.startswith("x MISMATCH")
    assert "\\u65e5\\u672c \\xe9.jpg" in done.stdout
