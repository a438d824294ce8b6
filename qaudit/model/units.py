"""In what each measure speaks, for those who tell of its tolerance before anything was measured."""

from __future__ import annotations

from typing import Final

UNITS: Final[dict[str, str]] = {
    "agreement": "decades",
    "outline": "share",
    "proportion": "%",
    "extent": "share",
    "pieces": "pieces",
    "hue": "share",
    "palette": "dE00",
    "patch": "dE00",
    "colouring": "times",
    "cast": "duv",
    "pattern": "share",
    "completeness": "times",
    "damage": "times",
    "soiling": "times",
    "confirmation": "share",
    "phash": "bits",
    "histogram": "share",
    "ssim": "share",
}


def unit_of(measure: str) -> str:
    """Unit of the values of `measure`; empty for one that is not known here, such as one of an older profile."""
    return UNITS.get(measure, "")
