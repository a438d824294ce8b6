"""The files of a run, made from its store: each appears whole, in the place of the one before, or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .schema import told
from .store import COLUMNS, Store

RESULTS = "results.jsonl"
# What a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    _replace(folder / RESULTS, store.lines())
    _replace(folder / "timings.jsonl", store.timings())
    _replace(folder / "results.csv", _csv(store))
    _replace(folder / "summary.json", [json.dumps(summary, ensure_ascii=True, allow_nan=False).encode() + b"\n"])


def read_results(folder: Path) -> Iterator[dict[str, Any]]:
    """The results records of a finished run, in the manifest's order."""
    with (folder / RESULTS).open("rb") as file:
        for line in file:
            yield json.loads(line)


def _csv(store: Store) -> Iterator[bytes]:
    """A table for spreadsheets, UTF-8 with a byte order mark, which Excel asks for."""
    yield b"\xef\xbb\xbf"
    yield _csv_line(COLUMNS)
    yield from (_csv_line(cells) for cells in store.table())


def _csv_line(cells: Iterable[Any]) -> bytes:
    """A line of CSV in which no cell is a formula."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(_harmless(cell) for cell in cells)
    return line.getvalue().encode("utf-8", "backslashreplace")


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would compute, with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    """Put a file with `lines` in the place of `path` when all of it is on the disk."""
    draft = path.with_name(f".{path.name}.tmp")
    with told(path.parent):
        try:
            with draft.open("wb") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
