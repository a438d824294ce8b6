"""Labelled pairs with their evidence: a manifest that is measured now, or the results of one that was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..model.errors import ManifestError
from ..model.language import said
from ..model.options import Options
from ..model.progress import Progress
from ..model.record import SCHEMA, VERDICTS, ItemError
from ..model.text import one_line, shown
from .audit import audit
from .manifest import Manifest
from .tables import finite, no_number

if TYPE_CHECKING:
    from ..decision.profile import Profile

LABELS = ("match", "mismatch")
_JSON_LINES = (".jsonl", ".ndjson")
# What a results record has and a row of a manifest has not.
_MARKS = {"schema", "verdict", "row"}
# What it has to have to be decided again, and what one of an error has to.
_NEEDED = (("id", "row", "evidence", "alignment", "quality", "photos"), ("id", "row"))


@dataclass(frozen=True, slots=True)
class Labelled:
    """Results records of the items that have a label, errors included, and how many items have none."""

    records: list[dict[str, Any]]
    unlabelled: int


def read_labelled(
    path: Path,
    run: Path | None = None,
    *,
    workers: int = 1,
    options: Options | None = None,
    profile: Profile,
    progress: Progress | None = None,
) -> Labelled:
    """What was measured of labelled pairs.

    Parameters
    ----------
    path
        A manifest with a column ``label``, which is audited; or the ``results.jsonl`` of such a manifest, which is read.
    run
        Folder that keeps what is measured, as `out` of `qaudit.batch.audit.audit`; nothing is kept when None.
    workers, options, progress
        As in `qaudit.batch.audit.audit`.
    profile
        Decides while measuring; the evidence does not depend on it.

    Returns
    -------
        The records of items whose label is ``match`` or ``mismatch``; items without a label are counted.

    Raises
    ------
    ManifestError
        `labels_missing`: no item has a label. `label_unknown`: a label is neither match nor mismatch. `results_broken`: a line
        of the results is no record that can be decided again. As in `read_manifest`.
    SettingsError
        As in `audit`.
    """
    if _is_results(path):
        return _split(path, list(_results(path, profile)))
    _split(path, [{"id": row.id, "row": row.row if isinstance(row, ItemError) else row.extra} for row in Manifest(path)])
    report = audit(path, run, workers=workers, options=options, profile=profile, progress=progress)
    return _split(path, list(report.records()))


def _split(path: Path, records: list[dict[str, Any]]) -> Labelled:
    """Records with a label apart from those without."""
    labels = [_label(path, record) for record in records]
    kept = [record for record, label in zip(records, labels, strict=True) if label]
    if not kept:
        _refuse(path, "labels_missing", said("no item has a label"), said("add a column label that says match or mismatch"))
    return Labelled(kept, len(records) - len(kept))


def _label(path: Path, record: Mapping[str, Any]) -> str:
    """The label of a record; empty where it has none."""
    label = record["row"].get("label")
    if label is None or label == "":
        return ""
    if label not in LABELS:
        reason = said("item {id} has the label {label}", id=one_line(str(record["id"])), label=one_line(str(label)))
        _refuse(path, "label_unknown", reason, said("write match or mismatch, or leave it empty"))
    return str(label)


def _is_results(path: Path) -> bool:
    """Whether the first line of a JSON Lines file is a results record."""
    if path.suffix.lower() not in _JSON_LINES:
        return False
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(first, dict) and first.keys() >= _MARKS


def _results(path: Path, profile: Profile) -> Iterator[dict[str, Any]]:
    """The records of a results file, each of which can be decided again."""
    seen: set[str] = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            record, reason = _record(line, profile)
            if reason:
                _refuse(
                    path,
                    "results_broken",
                    said("line {number}: {reason}", number=number, reason=reason),
                    said("give the results.jsonl of a finished run as it is"),
                )
            if record["verdict"] != "error":  # a row that repeats an id is an error with that id
                if record["id"] in seen:
                    _refuse(
                        path,
                        "results_broken",
                        said("line {number}: its id is there twice", number=number),
                        said("give the results of one run"),
                    )
                seen.add(record["id"])
            yield record


def _record(line: bytes, profile: Profile) -> tuple[dict[str, Any], str]:
    """A line as a record, and why it is none."""
    from ..decision.calibration import pairs_digest
    from ..decision.replay import decided_again

    try:
        record = json.loads(line, parse_constant=no_number, parse_float=finite)
        if record["schema"] != SCHEMA:
            found = one_line(str(record["schema"]))
            return {}, said("its schema is {found}, this qaudit reads {known}", found=found, known=SCHEMA)
        missing = next((key for key in _NEEDED[record["verdict"] == "error"] if key not in record), None)
        if missing is not None:
            return {}, said("it is no results record: it has no {key}", key=missing)
        if record["verdict"] not in VERDICTS or not isinstance(record["row"], dict) or not isinstance(record["id"], str):
            return {}, said("it is no results record")
        if record["verdict"] != "error":
            decided_again(record, profile)
            pairs_digest([{**record, "row": {"label": ""}}])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return {}, said("it is no results record")
    return record, ""


def _refuse(path: Path, slug: str, reason: str, way_out: str) -> NoReturn:
    """Raise the error of labelled pairs, with the name of their file."""
    raise ManifestError(slug, said("{name}: {problem}", name=shown(path), problem=reason), way_out)
