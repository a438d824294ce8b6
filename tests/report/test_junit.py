"""JUnit XML, read by another parser than the one that wrote it."""

import xml.etree.ElementTree as ElementTree

from junitparser import JUnitXml

from qaudit.model.check import Place
from qaudit.report.junit import junit_xml

from .checks import case, check, hostile_check
from .gold import assert_gold

# Of junit-10.xsd of the xUnit plugin; any other attribute makes it refuse the whole file.
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "file"},
    "testcase": {"name", "classname", "time"},
    "property": {"name", "value"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
    "properties": set(),
    "system-out": set(),
}


def cases_of(made):
    """The test cases as elements."""
    return ElementTree.fromstring(junit_xml(made)).findall("./testsuite/testcase")  # noqa: S314  our own output


def test_the_report_reads_as_agreed():
    root = ElementTree.fromstring(junit_xml(check()))  # noqa: S314
    ElementTree.indent(root)
    assert_gold(ElementTree.tostring(root, encoding="unicode"), "check-junit.xml")


def test_the_counts_are_those_of_the_cases():
    suite = next(iter(JUnitXml.fromstring(junit_xml(check()))))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 2, 1, 3)


def test_only_what_fails_the_check_is_a_failure():
    kinds = {"passed": "match", "accepted": "mismatch", "allowed": "mismatch", "failed": "retake"}
    found = [[child.tag for child in one] for one in cases_of(check(*[case(*kind) for kind in kinds.items()]))]
    assert found == [[], ["skipped", "system-out"], ["skipped", "system-out"], ["failure"]]


def test_only_attributes_are_used_that_the_xunit_plugin_of_jenkins_takes():
    for made in (check(), hostile_check(), check(moved=3, settings="qaudit.toml"), check(case("passed", "match"))):
        for element in ElementTree.fromstring(junit_xml(made)).iter():  # noqa: S314
            assert set(element.keys()) <= ALLOWED[element.tag], element.tag


def test_an_item_that_is_no_match_says_where_it_stands():
    texts = [one[-1].text.splitlines()[-1] for one in cases_of(check()) if len(one)]
    assert texts == [f"goods/pairs.csv, line {line}" for line in (3, 5, 6, 7, 9, 10)]
    (one,) = cases_of(check(case(place=Place("items/7/arrival.jpg"))))
    assert one[-1].text.splitlines()[-1] == "items/7/arrival.jpg"


def test_each_hostile_item_is_one_case_with_a_name_of_its_own():
    made = hostile_check()
    found = cases_of(made)
    assert len(found) == len(made.cases)
    assert len({one.get("name") for one in found}) == len(found)
    assert sum(len(one.findall("failure")) + len(one.findall("error")) for one in found) == len(found) * 2 // 3


def test_tolerances_that_were_moved_are_properties():
    (suite,) = JUnitXml.fromstring(junit_xml(check(moved=3, settings="qaudit\x00.toml")))
    assert {one.name: one.value for one in suite.properties()} == {
        "settings": "qaudit\\x00.toml",
        "items_by_tolerances_of_category": "3",
    }
