import pytest

from qaudit.cli.exits import FAILING, ExitCode, exit_code, parse_fail_on
from qaudit.model.errors import SettingsError

ALL = frozenset(FAILING)


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({"match": 3}, 0),
        ({"match": 3, "mismatch": 1}, 1),
        ({"match": 3, "review": 1}, 3),
        ({"match": 3, "retake": 1}, 3),
        ({"match": 3, "error": 1}, 4),
        ({"error": 1, "review": 1}, 4),
        ({"mismatch": 1, "error": 1, "review": 1, "retake": 1}, 1),
        ({}, 0),
    ],
)
def test_a_mismatch_goes_before_an_error_and_an_error_before_a_question(counts, code):
    assert exit_code(counts, ALL) == code


@pytest.mark.parametrize(("verdict", "code"), [("mismatch", 1), ("review", 3), ("retake", 3), ("error", 4)])
def test_only_what_is_named_may_fail_the_run(verdict, code):
    counts = dict.fromkeys(FAILING, 1)
    assert exit_code(counts, parse_fail_on(verdict)) == code
    assert exit_code({verdict: 1}, ALL - {verdict}) == ExitCode.NOTHING


def test_none_lets_nothing_fail():
    assert exit_code(dict.fromkeys(FAILING, 1), parse_fail_on("none")) == ExitCode.NOTHING


def test_spaces_around_names_do_not_matter():
    assert parse_fail_on(" mismatch, error ,") == {"mismatch", "error"}


@pytest.mark.parametrize("text", ["", ",", "match", "mismatch,nonsense", "none,error", "Mismatch"])
def test_an_unknown_name_is_refused_and_the_allowed_ones_named(text):
    with pytest.raises(SettingsError, match="mismatch, review, retake, error") as caught:
        parse_fail_on(text)
    assert caught.value.slug == "unknown_value"


def test_the_codes_are_those_that_scripts_rely_on():
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 70, 130]
