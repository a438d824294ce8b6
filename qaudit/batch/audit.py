"""The run over a manifest: every row becomes a comparison or an error, and none is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.errors import SettingsError
from ..model.options import Options
from ..model.progress import Progress, Silent
from ..model.record import SCHEMA, Comparison, ItemError, Record, Totals
from ..model.tool import tool_facts
from .engine import run_items
from .manifest import read_manifest
from .row import Row
from .store import FolderStore, MemoryStore, Store, item_key
from .work import item_of, record_of

if TYPE_CHECKING:
    from ..decision.profile import Profile

MOST_WORKERS = 256
PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a manifest.

    Parameters
    ----------
    totals
        How many items got which verdict; as many as the manifest has rows.
    tool
        Versions and digests of the settings.
    out
        Folder with ``results.jsonl``, ``timings.jsonl`` and ``summary.json``; None when nothing was written.
    records
        Call it for an iterator of the results records, in the manifest's order; as often as wanted.
    """

    totals: Totals
    tool: Mapping[str, Any]
    out: Path | None
    records: Callable[[], Iterator[dict[str, Any]]]


def audit(
    manifest: PathLike,
    out: PathLike | None = None,
    *,
    root: PathLike | None = None,
    allow_url: bool = False,
    workers: int = 1,
    options: Options | None = None,
    profile: Profile | None = None,
    progress: Progress | None = None,
) -> Report:
    """Which items of a manifest did not arrive as they were listed.

    Parameters
    ----------
    manifest, root, allow_url
        As in `read_manifest`.
    out
        Folder for the results. A run that was stopped goes on where it was; an item is done again when its row,
        its photos, the settings or the version changed.
    workers
        Number of processes, 1..256; 1 works in this process. The results do not depend on it.
    options, profile
        As in `qaudit.comparison.compare`.
    progress
        Told of every item when it is durable.

    Returns
    -------
        Totals and records.

    Raises
    ------
    ManifestError
        As in `read_manifest`.
    SettingsError
        `workers_out_of_range`, `workers_not_started`, `root_missing`, `out_not_writable`, `out_in_use`.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise SettingsError("workers_out_of_range", f"workers must be from 1 to {MOST_WORKERS}, not {workers}")
    rows = read_manifest(manifest, root, allow_url=allow_url)
    settings = _settings(options, profile)
    progress = progress or Silent()
    if out is None:
        memory = MemoryStore()
        keys = _do_all(rows, memory, settings, workers, progress)
        return _report(keys, rows, memory, settings["tool"])
    folder = FolderStore(Path(out))
    try:
        keys = _do_all(rows, folder, settings, workers, progress)
        return _written(_report(keys, rows, folder, settings["tool"]), keys, folder, Path(out))
    finally:
        folder.close()


def iter_audit(
    manifest: PathLike,
    *,
    root: PathLike | None = None,
    allow_url: bool = False,
    options: Options | None = None,
    profile: Profile | None = None,
) -> Iterator[Comparison | ItemError]:
    """Whether each item of a manifest arrived as it was listed, one after the other in the manifest's order.

    Parameters
    ----------
    manifest, root, allow_url
        As in `read_manifest`, which is called before the first item is asked for.
    options, profile
        As in `qaudit.comparison.compare`.

    Returns
    -------
        Iterator with one entry a row. Works in this process, one item at a time, when asked for it.
    """
    rows = read_manifest(manifest, root, allow_url=allow_url)
    settings = _settings(options, profile)
    return (_with_tool(row, settings) if isinstance(row, ItemError) else item_of(row, **settings) for row in rows)


def _settings(options: Options | None, profile: Profile | None) -> dict[str, Any]:
    """What every item is done with, as arguments of `item_of`."""
    from ..decision.profile import load_profile

    options = options or Options()
    profile = profile or load_profile(None)
    return {"options": options, "profile": profile, "tool": tool_facts(options, profile.id, profile.holds_for)}


def _with_tool(error: ItemError, settings: Mapping[str, Any]) -> ItemError:
    """The error of a row, which was found before the settings were known, with what it belongs to."""
    return replace(error, tool=settings["tool"])


def _do_all(
    rows: list[Row | ItemError], store: Store, settings: Mapping[str, Any], workers: int, progress: Progress
) -> list[str]:
    """Bring every row that is not yet there into `store`; the keys of all rows, in order."""
    keys = [item_key(row, settings["tool"]) for row in rows]
    pending = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in store]
    progress.start(len(rows), len(rows) - len(pending))
    for key, record in _records(pending, settings, workers):
        store.add(key, record)
        progress.finished(record)
    return keys


def _records(
    pending: list[tuple[str, Row | ItemError]], settings: Mapping[str, Any], workers: int
) -> Iterator[tuple[str, Record]]:
    """Key and record of each row, in the order in which they are finished."""
    jobs: list[tuple[str, Row]] = []
    for key, row in pending:
        if isinstance(row, ItemError):
            yield key, Record(_with_tool(row, settings).to_dict())
        else:
            jobs.append((key, row))
    died = partial(_died, tool=settings["tool"])
    for index, record in run_items([row for _, row in jobs], partial(record_of, **settings), workers, died):
        yield jobs[index][0], record


def _died(row: Row, tool: Mapping[str, Any]) -> Record:
    """The record of an item that killed its worker."""
    message = "the process that worked on it was killed, perhaps for want of memory (look at its photos, or use fewer workers)"
    return Record(ItemError(row.id, "worker_died", message, row.extra, tool).to_dict())


def _report(keys: list[str], rows: list[Row | ItemError], store: Store, tool: Mapping[str, Any]) -> Report:
    """What lies in `store`, counted; raises unless every row has its own result."""
    lost = sum(key not in store for key in keys)
    if lost:
        raise RuntimeError(f"{lost} of {len(rows)} rows have no result")
    totals = Totals()
    for row, record in zip(rows, store.records(keys), strict=True):
        if record.id != row.id:
            raise RuntimeError(f"the result of item {row.id!r} is that of {record.id!r}")
        totals += Totals.of([record.verdict])
    return Report(totals, tool, None, lambda: (record.to_dict() for record in store.records(keys)))


def _written(report: Report, keys: list[str], store: FolderStore, out: Path) -> Report:
    """`report`, with its records in files instead of the journal."""
    results = store.write("results.jsonl", report.records())
    store.write("timings.jsonl", ({"id": r.id, "seconds": dict(r.seconds)} for r in store.records(keys)))
    summary = {"schema": SCHEMA, "items": len(keys), "totals": report.totals.to_dict(), "tool": dict(report.tool)}
    store.write("summary.json", [summary])
    return replace(report, out=out, records=partial(_lines, results))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Records of a results file."""
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)
