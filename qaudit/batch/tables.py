"""Tables of items, row by row: CSV, JSON Lines, or a folder with one folder an item; Parquet and XLSX are in `sheets`."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from ..model.errors import ManifestError, QauditError
from ..model.language import chained, message, reason_of, said
from ..model.text import one_line, path_to_text, shown
from ..photos.sniff import PHOTO_EXTENSIONS
from .row import ACCEPTED, SIDES

# Line where the row starts, its cells, and what is already known to be wrong with it.
RawRow = tuple[int, Mapping[str, Any], QauditError | None]
FORMATS = said("give it as CSV, JSON Lines (.jsonl), Parquet, XLSX, or a folder ITEM/listing*, ITEM/arrival*")
_SHEETS = (".parquet", ".pq", ".xlsx")
_NOT_READ = {".xls": "XLS", ".ods": "ODS", ".json": "JSON", ".tsv": "TSV"}
_JSON_LINES = (".jsonl", ".ndjson")
# A million rows are some 100 MB.
MOST_MEBIBYTES = 512
CELL_SHOWN = 200
# As many as fit on a line of a message.
_NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Needed:
    """Columns that a table has to have, each with the names that it may go by.

    `named`: a person named them, with ``--map``.
    """

    columns: Sequence[tuple[str, ...]]
    named: bool = False


def raw_rows(path: Path, required: Needed) -> Iterable[RawRow]:
    """The rows of a table, one after the other: what is held does not grow with their number.

    Parameters
    ----------
    path
        A file, whose format the end of its name tells, or a folder.
    required
        Columns that a file has to have, one of each tuple.

    Raises
    ------
    ManifestError
        `manifest_missing`, `manifest_unreadable`, `manifest_format`, `manifest_not_text`, `manifest_broken`,
        `manifest_columns`, `manifest_too_large`; most of them when the row is reached that shows it.
    """
    if path.is_dir():
        return _folder_rows(path)
    suffix = path.suffix.lower()
    if suffix in _NOT_READ:
        refuse(path, "manifest_format", said("{format} is not read", format=_NOT_READ[suffix]), FORMATS)
    if suffix in _SHEETS:
        from .sheets import sheet_rows

        return sheet_rows(path, required)
    return _json_rows(path, required) if suffix in _JSON_LINES else _csv_rows(path, required)


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader | io.BytesIO]:
    """The file, open for its bytes, at its beginning; what is no regular file is read whole."""
    try:
        file: io.BufferedReader | io.BytesIO = path.open("rb")
        status = os.fstat(file.fileno())
        size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            with file:
                data = file.read((MOST_MEBIBYTES << 20) + 1)
            file, size = io.BytesIO(data), len(data)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        refuse(path, "manifest_missing", said("there is no such file"), said("check the path"))
    except OSError as error:
        refuse(
            path,
            "manifest_unreadable",
            said("it cannot be read: {reason}", reason=error.strerror),
            said("check its permissions"),
        )
    with file:
        if size > MOST_MEBIBYTES << 20:
            refuse(path, "manifest_too_large", said("it has more than {most} MiB", most=MOST_MEBIBYTES), said("split it"))
        yield file


def _lines(path: Path, newline: str) -> Iterator[str]:
    """The file as lines of text, without a byte order mark."""
    with opened(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline=newline)
        try:
            for line in text:
                if "\0" in line:
                    refuse(path, "manifest_not_text", *_why_no_text(file, said("it holds zero bytes")))
                yield line
        except UnicodeDecodeError:
            refuse(path, "manifest_not_text", *_why_no_text(file, said("it is not UTF-8")))
        finally:
            text.detach()


def _why_no_text(file: io.BufferedReader | io.BytesIO, reason: str) -> tuple[str, str]:
    """What is wrong with a file that is no text in UTF-8, and the way out; it is read again, whole, for this once."""
    file.seek(0)
    data = file.read()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return said("it is UTF-16"), said("save it as UTF-8")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return said("byte {place} is not UTF-8", place=error.start), said("save it as UTF-8")
    return reason, said("save it as UTF-8 text")


def _csv_rows(path: Path, required: Needed) -> Iterator[RawRow]:
    """Rows of a CSV file; the first row names the columns."""
    lines = _lines(path, "")
    blank = []
    first = next((line for line in lines if line.strip() or blank.append(line)), None)  # type: ignore[func-returns-value]
    if first is None:
        return
    header: list[str] = []
    start = 1
    before = csv.field_size_limit(sys.maxsize)  # a long cell is an error of its row, not of the file
    try:
        reader = csv.reader(chain(blank, [first], lines), delimiter=_delimiter(first, required), strict=True)
        for cells in reader:
            if cells and not header:
                header = cells
                check_columns(path, header, required)
            elif cells:
                yield start, dict(zip(header, cells, strict=False)), _cells_problem(cells, header)
            start = reader.line_num + 1
    except csv.Error as error:
        reason = said("a quote is never closed") if "end of data" in str(error) else one_line(str(error))
        refuse(
            path,
            "manifest_broken",
            said("row {number}: {problem}", number=start, problem=reason),
            said("correct the quotes around the cell"),
        )
    finally:
        csv.field_size_limit(before)


def _delimiter(line: str, required: Needed) -> str:
    """Comma or semicolon, whichever splits the first line into more of the columns that have to be there."""
    first = line.splitlines()[0]
    return max(",;", key=lambda mark: -len(_missing(next(csv.reader([first], delimiter=mark)), required)))


def _cells_problem(cells: list[str], header: list[str]) -> QauditError | None:
    """Whether a row has another number of cells than the header, or is the header again."""
    if cells == header:
        return QauditError("row_is_header", said("it repeats the header"), said("remove it, as when files were joined"))
    if len(cells) == len(header):
        return None
    return QauditError(
        "row_cells",
        said("it has {cells} cells, the header {header}", cells=len(cells), header=len(header)),
        said("put cells that hold the separator in quotes"),
    )


def _json_rows(path: Path, required: Needed) -> Iterator[RawRow]:
    """Rows of a JSON Lines file: one object a line."""
    found: dict[str, None] = {}
    for number, line in enumerate(_lines(path, "\n"), start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line, parse_constant=no_number, parse_float=finite, object_pairs_hook=once)
        except (ValueError, RecursionError) as error:
            refuse(
                path,
                "manifest_broken",
                said("line {number} is not JSON: {reason}", number=number, reason=reason_of(error)),
                said("write one JSON object a line"),
            )
        if not isinstance(cells, dict):
            refuse(
                path,
                "manifest_broken",
                said("line {number} is not a JSON object", number=number),
                said("write one JSON object a line"),
            )
        found |= dict.fromkeys(cells)
        yield number, cells, None
    if found:
        check_columns(path, list(found), required)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, none of whose names is there twice: one of the values would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(said("the name {name} is there twice", name=shown(twice)))
    return found


def no_number(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON and could not be written again."""
    raise ValueError(said("{name} is not a number of JSON", name=one_line(name)))


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
        refuse(
            path,
            "manifest_unreadable",
            said("it cannot be read: {reason}", reason=error.strerror),
            said("check its permissions"),
        )


