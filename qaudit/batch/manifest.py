"""A manifest to rows: CSV, JSON Lines, or a folder with one folder an item."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ..model.errors import ManifestError, QauditError, SettingsError
from ..model.record import ItemError
from ..model.text import one_line, path_to_text, shown
from ..photos.sniff import PHOTO_EXTENSIONS
from .row import ACCEPTED, REQUIRED, SIDES, Row, read_row

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
# As many as fit on a line of a message.
_NAMES_SHOWN = 12


def read_manifest(path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> list[Row | ItemError]:
    """Which items a manifest asks for, in its order.

    Parameters
    ----------
    path
        A CSV file (UTF-8, ``,`` or ``;``), a JSON Lines file, or a folder with one folder an item.
    root
        Folder that no photo may lie outside of; the manifest's own folder when None.
        Relative paths start at the manifest's folder in any case.

    Returns
    -------
        One entry a row: the row, or the error of a row that cannot be used. Never empty.

    Raises
    ------
    ManifestError
        `manifest_missing`, `manifest_unreadable`, `manifest_format`, `manifest_not_text`, `manifest_broken`,
        `manifest_columns`, `manifest_empty`, `manifest_duplicate_id`; the message names the file.
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
    _check_ids(path, raw)
    start = "" if folder == Path() else str(folder)
    return [read_row(number, cells, start, real_root, problem) for number, cells, problem in raw]


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
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        _refuse(path, "manifest_missing", "there is no such file", "check the path")
    except OSError as error:
        _refuse(path, "manifest_unreadable", f"it cannot be read: {error.strerror}", "check its permissions")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(path, "manifest_not_text", f"byte {error.start} is not UTF-8", "save it as UTF-8")
    if "\0" in text:
        _refuse(path, "manifest_not_text", "it holds zero bytes", "save it as UTF-8 text")
    return text


def _csv_rows(path: Path, text: str) -> Iterator[RawRow]:
    """Rows of a CSV file; the first row names the columns."""
    if not text.strip():
        return
    header: list[str] = []
    start = 1
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
            cells = json.loads(line, parse_constant=no_number, parse_float=finite)
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
        listed = ", ".join(one_line(name) for name in found[:_NAMES_SHOWN]) + (", ..." if len(found) > _NAMES_SHOWN else "")
        columns = "columns" if len(missing) > 1 else "column"
        _refuse(
            path,
            "manifest_columns",
            f"{columns} {', '.join(missing)} missing, found: {listed}",
            f"name them {', '.join(REQUIRED)}",
        )
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice is not None:
        _refuse(path, "manifest_columns", f"column {one_line(twice)!r} is there twice", "give every column its own name")


def _check_ids(path: Path, raw: list[RawRow]) -> None:
    """Raise if two rows have one id; empty ones are errors of their rows."""
    seen: dict[str, int] = {}
    for number, cells, _ in raw:
        id_ = cells.get("id", "")
        if id_ == "" or not isinstance(id_, str | int):
            continue
        before = seen.setdefault(str(id_), number)
        if before != number:
            reason = f"rows {before} and {number} have the same id {one_line(str(id_))}"
            _refuse(path, "manifest_duplicate_id", reason, "give every row its own id")


def _refuse(path: Path, slug: str, reason: str, way_out: str) -> NoReturn:
    """Raise the error of a manifest, with its name."""
    raise ManifestError(slug, f"{shown(path)}: {reason}", way_out)
