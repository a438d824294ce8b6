"""A folder of arrival photos, joined to the items that they are named after."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, NoReturn
from unicodedata import normalize

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import path_to_text, shown
from ..photos.sniff import PHOTO_EXTENSIONS
from .mapping import SKUS
from .row import id_in

# What a camera or a person adds to a name for its second photo: 7-2.jpg, 7_2.jpg, 7 (2).jpg.
_SECOND = re.compile(r"(?:[-_ ]\d{1,3}| \(\d{1,3}\))$")


class Arrivals:
    """A folder of arrival photos, found by the id or a SKU of an item: files and folders of that name, also numbered ones.

    Names are compared as they look, however their accents are written, and without regard to case where none is the same.
    """

    def __init__(self, folder: Path, start: Path) -> None:
        """`start`: where the manifest's paths start; SettingsError `arrivals_missing` unless `folder` is one."""
        if not folder.is_dir():
            _refuse(folder, said("there is no such folder"))
        near = _from(folder, start)
        self._photos: dict[str, list[str]] = {}
        # Photos deeper than in the folder of an item, whose name says nothing for sure.
        self._deep: list[str] = []
        for photo in sorted(_photos_below(folder), key=os.fsencode):
            text = path_to_text(near / photo)
            if len(photo.parts) > 2:
                self._deep.append(text)
            else:
                name = photo.parts[0] if len(photo.parts) == 2 else photo.stem
                self._photos.setdefault(_as_it_looks(path_to_text(name)), []).append(text)
        self._numbered: dict[str, list[str]] = {}
        for key in self._photos:
            if shorter := _SECOND.sub("", key):
                self._numbered.setdefault(shorter, []).append(key)
        self._alike: dict[str, set[str]] = {}
        for key in (*self._photos, *self._numbered):
            self._alike.setdefault(_without_case(key), set()).add(key)
        self._asked: Counter[str] = Counter()
        self._meant: Counter[str] = Counter()
        self._joined: set[str] = set()

    def expect(self, cells: Mapping[str, Any]) -> None:
        """Note the names of an item before any is joined: a photo named after two items belongs to neither for sure."""
        for key, is_same in self._keys(cells).items():
            (self._asked if is_same else self._meant)[key] += 1

    def of(self, cells: Mapping[str, Any]) -> list[str]:
        """The arrival photos of an item, all of which were expected: those named after its id, else those after a SKU."""
        for name, is_same in self._keys(cells).items():
            if self._asked[name] + (0 if is_same else self._meant[name]) > 1:
                continue
            # mug-2 is a second photo of mug only where no item is named mug-2.
            others = (key for key in self._numbered.get(name, ()) if key != name)
            numbered = [key for key in others if not self._asked[key] and not self._meant[key]]
            keys = [key for key in (name, *numbered) if key in self._photos]
            if keys:
                self._joined.update(keys)
                return [photo for key in keys for photo in self._photos[key]]
        return []

    def unpaired(self) -> list[str]:
        """The photos that no item was found for, once all items were asked for."""
        return [photo for key, photos in self._photos.items() if key not in self._joined for photo in photos] + self._deep

    def _keys(self, cells: Mapping[str, Any]) -> dict[str, bool]:
        """What the photos of an item are named, if there are any, and whether they are named the same, case and all."""
        found: dict[str, bool] = {}
        for name in _names(cells):
            is_same = name in self._photos or name in self._numbered
            alike = {name} if is_same else self._alike.get(_without_case(name), set())
            if len(alike) == 1:
                (key,) = alike
                found[key] = found.get(key, False) or is_same
        return found


def _names(cells: Mapping[str, Any]) -> list[str]:
    """What the arrival photos of an item may be named after: its id, its SKU, and each of several SKUs in a cell."""
    skus = [str(value) for name, value in cells.items() if name.lower() in SKUS and value]
    each = [part.strip() for sku in skus for part in sku.split(",")]
    return [_as_it_looks(name) for name in dict.fromkeys([id_in(cells) or "", *skus, *each]) if name]


def _as_it_looks(name: str) -> str:
    """A name with its accents written in the one way: macOS takes letters and accents apart."""
    return normalize("NFC", name)


def _without_case(name: str) -> str:
    """What names are alike in that differ in case alone."""
    return _as_it_looks(name.casefold())


def _photos_below(folder: Path) -> Iterator[PurePath]:
    """All that is named like a photo in a folder, as a path within it; what is hidden is left out."""

    def fail(error: OSError) -> NoReturn:
        _refuse(folder, said("it cannot be read: {reason}", reason=error.strerror))

    starts = [folder]  # and folders of items that are links; deeper ones are not followed, as they may lead in a circle
    for start in starts:
        for place, folders, names in os.walk(start, onerror=fail):
            folders[:] = [name for name in folders if not name.startswith(".")]
            if place == os.fspath(folder):
                starts += [path for name in folders if (path := folder / name).is_symlink()]
            within = PurePath(os.path.relpath(place, folder))
            seen = (name for name in names if not name.startswith("."))
            yield from (within / name for name in seen if PurePath(name).suffix.lower() in PHOTO_EXTENSIONS)


def _from(folder: Path, start: Path) -> PurePath:
    """The way to `folder` from where paths start: as both are named, or as they lie where the names lead over ``..``."""
    named = (folder.absolute(), start)
    if all(os.pardir not in path.parts for path in named) and named[0].is_relative_to(start):
        return named[0].relative_to(start)
    return PurePath(os.path.relpath(os.path.realpath(folder), os.path.realpath(start)))


def _refuse(folder: Path, reason: str) -> NoReturn:
    """Raise the error of a folder of arrival photos."""
    raise SettingsError(
        "arrivals_missing", said("{name}: {problem}", name=shown(folder), problem=reason), said("check --arrivals")
    )
