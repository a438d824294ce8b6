"""A check as the code quality report of GitLab: one JSON array, an entry for each item that is no match."""

from __future__ import annotations

import json
from typing import Any

from qaudit.model.check import Case, Check
from qaudit.model.text import one_line

from .cases import accepted, fingerprint, sentences, title

_SEVERITIES = ("critical", "major", "minor")
_OF_VERDICT = {"mismatch": "major", "error": "major", "review": "minor", "retake": "minor"}


def gitlab_json(check: Check) -> bytes:
    """The report; accepted mismatches are in it as ``info``."""
    entries = [_entry(case) for case in check.cases if case.state != "passed"]
    return json.dumps(entries, indent=2).encode() + b"\n"


def _entry(case: Case) -> dict[str, Any]:
    """One item."""
    said = [*sentences(case), *([accepted(case.acceptance)] if case.state == "accepted" and case.acceptance else [])]
    return {
        "description": " ".join([f"{title(case)}:", *said]),
        "check_name": f"qaudit/{case.verdict}",
        "fingerprint": fingerprint(case, case.verdict),
        "severity": _severity(case),
        "location": {"path": one_line(case.place.file), "lines": {"begin": case.place.line or 1}},
    }


def _severity(case: Case) -> str:
    """The worst severity of a mismatch; less for what does not fail the check."""
    if case.state != "failed":
        return "info"
    found = {str(finding["severity"]) for finding in case.findings} if case.verdict == "mismatch" else set()
    return next((name for name in _SEVERITIES if name in found), _OF_VERDICT[case.verdict])
