"""JUnit XML, read by another parser than the one that wrote it."""

import xml.etree.ElementTree as ElementTree

from junitparser import JUnitXml

from qaudit.model.check import Place
from qaudit.report.junit import junit_xml

from .checks import case, check, hostile_check
from .gold import assert_gold


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


def test_an_item_without_a_line_has_none():
    (one,) = cases_of(check(case(place=Place("items/7/arrival.jpg"))))
    assert (one.get("file"), one.get("line")) == ("items/7/arrival.jpg", None)


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
