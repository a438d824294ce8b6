"""What the reports of a check say of one item, and by which name and number they know it again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping

from qaudit.model.check import Acceptance, Case, Check, Place, Stale
from qaudit.model.record import VERDICTS
from qaudit.model.text import one_line

from .words import words

# An id may have a million characters.
_LONGEST_NAME = 200
_LONGEST_SENTENCE = 2000
_STALE = {"gone": "check.stale_gone", "photos": "check.stale_photos", "passed": "check.stale_passed"}
_LAPSES = {"expired": "check.expired", "photos": "check.other_photos", "beyond": "check.beyond"}


def asked(check: Check) -> list[Case]:
    """The items that are no match and not accepted: those that fail the check first, each in the manifest's order."""
    return sorted(
        (case for case in check.cases if case.state in ("failed", "allowed")), key=lambda case: case.state != "failed"
    )


def covered(check: Check) -> list[tuple[Case, Acceptance]]:
    """The accepted mismatches, and doubts about what was accepted."""
    return [(case, case.acceptance) for case in check.cases if case.state == "accepted" and case.acceptance is not None]


def stale_because(stale: Stale) -> str:
    """Why nothing asked for an acceptance."""
    return words(_STALE[stale.why])


def named(text: str, longest: int = _LONGEST_NAME) -> str:
    """A name from outside on one line, and not longer than fits there."""
    line = one_line(text[: longest + 1])
    return line if len(line) <= longest else line[: longest - 1] + "…"


def title(case: Case) -> str:
    """Verdict and id of an item; the row of one that has no id."""
    name = named(case.id) or words("check.row", line=case.place.line or 0)
    return words("check.item", verdict=words(f"verdict.{case.verdict}"), id=name)


def where(place: Place) -> str:
    """A place for a person."""
    file = named(place.file)
    return file if place.line is None else words("check.at", file=file, line=place.line)


def sentences(case: Case) -> list[str]:
    """What is to be said of an item that is no match: what was found, what to do, and why an acceptance does not hold."""
    if case.verdict == "error":
        said = [str(case.record["error"]["message"])]
    elif case.verdict == "mismatch":
        said = [found(finding) for finding in case.findings] or [words("says.mismatch")]
    else:
        said = [words(f"says.{case.verdict}"), str(case.record.get("next_step", ""))]
    return [named(sentence, _LONGEST_SENTENCE) for sentence in (*said, lapsed(case)) if sentence]


def found(finding: Mapping[str, object]) -> str:
    """One deviation in a sentence."""
    return words("check.found", aspect=words(f"aspect.{finding['aspect']}"), text=finding["text"])


def accepted(acceptance: Acceptance) -> str:
    """Who accepted a mismatch, until when, and why."""
    key = "check.accepted" if acceptance.until else "check.accepted_for_good"
    values = {"by": acceptance.by, "on": acceptance.on, "until": acceptance.until, "reason": acceptance.reason}
    return named(words(key, **values), _LONGEST_SENTENCE)


def lapsed(case: Case) -> str:
    """Why the acceptance of an item does not hold; empty where it does, and where there is none."""
    if case.acceptance is None or case.lapse is None:
        return ""
    new = case.acceptance.beyond(case.verdict, [(str(f["aspect"]), str(f["measure"])) for f in case.findings])
    told = ", ".join(
        words("check.by_measure", aspect=words(f"aspect.{aspect}"), measure=named(measure)) for aspect, measure in sorted(new)
    )
    return words(_LAPSES[case.lapse], by=named(case.acceptance.by), until=case.acceptance.until, found=told)


def counted(check: Check, state: str) -> str:
    """How many items of which verdict are in `state`."""
    counts = Counter(case.verdict for case in check.cases if case.state == state)
    return ", ".join(
        words("check.count", count=counts[name], verdict=words(f"count.{name}")) for name in VERDICTS if counts[name]
    )


def outcome(check: Check) -> str:
    """Whether the check fails, and for what."""
    failed = counted(check, "failed")
    if failed:
        return words("check.fails_beyond" if check.most else "check.fails", counts=failed, most=check.most)
    allowed = counted(check, "allowed")
    return words("check.passes_allowed", counts=allowed) if allowed else words("check.passes")


def headline(check: Check) -> str:
    """How many items were looked at."""
    values = {"manifest": named(check.manifest), "count": len(check.cases), "left_out": check.left_out}
    if check.since is None:
        return words("check.title", **values)
    return words("check.title_since" if check.cases else "check.nothing", since=named(check.since), **values)


def moved(check: Check) -> str:
    """Which settings moved the tolerances of how many items; empty where none did."""
    if not check.moved:
        return ""
    key = "check.moved_by" if check.settings else "check.moved"
    return words(key, settings=named(check.settings), count=check.moved)


def fingerprint(case: Case, rule: str) -> str:
    """What an item is known again by under a rule, from check to check, wherever its row moves: 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps([case.id, case.repeated, rule]).encode()).hexdigest()


class Names:
    """Gives every item of a report a name of its own, also those whose ids look the same when they can be shown."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def of(self, case: Case) -> str:
        """The id, with a number where that name is taken."""
        name = plain = named(case.id) or words("check.row", line=case.place.line or 0)
        number = 1
        while name in self._used:
            number += 1
            name = f"{plain} ({number})"
        self._used.add(name)
        return name
