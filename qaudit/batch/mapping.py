"""Exports of shops as manifests: which of their columns is which of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..model.errors import QauditError, SettingsError
from ..model.language import said
from ..model.text import one_line
from .row import ACCEPTED, REQUIRED, SIDES_AND_ACCEPTED, photos_in
from .tables import Needed, RawRow

TARGETS = (*REQUIRED, ACCEPTED, "seller", "category", "product", "label")
# Columns that hold the number of a piece of stock, by which people name files too.
SKUS = ("sku", "variant sku")
# A part of --map up to its comma: in quotes as a whole, or with its column in quotes, or neither; "" within quotes is a quote.
_PART = re.compile(
    r'\s*(?:"(?P<whole>(?:[^"]|"")*)"|(?P<name>[^=,"]*)=\s*"(?P<column>(?:[^"]|"")*)"|(?P<plain>[^,]*))\s*(?:,|\Z)'
)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Our column -> theirs, the first that is not empty, or for photos all of them.

    Of the columns of a map that `is_preset` a table need not have all. Where it `joins`, rows that follow each other with the
    same id are one item. `separator` stands between photos in their cells, ``|`` as in a manifest when None.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_preset: bool = False
    joins: bool = False
    separator: re.Pattern[str] | None = None

    def needed(self, names: Iterable[str]) -> Needed:
        """The columns that a table has to have to give ours of these names, and all that a person named."""
        ours = [self.columns.get(name, (name,)) for name in names]
        if self.is_preset:
            return Needed(ours)
        columns = (*ours, *self.columns.values())
        return Needed(list(dict.fromkeys((name,) for names in columns for name in names)), named=True)

    def apply(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The cells under our names; what was not taken for one of these is carried, a SKU in any case."""
        found: dict[str, Any] = {}
        used: set[str] = set()
        for ours, theirs in self.columns.items():
            there = [name for name in theirs if name in cells]
            filled = [name for name in there if cells[name] not in (None, "", [])]
            if ours in SIDES_AND_ACCEPTED:
                used.update(there)
                found[ours] = [photo for name in filled for photo in self._photos(cells[name])]
            elif there:
                taken = (filled or there)[0]
                used.add(taken)
                found[ours] = cells[taken]
            elif ours in REQUIRED or not self.is_preset:
                found[ours] = ""
        carried = {name: value for name, value in cells.items() if name not in used or name.lower() in SKUS}
        return {_free(name, cells) if name in found else name: value for name, value in carried.items()} | found

    def _photos(self, cell: Any) -> list[Any]:
        """The photos in one of their cells."""
        if self.separator is None or not isinstance(cell, str):
            return photos_in(cell)
        return [part.strip().replace(r"\,", ",") for part in self.separator.split(cell) if part.strip()]


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """A name for a column of the table that is called as one of ours, which another is taken for."""
    return next(free for number in count(1) if (free := "table_" * number + name) not in taken)


PRESETS = {
    # Exports of 2025 have other headers than those before.
    "shopify": ColumnMap(
        {
            "id": ("Handle", "URL handle"),
            "listing": ("Image Src", "Product image URL", "Variant Image", "Variant image URL"),
            "seller": ("Vendor",),
            "category": ("Type",),
        },
        is_preset=True,
        joins=True,
    ),
    # Addresses stand between ", "; a comma within one is written "\,", or by others as it is.
    "woocommerce": ColumnMap(
        {"id": ("SKU", "ID"), "listing": ("Images",), "category": ("Categories",)},
        is_preset=True,
        separator=re.compile(r"(?<!\\),(?:\s+|(?=https?://))"),
    ),
    "etsy": ColumnMap({"id": ("SKU", "TITLE"), "listing": tuple(f"IMAGE{n}" for n in range(1, 11))}, is_preset=True),
}


def parse_map(text: str) -> ColumnMap:
    """What ``--map`` asks for: a preset, or ``listing="Image Src",id=SKU``; SettingsError `map_unknown`."""
    if text.strip().lower() in PRESETS:
        return PRESETS[text.strip().lower()]
    columns: dict[str, tuple[str, ...]] = {}
    for part, ours, theirs in _parts(text):
        if not theirs or ours not in TARGETS:
            raise SettingsError(
                "map_unknown",
                said("--map does not know {part}", part=repr(one_line(part))),
                said(
                    "say {presets}, or NAME=COLUMN,... with a NAME of {names}",
                    presets=", ".join(PRESETS),
                    names=", ".join(TARGETS),
                ),
            )
        columns[ours] = (*columns.get(ours, ()), theirs)
    if not columns:
        raise SettingsError(
            "map_unknown", said("--map names no column"), said("say {presets}, or NAME=COLUMN,...", presets=", ".join(PRESETS))
        )
    return ColumnMap(columns)


def _parts(text: str) -> Iterator[tuple[str, str, str]]:
    """Each part of a map: as it stands, our column and theirs."""
    start = 0
    while start < len(text) and (found := _PART.match(text, start)):
        start = found.end()
        if (column := found["column"]) is not None:
            ours, theirs = found["name"], column.replace('""', '"')
        else:
            whole = found["whole"]
            ours, _, theirs = (found["plain"] if whole is None else whole.replace('""', '"')).partition("=")
            theirs = theirs.strip()
        yield found[0].removesuffix(",").strip(), ours.strip(), theirs


def mapped(rows: Iterable[RawRow], columns: ColumnMap) -> Iterator[RawRow]:
    """The rows under our names, those of one item joined into one: its first row, with the photos of all.

    What is wrong with one of them is wrong with the item; the number is then that of the row at fault.
    """
    ours = ((number, columns.apply(cells), problem) for number, cells, problem in rows)
    return _joined(ours) if columns.joins else ours


def _joined(rows: Iterable[tuple[int, dict[str, Any], QauditError | None]]) -> Iterator[RawRow]:
    """Rows that follow each other with the same id as one."""
    item: tuple[int, dict[str, Any], QauditError | None] | None = None
    for number, cells, problem in rows:
        photos = {side: [*photos_in(cells[side])] for side in SIDES_AND_ACCEPTED if side in cells}
        if item is None or not cells["id"] or cells["id"] != item[1]["id"]:
            if item is not None:
                yield _each_once(item)
            item = number, cells | photos, problem
            continue
        first, before, fault = item
        for side, more in photos.items():
            before.setdefault(side, []).extend(more)
        item = (number if problem and not fault else first), before, fault or problem
    if item is not None:
        yield _each_once(item)


def _each_once(item: RawRow) -> RawRow:
    """An item whose rows may have named the same photo, such as that of a variant."""
    number, cells, problem = item
    sides = {side: cells[side] for side in SIDES_AND_ACCEPTED if side in cells}
    alike = {side: list(dict.fromkeys(photos)) for side, photos in sides.items() if all(isinstance(p, str) for p in photos)}
    return number, {**cells, **alike}, problem
