"""One row of a manifest: its cells as an id, photo paths inside the root, and what is only carried through."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from ..model.errors import QauditError
from ..model.language import said
from ..model.record import ItemError
from ..model.text import one_line, path_from_text
from ..photos.cloud import folder_at, path_below

SIDES = ("listing", "arrival")
REQUIRED = ("id", *SIDES)
# Photos of pieces accepted before; a manifest need not have it.
ACCEPTED = "accepted"
SIDES_AND_ACCEPTED = (*SIDES, ACCEPTED)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_FETCHED = re.compile(r"https?://", re.IGNORECASE)
# Paths have at most 4096 bytes; a cell may be as long as it likes.
_LONGEST_SHOWN = 4096
_SEPARATOR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Named:
    """A photo that a row names.

    Parameters
    ----------
    text
        As it stands in the manifest.
    place
        Where it lies: in a file of this machine, at an address on the web, or below the row's `address`.
    path
        How it is found there.
    """

    text: str
    place: Literal["file", "web", "cloud"]
    path: str


class FromFolder(list[str]):
    """Photos of a cell that were taken from a folder of this machine, and not from the manifest."""


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
    address
        Where relative paths start instead of `folder`, where photos lie on a file system of its own: ``s3://bucket/photos``.
    near
        Whether the arrival photos are taken from a folder of this machine all the same.
    copies
        `Named.path` of photos that are no files here -> file that each was fetched into.
    """

    number: int
    id: str
    listing: tuple[str, ...]
    arrival: tuple[str, ...]
    extra: Mapping[str, Any]
    folder: str
    accepted: tuple[str, ...] = ()
    address: str = ""
    near: bool = False
    copies: Mapping[str, str] = field(default_factory=dict)

    def opened(self) -> dict[str, str]:
        """Path to open -> path as it stands in the manifest, of every photo that is a file here, listing photos first."""
        here = (photo for photo in self.photos() if photo.place == "file" or photo.path in self.copies)
        return {self._path(photo): photo.text for photo in here}

    def named(self) -> list[tuple[str, str]]:
        """Path to open and path as it stands in the manifest, of every photo, listing photos first."""
        return [(self._path(photo), photo.text) for photo in self.photos()]

    def photos(self, *sides: str) -> list[Named]:
        """The photos of some sides, or every photo, listing photos first."""
        return [self._named(side, text) for side in sides or SIDES_AND_ACCEPTED for text in getattr(self, side)]

    def paths(self, side: str) -> list[str]:
        """Paths to open for ``listing``, ``arrival`` or ``accepted``."""
        return [self._path(photo) for photo in self.photos(side)]

    def elsewhere(self) -> list[Named]:
        """Photos that have to be fetched before they can be opened, each once."""
        return list({photo.path: photo for photo in self.photos() if photo.place != "file"}.values())

    def _named(self, side: str, text: str) -> Named:
        """Where a photo of one side lies."""
        if is_fetched(text):
            return Named(text, "web", text)
        if not self.address or (self.near and side == "arrival"):
            return Named(text, "file", _joined(self.folder, text))
        path, folder = path_below(text, self.address), folder_at(self.address)
        return Named(text, "cloud", path) if folder is None else Named(text, "file", f"{folder.rstrip('/')}/{path}")

    def _path(self, photo: Named) -> str:
        """The path to open for a photo of the manifest."""
        return photo.path if photo.place == "file" else self.copies.get(photo.path, photo.path)


