"""A check as JUnit XML, in the form that the readers of Jenkins and GitLab take: each item is a test case."""

from __future__ import annotations

import io

from junitparser import Error, Failure, Skipped
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite

from qaudit.model.check import Case, Check

from .cases import Names, accepted, named, sentences, where


def junit_xml(check: Check) -> bytes:
    """The report: a mismatch that fails the check is a failure, an item in error an error, all else that is no match skipped.

    A skipped case says why, so that nothing that was accepted or is allowed goes unseen. Where an item stands is told in its
    text: the xUnit plugin of Jenkins takes no file whose cases have attributes for that.
    """
    suite = TestSuite("qaudit")
    suite.file = named(check.manifest)
    names = Names()
    suite.add_testcases([_test_case(case, names.of(case), named(check.manifest)) for case in check.cases])
    if check.moved:
        suite.add_property("settings", named(check.settings))
        suite.add_property("items_by_tolerances_of_category", str(check.moved))
    report = JUnitXml("qaudit")
    report.add_testsuite(suite)
    report.update_statistics()
    out = io.BytesIO()
    report.write(out)
    return out.getvalue() + b"\n"


def _test_case(case: Case, name: str, manifest: str) -> TestCase:
    """One item; all text in it was made printable, which XML can hold."""
    made = TestCase(name, classname=manifest)
    said = sentences(case) if case.state != "passed" else []
    text = "\n".join([*said, where(case.place)])
    if case.state == "accepted" and case.acceptance is not None:
        made.result = [Skipped(accepted(case.acceptance), "accepted")]
        made.system_out = text
    elif case.state == "allowed":
        made.result = [Skipped(said[0], case.verdict)]
        made.system_out = text
    elif case.state == "failed":
        kind = Error if case.verdict == "error" else Failure
        result = kind(said[0], str(case.record["error"]["slug"]) if case.verdict == "error" else case.verdict)
        result.text = text
        made.result = [result]
    return made
