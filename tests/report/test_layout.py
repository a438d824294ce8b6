import fcntl
import io
import os
import pty
import re
import struct
import termios
from dataclasses import replace

import pytest

from qaudit.model.language import speaking
from qaudit.model.record import Totals
from qaudit.model.verdict import ASPECTS, AspectVerdict, Weighed
from qaudit.report.check import print_check
from qaudit.report.layout import Terminal, indented
from qaudit.report.summary import print_summary
from qaudit.report.terminal import print_comparison

from .checks import case, check
from .factory import PHOTO, WEIGHED, comparison

LONG = "/a folder/" + "/".join(f"a-very-long-name-{n}" for n in range(20)) + ".jpg"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No setting of the person who runs the tests gets into the texts."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def on_terminal(write, columns=80):
    """What `write` prints to a terminal of so many columns."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    with os.fdopen(child, "w", encoding="utf-8") as file:
        write(file)
        file.flush()
        said = os.read(parent, 100_000).decode()
    os.close(parent)
    return said.replace("\r\n", "\n")


def piped(item, **settings):
    """What `print_comparison` writes where no terminal is."""
    file = io.StringIO()
    print_comparison(item, file, **settings)
    return file.getvalue()


def test_where_no_terminal_is_paths_and_sentences_are_whole():
    item = comparison(listing=(replace(PHOTO, path=LONG),) * 2, notes=(f"{LONG} was left out: it is blurred.",))
    lines = [line.strip() for line in piped(item).splitlines()]
    assert f"listing  {LONG}, {LONG}" in lines
    assert f"{LONG} was left out: it is blurred." in lines


@pytest.mark.parametrize("width", [None, 40, 80])
def test_no_line_ends_with_spaces(width):
    text = piped(comparison(), explain=True, timings=True, width=width)
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_summary_that_is_piped_has_ids_whole_and_no_spaces_at_line_ends(tmp_path):
    record = {
        "id": "x" * 60,
        "verdict": "error",
        "p_mismatch": None,
        "error": {"slug": "photo_missing", "message": f"{LONG} is gone"},
    }
    (tmp_path / "results.jsonl").touch()
    file = io.StringIO()
    print_summary(Totals.of(["error"]), [record], tmp_path, file)
    assert re.search(rf"{'x' * 60} .*{re.escape(LONG)} is gone\n", file.getvalue())
    assert not [line for line in file.getvalue().splitlines() if line != line.rstrip()]


def test_columns_of_the_environment_hold_where_no_terminal_is_too(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert 50 < max(map(len, piped(comparison()).splitlines())) <= 60


@pytest.mark.parametrize("columns", ["0", "-5", "wide", ""])
def test_columns_that_are_no_number_of_columns_are_not_heard(columns, monkeypatch):
    plain = piped(comparison())
    monkeypatch.setenv("COLUMNS", columns)
    assert piped(comparison()) == plain


def test_a_dumb_terminal_gets_no_colour_and_the_columns_that_are_asked_for(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "60")
    said = on_terminal(lambda file: print_comparison(comparison(), file), columns=120)
    assert "\x1b" not in said
    assert 50 < max(map(len, said.splitlines())) <= 60


def test_no_color_leaves_a_terminal_without_colour(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    said = on_terminal(lambda file: print_comparison(comparison(), file))
    assert "MISMATCH" in said
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3|4|9)\d", said)


def test_lines_of_an_indented_paragraph_all_begin_there():
    file = io.StringIO()
    Terminal(file, width=20).show(indented("a sentence that needs several lines"))
    assert len(file.getvalue().splitlines()) > 1
    assert all(re.match(r"  \S", line) for line in file.getvalue().splitlines())


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("width", [40, 48, 60, 80, 100])
def test_no_cell_is_broken_or_cut_however_narrow(width, language):
    decision = {"weighed": WEIGHED, "leak": 0.02}
    item = comparison(decision=decision, arrival=(PHOTO,) * 2)
    with speaking(language):
        wide, text = (piped(item, explain=True, width=columns) for columns in (1000, width))
    assert "…" not in text
    assert set(text.split()) <= set(wide.split())


def test_what_several_aspects_share_as_a_reason_is_said_once():
    aspects = {name: AspectVerdict("not_applicable", reason="photo_unusable") for name in ASPECTS}
    entries = tuple(Weighed("shape", name, reason="photo_unusable") for name in ("outline", "proportion"))
    text = piped(comparison("retake", decision={"findings": (), "aspects": aspects, "weighed": entries}), explain=True)
    told, measures = text.split("\nMeasures\n")
    assert told.count("this photo cannot answer") == measures.count("this photo cannot answer") == 1
    assert "tolerance" not in measures


@pytest.mark.parametrize("width", [60, 80])
def test_ids_of_usual_length_are_whole_in_a_summary_and_sentences_have_room(width, tmp_path):
    why = "Something that the listing shows at the upper left is not there in the arrival."
    record = {
        "id": "a-painting-of-this-name",
        "verdict": "error",
        "p_mismatch": None,
        "error": {"slug": "photo_missing", "message": why},
    }
    (tmp_path / "results.jsonl").touch()
    file = io.StringIO()
    with speaking("id"):
        print_summary(Totals.of(["error"]), [record], tmp_path, file, width=width)
    assert "a-painting-of-this-name" in file.getvalue()
    sentence = file.getvalue()[file.getvalue().index("Something") : file.getvalue().index("arrival.")]
    assert sentence.count("\n") < 4


def test_a_check_on_a_narrow_terminal_has_its_sentences_below():
    file = io.StringIO()
    print_check(check(case()), file, width=48)
    assert "…" not in file.getvalue()
    assert max(map(len, file.getvalue().splitlines())) <= 48
    assert re.search(r"^  ✗ MISMATCH  \S.*\n    \S", file.getvalue(), re.MULTILINE)
