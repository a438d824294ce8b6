"""The files of a run, made from its store: each appears whole, in the place of the one before, or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import IO, Any

from ..model.language import ENGLISH, spoken_now
from ..model.sentences import in_language
from ..model.whole import put_whole
from .schema import told
from .store import COLUMNS, Store

RESULTS = "results.jsonl"
_ROWS_AT_ONCE = 10_000
# What a spreadsheet takes for a formula, and the full-width twins, which one that is set to Chinese or Japanese takes as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_files(folder: Path, store: Store, summary: Mapping[str, Any]) -> None:
    """Write what came of a run.

    Parameters
    ----------
    folder
        Where to.
    store
        Every item of the manifest has its result.
    summary
        JSON values.

    Raises
    ------
    SettingsError
        `out_not_writable`.
    """
    _replace(folder / RESULTS, lambda file: file.writelines(_lines(store)))
    _replace(folder / "timings.jsonl", lambda file: file.writelines(store.timings()))
    _replace(folder / "results.csv", lambda file: file.writelines(_csv(store)))
    if find_spec("pyarrow"):
        _replace(folder / "results.parquet", lambda file: _write_parquet(file, store))
    told_so = json.dumps(summary, ensure_ascii=True, allow_nan=False).encode() + b"\n"
    _replace(folder / "summary.json", lambda file: file.writelines([told_so]))


def read_results(folder: Path) -> Iterator[dict[str, Any]]:
    """The results records of a finished run, in the manifest's order."""
    with (folder / RESULTS).open("rb") as file:
        for line in file:
            yield json.loads(line)


def _lines(store: Store) -> Iterable[bytes]:
    """The results records in the language that is spoken now, each a line of JSON; the store keeps them in English."""
    language = spoken_now()
    if language == ENGLISH:
        return store.lines()
    records = (in_language(json.loads(line), language) for line in store.lines())
    return (json.dumps(record, allow_nan=False).encode() + b"\n" for record in records)


def _csv(store: Store) -> Iterator[bytes]:
    """A table for spreadsheets, UTF-8 with a byte order mark, which Excel asks for."""
    yield b"\xef\xbb\xbf"
    yield _csv_line(COLUMNS)
    yield from (_csv_line(cells) for cells in store.table())


def _write_parquet(file: IO[bytes], store: Store) -> None:
    """The same table with its types, and with ids as they are but for what is no text in UTF-8."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    kinds = {"p_mismatch": pyarrow.float64()}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in COLUMNS])
    rows = store.table()
    with ParquetWriter(file, schema) as writer:
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            columns = [[_utf8(cell) for cell in column] for column in zip(*some, strict=True)]
            writer.write_table(pyarrow.table(columns, schema=schema))


def _utf8(cell: Any) -> Any:
    """A text that can be encoded."""
    return cell.encode("utf-8", "backslashreplace").decode() if isinstance(cell, str) else cell


def _csv_line(cells: Iterable[Any]) -> bytes:
    """A line of CSV in which no cell is a formula, also where a spreadsheet takes other marks for separators."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(_harmless(cell) for cell in cells)
    return line.getvalue().encode("utf-8", "backslashreplace")


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would compute, with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _replace(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Put a file with what `write` writes in the place of `path`; the run's lock keeps others from its draft."""
    with told(path.parent):
        put_whole(path, write, f".{path.name}.tmp")
