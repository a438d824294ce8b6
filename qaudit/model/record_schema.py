"""The JSON Schema of a results record, which comes with qaudit."""

from __future__ import annotations

from importlib.resources import files


def schema_bytes() -> bytes:
    """JSON Schema (draft 2020-12) of one line of ``results.jsonl``: strict about what is promised, open to more."""
    return files("qaudit.model").joinpath("record.schema.json").read_bytes()
