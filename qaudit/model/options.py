"""Settings of a comparison: each knob declared once, with default, range, unit and help."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import SettingsError
from .language import said


def _knob(default: int, low: int, high: int, unit: str, help_: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "help": help_})


@dataclass(frozen=True, slots=True)
class Options:
    """What may be set for a comparison; everything that is fitted to data lives in the profile instead."""

    listing_side_px: int = _knob(1600, 200, 8000, "px", "Longest side at which the listing photo is worked on.")
    arrival_side_px: int = _knob(1600, 200, 8000, "px", "Longest side at which the arrival photo is worked on.")
    feature_side_px: int = _knob(800, 200, 4000, "px", "Longest side at which keypoints are looked for.")
    frame_side_px: int = _knob(1200, 200, 4000, "px", "Longest side of the frame in which both photos are compared.")
    seed: int = _knob(0, 0, 2**31 - 1, "", "Seed of the random sampling in the alignment.")

    def __post_init__(self) -> None:
        for knob in fields(self):
            value, low, high = getattr(self, knob.name), knob.metadata["low"], knob.metadata["high"]
            if not isinstance(value, int) or not low <= value <= high:
                raise SettingsError(
                    "option_out_of_range",
                    said(
                        "{name} must be a whole number from {low} to {high}, not {value}",
                        name=knob.name,
                        low=low,
                        high=high,
                        value=repr(value),
                    ),
                )

    def digest(self) -> str:
        """Short hex digest of all settings, stable between runs and machines."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]
