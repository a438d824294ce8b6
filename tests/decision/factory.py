"""Hand-made evidence and profiles, so that deciding is tested without a pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

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


def labelled_record(
    id_: str,
    label: str,
    *,
    pattern: float = 1.0,
    listing: str = "listing",
    usable: bool = True,
    aligned: bool = True,
    row: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A results record of one labelled pair, with one measure: what fitting, calibrating and evaluating read."""
    evidence = {"aspect": "pattern", "measure": "pattern", "version": 2, "value": pattern, "unit": "times", "details": {}}
    quality = {"sharpness_share": 0.6, "clipped_share": 0.0, "dark_share": 0.0, "glare_share": 0.0, "product_px": 500.0}
    photo = {"sha256": f"sha of {listing}", "width": 400, "height": 300, "path": "listing.jpg"}
    return {
        "schema": 1,
        "id": id_,
        "verdict": "review",
        "p_mismatch": 0.5,
        "explained": [],
        "pairing": {"listing": 0, "arrival": 0},
        "alignment": {"status": "aligned" if aligned else "failed"},
        "quality": {**quality, "usable": usable, "advice": [] if usable else ["blurred"]},
        "evidence": [evidence],
        "photos": {"listing": [photo], "arrival": [{**photo, "sha256": f"sha of arrival {id_}"}]},
        "row": {"label": label, **(row or {})},
    }


def labelled_records(products: int = 120, shift: float = 1.0, seed: int = 0, each: int = 2) -> list[dict[str, Any]]:
    """As many matches as mismatches of each product; the pattern of the mismatches lies `shift` decades higher."""
    rng = np.random.default_rng(seed)
    made = []
    for product in range(products):
        habit = rng.normal(0.0, 0.05)
        for k in range(2 * each):
            label = "mismatch" if k % 2 else "match"
            value = 10 ** (habit + rng.normal(0.0, 0.15) + shift * (k % 2))
            group = f"set{product % 3}-{'pattern' if k % 2 else 'match'}"
            row = {"product": f"p{product}", "group": group, "aspect": "pattern" if k % 2 else "none"}
            made.append(labelled_record(f"{product}-{k}", label, pattern=value, listing=f"p{product}", row=row))
    return made
