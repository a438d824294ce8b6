"""Hand-made checks, so that their reports are tested without an audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qaudit.model.check import Acceptance, Case, Check, Place, Stale
from qaudit.model.record import ItemError

from .factory import COLOUR, MISSING, comparison

# Each would end a line, a cell, a tag or a command, or turn one into another, if it were let through as it is.
HOSTILE = (
    "line\nbreak",
    "line\r\n::error::owned",
    "::error::owned",
    "   ::stop-commands::token",
    "x%0A::add-mask::a",
    "##[error]owned",
    "##[add-path]/tmp",
    "percent%25%3A%2C",
    "a,line=1::b",
    "]]>",
    "<![CDATA[x",
    "</testcase><testcase name='x'/>",
    '" name="x',
    "&amp;&#10;",
    "\x00\x01\x0b\x1f",
    "\x1b[2J\x1b]0;title\x07",
    "half \ud800 a pair",
    "turned \u202egpj.exe",
    "\ufeff\u200b",
    "\ufffe\uffff",
    "line\u2028separator\u0085",
    "a | b",
    "a \\| b \\",
    "`tick` ``two",
    "``",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[link](https://evil.example)",
    "![picture](https://evil.example/x.png)",
    "https://evil.example www.evil.example a@evil.example",
    "@everyone #1 !2",
    "**bold** _it_ ~~s~~ $x$ :tada:",
    "=cmd()",
    "+1-1",
    "[^1] {{7*7}} ${{ secrets.X }}",
    " ",
    "a" * 5000,
)

ACCEPTED = Acceptance(
    "012",
    "The maker changed the dye in June; the listing says so.",
    "Sri",
    "2026-06-01",
    "2027-01-31",
    frozenset({("colour", "palette"), ("missing", "completeness")}),
    ("0" * 64,),
    ("0" * 64,),
)


def case(state: str = "failed", verdict: str = "mismatch", **changes: Any) -> Case:
    """An item of the manifest `pairs.csv`."""
    id_ = changes.pop("id", "007")
    photos = {"listing": ["photos/listing.jpg"], "arrival": ["photos/arrival.heic"]}
    if verdict == "error":
        record = ItemError(id_, "photo_missing", "photos/x.jpg: there is no such file (check the path)").to_dict()
    else:
        findings = (COLOUR, MISSING) if verdict == "mismatch" else ()
        record = comparison(verdict, id=id_, decision={"findings": findings}).to_dict()
    record["photos"] = photos
    made = Case(
        record,
        Place("goods/pairs.csv", 2),
        {path: Place(f"goods/{path}") for side in photos.values() for path in side},
        state,  # type: ignore[arg-type]
        ACCEPTED if state == "accepted" else None,
    )
    return replace(made, **changes)


def check(*cases: Case, **changes: Any) -> Check:
    """A check of these items, or of one of each kind."""
    if not cases:
        cases = (
            case("passed", "match", id="001"),
            case("failed", "mismatch", id="007", place=Place("goods/pairs.csv", 3)),
            case("failed", "error", id="", place=Place("goods/pairs.csv", 5)),
            case("allowed", "review", id="009", place=Place("goods/pairs.csv", 6)),
            case("allowed", "retake", id="010", place=Place("goods/pairs.csv", 7)),
            case("accepted", "mismatch", id="012", place=Place("goods/pairs.csv", 9), acceptance=ACCEPTED),
            case(
                "failed",
                "mismatch",
                id="013",
                place=Place("goods/pairs.csv", 10),
                acceptance=replace(ACCEPTED, id="013", until="2026-10-31"),
                lapse="expired",
            ),
        )
        stale = [Stale(replace(ACCEPTED, id="100", until=None), "gone"), Stale(replace(ACCEPTED, id="009"), "passed")]
        changes = {"left_out": 93, "since": "origin/main", "baseline": "goods/qaudit-baseline.json", "stale": stale} | changes
    return Check("0.1.0", "goods/pairs.csv", cases, **changes)


def hostile_check() -> Check:
    """A failing item for each of the hostile ids, whose texts, files and acceptances are hostile too."""
    cases = []
    for number, text in enumerate(HOSTILE, start=1):
        place = Place(text.replace("/", "_").replace("\ud800", ""), number)  # as a path is written in a record
        finding = COLOUR.to_dict() | {"text": text}
        mismatch = case("failed", "mismatch", id=text, place=place)
        cases.append(replace(mismatch, record=mismatch.record | {"findings": [finding]}))
        error = case("failed", "error", id=text, place=place, repeated=1)
        cases.append(replace(error, record=error.record | {"error": {"slug": "photo_missing", "message": text}}))
        acceptance = replace(ACCEPTED, id=text, reason=text, by=text)
        cases.append(case("accepted", "mismatch", id=text, acceptance=acceptance, repeated=2))
    return Check("0.1.0", HOSTILE[1], cases, 1, HOSTILE[2], 0, HOSTILE[0], [Stale(replace(ACCEPTED, id=HOSTILE[5]), "gone")])
