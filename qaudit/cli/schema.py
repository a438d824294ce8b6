"""``qaudit schema``: what a results record may look like, as JSON Schema."""

from __future__ import annotations

from .output import STDOUT, write_output


def schema() -> int:
    """Print the JSON Schema (draft 2020-12) of a results record."""
    from qaudit.model.record_schema import schema_bytes

    write_output(STDOUT, schema_bytes(), "schema")
    return 0
