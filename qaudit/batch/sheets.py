"""Tables in Parquet and XLSX, row by row; they need the extra `tables`."""

from __future__ import annotations

import datetime
import decimal
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..model.errors import QauditError
from ..model.language import said
from ..model.text import one_line
from .tables import MOST_MEBIBYTES, Needed, RawRow, check_columns, opened, refuse

# A sheet of Excel has no more rows.
MOST_ROWS = 1_048_576
# A full sheet of 48 columns; a few bytes can claim thousands for each row.
MOST_CELLS = 50_000_000
# Few rows at once, since a page of Parquet can hold one long cell for many of them: at most this much is unpacked.
_ROWS_AT_ONCE = 64
_BYTES_AT_ONCE = 256 << 20


def sheet_rows(path: Path, required: Needed) -> Iterator[RawRow]:
    """The rows of a Parquet or XLSX file; a row's number is its place, the header of a sheet counted.

    Parameters
    ----------
    path
        ``.xlsx`` for a workbook, of which the first sheet is read; any other end is Parquet's.
    required
        Columns that it has to have, one of each tuple.

    Raises
    ------
    ManifestError
        `manifest_missing`, `manifest_unreadable`, `manifest_too_large`, `manifest_broken`, `manifest_columns`; `extra_missing`:
        the library that reads it is not installed.
    """
    is_workbook = path.suffix.lower() == ".xlsx"
    rows = _workbook_rows(path, required) if is_workbook else _parquet_rows(path, required)
    kind = "XLSX" if is_workbook else "Parquet"
    while True:
        try:
            row = next(rows, None)
        except ImportError:
            refuse(
                path,
                "extra_missing",
                said("what reads {kind} is not installed", kind=kind),
                said("install it: pip install 'qaudit[tables]'"),
            )
        except QauditError:
            raise
        except Exception as error:  # a damaged file can fail anywhere in a reader that is not ours
            refuse(
                path,
                "manifest_broken",
                said("it is no {kind}: {reason}", kind=kind, reason=one_line(str(error))[:200]),
                said("save it as {kind} again", kind=kind),
            )
        if row is None:
            return
        yield row


def _parquet_rows(path: Path, required: Needed) -> Iterator[RawRow]:
    """Rows of a Parquet file."""
    import pyarrow
    import pyarrow.parquet as parquet

    with opened(path) as file:
        table = parquet.ParquetFile(file)
        check_columns(path, list(table.schema_arrow.names), required)
        groups = [table.metadata.row_group(number) for number in range(table.metadata.num_row_groups)]
        unpacked = [group.column(place).total_uncompressed_size for group in groups for place in range(group.num_columns)]
        _check_unpacked(path, sum(unpacked))
        fitting = _BYTES_AT_ONCE // max([*unpacked, 1])
        number = 0
        for batch in table.iter_batches(batch_size=min(max(fitting, 1), _ROWS_AT_ONCE)):
            times = {
                place: _time_as_text(batch.column(place))
                for place, kind in enumerate(batch.schema)
                if pyarrow.types.is_temporal(kind.type)
            }
            for place, column in times.items():
                batch = batch.set_column(place, batch.schema.names[place], column)
            for cells in batch.to_pylist():
                number += 1
                yield number, {name: _plain(value) for name, value in cells.items()}, None


def _time_as_text(column: Any) -> Any:
    """Dates, times and durations as text, which may be finer or further than Python's, or of a zone that nobody knows."""
    import pyarrow
    from pyarrow import compute

    kind = column.type
    if pyarrow.types.is_duration(kind):
        return compute.binary_join_element_wise(column.cast(pyarrow.string()), kind.unit, " ")
    if pyarrow.types.is_timestamp(kind) and kind.tz is not None:
        column = column.cast(pyarrow.timestamp(kind.unit, "UTC"))
    return compute.replace_substring_regex(column.cast(pyarrow.string()), r"^([\d-]+) ", r"\1T")


def _workbook_rows(path: Path, required: Needed) -> Iterator[RawRow]:
    """Rows of the first sheet of a workbook; formulas count as what they gave when it was saved."""
    import openpyxl

    with opened(path) as file:
        with zipfile.ZipFile(file) as parts:
            _check_unpacked(path, sum(part.file_size for part in parts.infolist()))
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what it says of its size may be anything
        header: list[str] = []
        seen = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            seen += len(cells)
            if number > MOST_ROWS or seen > MOST_CELLS:
                reason = said("it has more than {rows} rows or {cells} cells", rows=MOST_ROWS, cells=MOST_CELLS)
                refuse(path, "manifest_too_large", reason, said("delete what is empty, or split it"))
            if all(cell is None for cell in cells):
                continue
            if not header:
                while cells and cells[-1] is None:
                    cells = cells[:-1]
                header = ["" if cell is None else str(cell) for cell in cells]
                check_columns(path, header, required)
                continue
            padded = (*cells, *[None] * len(header))[: len(header)]
            yield number, {name: _plain(cell) for name, cell in zip(header, padded, strict=True)}, None


def _check_unpacked(path: Path, size: int) -> None:
    """Raise unless a packed file is of a size that a plain one may have."""
    if size > MOST_MEBIBYTES << 20:
        reason = said("unpacked it has more than {most} MiB", most=MOST_MEBIBYTES)
        refuse(path, "manifest_too_large", reason, said("split it"))


def _plain(value: Any) -> Any:
    """A cell as a value of JSON: nothing is an empty text, a whole number is one, what JSON lacks is text."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value if math.isfinite(value) else str(value)
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return format(value, "f") if isinstance(value, decimal.Decimal) else str(value)
