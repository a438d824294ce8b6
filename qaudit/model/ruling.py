"""A person's word on an item."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided (``match`` or ``mismatch``), by whom, why, and when (ISO 8601)."""

    label: str
    by: str
    reason: str
    at: str
