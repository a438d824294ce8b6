"""Where an item's answer comes from: its files by their digests, the manifest's columns, versions and settings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from .figures import percent
from .page import shortened
from .words import EN, words

# What was done to a photo has a fixed form in a record: that of the catalogue, with a value in each place.
_DONE: Final = (
    "done.first",
    "done.cropped",
    "done.turned",
    "done.bits",
    "done.alpha",
    "done.cmyk",
    "done.profile",
    "done.reduced",
)
_FORMS: Final = {key: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(EN[key]))) for key in _DONE}
_SIDES = {"listing": "photos.listing", "arrival": "photos.arrival", "accepted": "photos.accepted"}


def provenance(record: Mapping[str, Any]) -> dict[str, Any]:
    """Photos, carried columns and tool of a record, as the page shows them."""
    return {
        "photos": [
            _photo(words(key), number, photo)
            for side, key in _SIDES.items()
            for number, photo in enumerate(record.get("photos", {}).get(side, ()), start=1)
        ],
        "row": [(shortened(name), shortened(_cell(value))) for name, value in record.get("row", {}).items()],
        "tool": _tool(record.get("tool", {})),
        "pieces": len(record.get("accepted", ())),
    }


def _photo(side: str, number: int, photo: Mapping[str, Any]) -> dict[str, Any]:
    """One file."""
    done = [_done(text) for text in photo["applied"]]
    if photo.get("damaged"):
        done.append(words("page.damaged", reason=photo["damaged"]))
    return {
        "name": words("page.photo", side=side, number=number),
        "path": shortened(photo["path"]),
        "sha256": photo["sha256"],
        "format": photo["format"],
        "size": words("page.px", width=photo["width"], height=photo["height"]),
        "done": done,
    }


def _done(text: str) -> str:
    """What was done to a photo, from the record's English; what is not known stays as it is."""
    for key, form in _FORMS.items():
        if found := form.fullmatch(text):
            return words(key, **found.groupdict())
    return text


def _cell(value: Any) -> str:
    """A cell of the manifest as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tool(tool: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Versions and settings."""
    named = [
        (words(f"tool.{name}"), str(tool[name])) for name in ("version", "profile", "options") if tool.get(name) is not None
    ]
    if tool.get("base_rate") is not None:
        named.append((words("tool.base_rate"), percent(tool["base_rate"])))
    return named + [(str(name), str(version)) for name, version in tool.get("libraries", {}).items()]
