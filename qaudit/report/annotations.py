"""A check as workflow commands of GitHub Actions: each item that is no match is a note at its row."""

from __future__ import annotations

from collections.abc import Iterator

from qaudit.model.check import Case, Check
from qaudit.model.text import one_line

from .cases import asked, sentences, title

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}
# What the runner looks for at the beginning of a line, and anywhere in it.
_COMMAND, _OLD_COMMAND = "::", "##["


def annotation_lines(check: Check) -> Iterator[str]:
    """The commands, one a line, those that fail the check first, since GitHub shows ten of a kind in one step."""
    return (_command(case) for case in asked(check))


def no_command(text: str) -> str:
    """`text` with lines that the runner of GitHub Actions takes for nothing but text."""
    return "".join(_no_command(line) for line in text.splitlines(keepends=True))


def _no_command(line: str) -> str:
    """One line that starts no command, of the old form or the new one."""
    start = len(line) - len(line.lstrip())
    if line.startswith(_COMMAND, start):
        line = line[:start] + r"\x3a" + line[start + 1 :]
    return line.replace(_OLD_COMMAND, r"\x23#[")


def _command(case: Case) -> str:
    """The command for one item."""
    level = "error" if case.state == "failed" else "warning" if case.verdict in ("mismatch", "error") else "notice"
    where = {"file": one_line(case.place.file), "line": case.place.line, "title": title(case)}
    properties = ",".join(f"{name}={_escaped(str(value), _PROPERTY)}" for name, value in where.items() if value is not None)
    return f"::{level} {properties}::{_escaped(chr(10).join(sentences(case)), _DATA)}"


def _escaped(text: str, table: dict[str, str]) -> str:
    """`text` as the runner unescapes it."""
    return "".join(table.get(character, character) for character in text)