@dataclass(frozen=True, slots=True)
class Place:
    """Where photos may be.

    Parameters
    ----------
    folder
        Where relative paths start.
    root
        The real path that they stay in, symbolic links followed.
    allow_url
        Whether they may be addresses on the web.
    address
        Where relative paths start instead, and stay, as in `Row`. A cell that was taken from a folder starts at `folder`.
    near
        The real path of the folder that these cells were taken from, and stay in.
    """

    folder: str
    root: str
    allow_url: bool = False
    address: str = ""
    near: str = ""
    # Photos of a catalogue lie in few folders: where these really are is looked up once.
    real_folder: Callable[[str], str] = field(default_factory=lambda: lru_cache(1024)(os.path.realpath), repr=False)

    def holds(self, path: str, root: str) -> bool:
        """Whether `path` leads to a place in `root`, symbolic links followed; ValueError where it cannot be a path."""
        if b"\0" in os.fsencode(path):
            raise ValueError("a zero byte")
        folder, _, name = path.rpartition("/")
        real = f"{self.real_folder(folder or ('/' if path.startswith('/') else '.'))}/{name}"
        if name in ("", ".", "..") or os.path.islink(real):  # noqa: PTH114
            real = os.path.realpath(path)
        return real == root or real.startswith(root.rstrip("/") + "/")


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
    id_ = id_in(cells)
    try:
        if problem is not None:
            raise problem
        if id_ is None:
            raise QauditError("row_bad_cell", said("the id is not text"), said("write it in quotes"))
        if not id_:
            raise QauditError("row_no_id", said("the id is empty"), said("give every row its own id"))
        listing, arrival = (_photos(side, cells.get(side, "")) for side in SIDES)
        cell = cells.get(ACCEPTED)
        accepted = () if cell is None or cell in ("", []) else _photos(ACCEPTED, cell)
        near = bool(place.address) and isinstance(cells.get("arrival"), FromFolder)
        row = Row(number, id_, listing, arrival, extra, place.folder, accepted, place.address, near)
        for side in SIDES_AND_ACCEPTED:
            root = place.near if near and side == "arrival" else place.root
            for photo in row.photos(side):
                _check_place(photo, place, root)
    except QauditError as error:
        message = said("row {number}: {problem}", number=number, problem=error.sentence)
        return ItemError(id_ or "", error.slug, message, extra, number=number)
    return row


def id_in(cells: Mapping[str, Any]) -> str | None:
    """The id of a row, a whole number as text; None where the cell holds what can be none."""
    id_ = cells.get("id", "")
    if isinstance(id_, int) and not isinstance(id_, bool):
        return str(id_)
    return id_ if isinstance(id_, str) else None


def is_fetched(text: str) -> bool:
    """Whether a photo of a manifest is an address on the web; any other text is a path."""
    return bool(_FETCHED.match(text))


def photos_in(cell: Any) -> list[Any]:
    """What stands in a cell of photos: the parts between ``|``, or of a list; none of them is looked at."""
    if cell is None or cell == "":
        return []
    if isinstance(cell, str):
        return [part.replace(r"\|", "|") for part in _SEPARATOR.split(cell)]
    return cell if isinstance(cell, list) else [cell]


def _photos(side: str, cell: Any) -> tuple[str, ...]:
    """Paths in a cell: parts between ``|``, or the texts of a list."""
    if isinstance(cell, str):
        cell = photos_in(cell)
    if not isinstance(cell, list) or not all(isinstance(text, str) for text in cell):
        raise QauditError(
            "row_bad_cell", said("{side} is neither a path nor a list of paths", side=side), said("write the path in quotes")
        )
    if not cell or "" in cell:
        raise QauditError(
            "row_no_photo",
            said("{side} names no photo", side=side),
            said("name at least one {side} photo, and none that is empty", side=side),
        )
    return tuple(cell)


def _check_place(photo: Named, place: Place, root: str) -> None:
    """Raise unless a photo lies at a path that stays in `root`, links followed; or at an address, where these may be."""
    text = photo.text
    if photo.place == "cloud" or (photo.place == "web" and place.allow_url):
        return
    if photo.place == "web" or (_URL.match(text) and not place.address):
        way_out = (
            said("name an http or https address, or a path")
            if place.allow_url
            else said("name its path, or allow addresses: --allow-url")
        )
        raise QauditError("row_url", said("{path} is an address, not a file", path=one_line(text[:_LONGEST_SHOWN])), way_out)
    try:
        is_held = place.holds(photo.path, root)
    except ValueError as error:  # a zero byte, or half a surrogate pair
        raise QauditError(
            "row_bad_cell", said("{path} cannot be a path", path=one_line(text[:_LONGEST_SHOWN])), said("check the path")
        ) from error
    if not is_held:
        # A root that does not hold the folder where paths start holds no relative path at all.
        starts_outside = not text.startswith("/") and not place.holds(f"{place.folder or '.'}/photo", root)
        raise QauditError(
            "row_outside_root",
            said("{path} leads out of the photo root", path=one_line(text[:_LONGEST_SHOWN])),
            said("paths start at the manifest's folder, which is not in --root: name one that holds both")
            if starts_outside
            else said("move the photo below the manifest's folder, or name a wider folder with --root"),
        )


def _joined(folder: str, text: str) -> str:
    """The path to open for a path of the manifest."""
    path = path_from_text(text)
    return path if not folder or path.startswith("/") else f"{folder.rstrip('/')}/{path}"  # as written, nothing normalised
