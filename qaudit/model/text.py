"""Names from outside as text that is safe to print, and paths as text that finds the same file again."""

from __future__ import annotations

import os
from urllib.parse import quote_from_bytes, unquote_to_bytes

BYTES_PREFIX = "bytes:"


def one_line(text: str) -> str:
    r"""What stands in `text`, on one line: control and direction characters and lone surrogates as escapes such as ``\n``."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(path: str | bytes | os.PathLike[str]) -> str:
    """How `path` is named in a message: on one line, with nothing in it that steers a terminal."""
    return one_line(os.fsdecode(path))


def path_to_text(path: str | bytes | os.PathLike[str]) -> str:
    """How `path` stands in a record: as it is, or ``bytes:`` and percent-encoded where it is not UTF-8."""
    raw = os.fsencode(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return BYTES_PREFIX + quote_from_bytes(raw)
    return BYTES_PREFIX + quote_from_bytes(raw) if text.startswith(BYTES_PREFIX) else text


def path_from_text(text: str) -> str:
    """Which path `text` of a manifest or record means: turns `path_to_text` round."""
    return os.fsdecode(unquote_to_bytes(text.removeprefix(BYTES_PREFIX))) if text.startswith(BYTES_PREFIX) else text
