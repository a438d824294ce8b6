"""Tolerances that a user sets for a category of products: how far a cloth or a piece of silver may lie off its listing."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What was set, for each category.

    Parameters
    ----------
    entries
        Categories as `folded` has them, in order, each with its measures in order and their tolerances in the measure's unit.
    source
        What stands before a key in messages: the name of the file that they were set in.
    """

    entries: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    source: str = ""

    @classmethod
    def of(cls, categories: Mapping[str, Mapping[str, float]], source: str = "") -> Tolerances:
        """The tolerances of `categories`: name -> measure -> tolerance; a category without any is as if it were not there."""
        kept = {folded(name): measures for name, measures in categories.items() if measures}
        return cls(
            tuple((name, tuple((m, float(value)) for m, value in sorted(kept[name].items()))) for name in sorted(kept)),
            source,
        )

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def names(self) -> tuple[str, ...]:
        """The categories that have tolerances of their own, folded."""
        return tuple(name for name, _ in self.entries)

    def of_category(self, category: object) -> Mapping[str, float]:
        """Measure -> tolerance for the items of a category, as a manifest names it; nothing for one that has none."""
        return dict(dict(self.entries).get(folded(category), ()))

    def digest(self) -> str:
        """Short hex digest, stable between runs and machines; empty where nothing is set."""
        return hashlib.sha256(json.dumps(self.entries).encode()).hexdigest()[:12] if self.entries else ""


def folded(category: object) -> str:
    """A category as it is compared: whatever its case and the blanks around it; empty where a row has none."""
    return "" if category is None else unicodedata.normalize("NFC", str(category)).strip().casefold()
