"""A manifest to rows: CSV, JSON Lines, or a folder with one folder an item."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ..model.errors import ManifestError, QauditError, SettingsError
from ..model.record import ItemError
from ..model.text import one_line, path_to_text, shown
from ..photos.sniff import PHOTO_EXTENSIONS
from .row import ACCEPTED, REQUIRED, SIDES, Place, Row, read_row

# Line where the row starts, its cells, and what is already known to be wrong with it.
RawRow = tuple[int, Mapping[str, Any], QauditError | None]

_FORMATS = "give it as CSV, JSON Lines (.jsonl), or a folder ITEM/listing*, ITEM/arrival*"
_LATER = {
    ".parquet": "Parquet",
    ".pq": "Parquet",
    ".xlsx": "XLSX",
    ".xls": "XLS",
    ".ods": "ODS",
    ".json": "JSON",
    ".tsv": "TSV",
}
_JSON_LINES = (".jsonl", ".ndjson")
# A million rows are some 100 MB.
MOST_MEBIBYTES = 512
# A description in full is a few thousand characters; more is another file, pasted.
LONGEST_CELL = 1_000_000
_CELL_SHOWN = 200
# As many as fit on a line of a message.
_NAMES_SHOWN = 12


def read_manifest(
    path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None, *, allow_url: bool = False
) -> list[Row | ItemError]:
    """Which items a manifest asks for, in its order.

    Parameters
    ----------
    path
        A CSV file (UTF-8, ``,`` or ``;``), a JSON Lines file, or a folder with one folder an item.
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
        `manifest_columns`, `manifest_empty`, `manifest_too_large`; the message names the file.
    SettingsError
        `root_missing`: `root` is no folder.
    """
    path = Path(path)
    folder = path if path.is_dir() else path.parent
    real_root = os.path.realpath(folder if root is None else root)
    if not os.path.isdir(real_root):  # noqa: PTH112
        if root is not None:
            raise SettingsError(
                "root_missing", f"{shown(root)}: there is no such folder", "name an existing folder with --root"
            )
        _refuse(path, "manifest_missing", "there is no such file", "check the path")
    raw = list(_raw_rows(path))
    if not raw:
        _refuse(path, "manifest_empty", "it holds no items", _FORMATS)
    start = "" if folder == Path() else str(folder)
    place = Place(start, real_root, allow_url)
    return [read_row(number, cells, place, problem) for number, cells, problem in _checked(raw)]


def _raw_rows(path: Path) -> Iterable[RawRow]:
    """Rows in the manifest's own format."""
    if path.is_dir():
        return _folder_rows(path)
    suffix = path.suffix.lower()
    if suffix in _LATER:
        _refuse(path, "manifest_format", f"{_LATER[suffix]} is not read", _FORMATS)
    text = _text(path)
    return _json_rows(path, text) if suffix in _JSON_LINES else _csv_rows(path, text)


