"""Deciding again from results records: another profile over the same evidence, without touching a pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qaudit.model.photo import PhotoQuality
from qaudit.model.verdict import Box, Evidence, NotApplicable, Placed, Verdict

from .categories import for_category
from .decide import Case, decide
from .profile import Profile
from .spread import widened

# What a record means that names no photos: it is of one pair.
_FIRST = {"listing": 0, "arrival": 0}


def decided_again(record: Mapping[str, Any], profile: Profile) -> Verdict:
    """What `profile` says of the evidence in a results `record` (not of an error), by the tolerances of its category."""
    pieces = [[_evidence_of(item, {}, (0, 0)) for item in piece["evidence"]] for piece in record.get("accepted", ())]
    own = for_category(profile, record["row"].get("category"))
    return decide(case_of(record), widened(own, pieces))


def case_of(record: Mapping[str, Any]) -> Case:
    """The case that a results `record` was decided from. Values were rounded to five digits when it was written."""
    quality = record["quality"]
    return Case(
        evidence=tuple(_evidence(item, record.get("pairing", _FIRST)) for item in record["evidence"]),
        places={item["measure"]: tuple(_placed(box) for box in item.get("boxes", ())) for item in record["evidence"]},
        aligned=record["alignment"]["status"] == "aligned",
        quality=PhotoQuality(
            quality["sharpness_share"],
            quality["clipped_share"],
            quality["dark_share"],
            quality["glare_share"],
            quality["product_px"],
            tuple(quality["advice"]),
        ),
        listing_sizes=tuple((photo["width"], photo["height"]) for photo in record["photos"]["listing"]),
        explained=tuple(record.get("explained", ())),
    )


def _evidence(item: Mapping[str, Any], pairing: Mapping[str, int]) -> Evidence | NotApplicable:
    """One entry of ``evidence``; its boxes are in `Case.places`, and records of one pair alone do not name its photos."""
    if "not_applicable" in item:
        return NotApplicable(item["aspect"], item["measure"], item["not_applicable"])
    photo = item.get("photo", pairing)
    return _evidence_of(item, item.get("details", {}), (photo["listing"], photo["arrival"]))


def _evidence_of(item: Mapping[str, Any], details: Mapping[str, Any], photos: tuple[int, int]) -> Evidence:
    """One value."""
    return Evidence(item["aspect"], item["measure"], item["version"], item["value"], item["unit"], (), details, photos)


def _placed(box: Mapping[str, Any]) -> Placed:
    """One place of both photos."""
    return _box(box["listing"]), _box(box["arrival"])


def _box(numbers: list[int] | None) -> Box | None:
    """A box from a JSON list."""
    return None if numbers is None else (numbers[0], numbers[1], numbers[2], numbers[3])
