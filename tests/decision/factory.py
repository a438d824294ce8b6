"""Hand-made evidence and profiles, so that deciding is tested without a pixel."""

from __future__ import annotations

from typing import Any

from qaudit.decision.decide import Case
from qaudit.decision.profile import Profile, Term
from qaudit.model.photo import PhotoQuality
from qaudit.model.verdict import Evidence, NotApplicable

GOOD = PhotoQuality(0.6, 0.0, 0.0, 0.0, 500.0)
BLURRED = PhotoQuality(0.1, 0.0, 0.0, 0.0, 500.0, ("blurred",))
PROFILE = Profile(
    name="test",
    data="hand-made",
    base_rate=0.4,
    leak=0.02,
    accuse=0.8,
    accept=0.3,
    finding=0.5,
    unsure=0.2,
    terms=(
        Term("agreement", "identity", 1, "linear", 2.5, 4.0),
        Term("palette", "colour", 1, "log", 0.7, 8.0),
        Term("completeness", "missing", 1, "log", 0.3, 6.0),
    ),
)


def agreement(value: float, *, aligned: bool = True) -> Evidence:
    """Evidence of the alignment."""
    return Evidence("identity", "agreement", 1, value, "decades", details={"aligned": aligned, "inliers": 50})


def palette(value: float, **changes: Any) -> Evidence:
    """Evidence of a colour difference, towards brown."""
    details = {"listing_lab": [50.0, 40.0, 20.0], "arrival_lab": [45.0, 25.0, 35.0]}
    return Evidence("colour", "palette", changes.pop("version", 1), value, "dE00", details=details)


def completeness(value: float) -> Evidence:
    """Evidence of a missing part, with a box."""
    return Evidence("missing", "completeness", 1, value, "times", ((1, 2, 3, 4),))


def case(*evidence: Evidence | NotApplicable, **changes: Any) -> Case:
    """A case with a good photo, laid over its listing."""
    settings: dict[str, Any] = {
        "evidence": evidence,
        "places": {"completeness": (((300, 30, 60, 40), (120, 400, 50, 60)),)},
        "aligned": True,
        "quality": GOOD,
        "listing_sizes": ((400, 300),),
    }
    return Case(**{**settings, **changes})
