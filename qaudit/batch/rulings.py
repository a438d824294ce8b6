"""What a person decided on an item: kept with who, when and why, and bound to the very photos that were looked at."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model.errors import SettingsError
from ..model.language import chained, message, said
from ..model.record import Totals
from ..model.text import one_line, path_from_text, path_to_text, shown
from ..photos.cloud import is_address
from .finished import opened_run
from .groups import RULED
from .labelled import LABELS
from .row import ACCEPTED, REQUIRED, SIDES, is_fetched
from .schema import RULING, changing

# Of a repeated id the first is the item, and the others are errors.
_CURRENT = "SELECT verdict, photos FROM line JOIN result USING (number) WHERE result.id = ? ORDER BY position"


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling that was taken down: what the audit had said, what was ruled before, and how many rulings hold in the run."""

    verdict: str
    before: str | None
    holding: int


def rule(folder: Path, id_: str, label: str, by: str, reason: str) -> Ruled:
    """Take down what a person decided on an item.

    Parameters
    ----------
    folder
        Of the run; another process may work on it.
    id_
        Of an item of the run's manifest that has a result.
    label
        ``match`` or ``mismatch``.
    by, reason
        Who decided, and why; not empty.

    Returns
    -------
        What it replaces. An earlier ruling is kept, and holds no more.

    Raises
    ------
    SettingsError
        `unknown_value`, `ruling_incomplete`, `run_missing`, `item_unknown`; `ruling_unbound`: a photo of the item was not read.
    """
    if label not in LABELS:
        raise SettingsError(
            "unknown_value",
            said("a ruling cannot be {label}", label=one_line(label)),
            said("say {names}", names=chained(message("{first} or {next}"), LABELS)),
        )
    if not by.strip() or not reason.strip():
        raise SettingsError("ruling_incomplete", said("a ruling needs who decided and why"), said("give --by and --reason"))
    with opened_run(folder, RULING) as base, changing(base):
        found = base.execute(_CURRENT, (json.dumps(id_),)).fetchone()
        if found is None:
            way_out = said("look it up in results.jsonl; an item has to be audited first")
            raise SettingsError(
                "item_unknown", said("{folder}: no result of an item {id}", folder=shown(folder), id=one_line(id_)), way_out
            )
        verdict, photos = found
        if photos is None:
            raise SettingsError(
                "ruling_unbound",
                said("item {id}: its photos were not all read", id=one_line(id_)),
                said("mend what its error says, and audit again"),
            )
        before = base.execute(
            "SELECT label FROM ruling WHERE id = ? AND photos = ? ORDER BY number DESC", (json.dumps(id_), photos)
        ).fetchone()
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        base.execute(
            "INSERT INTO ruling (id, photos, label, judge, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
            (json.dumps(id_), photos, label, json.dumps(by), json.dumps(reason), now),
        )
        (holding,) = base.execute(f"SELECT count(*) FROM ({RULED})").fetchone()  # noqa: S608  our own words
    return Ruled(verdict, before and before[0], holding)


def export_labelled(folder: Path, target: Path) -> tuple[bytes, Totals]:
    """The items with a ruling, as labelled pairs.

    Parameters
    ----------
    folder
        Of the run.
    target
        Where they will be written: ``.jsonl`` for results records, from which a profile is made without opening a photo;
        ``.csv`` for a manifest, whose paths start at the folder of `target`.

    Returns
    -------
        The file, and how many items it has with which label. An item in error is in neither: there is nothing to learn from.

    Raises
    ------
    SettingsError
        `run_missing`; `rulings_missing`: no ruling holds. `unknown_value`: `target` is named otherwise.
        `export_outside`: a photo of the manifest lies outside the folder of `target`.
    """
    forms = {".jsonl": _jsonl, ".csv": _csv}
    if target.suffix.lower() not in forms:
        raise SettingsError(
            "unknown_value", said("--labelled {file} is neither .jsonl nor .csv", file=shown(target)), said("name it so")
        )
    with opened_run(folder) as base:
        records = list(_labelled(base))
        (start,) = base.execute("SELECT value FROM fact WHERE name = 'folder'").fetchone() or ("",)
    if not records:
        raise SettingsError(
            "rulings_missing",
            said("{folder}: no ruling holds in it", folder=shown(folder)),
            said("rule on items first: qaudit rule"),
        )
    totals = Totals.of(record["row"]["label"] for record in records)
    return forms[target.suffix.lower()](records, json.loads(start) if start else "", target), totals