def _text(path: Path) -> str:
    """The file as text, without a byte order mark."""
    try:
        with path.open("rb") as file:
            data = file.read((MOST_MEBIBYTES << 20) + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        _refuse(path, "manifest_missing", "there is no such file", "check the path")
    except OSError as error:
        _refuse(path, "manifest_unreadable", f"it cannot be read: {error.strerror}", "check its permissions")
    if len(data) > MOST_MEBIBYTES << 20:
        _refuse(path, "manifest_too_large", f"it has more than {MOST_MEBIBYTES} MiB", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        reason = "it is UTF-16" if is_utf16 else f"byte {error.start} is not UTF-8"
        _refuse(path, "manifest_not_text", reason, "save it as UTF-8")
    if "\0" in text:
        _refuse(path, "manifest_not_text", "it holds zero bytes", "save it as UTF-8 text")
    return text


def _csv_rows(path: Path, text: str) -> Iterator[RawRow]:
    """Rows of a CSV file; the first row names the columns."""
    if not text.strip():
        return
    header: list[str] = []
    start = 1
    before = csv.field_size_limit(sys.maxsize)  # a long cell is an error of its row, not of the file
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for cells in reader:
            if cells and not header:
                header = cells
                _check_columns(path, header)
            elif cells:
                yield start, dict(zip(header, cells, strict=False)), _cells_problem(cells, header)
            start = reader.line_num + 1
    except csv.Error as error:
        reason = "a quote is never closed" if "end of data" in str(error) else one_line(str(error))
        _refuse(path, "manifest_broken", f"row {start}: {reason}", "correct the quotes around the cell")
    finally:
        csv.field_size_limit(before)


def _delimiter(text: str) -> str:
    """Comma or semicolon, whichever splits the first line into more of the columns that have to be there."""
    first = text.lstrip("\r\n").splitlines()[0]
    return max(",;", key=lambda mark: len(set(REQUIRED) & set(next(csv.reader([first], delimiter=mark)))))


def _cells_problem(cells: list[str], header: list[str]) -> QauditError | None:
    """Whether a row has another number of cells than the header, or is the header again."""
    if cells == header:
        return QauditError("row_is_header", "it repeats the header", "remove it, as when files were joined")
    if len(cells) == len(header):
        return None
    return QauditError(
        "row_cells", f"it has {len(cells)} cells, the header {len(header)}", "put cells that hold the separator in quotes"
    )


def _json_rows(path: Path, text: str) -> Iterator[RawRow]:
    """Rows of a JSON Lines file: one object a line."""
    found: dict[str, None] = {}
    rows: list[RawRow] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line, parse_constant=no_number, parse_float=finite, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            _refuse(
                path, "manifest_broken", f"line {number} is not JSON: {one_line(str(error))}", "write one JSON object a line"
            )
        if not isinstance(cells, dict):
            _refuse(path, "manifest_broken", f"line {number} is not a JSON object", "write one JSON object a line")
        found |= dict.fromkeys(cells)
        rows.append((number, cells, None))
    if rows:
        _check_columns(path, list(found))
    yield from rows


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, none of whose names is there twice: one of the values would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def no_number(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON and could not be written again."""
    raise ValueError(f"{name} is not a number of JSON")


def finite(digits: str) -> float:
    """A number that can be written again."""
    value = float(digits)
    return value if math.isfinite(value) else no_number(digits)


def _folder_rows(path: Path) -> Iterator[RawRow]:
    """One row a folder that holds photos; hidden folders and folders without any photo are no items."""
    try:
        items = sorted((entry for entry in path.iterdir() if entry.is_dir() and entry.name[0] != "."), key=os.fsencode)
        for number, item in enumerate(items, start=1):
            names = sorted(
                (entry.name for entry in item.iterdir() if entry.suffix.lower() in PHOTO_EXTENSIONS), key=os.fsencode
            )
            if names:
                photos = {
                    side: [path_to_text(f"{item.name}/{name}") for name in names if _is_of(side, name)]
                    for side in (*SIDES, ACCEPTED)
                }
                yield number, {"id": path_to_text(item.name), **photos}, None
    except OSError as error:
        _refuse(path, "manifest_unreadable", f"it cannot be read: {error.strerror}", "check its permissions")


def _is_of(side: str, name: str) -> bool:
    """Whether the file `name` is a photo of `side`."""
    return name.lower().startswith(side)


def _check_columns(path: Path, found: list[str]) -> None:
    """Raise unless the columns that have to be there are, and none is there twice."""
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        listed = ", ".join(one_line(name[:_CELL_SHOWN]) for name in found[:_NAMES_SHOWN]) + (
            ", ..." if len(found) > _NAMES_SHOWN else ""
        )
        columns = "columns" if len(missing) > 1 else "column"
        _refuse(
            path,
            "manifest_columns",
            f"{columns} {', '.join(missing)} missing, found: {listed}",
            f"name them {', '.join(REQUIRED)}",
        )
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice is not None:
        _refuse(
            path,
            "manifest_columns",
            f"column {one_line(twice[:_CELL_SHOWN])!r} is there twice",
            "give every column its own name",
        )


def _checked(raw: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows, with what is wrong with them beside others and with the length of their cells."""
    seen: dict[str, int] = {}
    for number, cells, problem in raw:
        id_ = str(cells.get("id", ""))
        before = seen.setdefault(id_, number)
        if id_ and before != number:
            reason = f"row {before} has the id {one_line(id_[:_CELL_SHOWN])} already"
            problem = problem or QauditError("row_duplicate_id", reason, "give every row its own id")
        long = [name for name, value in cells.items() if isinstance(value, str) and len(value) > LONGEST_CELL]
        if long:
            reason = f"the cell {one_line(long[0][:_CELL_SHOWN])} has more than {LONGEST_CELL} characters"
            problem = problem or QauditError("row_cell_too_long", reason, "shorten it")
            cells = {**cells, **{name: cells[name][:_CELL_SHOWN] for name in long}}
        yield number, cells, problem


def _refuse(path: Path, slug: str, reason: str, way_out: str) -> NoReturn:
    """Raise the error of a manifest, with its name."""
    raise ManifestError(slug, f"{shown(path)}: {reason}", way_out)
