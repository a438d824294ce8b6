"""A check on the terminal, and the words that all of its reports share."""

import io
import re

import pytest

from qaudit.report.cases import Names
from qaudit.report.check import ROWS, acceptance_lines, print_check

from .checks import ACCEPTED, HOSTILE, case, check, hostile_check
from .gold import assert_gold


def printed(made, **settings):
    """What `print_check` writes to a stream that is no terminal."""
    file = io.StringIO()
    print_check(made, file, width=80, **settings)
    return file.getvalue()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No setting of the person who runs the tests gets into the texts."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def test_a_check_reads_as_agreed():
    assert_gold(printed(check()), "check-80.txt")


def test_a_check_in_which_nothing_changed_is_one_line():
    assert printed(check(case(), since="main", left_out=0)).count("\n") > 1
    made = check(case(), since="main", left_out=12)
    assert printed(type(made)(made.version, made.manifest, (), 12, "main")).splitlines() == [
        "goods/pairs.csv: nothing has changed since main; 12 left out"
    ]


def test_what_is_allowed_is_said_although_the_check_passes():
    assert "passes; what is no match does not fail it: 1 review" in printed(check(case("allowed", "review")))
    assert printed(check(case("passed", "match"))).endswith("\nThe check passes\n")


def test_an_acceptance_that_does_not_hold_says_why():
    for lapse, reason in {"photos": "but for other photos", "expired": "but only until 2027-01-31"}.items():
        assert reason in " ".join(printed(check(case(acceptance=ACCEPTED, lapse=lapse))).split())
    less = type(ACCEPTED)(*[getattr(ACCEPTED, name) for name in ACCEPTED.__slots__[:5]], frozenset(), ("0" * 64,), ("0" * 64,))
    said = " ".join(printed(check(case(acceptance=less, lapse="beyond"))).split())
    assert "accepted by Sri, but not for this: colour (palette), missing (completeness)." in said


def test_tolerances_that_were_moved_are_said():
    made = check(case("passed", "match"), moved=3, settings="##[x]\n::qaudit.toml")
    assert "settings: ##[x]\\n::qaudit.toml; items judged by tolerances of their category: 3" in " ".join(printed(made).split())
    assert "##[" not in printed(made, for_github=True)
    assert "\nitems judged by tolerances of their category: 3\n" in printed(check(case(), moved=3))
    assert "tolerances" not in printed(check(case("passed", "match"), settings="qaudit.toml"))


def test_what_does_not_fit_is_counted():
    assert "and 3 more" in printed(check(*[case(id=str(n)) for n in range(ROWS + 3)]))


def test_no_hostile_name_steers_a_terminal():
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", printed(hostile_check())
    )


@pytest.mark.parametrize("width", [30, 47, 80])
def test_no_line_of_it_is_a_command_to_the_runner_of_github(width):
    made = hostile_check()
    for one in made.cases:
        file = io.StringIO()
        print_check(check(one, baseline="b"), file, for_github=True, width=width)
        for line in file.getvalue().splitlines():
            assert not line.strip().startswith("::")
            assert "##[" not in line


def test_every_item_has_a_name_of_its_own():
    names = Names()
    found = [names.of(case(id=text)) for text in (*HOSTILE, *HOSTILE, "line\\nbreak", "line\\nbreak (2)")]
    assert len(set(found)) == len(found)


def test_what_was_accepted_is_told_with_what_it_replaces():
    lines = acceptance_lines(ACCEPTED, ACCEPTED, "base.json")
    assert lines == [
        "012: accepted by Sri, until 2027-01-31, in base.json",
        "what was found: colour, missing",
        "it was accepted by Sri on 2026-06-01 before; that is replaced",
    ]
