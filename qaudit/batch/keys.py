"""What a store finds results by: digests of what an item asks for, of its columns, and of what its photos hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..model.record import SCHEMA, ItemError, Record
from ..model.tolerances import folded
from .row import SIDES, Row
from .trace import Looks, paths_of

_ENCODER = json.JSONEncoder(allow_nan=False)


class Slots:
    """Tells which result an item asks for: a digest of its id, the names of its photos, the settings and the versions.

    What the photos held is kept beside the result, and the other columns too. The category is asked for where the settings
    have tolerances for some.
    """

    def __init__(self, tool: Mapping[str, Any]) -> None:
        """`tool`: versions and digests of settings, as in a record."""
        self._begun = hashlib.sha256(to_json([SCHEMA, dict(tool)]).encode())
        self._by_category = "tolerances" in tool

    def of(self, row: Row | ItemError) -> bytes:
        """SHA-256 of what `row`, or the error that it already is, asks for."""
        facts: list[Any]
        facts = (
            [row.id, row.slug, row.message] if isinstance(row, ItemError) else [row.id, row.listing, row.arrival, row.accepted]
        )
        if self._by_category and isinstance(row, Row):
            facts.append(folded(row.extra.get("category")))
        slot = self._begun.copy()
        slot.update(to_json(facts).encode())
        return slot.digest()


def lines_of(rows: Iterable[Row | ItemError], slots: Slots, here: Looks) -> Iterator[tuple[int, bytes, bytes, bytes, bytes]]:
    """What is taken down of each row of a manifest."""
    for position, row in enumerate(rows):
        paths = paths_of(row) if isinstance(row, Row) else b""
        columns = row.extra if isinstance(row, Row) else row.row
        yield position, slots.of(row), paths, here.of(paths) if paths else b"", columns_digest(columns)


def cell(columns: Mapping[str, Any], name: str) -> str:
    """A column as JSON of a text, which is empty where there is none."""
    value = columns.get(name)
    return to_json("" if value is None else value if isinstance(value, str) else to_json(value))


def photos_digest(record: Record) -> bytes | None:
    """Digest of what the listing and arrival photos held; None unless all of them were read.

    A comparison tells what it read, from wherever the photos were fetched; of an error only files are known.
    """
    photos = record.values.get("photos", {})
    digests = [photo["sha256"] for side in SIDES for photo in photos.get(side, ())]
    if len(digests) != record.judged:
        digests = [trace and trace[2] for trace in record.traces[: record.judged]]
    return hashlib.sha256(to_json([record.judged, digests]).encode()).digest() if digests and all(digests) else None


def columns_digest(columns: Mapping[str, Any]) -> bytes:
    """Of the columns that are carried through, in their order."""
    return hashlib.sha256(to_json(dict(columns)).encode()).digest()


def to_json(value: Any) -> str:
    """`value` as JSON on one line of ASCII."""
    return _ENCODER.encode(value)
