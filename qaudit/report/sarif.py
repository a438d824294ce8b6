"""A check as SARIF 2.1.0: a rule for each measure of an aspect, a result for each finding, accepted ones as suppressed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes

from sarif_pydantic import sarif

from qaudit.model.check import Case, Check, Place
from qaudit.model.language import spoken_now
from qaudit.model.text import path_from_text

from .cases import accepted, fingerprint, found, lapsed, named, sentences, title
from .words import words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
# The key under which GitHub knows an alert again, and our own.
_FINGERPRINTS = ("primaryLocationLineHash", "qauditItem/v1")
_LONGEST = 2000
_RULES = {
    "mismatch": ("check.rule_mismatch", "check.rule_mismatch_help"),
    "review": ("check.rule_review", "check.rule_review_help"),
    "retake": ("check.rule_retake", "check.rule_retake_help"),
    "error": ("check.rule_error", "check.rule_error_help"),
}


class _Result(sarif.Result):
    """A result with the list of suppressions that the standard has."""

    suppressions: list[sarif.Suppression] | None = None


def sarif_json(check: Check) -> bytes:
    """The report. The same check gives the same bytes."""
    told = [(case, *one) for case in check.cases if case.state != "passed" for one in _told(case)]
    rules = {rule: place for place, rule in enumerate(sorted({rule for _, rule, _, _ in told}))}
    driver = sarif.ToolDriver(
        name="qaudit",
        version=check.version,
        semantic_version=check.version,
        language=spoken_now(),
        rules=[_rule(rule) for rule in rules],
    )
    run = sarif.Run(
        tool=sarif.Tool(driver=driver),
        automation_details=sarif.RunAutomationDetails(id=f"qaudit/{named(check.manifest)}/"),
        invocations=[sarif.Invocation(execution_successful=True)],
        results=[_result(case, rule, rules[rule], finding, mark) for case, rule, finding, mark in told],
        properties={"settings": named(check.settings), "itemsByTolerancesOfCategory": check.moved} if check.moved else None,
    )
    log = sarif.Sarif.model_validate({"$schema": _SCHEMA, "runs": [run]})
    text: str = log.model_dump_json(by_alias=True, exclude_none=True, serialize_as_any=True, indent=2)
    return text.encode() + b"\n"


def _told(case: Case) -> Iterator[tuple[str, Mapping[str, Any] | None, str]]:
    """The rules that an item breaks, each with finding and fingerprint; the verdict itself where there is no finding."""
    if case.verdict != "mismatch" or not case.findings:
        yield case.verdict, None, fingerprint(case, case.verdict)
        return
    before: Counter[str] = Counter()
    for finding in case.findings:
        rule = f"{finding['aspect']}/{finding['measure']}"
        yield rule, finding, fingerprint(case, f"{rule} {before[rule]}" if before[rule] else rule)
        before[rule] += 1


def _rule(rule: str) -> sarif.ReportingDescriptor:
    """What a rule says in general."""
    aspect, _, measure = rule.partition("/")
    if measure:
        short = words("check.rule", aspect=words(f"aspect.{aspect}"))
        help_text = words("check.rule_help", measure=measure)
    else:
        short, help_text = (words(key) for key in _RULES[rule])
    return sarif.ReportingDescriptor(
        id=rule,
        short_description=sarif.Message(text=short),
        full_description=sarif.Message(text=help_text),
        help=sarif.Message(text=help_text),
    )


def _result(case: Case, rule: str, index: int, finding: Mapping[str, Any] | None, mark: str) -> _Result:
    """One finding, or the verdict on an item."""
    said = list(filter(None, (named(found(finding), _LONGEST), lapsed(case)))) if finding else sentences(case)
    suppressed = None
    if case.state == "accepted" and case.acceptance is not None:
        suppressed = [sarif.Suppression(kind="external", status="accepted", justification=accepted(case.acceptance))]
    return _Result(
        rule_id=rule,
        rule_index=index,
        level=_level(case),
        message=sarif.Message(text=_without_links(" ".join([f"{title(case)}:", *said]))),
        locations=[_location(case.place)],
        related_locations=(_photos(case, finding) or None) if finding else None,
        partial_fingerprints=dict.fromkeys(_FINGERPRINTS, mark),
        suppressions=suppressed,
        properties={"id": named(case.id), "verdict": case.verdict},
    )


def _without_links(text: str) -> str:
    """`text` in which no viewer finds a link of SARIF's, ``[text](address)``: names may be a stranger's."""
    return text.replace("](", "] (")


def _level(case: Case) -> sarif.Level:
    """Errors are what fails the check, and what an acceptance keeps from failing it."""
    if case.state != "allowed":
        return sarif.Level.ERROR
    return sarif.Level.WARNING if case.verdict in ("mismatch", "error") else sarif.Level.NOTE


def _photos(case: Case, finding: Mapping[str, Any]) -> list[sarif.Location]:
    """The photos that a finding is seen in, with its place in them."""
    shown: list[sarif.Location] = []
    for side in ("listing", "arrival"):
        paths = case.record["photos"][side]
        number = finding["photo"][side]
        place = case.photos.get(paths[number]) if number < len(paths) else None
        if place is None:
            continue
        box = finding["box"][side]
        name = words(f"photos.{side}")
        if box:
            text = words("check.photo_box", side=name, **dict(zip(("x", "y", "width", "height"), box, strict=True)))
        else:
            text = words("check.photo", side=name)
        shown.append(_location(place, len(shown) + 1, text))
    return shown


def _location(place: Place, number: int | None = None, text: str | None = None) -> sarif.Location:
    """A file, and the line in it where it has lines."""
    path = os.fsencode(path_from_text(place.file))
    uri = quote_from_bytes(path)
    outside = path.startswith(b"/")
    file = sarif.ArtifactLocation(uri=f"file://{uri}" if outside else uri, uri_base_id=None if outside else _ROOT)
    return sarif.Location(
        id=number,
        physical_location=sarif.PhysicalLocation(
            artifact_location=file, region=None if place.line is None else sarif.Region(start_line=place.line)
        ),
        message=None if text is None else sarif.Message(text=text),
    )
