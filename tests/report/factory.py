"""Hand-made comparisons, so that reports are tested without a pixel being compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from qaudit.model.alignment import Aligned, Lighting
from qaudit.model.evaluation import Bin, Evaluation, GroupScore, Interval, Labels, RiskPoint, Share
from qaudit.model.guarantee import Bound, Guarantee
from qaudit.model.photo import PhotoFacts, PhotoQuality
from qaudit.model.record import Comparison, Views
from qaudit.model.verdict import ASPECTS, AspectVerdict, Finding, Headroom, Verdict, Weighed

COLOUR = Finding(
    aspect="colour",
    measure="palette",
    p=0.96,
    severity="major",
    value=14.2,
    unit="dE00",
    tolerance=5.0,
    headroom=Headroom("factor", 2.84, 15.9),
    text="The red of the lower half arrived browner and darker: dE00 14.2, tolerance 5.",
    listing_box=(40, 60, 200, 100),
    arrival_box=(300, 200, 400, 220),
)
MISSING = Finding(
    aspect="missing",
    measure="completeness",
    p=0.71,
    severity="critical",
    value=0.034,
    unit="share",
    tolerance=0.01,
    headroom=Headroom("difference", 0.024, 0.041),
    text="A part at the upper right of the listing photo did not arrive.",
    listing_box=(260, 10, 50, 40),
)
WEIGHED = (
    Weighed("identity", "agreement", 0.92, "decades", tolerance=3.14, p=0.0004, weight=0.0001),
    Weighed("shape", "outline", reason="no_outline"),
    Weighed("colour", "palette", 14.2, "dE00", tolerance=5.0, p=0.96, weight=0.715),
    Weighed("missing", "completeness", 0.034, "share", tolerance=0.01, p=0.71, weight=0.275),
    Weighed("pattern", "novel", 3.0, "times", reason="no_curve"),
)
PHOTO = PhotoFacts("photos/listing.jpg", "0" * 64, "JPEG", 400, 300, ("orientation 6",))


def verdict(name: str = "mismatch", **changes: Any) -> Verdict:
    """A verdict with two findings, an unsure aspect, and one that could not be judged."""
    aspects = {aspect: AspectVerdict("ok", 0.02) for aspect in ASPECTS}
    aspects["colour"] = AspectVerdict("finding", 0.96)
    aspects["missing"] = AspectVerdict("finding", 0.71)
    aspects["pattern"] = AspectVerdict("unsure", 0.4)
    aspects["size"] = AspectVerdict("not_applicable", reason="no reference card")
    made = Verdict(
        name="mismatch",
        p_mismatch=0.97,
        aspects=aspects,
        findings=(COLOUR, MISSING),
        explained=("The arrival photo is 0.4 EV darker and warmer by 34 mired, as under an evening lamp.",),
        next_step="Hold the piece beside the listing photo in daylight and look at places 1 and 2.",
        profile="test",
        weighed=WEIGHED,
        leak=0.02,
    )
    return replace(made, name=name, **changes)


def comparison(name: str = "mismatch", *, decision: dict[str, Any] | None = None, **changes: Any) -> Comparison:
    """A comparison of two photos that do not exist."""
    made = Comparison(
        id="007",
        listing=(PHOTO,),
        arrival=(replace(PHOTO, path="photos/arrival.heic", format="HEIC", width=4000, height=3000),),
        quality=PhotoQuality(0.8, 0.01, 0.0, 0.02, 640.0),
        alignment=Aligned(np.eye(3), "features", 212, 40.0, 0.8, 0.98),
        lighting=Lighting((1.1, 1.0, 0.8), -0.4, 1.0, 0.3, 0.002, 34.0),
        evidence=(),
        decision=verdict(name, **(decision or {})),
        notes=("The extension of the arrival photo says JPEG, its bytes say HEIC.",),
        tool={"version": "0.1.0", "profile": "test"},
        seconds={"read": 0.1204, "align": 0.31, "measure": 0.2},
    )
    return replace(made, **changes)


def views(*, laid_over: bool = True, scale: float = 1.0) -> Views:
    """Grey pictures of a listing of 400 x 300 and an arrival of 1000 x 750 pixels as displayed, reduced by `scale`."""

    def grey(width: int, height: int, level: int) -> Any:
        return np.full((round(height * scale), round(width * scale), 3), level, np.uint8)

    return Views(grey(400, 300, 120), grey(1000, 750, 90), grey(400, 300, 100) if laid_over else None, scale, scale)


GUARANTEE = Guarantee("learn then test", 0.95, Bound(0.05, 0.0083, 120, 240), Bound(0.1, 0.029, 118, 300))


def evaluation(**changes: Any) -> Evaluation:
    """What a profile did on pairs that do not exist."""
    names = ("accused", "match_asked", "match_passed", "caught", "mismatch_asked", "missed")
    made = Evaluation(
        profile="default-2026-01-01-0123abcd",
        data="540 labelled pairs of 130 products",
        guarantee=GUARANTEE,
        fitted_on_these=False,
        base_rate=0.5,
        labels=Labels(540, 240, 300, 120),
        auroc=Interval(0.94, 0.91, 0.965),
        mean_auroc=0.951,
        groups=(
            GroupScore("cloth-colour", 100, 120, Interval(0.9, 0.84, 0.95), 0.62, 0.3, 0.08),
            GroupScore("mask-part", 200, 240, Interval(1.0, 0.97, 1.0), 0.998, 0.002, 0.0),
        ),
        shares={name: Share(2 + i, 240, Interval((2 + i) / 240, 0.001, 0.05)) for i, name in enumerate(names)},
        calibration_error=0.0213,
        bins=(Bin(230, 0.03, Interval(0.025, 0.01, 0.05)), Bin(310, 0.96, Interval(0.97, 0.93, 0.99))),
        risk=(RiskPoint(0.4, 0.0), RiskPoint(0.7, 0.02), RiskPoint(1.0, 0.06)),
        area=0.0214,
        answered=RiskPoint(0.64, 0.015),
        confidence=0.95,
    )
    return replace(made, **changes)
