"""A manifest to rows: what each item asks for, or why its row cannot be used."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from ..model.errors import QauditError, SettingsError
from ..model.language import said
from ..model.record import ItemError
from ..model.text import one_line, shown
from ..photos.cloud import cloud_at, folder_at, is_address, shown_address
from .arrivals import Arrivals
from .mapping import ColumnMap, mapped
from .row import REQUIRED, FromFolder, Place, Row, id_in, read_row
from .tables import CELL_SHOWN, FORMATS, Needed, RawRow, opened, raw_rows, refuse

PathLike = str | os.PathLike[str]
# A description in full is a few thousand characters; more is another file, pasted.
LONGEST_CELL = 1_000_000


class Manifest:
    """The rows of a manifest, read from its file each time they are asked for: of many, nothing is held.

    Iterating gives one entry a row: the row, or the error of a row that cannot be used. There is at least one.
    """

    def __init__(
        self,
        path: PathLike,
        root: PathLike | None = None,
        *,
        allow_url: bool = False,
        columns: ColumnMap | None = None,
        arrivals: PathLike | None = None,
        is_lot: bool = False,
    ) -> None:
        """Get ready to read.

        Parameters
        ----------
        path, root, allow_url
            As in `read_manifest`.
        columns
            Which columns of the table are which.
        arrivals
            Folder whose photos are the arrivals of the items that they are named after. An item that names no arrival photo
            and has none there is no row; `unpaired` tells it.
        is_lot
            Whether every item counts, as one that may be drawn: without an arrival photo it is then the error `row_no_arrival`.

        Raises
        ------
        ManifestError
            `manifest_missing`; other faults of the table are raised when iterating.
        SettingsError
            `root_missing`, `root_unreachable`, `extra_missing`, `arrivals_missing`.
        """
        self.path = Path(path)
        folder = self.path if self.path.is_dir() else self.path.parent
        address = _address(root)
        if address and folder_at(address) is None:
            root = None
            cloud_at.cache_clear()  # what an earlier run was told of it
            cloud_at(address).check()
        elif address:
            root = folder_at(address)
        real_root = os.path.realpath(folder if root is None else root)
        if not os.path.isdir(real_root):  # noqa: PTH112
            if root is not None:
                raise SettingsError(
                    "root_missing",
                    said("{folder}: there is no such folder", folder=shown(root)),
                    said("name an existing folder with --root"),
                )
            refuse(self.path, "manifest_missing", said("there is no such file"), said("check the path"))
        self.folder = folder.absolute()
        near = os.path.realpath(arrivals) if address and arrivals is not None else ""
        self._place = Place("" if folder == Path() else str(folder), real_root, allow_url, address, near)

        self.arrivals = None if arrivals is None else Path(arrivals)
        self._columns = columns
        self._is_lot = is_lot
        # A pipe can be read once.
        self._is_pipe = self.path.exists() and not (self.path.is_file() or self.path.is_dir())
        self._kept: list[RawRow] | None = None
        self._arrivals = None if self.arrivals is None else Arrivals(self.arrivals, self.folder)
        self._count: int | None = None
        self._without: list[str] = []
        if self._arrivals is not None:
            for _, cells, _ in self._raw():
                self._arrivals.expect(cells)

    def __iter__(self) -> Iterator[Row | ItemError]:
        return self._read()

    def _read(self) -> Iterator[Row | ItemError]:
        """The rows, from the file."""
        is_empty = True
        for number, cells, problem in _checked(self._joined(self._raw())):
            is_empty = False
            yield read_row(number, cells, self._place, problem)
        if is_empty and self._without:
            reason = said("not one of its items ({count}) has an arrival photo", count=len(self._without))
            refuse(self.path, "arrivals_unmatched", reason, said("name the photos of --arrivals after the ids or SKUs"))
        if is_empty:
            refuse(self.path, "manifest_empty", said("it holds no items"), FORMATS)

    @property
    def address(self) -> str:
        """Where relative paths start, if that is no folder that was named as one; else empty."""
        return self._place.address

    @property
    def start(self) -> str:
        """Where relative paths start, in words."""
        return shown_address(self.address) if self.address else str(self.folder)

    def digest(self) -> str | None:
        """Of all that the rows come from; None where that is more than one file, or a pipe."""
        if self._arrivals is not None or not self.path.is_file():
            return None
        with opened(self.path) as file:
            data = hashlib.file_digest(file, "sha256").hexdigest()
        place = [self._place.root, self._place.allow_url, self._place.address, repr(self._columns)]
        return hashlib.sha256(json.dumps([data, *place]).encode()).hexdigest()

    def unpaired(self) -> tuple[list[str], list[str]]:
        """Ids of items that have no arrival photo, and arrival photos that no item is named after; once all were read."""
        return self._without, [] if self._arrivals is None else self._arrivals.unpaired()

    @property
    def count(self) -> int | None:
        """How many items the table has, those without an arrival photo included; None before all were read."""
        return self._count

    def written(self, path: Path | None = None) -> Iterator[tuple[int, bytes]]:
        """Number of each row and a digest of what is written in it; of the table at `path`, an earlier state of this one."""
        for number, cells, problem in self._raw() if path is None else self._table(path):
            text = json.dumps([dict(cells), str(problem)], sort_keys=True)
            yield number, hashlib.sha256(text.encode()).digest()

    def _raw(self) -> Iterable[RawRow]:
        """Rows of the table under our names."""
        if not self._is_pipe:
            return self._table(self.path)
        if self._kept is None:
            self._kept = list(self._table(self.path))
        return self._kept

    def _table(self, path: Path) -> Iterable[RawRow]:
        """Rows of the table at `path` under our names."""
        needed = REQUIRED if self._arrivals is None else [name for name in REQUIRED if name != "arrival"]
        if self._columns is None:
            return raw_rows(path, Needed([(name,) for name in needed]))
        return mapped(raw_rows(path, self._columns.needed(needed)), self._columns)

    def _joined(self, raw: Iterable[RawRow]) -> Iterator[RawRow]:
        """The rows, with arrival photos from the folder where they name none; those that have none are set aside."""
        without = []
        count = 0
        for number, cells, problem in raw:
            count += 1
            if self._arrivals is not None and problem is None and not cells.get("arrival"):
                photos = self._arrivals.of(cells)
                if photos:
                    cells = {**cells, "arrival": FromFolder(photos)}
                elif self._is_lot:
                    way_out = said("photograph it, and name the photo after its id or SKU")
                    problem = QauditError("row_no_arrival", said("no arrival photo is named after it"), way_out)
                else:
                    without.append(id_in(cells) or "")
                    continue
            yield number, cells, problem
        self._without, self._count = without, count  # only now: others may have read no further than they needed


def read_manifest(path: PathLike, root: PathLike | None = None, *, allow_url: bool = False) -> list[Row | ItemError]:
    """Which items a manifest asks for, in its order.

    Parameters
    ----------
    path
        A CSV file (UTF-8, ``,`` or ``;``), a JSON Lines, Parquet or XLSX file, or a folder with one folder an item.
    root
        Folder that no photo may lie outside of; the manifest's own folder when None. Relative paths start at the manifest's
        folder all the same. Or the address of a folder on another file system, as fsspec knows it, such as
        ``s3://bucket/photos``: relative paths start there. Needs the extra ``cloud``.
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
        `root_missing`: `root` is no folder. `root_unreachable`, `extra_missing`: it is an address that cannot be used.
    """
    return list(Manifest(path, root, allow_url=allow_url))


def _address(root: PathLike | None) -> str:
    """`root` if it is the address of a file system, and no folder that is named like one; else empty."""
    text = "" if root is None else os.fspath(root)
    return text if is_address(text) and not os.path.isdir(text) else ""  # noqa: PTH112


def _checked(raw: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows, with what is wrong with them beside others and with the length of their cells."""
    with closing(_Ids()) as ids:
        yield from _checked_by(ids, raw)


