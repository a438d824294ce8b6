"""A check as Markdown, for the page of a job: tables of what is no match, of what was accepted and of what lapsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from qaudit.model.check import Acceptance, Case, Check

from .cases import asked, counted, covered, headline, moved, named, outcome, sentences, stale_because, where
from .words import words

# GitHub takes at most a mebibyte of summary for a step; there are three tables.
ROWS = 200
_MOST_BYTES = 300_000
_LONGEST_CELL = 400
_SYMBOLS = {"match": "✅", "mismatch": "❌", "review": "❔", "retake": "🔁", "error": "⚠️"}
_ITEM = ("summary.verdict", "summary.id", "check.column_place", "summary.why")
_BY = ("check.column_by", "check.column_until", "check.column_reason")
# All that could be a construct of Markdown, HTML, or of what GitHub and GitLab add to it.
_MARKS = re.compile(r"[\\`*_{}\[\]<>#!|~&@$:]|www\.", re.IGNORECASE)
_JOINER = "&#8288;"
_FENCE = re.compile("`+")


def markdown_text(check: Check) -> str:
    """The summary, ended by a line end."""
    parts = [f"### {_text(headline(check))}", _text(outcome(check))]
    counts = [words("check.count", count=sum(case.state == "passed" for case in check.cases), verdict=words("count.match"))]
    counts += [text for text in (counted(check, "failed"), counted(check, "allowed")) if text]
    accepted_ones = covered(check)
    if accepted_ones:
        counts.append(words("check.count_accepted", count=len(accepted_ones)))
    if check.cases:
        parts.append(_text(", ".join(counts)))
    if told := moved(check):
        parts.append(_text(told))
    if no_match := asked(check):
        parts += [f"#### {_text(words('check.head_items'))}", _table(_ITEM, [_item(case) for case in no_match])]
    if accepted_ones and check.baseline:
        title = words("check.baseline", baseline=named(check.baseline))
        parts += [
            f"#### {_text(title)}",
            _table(("summary.id", "column.finding", *_BY), [_accepted(case, a) for case, a in accepted_ones]),
        ]
    if check.stale and check.baseline:
        title = words("check.stale", baseline=named(check.baseline))
        rows = [(_code(s.acceptance.id), _text(stale_because(s)), *_by(s.acceptance)) for s in check.stale]
        parts += [f"#### {_text(title)}", _table(("summary.id", "check.column_why", *_BY), rows)]
    return "\n\n".join(parts) + "\n"


def _item(case: Case) -> tuple[str, ...]:
    """The cells of an item that is no match."""
    mark = f"{_SYMBOLS[case.verdict]} {_text(words(f'verdict.{case.verdict}'))}"
    return mark, _code(case.id), _code(where(case.place)), "<br>".join(_text(said) for said in sentences(case))


def _accepted(case: Case, acceptance: Acceptance) -> tuple[str, ...]:
    """The cells of an accepted mismatch."""
    return _code(case.id), "<br>".join(_text(said) for said in sentences(case)), *_by(acceptance)


def _by(acceptance: Acceptance) -> tuple[str, str, str]:
    """The cells that say who accepted it, until when and why."""
    return _text(acceptance.by), _text(acceptance.until or words("check.for_good")), _text(acceptance.reason)


def _table(head: Sequence[str], rows: Sequence[Iterable[str]]) -> str:
    """A table of Markdown; its cells are Markdown already."""
    lines = [_line(_text(words(key)) for key in head), _line(["---"] * len(head)), *map(_line, rows[:ROWS])]
    ends = accumulate(len(line.encode()) for line in lines)
    kept = [line for line, end in zip(lines, ends, strict=True) if end <= _MOST_BYTES]
    left = len(rows) - (len(kept) - 2)
    return "\n".join(kept) + (f"\n\n{_text(words('check.more', count=left))}" if left else "")


def _line(cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """`text` as text: no markup, no HTML, no link, no person or issue that is called."""
    return _MARKS.sub(_entity, named(text, _LONGEST_CELL))


def _entity(found: re.Match[str]) -> str:
    """A character that means something, as one that means itself."""
    mark = found[0]
    if len(mark) > 1:
        return f"{mark[:-1]}&#46;"
    if mark == ":" and found.string[found.end() : found.end() + 1] in ("", " "):
        return mark
    return f"&#{ord(mark)};{_JOINER if mark in '@#!' else ''}"


def _code(text: str) -> str:
    """A name as code: what stands in it is taken as it is."""
    line = named(text)
    if not line or "|" in line:  # readers differ in what a backslash before it does in code
        return f"<code>{_text(line)}</code>" if line else ""
    fence = "`" * (max(map(len, _FENCE.findall(line)), default=0) + 1)
    padding = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{padding}{line}{padding}{fence}"
