"""The code quality report of GitLab."""

import json

from qaudit.model.check import Place
from qaudit.report.gitlab import gitlab_json

from .checks import case, check, hostile_check
from .gold import assert_gold


def test_the_report_reads_as_agreed():
    assert_gold(gitlab_json(check()).decode(), "check-gitlab.json")


def test_what_does_not_fail_the_check_is_info():
    kinds = [case("failed", "review"), case("allowed"), case("accepted"), case("passed", "match")]
    assert [entry["severity"] for entry in json.loads(gitlab_json(check(*kinds)))] == ["minor", "info", "info"]


def test_a_check_without_any_is_an_empty_list():
    assert json.loads(gitlab_json(check(case("passed", "match")))) == []


def test_an_item_is_known_again_when_its_row_moves():
    one, other = (json.loads(gitlab_json(check(case(place=Place("pairs.csv", line)))))[0] for line in (2, 9))
    assert one["fingerprint"] == other["fingerprint"]
    assert one["location"] != other["location"]


def test_each_hostile_item_is_one_entry_with_a_fingerprint_of_its_own():
    made = hostile_check()
    entries = json.loads(gitlab_json(made))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(made.cases)
    for entry in entries:
        assert entry.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["description"].isprintable()
