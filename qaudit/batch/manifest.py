"""A manifest to rows: what each item asks for, or why its row cannot be used."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..model.errors import QauditError, SettingsError
from ..model.record import ItemError
from ..model.text import one_line, shown
from .row import Place, Row, read_row
from .tables import CELL_SHOWN, FORMATS, RawRow, raw_rows, refuse

# A description in full is a few thousand characters; more is another file, pasted.
LONGEST_CELL = 1_000_000


class Manifest:
    """The rows of a manifest, read from its file each time they are asked for: what is held of each is its id alone.

    Iterating gives one entry a row: the row, or the error of a row that cannot be used. There is at least one.
    """

    def __init__(
        self, path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None, *, allow_url: bool = False
    ) -> None:
        """As `read_manifest`; of its errors `manifest_missing` and `root_missing` are raised here, others when iterating."""
        self.path = Path(path)
        folder = self.path if self.path.is_dir() else self.path.parent
        real_root = os.path.realpath(folder if root is None else root)
        if not os.path.isdir(real_root):  # noqa: PTH112
            if root is not None:
                raise SettingsError(
                    "root_missing", f"{shown(root)}: there is no such folder", "name an existing folder with --root"
                )
            refuse(self.path, "manifest_missing", "there is no such file", "check the path")
        self.folder = folder.absolute()
        self._place = Place("" if folder == Path() else str(folder), real_root, allow_url)

        self._kept: list[Row | ItemError] | None = None

    def __iter__(self) -> Iterator[Row | ItemError]:
        if self._kept is not None:
            return iter(self._kept)
        if self.path.is_file() or self.path.is_dir() or not self.path.exists():
            return self._read()
        self._kept = list(self._read())  # a pipe can be read once
        return iter(self._kept)

    def _read(self) -> Iterator[Row | ItemError]:
        """The rows, from the file."""
        is_empty = True
        for number, cells, problem in _checked(raw_rows(self.path)):
            is_empty = False
            yield read_row(number, cells, self._place, problem)
        if is_empty:
            refuse(self.path, "manifest_empty", "it holds no items", FORMATS)


def read_manifest(
    path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None, *, allow_url: bool = False
) -> list[Row | ItemError]:
    """Which items a manifest asks for, in its order.

    Parameters
    ----------
    path
        A CSV file (UTF-8, ``,`` or ``;``), a JSON Lines, Parquet or XLSX file, or a folder with one folder an item.
    root
        Folder that no photo may lie outside of; the manifest's own folder when None.
        Relative paths start at the manifest's folder in any case.
    allow_url
        Whether a photo may be an http or https address.

    Returns
    -------
        One entry a row: the row, or the error of a row that cannot be used. Never empty.

    Raises
    ------
    ManifestError
        `manifest_missing`, `manifest_unreadable`, `manifest_format`, `manifest_not_text`, `manifest_broken`,
        `manifest_columns`, `manifest_empty`, `manifest_too_large`, `extra_missing`; the message names the file.
    SettingsError
        `root_missing`: `root` is no folder.
    """
    return list(Manifest(path, root, allow_url=allow_url))


def _checked(raw: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows, with what is wrong with them beside others and with the length of their cells."""
    seen: dict[str, int] = {}
    for number, cells, problem in raw:
        id_ = str(cells.get("id", ""))
        before = seen.setdefault(id_, number)
        if id_ and before != number:
            reason = f"row {before} has the id {one_line(id_[:CELL_SHOWN])} already"
            problem = problem or QauditError("row_duplicate_id", reason, "give every row its own id")
        long = [name for name, value in cells.items() if isinstance(value, str) and len(value) > LONGEST_CELL]
        if long:
            reason = f"the cell {one_line(long[0][:CELL_SHOWN])} has more than {LONGEST_CELL} characters"
            problem = problem or QauditError("row_cell_too_long", reason, "shorten it")
            cells = {**cells, **{name: cells[name][:CELL_SHOWN] for name in long}}
        yield number, cells, problem
