"""Exports of shops as manifests: which of their columns is which of ours, and arrival photos joined from a folder."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.errors import QauditError, SettingsError
from ..model.language import said
from ..model.text import one_line, path_to_text, shown
from ..photos.sniff import PHOTO_EXTENSIONS
from .row import ACCEPTED, REQUIRED, SIDES
from .tables import RawRow

_TARGETS = (*REQUIRED, ACCEPTED, "seller", "category", "product", "label")
_PHOTOS = (*SIDES, ACCEPTED)
# Columns that hold the number of a piece of stock, by which people name files too.
_SKUS = ("sku", "variant sku")
# What a camera or a person adds to a name for its second photo: 7-2.jpg, 7_2.jpg, 7 (2).jpg.
_SECOND = re.compile(r"(?:[-_ ]\d{1,3}| \(\d{1,3}\))$")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Our column -> theirs, the first that is not empty, or for photos all of them.

    `group` is a column whose value is repeated on the rows of one item; `separator` stands between photos in their cells.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group: str | None = None
    separator: str | None = None

    def required(self, names: Iterable[str]) -> tuple[str, ...]:
        """The columns that a table has to have to give ours of these names."""
        return tuple(self.columns[name][0] if name in self.columns else name for name in names)

    def apply(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The cells under our names; columns that were not named stay as they are."""
        used = {theirs for listed in self.columns.values() for theirs in listed}
        mapped = {name: value for name, value in cells.items() if name not in used and name not in self.columns}
        for ours, theirs in self.columns.items():
            values = [cells[name] for name in theirs if cells.get(name) not in (None, "", [])]
            if ours not in _PHOTOS or (len(theirs) == 1 and self.separator is None):
                mapped[ours] = values[0] if values else ""
            else:
                mapped[ours] = [part for value in values for part in self._photos(value)]
        return mapped

    def _photos(self, cell: Any) -> list[Any]:
        """The photos in one of their cells."""
        if isinstance(cell, list):
            return cell
        if self.separator is None or not isinstance(cell, str):
            return [cell]
        return [part.strip() for part in cell.split(self.separator) if part.strip()]


PRESETS = {
    "shopify": ColumnMap(
        {"id": ("Handle",), "listing": ("Image Src", "Variant Image"), "seller": ("Vendor",), "category": ("Type",)}, "Handle"
    ),
    "woocommerce": ColumnMap({"id": ("SKU", "ID"), "listing": ("Images",), "category": ("Categories",)}, separator=","),
    "etsy": ColumnMap({"id": ("SKU", "TITLE"), "listing": tuple(f"IMAGE{n}" for n in range(1, 11))}),
}


def parse_map(text: str) -> ColumnMap:
    """What ``--map`` asks for: a preset, or ``listing="Image Src",id=SKU``; SettingsError `map_unknown`."""
    if text.lower() in PRESETS:
        return PRESETS[text.lower()]
    columns: dict[str, tuple[str, ...]] = {}
    for part in next(csv.reader([text], skipinitialspace=True), []):
        ours, sign, theirs = part.partition("=")
        theirs = theirs.strip().strip('"')
        if not sign or not theirs or ours.strip() not in _TARGETS:
            raise SettingsError(
                "map_unknown",
                said("--map does not know {part}", part=repr(one_line(part))),
                said(
                    "say {presets}, or NAME=COLUMN,... with a NAME of {names}",
                    presets=", ".join(PRESETS),
                    names=", ".join(_TARGETS),
                ),
            )
        columns[ours.strip()] = (*columns.get(ours.strip(), ()), theirs)
    if not columns:
        raise SettingsError(
            "map_unknown", said("--map names no column"), said("say {presets}, or NAME=COLUMN,...", presets=", ".join(PRESETS))
        )
    return ColumnMap(columns)


def mapped(rows: Iterable[RawRow], columns: ColumnMap) -> Iterator[RawRow]:
    """The rows under our names, those of one item joined into one: its first row, with the photos of all."""
    waiting: tuple[int, dict[str, Any], QauditError | None] | None = None
    value: Any = None
    for number, cells, problem in rows:
        ours = columns.apply(cells)
        if columns.group is None:
            yield number, ours, problem
            continue
        if waiting is not None and cells.get(columns.group) == value:
            for side in _PHOTOS:
                if side in ours:
                    waiting[1][side] = list(dict.fromkeys([*waiting[1][side], *ours[side]]))
            continue
        if waiting is not None:
            yield waiting
        waiting, value = (number, ours, problem), cells.get(columns.group)
    if waiting is not None:
        yield waiting


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
    skus = [str(value) for name, value in cells.items() if name.lower() in _SKUS and value]
    return [name for name in dict.fromkeys([str(cells.get("id", "")), *skus]) if name]


def _is_photo(path: Path) -> bool:
    """Whether a file is named like a photo."""
    return path.suffix.lower() in PHOTO_EXTENSIONS and not path.name.startswith(".")


def _text(path: Path, start: Path) -> str:
    """A photo as a path of the manifest."""
    return path_to_text(os.path.relpath(path.absolute(), start))
