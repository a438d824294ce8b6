"""What an item's answer rests on, as tables of its page: aspects, and every measure with its tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qaudit.model.verdict import Headroom

from .figures import figure, measured, percent
from .measures import why_not
from .words import has_words, words

STATUSES: Final = ("finding", "unsure", "ok", "not_applicable")
# The bar ends at this many times the tolerance.
BAR_ENDS: Final = 2.0


def aspects(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each aspect by how it came out; none of an error."""
    doubted = {finding["aspect"] for finding in record.get("findings", ())}
    listed = [
        {
            "name": words(f"aspect.{name}"),
            "status": found["status"],
            "said": words(f"aspects.{found['status']}"),
            "p": None if found.get("p") is None else percent(found["p"]),
            "reason": _reason(found, doubted=name in doubted),
        }
        for name, found in record.get("aspects", {}).items()
    ]
    return sorted(listed, key=lambda aspect: STATUSES.index(aspect["status"]))


def _reason(found: Mapping[str, Any], *, doubted: bool) -> str | None:
    """What is said beside an aspect; `doubted`: something of it is listed for a person to look at."""
    if found["status"] == "ok" and doubted:
        return words("aspects.by_itself")
    return why_not(found["reason"]) if found.get("reason") else None


def evidence(record: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Every measure: those that were taken by their weight in the answer, then the others with the reason."""
    entries = record.get("evidence", ())
    found = {finding["measure"]: finding for finding in record.get("findings", ())}
    taken = sorted((e for e in entries if "value" in e), key=lambda e: -(e.get("weight") or 0.0))
    return {
        "taken": [_taken(entry, found.get(entry["measure"])) for entry in taken],
        "others": [
            {
                "aspect": words(f"aspect.{entry['aspect']}"),
                "measure": entry["measure"],
                "name": measure_name(entry["measure"]),
                "reason": why_not(entry["not_applicable"]),
            }
            for entry in entries
            if "not_applicable" in entry
        ],
    }


def _taken(entry: Mapping[str, Any], finding: Mapping[str, Any] | None) -> dict[str, Any]:
    """A measure that was taken. Records of an earlier version tell the tolerance of findings alone."""
    tolerance = entry.get("tolerance", None if finding is None else finding["tolerance"])
    none = words("measures.none")
    return {
        "aspect": words(f"aspect.{entry['aspect']}"),
        "measure": entry["measure"],
        "name": measure_name(entry["measure"]),
        "is_finding": finding is not None,
        "measured": measured(entry["value"], entry["unit"]),
        "tolerance": none if tolerance is None else measured(tolerance, entry["unit"]),
        "bar": bar_of(entry["value"], tolerance),
        "p": none if entry.get("p") is None else percent(entry["p"]),
        "weight": none if entry.get("weight") is None else percent(entry["weight"]),
        "reason": words("reason.no_curve") if tolerance is None and "tolerance" in entry else None,
    }


def measure_name(slug: str) -> str | None:
    """What a measure looks at, in words; None for one that the catalogue does not know."""
    key = f"measure.{slug}"
    return words(key) if has_words(key) else None


def bar_of(value: float, tolerance: float | None) -> dict[str, Any] | None:
    """How much of its tolerance a value takes: in words, and as a length 0..100; None where that says nothing."""
    if tolerance is None or tolerance <= 0:
        return None
    times = max(0.0, value / tolerance)
    return {
        "length": round(100 * min(times, BAR_ENDS) / BAR_ENDS, 1),
        "times": figure(f"{times:.0f}" if times >= 10 else f"{times:.2g}"),
        "is_beyond": times > 1,
    }


def headroom_of(finding: Mapping[str, Any]) -> Headroom:
    """How far a finding of a record lies beyond its tolerance."""
    room = finding["headroom"]
    if "factor" in room:
        return Headroom("factor", room["factor"], finding["passes_at"])
    return Headroom("difference", room["difference"], finding["passes_at"])
