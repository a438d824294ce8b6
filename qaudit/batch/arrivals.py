"""A folder of arrival photos, joined to the items that they are named after."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import path_to_text, shown
from ..photos.sniff import PHOTO_EXTENSIONS
from .mapping import SKUS

# What a camera or a person adds to a name for its second photo: 7-2.jpg, 7_2.jpg, 7 (2).jpg.
_SECOND = re.compile(r"(?:[-_ ]\d{1,3}| \(\d{1,3}\))$")


class Arrivals:
    """A folder of arrival photos, found by the id or the SKU of an item: files and folders of that name, also numbered ones."""

    def __init__(self, folder: Path, start: Path) -> None:
        """`start`: where the manifest's paths start; SettingsError `arrivals_missing` unless `folder` is one."""
        if not folder.is_dir():
            raise SettingsError(
                "arrivals_missing", said("{folder}: there is no such folder", folder=shown(folder)), said("check --arrivals")
            )
        self._photos: dict[str, list[str]] = {}
        for entry in sorted(folder.iterdir(), key=lambda entry: os.fsencode(entry.name)):
            if entry.is_dir():
                inside = sorted((file for file in entry.iterdir() if _is_photo(file)), key=lambda file: os.fsencode(file.name))
                self._photos.setdefault(path_to_text(entry.name), []).extend(_text(file, start) for file in inside)
            elif _is_photo(entry):
                self._photos.setdefault(path_to_text(entry.stem), []).append(_text(entry, start))
        self._numbered: dict[str, list[str]] = {}
        for key in self._photos:
            if shorter := _SECOND.sub("", key):
                self._numbered.setdefault(shorter, []).append(key)
        self._asked: Counter[str] = Counter()
        self._joined: set[str] = set()

    def expect(self, cells: Mapping[str, Any]) -> None:
        """Note the names of an item before any is joined: a photo named after two items belongs to neither for sure."""
        self._asked.update(name for name in _names(cells) if name in self._photos or name in self._numbered)

    def of(self, cells: Mapping[str, Any]) -> list[str]:
        """The arrival photos of an item, all of which were expected: those named after its id, else those after its SKU."""
        for name in _names(cells):
            if self._asked[name] > 1:
                continue
            # mug-2 is a second photo of mug only where no item is named mug-2.
            numbered = [key for key in self._numbered.get(name, ()) if key != name and not self._asked[key]]
            keys = [key for key in (name, *numbered) if key in self._photos]
            if keys:
                self._joined.update(keys)
                return [photo for key in keys for photo in self._photos[key]]
        return []

    def unpaired(self) -> list[str]:
        """The photos that no item was found for, once all items were asked for."""
        return [photo for key, photos in self._photos.items() if key not in self._joined for photo in photos]


def _names(cells: Mapping[str, Any]) -> list[str]:
    """What the arrival photos of an item may be named after: its id, and then its SKU."""
    skus = [str(value) for name, value in cells.items() if name.lower() in SKUS and value]
    return [name for name in dict.fromkeys([str(cells.get("id", "")), *skus]) if name]


def _is_photo(path: Path) -> bool:
    """Whether a file is named like a photo."""
    return path.suffix.lower() in PHOTO_EXTENSIONS and not path.name.startswith(".")


def _text(path: Path, start: Path) -> str:
    """A photo as a path of the manifest."""
    return path_to_text(os.path.relpath(path.absolute(), start))