class _Ids:
    """Which row had an id first. Where there are many they lie on the disk: a manifest may have millions."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.execute("CREATE TABLE seen (id BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._base.execute("BEGIN")

    def close(self) -> None:
        """Forget them all."""
        self._base.close()

    def first(self, id_: str, number: int) -> int:
        """The row that had `id_` first, which is `number` where none had it before."""
        key = id_.encode("utf-8", "surrogatepass")
        if self._base.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, number)).rowcount:
            return number
        (row,) = self._base.execute("SELECT row FROM seen WHERE id = ?", (key,)).fetchone()
        return int(row)


def _checked_by(ids: _Ids, raw: Iterable[RawRow]) -> Iterator[RawRow]:
    """As `_checked`, with what tells ids that were there before."""
    for number, cells, problem in raw:
        id_ = id_in(cells)
        before = ids.first(id_, number) if id_ else number
        if id_ and before != number:
            reason = said("row {before} has the id {id} already", before=before, id=one_line(id_[:CELL_SHOWN]))
            problem = problem or QauditError("row_duplicate_id", reason, said("give every row its own id"))
        long = [name for name, value in cells.items() if isinstance(value, str) and len(value) > LONGEST_CELL]
        if long:
            reason = said(
                "the cell {name} has more than {most} characters", name=one_line(long[0][:CELL_SHOWN]), most=LONGEST_CELL
            )
            problem = problem or QauditError("row_cell_too_long", reason, said("shorten it"))
            cells = {**cells, **{name: cells[name][:CELL_SHOWN] for name in long}}
        yield number, cells, problem
