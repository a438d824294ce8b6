"""Exit codes, and which verdicts may fail a run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from qaudit.model.errors import SettingsError
from qaudit.model.language import said


class ExitCode(IntEnum):
    """What the shell is told; stable for scripts."""

    NOTHING = 0
    MISMATCH = 1
    USAGE = 2
    ASK = 3
    ERROR = 4
    INTERNAL = 70
    INTERRUPTED = 130


class InterruptedRunError(Exception):
    """A run over many items was interrupted when `done` of `total` were finished."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done = done
        self.total = total


FAILING = ("mismatch", "review", "retake", "error")
NONE = "none"
PRECEDENCE = (
    ("mismatch", ExitCode.MISMATCH),
    ("error", ExitCode.ERROR),
    ("review", ExitCode.ASK),
    ("retake", ExitCode.ASK),
)


def parse_fail_on(text: str) -> frozenset[str]:
    """Which verdicts may fail the run, from the comma separated value of ``--fail-on``.

    Raises
    ------
    SettingsError
        `unknown_value`: a name that is none of `FAILING`, and not ``none`` alone.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == [NONE]:
        return frozenset()
    unknown = [name for name in names if name not in FAILING]
    if unknown or not names:
        raise SettingsError(
            "unknown_value",
            said("--fail-on does not know {name}", name=repr(unknown[0])) if unknown else said("--fail-on names no verdict"),
            said("allowed are {names}, separated by commas, or {none} alone", names=", ".join(FAILING), none=NONE),
        )
    return frozenset(names)


def exit_code(counts: Mapping[str, int], fail_on: frozenset[str]) -> ExitCode:
    """Exit code for `counts` of verdicts: a mismatch goes before an error, an error before a question."""
    for verdict, code in PRECEDENCE:
        if verdict in fail_on and counts.get(verdict, 0):
            return code
    return ExitCode.NOTHING