def _is_of(side: str, name: str) -> bool:
    """Whether the file `name` is a photo of `side`."""
    return name.lower().startswith(side)


def check_columns(path: Path, found: list[str], required: Needed) -> None:
    """Raise unless the columns that have to be there are, and none is there twice."""
    missing = _missing(found, required)
    if missing:
        listed = ", ".join(one_line(name[:CELL_SHOWN]) for name in found[:_NAMES_SHOWN]) + (
            ", ..." if len(found) > _NAMES_SHOWN else ""
        )
        refuse(
            path,
            "manifest_columns",
            said("columns {names} missing, found: {listed}", names=_listed(missing), listed=listed)
            if len(missing) > 1
            else said("column {name} missing, found: {listed}", name=_listed(missing), listed=listed),
            _columns_mended(missing, required),
        )
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice is not None:
        refuse(
            path,
            "manifest_columns",
            said("column {name} is there twice", name=repr(one_line(twice[:CELL_SHOWN]))),
            said("give every column its own name"),
        )


def _columns_mended(missing: Sequence[tuple[str, ...]], required: Needed) -> str:
    """What to do about columns that are not there."""
    if required.named:
        return said("name columns in --map as the table has them")
    if list(missing) == [("arrival",)]:
        return said("add it, say with --map which column it is, or join a folder of arrival photos: --arrivals DIR")
    return said("name them {names}, or say with --map which is which", names=_listed(required.columns))


def _missing(found: Sequence[str], required: Needed) -> list[tuple[str, ...]]:
    """What has to be there and is not."""
    return [names for names in required.columns if not any(name in found for name in names)]


def _listed(columns: Sequence[tuple[str, ...]]) -> str:
    """Columns in words."""
    each = [chained(message("{first} or {next}"), [one_line(name[:CELL_SHOWN]) for name in names]) for names in columns]
    return chained(message("{first}, {next}"), each)


def refuse(path: Path, slug: str, reason: str, way_out: str) -> NoReturn:
    """Raise the error of a manifest, with its name."""
    raise ManifestError(slug, said("{name}: {problem}", name=shown(path), problem=reason), way_out)
