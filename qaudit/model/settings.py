"""What is set, and where that comes from: the lines that ``qaudit config`` tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Source = Literal["default", "file", "environment"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Parameters
    ----------
    section
        Table of a settings file that it stands in; empty where it is the same for all commands that have it.
    name
        Its key in that table.
    value
        What holds; None where nothing is set.
    source, where
        What said so: for a file the key as it stands there, for the environment the name of the variable, else empty.
    """

    section: str
    name: str
    value: str | int | float | bool | None
    source: Source
    where: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "section": self.section,
            "name": self.name,
            "value": self.value,
            "source": self.source,
            "where": self.where or None,
        }


@dataclass(frozen=True, slots=True)
class Held:
    """All that is set.

    Parameters
    ----------
    file
        The settings file that was read; None where none was.
    settings
        Sections one after the other, what all commands share first.
    profile
        Id of the profile that judges an audit.
    usual
        Its tolerances: measure -> tolerance in the measure's unit.
    units
        Measure -> unit of its tolerances; empty for one that is not known.
    categories
        Category -> measure -> tolerance that was set for it.
    """

    file: str | None
    settings: tuple[Setting, ...]
    profile: str
    usual: Mapping[str, float]
    units: Mapping[str, str]
    categories: Mapping[str, Mapping[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "file": self.file,
            "settings": [setting.to_dict() for setting in self.settings],
            "tolerances": {
                "profile": self.profile,
                "usual": {measure: float(f"{value:.4g}") for measure, value in self.usual.items()},
                "units": dict(self.units),
                "categories": {name: dict(measures) for name, measures in self.categories.items()},
            },
        }