def _labelled(base: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Records of the ruled items that were compared, with the ruling as their label, in the manifest's order."""
    query = f"SELECT json, label, judge, reason, at FROM ({RULED}) JOIN line USING (number) JOIN record USING (number)"  # noqa: S608
    for text, label, judge, reason, at in base.execute(query + " ORDER BY position"):
        record = json.loads(text)
        if "error" in record:
            continue
        ruling = {"label": label, "ruled_by": json.loads(judge), "ruled_because": json.loads(reason), "ruled_at": at}
        record["row"] = {name: value for name, value in record["row"].items() if name not in ruling} | ruling
        yield record


def _jsonl(records: list[dict[str, Any]], start: str, target: Path) -> bytes:
    """Results records."""
    return b"".join(json.dumps(record, allow_nan=False).encode() + b"\n" for record in records)


def _csv(records: list[dict[str, Any]], start: str, target: Path) -> bytes:
    """A manifest."""
    if is_address(start):
        reason = said("the photos of the run lie below {root}, not in a folder", root=start)
        raise SettingsError("export_outside", reason, said("write the file as .jsonl, which needs no photo"))
    columns = dict.fromkeys(name for record in records for name in record["row"])
    sides = (*SIDES, ACCEPTED)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow([REQUIRED[0], *sides, *columns])
    folder = Path(start)
    named = [[[photo["path"] for photo in record["photos"].get(side, ())] for side in sides] for record in records]
    every = [text for record in named for side in record for text in side]
    for record, texts in zip(records, named, strict=True):
        photos = ["|".join(_moved(text, folder, target, every) for text in side) for side in texts]
        writer.writerow([record["id"], *photos, *(_cell(record["row"], name) for name in columns)])
    return lines.getvalue().encode("utf-8", "backslashreplace")


def _moved(text: str, start: Path, target: Path, every: Sequence[str]) -> str:
    """A path of the manifest as one of `target`, as it stands in a cell; `every` path, for advice where it cannot be."""
    if is_fetched(text):
        return text.replace("|", r"\|")
    photo, folder = start / path_from_text(text), target.parent.absolute()
    if os.pardir in photo.parts:  # which after a link leads elsewhere than the name says
        photo, folder = Path(os.path.realpath(photo.parent), photo.name), Path(os.path.realpath(folder))
    path = os.path.relpath(photo, folder)
    if Path(path).parts[:1] == (os.pardir,):
        way_out = _holder(every, start)
        raise SettingsError(
            "export_outside", said("{path} lies outside the folder of {file}", path=one_line(text), file=shown(target)), way_out
        )
    return path_to_text(path).replace("|", r"\|")


def _holder(every: Sequence[str], start: Path) -> str:
    """Where a manifest of `every` photo can be written, else what can."""
    folders = [os.path.realpath((start / path_from_text(text)).parent) for text in every if not is_fetched(text)]
    folder = os.path.commonpath(folders)
    if folder == os.path.dirname(folder):  # noqa: PTH120  the root of the disk
        return said("write the file as .jsonl, which needs no photo")
    return said("write the file into {folder}, or as .jsonl, which needs no photo", folder=shown(folder))


def _cell(row: Mapping[str, Any], name: str) -> str:
    """A column as text."""
    value = row.get(name, "")
    return value if isinstance(value, str) else json.dumps(value)
