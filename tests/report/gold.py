"""Texts compared with a file; ``QAUDIT_UPDATE_GOLD=1`` writes the files anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "gold"


def assert_gold(text: str, name: str) -> None:
    """Fail when `text`, without spaces at the ends of its lines, is not what the file `name` holds."""
    shown = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    path = FOLDER / name
    if os.environ.get("QAUDIT_UPDATE_GOLD") == "1":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8"), f"{name} differs; QAUDIT_UPDATE_GOLD=1 pytest tests/report writes it anew"
