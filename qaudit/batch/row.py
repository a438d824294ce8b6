"""One row of a manifest: its cells as an id, photo paths inside the root, and what is only carried through."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..model.errors import QauditError
from ..model.record import ItemError
from ..model.text import one_line, path_from_text

SIDES = ("listing", "arrival")
REQUIRED = ("id", *SIDES)
# Photos of pieces accepted before; a manifest need not have it.
ACCEPTED = "accepted"
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_FETCHED = re.compile(r"https?://", re.IGNORECASE)
# Paths have at most 4096 bytes; a cell may be as long as it likes.
_LONGEST_SHOWN = 4096
_SEPARATOR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Row:
    """One item to compare.

    Parameters
    ----------
    number
        Line of the manifest where the row starts, counted from 1; the place in the order for a folder.
    id
        As it stands in the manifest, byte for byte.
    listing, arrival
        Paths as they stand in the manifest and will stand in the record.
    extra
        All other columns, in their order.
    folder
        Where relative paths start.
    accepted
        Paths of photos of pieces accepted before, as those of `listing`.
    copies
        Address -> file that it was fetched into.
    """

    number: int
    id: str
    listing: tuple[str, ...]
    arrival: tuple[str, ...]
    extra: Mapping[str, Any]
    folder: str
    accepted: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)

    def opened(self) -> dict[str, str]:
        """Path to open -> path as it stands in the manifest, listing photos first."""
        return dict(self.named())

    def named(self) -> list[tuple[str, str]]:
        """Path to open and path as it stands in the manifest, of every photo, listing photos first."""
        return [(self._path(text), text) for text in (*self.listing, *self.arrival, *self.accepted)]

    def paths(self, side: str) -> list[str]:
        """Paths to open for ``listing``, ``arrival`` or ``accepted``."""
        return [self._path(text) for text in getattr(self, side)]

    def addresses(self) -> list[str]:
        """Photos that have to be fetched before they can be opened, each once."""
        return [text for text in dict.fromkeys((*self.listing, *self.arrival, *self.accepted)) if is_fetched(text)]

    def _path(self, text: str) -> str:
        """The path to open for a photo of the manifest."""
        return self.copies.get(text) or _joined(self.folder, text)


@dataclass(frozen=True, slots=True)
class Place:
    """Where photos may be: relative paths start at `folder` and stay in the real path `root`; addresses, or none."""

    folder: str
    root: str
    allow_url: bool = False
    # Photos of a catalogue lie in few folders: where these really are is looked up once.
    real_folder: Callable[[str], str] = field(default_factory=lambda: lru_cache(1024)(os.path.realpath), repr=False)

    def holds(self, path: str) -> bool:
        """Whether `path` leads to a place in the root, symbolic links followed; ValueError where it cannot be a path."""
        if b"\0" in os.fsencode(path):
            raise ValueError("a zero byte")
        folder, _, name = path.rpartition("/")
        real = f"{self.real_folder(folder or ('/' if path.startswith('/') else '.'))}/{name}"
        if name in ("", ".", "..") or os.path.islink(real):  # noqa: PTH114
            real = os.path.realpath(path)
        return real == self.root or real.startswith(self.root.rstrip("/") + "/")


def read_row(number: int, cells: Mapping[str, Any], place: Place, problem: QauditError | None = None) -> Row | ItemError:
    """What a row of a manifest asks for.

    Parameters
    ----------
    number
        As in `Row`.
    cells
        Column -> text, or a list of texts for photos.
    place
        Where its photos may be.
    problem
        What the reader of the manifest already found wrong with this row.

    Returns
    -------
        The row; or, as an error of this item alone, why it cannot be used: `row_no_id`, `row_bad_cell`,
        `row_no_photo`, `row_url`, `row_outside_root`.
    """
    extra = {name: value for name, value in cells.items() if name not in (*REQUIRED, ACCEPTED)}
    id_ = cells.get("id", "")
    try:
        if problem is not None:
            raise problem
        if isinstance(id_, int) and not isinstance(id_, bool):
            id_ = str(id_)
        if not isinstance(id_, str):
            raise QauditError("row_bad_cell", "the id is not text", "write it in quotes")
        if not id_:
            raise QauditError("row_no_id", "the id is empty", "give every row its own id")
        listing, arrival = (_photos(side, cells.get(side, "")) for side in SIDES)
        cell = cells.get(ACCEPTED)
        accepted = () if cell is None or cell in ("", []) else _photos(ACCEPTED, cell)
        for text in (*listing, *arrival, *accepted):
            _check_place(text, place)
    except QauditError as error:
        message = f"row {number}: {error}"
        return ItemError(id_ if isinstance(id_, str) else "", error.slug, message, extra, number=number)
    return Row(number, id_, listing, arrival, extra, place.folder, accepted)


def is_fetched(text: str) -> bool:
    """Whether a photo of a manifest is an address on the web; any other text is a path."""
    return bool(_FETCHED.match(text))


def _photos(side: str, cell: Any) -> tuple[str, ...]:
    """Paths in a cell: parts between ``|``, or the texts of a list."""
    if isinstance(cell, str):
        cell = [part.replace(r"\|", "|") for part in _SEPARATOR.split(cell)]
    if not isinstance(cell, list) or not all(isinstance(text, str) for text in cell):
        raise QauditError("row_bad_cell", f"{side} is neither a path nor a list of paths", "write the path in quotes")
    if not cell or "" in cell:
        raise QauditError("row_no_photo", f"{side} names no photo", f"name at least one {side} photo, and none that is empty")
    return tuple(cell)


def _check_place(text: str, place: Place) -> None:
    """Raise unless `text` is a path that stays inside the root, symbolic links followed; or an address, where these may be."""
    if _URL.match(text):
        if place.allow_url and is_fetched(text):
            return
        way_out = (
            "name an http or https address, or a path" if place.allow_url else "name its path, or allow addresses: --allow-url"
        )
        raise QauditError("row_url", f"{one_line(text[:_LONGEST_SHOWN])} is an address, not a file", way_out)
    try:
        is_held = place.holds(_joined(place.folder, text))
    except ValueError as error:  # a zero byte, or half a surrogate pair
        raise QauditError("row_bad_cell", f"{one_line(text[:_LONGEST_SHOWN])} cannot be a path", "check the path") from error
    if not is_held:
        raise QauditError(
            "row_outside_root",
            f"{one_line(text[:_LONGEST_SHOWN])} leads out of the photo root",
            "move the photo below the manifest's folder, or name a wider folder with --root",
        )


def _joined(folder: str, text: str) -> str:
    """The path to open for a path of the manifest."""
    path = path_from_text(text)
    return path if not folder or path.startswith("/") else f"{folder.rstrip('/')}/{path}"  # as written, nothing normalised
