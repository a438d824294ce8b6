"""A check of a manifest for CI: audit what changed, hold it against what was accepted, and say what fails."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..model.check import Acceptance, Case, Check, Lapse, Place, State
from ..model.errors import SettingsError
from ..model.language import said
from ..model.options import Options
from ..model.progress import Progress
from ..model.record import ItemError
from ..model.text import path_to_text, shown
from ..model.tool import versions
from .audit import PathLike, audit
from .baseline import NAME, Baseline, parse_baseline, read_baseline
from .changes import Changes
from .engine import MOST_S
from .git import Repository
from .manifest import Manifest
from .mapping import ColumnMap
from .row import SIDES, Row

if TYPE_CHECKING:
    from ..decision.profile import Profile

# Rows of these have numbers, and no lines.
_NO_LINES = (".xlsx", ".parquet", ".pq")
_NEEDED = ("id", "verdict", "p_mismatch", "next_step", "error")
_NEEDED_OF_FINDING = ("aspect", "measure", "severity", "value", "unit", "tolerance", "text", "photo", "box")


def check(
    manifest: PathLike,
    out: PathLike | None = None,
    *,
    root: PathLike | None = None,
    allow_url: bool = False,
    columns: ColumnMap | None = None,
    arrivals: PathLike | None = None,
    workers: int = 1,
    time_limit_s: float = MOST_S,
    options: Options | None = None,
    profile: Profile | None = None,
    progress: Progress | None = None,
    since: str | None = None,
    fail_on: Collection[str] = ("mismatch", "error"),
    most: int = 0,
    baseline: PathLike | None = None,
    today: datetime.date | None = None,
    spared: Collection[PathLike] = (),
) -> Check:
    """Which items of a manifest fail a check.

    Parameters
    ----------
    manifest, out, root, allow_url, columns, arrivals, workers, time_limit_s, options, profile, progress
        As in `qaudit.batch.audit.audit`; the results are gone afterwards when `out` is None.
    since
        Branch, tag or commit: items whose row and photos are as they were where the present branch left it are left out.
        None for all items.
    fail_on
        Verdicts that fail the check.
    most
        As many mismatches do not fail it yet.
    baseline
        File of accepted mismatches; one that lies beside the manifest or in the current folder is found by itself.
    today
        The day that accepted mismatches expire by; the present one, in UTC, when None.
    spared
        Files that the caller is to write: none of them may be the baseline or a photo.

    Returns
    -------
        Every item that was looked at, with its place.

    Raises
    ------
    ManifestError
        As in `qaudit.batch.audit.audit`; an empty manifest too.
    SettingsError
        As in `qaudit.batch.audit.audit`; `baseline_missing`, `baseline_broken`, `since_unknown`, `git_unavailable`;
        `output_is_input`: one of `spared` is read.
    """
    items = Manifest(manifest, root, allow_url=allow_url, columns=columns, arrivals=arrivals)
    next(iter(items))  # an empty one is no success
    repository = _repository(items, since)
    file = _baseline_file(items, baseline)
    _spare(items, file, spared)
    accepted = Baseline([] if file is None else read_baseline(file))
    rows: Iterable[Row | ItemError] = items
    numbers: set[int] | None = None
    if since is not None and repository is not None:
        commit = repository.start(since)
        changes = Changes(items, repository, commit, _newly_accepted(accepted, items, file, repository, commit))
        rows = [row for row in items if changes.include(row)]
        numbers = {row.number for row in rows}
    places = _Places(items, repository)
    with ExitStack() as kept:
        if out is None:
            out = kept.enter_context(TemporaryDirectory(prefix="qaudit-"))
        records: Iterator[Mapping[str, Any]] = iter(())
        if numbers is None or numbers:
            done = audit(
                items,
                out,
                workers=workers,
                time_limit_s=time_limit_s,
                numbers=numbers,
                options=options,
                profile=profile,
                progress=progress,
            )
            records = done.records()
        today = today or datetime.datetime.now(datetime.UTC).date()
        cases = [_case(row, record, places, *accepted.answer(record, today)) for row, record in zip(rows, records, strict=True)]
    ids = [row.id for row in items]
    return Check(
        str(versions()["qaudit"]),
        places.manifest,
        _numbered(_judged(cases, fail_on, most)),
        len(ids) - len(cases),
        since,
        most,
        None if file is None else places.named(file),
        accepted.stale(ids),
        sum(_is_moved(row, profile) for row in rows) if profile is not None and profile.categories else 0,
    )


class _Places:
    """Where items and photos are, as reports name it: from the root of the repository, or from the current folder."""

    def __init__(self, items: Manifest, repository: Repository | None) -> None:
        self._start = os.path.realpath(".") if repository is None else repository.root
        self._of_folders = items.path.is_dir()
        self._has_lines = not self._of_folders and items.path.suffix.lower() not in _NO_LINES
        self.manifest = self.named(items.path)

    def of(self, row: Row | ItemError) -> Place:
        """Where an item is asked for: its row, or its arrival photo where there are no rows."""
        if self._of_folders and isinstance(row, Row):
            return self.photos(row).get(row.arrival[0], Place(self.manifest))
        return Place(self.manifest, row.number if self._has_lines else None)

    def photos(self, row: Row | ItemError) -> dict[str, Place]:
        """Where the photos of an item are, those alone that are files here."""
        photos = [] if isinstance(row, ItemError) else row.photos(*SIDES)
        return {photo.text: Place(self.named(photo.path)) for photo in photos if photo.place == "file"}

    def named(self, path: PathLike) -> str:
        """`path` from where we start; as it is where that is elsewhere."""
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  links not followed
        whole = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
        inside = os.path.relpath(whole, self._start)
        return path_to_text(whole if inside.split("/")[0] == os.pardir else inside)


def _repository(items: Manifest, since: str | None) -> Repository | None:
    """The working tree that the manifest is in; it has to be in one where changes are asked for."""
    try:
        return Repository.around(items.folder)
    except SettingsError:
        if since is not None:
            raise
        return None


def _baseline_file(items: Manifest, named: PathLike | None) -> Path | None:
    """The file of accepted mismatches that was named, or the one that lies where one is looked for."""
    if named is not None:
        return Path(named)
    return next((path for path in _looked_for(items) if path.exists()), None)


def _looked_for(items: Manifest) -> tuple[Path, Path]:
    """Where a file of accepted mismatches may lie that was not named."""
    return items.path.absolute().parent / NAME, Path(NAME)


def _spare(items: Manifest, baseline: Path | None, spared: Collection[PathLike]) -> None:
    """Raise where one of the files that are to be written is the baseline, or a photo of any item."""
    targets: dict[tuple[int, int] | None, PathLike] = {_known(path): path for path in spared}
    targets.pop(None, None)
    if not targets:
        return
    rows = (row for row in items if isinstance(row, Row))
    photos: Iterator[PathLike] = (photo.path for row in rows for photo in row.photos() if photo.place == "file")
    read: list[PathLike] = [] if baseline is None else [baseline]
    for path in chain(read, photos):
        if (found := targets.get(_known(path))) is not None:
            raise SettingsError(
                "output_is_input",
                said("{path} is read in this check, and a report would write over it", path=shown(found)),
                said("name another file"),
            )


def _known(path: PathLike) -> tuple[int, int] | None:
    """By what the system knows a file, whatever its name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _newly_accepted(accepted: Baseline, items: Manifest, file: Path | None, repository: Repository, commit: str) -> set[str]:
    """Ids of items of which something else was accepted in `commit`: what it said of them does not hold any more."""
    before = (_accepted_then(repository, commit, path) for path in ([file] if file else _looked_for(items)))
    return set().union(*(accepted.changed_ids(Baseline(then)) for then in before))


def _accepted_then(repository: Repository, commit: str, file: Path) -> list[Acceptance]:
    """What was accepted in a file of `commit`; nothing where it was not there, or could not be used."""
    path = repository.path(os.path.realpath(file))
    data = None if path is None else repository.content(commit, path)
    try:
        return [] if data is None else parse_baseline(data, NAME)
    except SettingsError:
        return []


def _case(
    row: Row | ItemError, record: Mapping[str, Any], places: _Places, acceptance: Acceptance | None, lapse: Lapse | None
) -> Case:
    """One item, not judged yet."""
    if row.id != record["id"]:
        raise RuntimeError("the manifest changed while it was read")
    findings = [{name: found[name] for name in _NEEDED_OF_FINDING} for found in record.get("findings", ())]
    photos = {side: [photo["path"] for photo in record.get("photos", {}).get(side, ())] for side in SIDES}
    brief = {name: record[name] for name in _NEEDED if name in record} | {"findings": findings, "photos": photos}
    state: State = "passed" if record["verdict"] == "match" else "accepted" if acceptance and not lapse else "allowed"
    return Case(brief, places.of(row), places.photos(row), state, acceptance, lapse)


def _is_moved(row: Row | ItemError, profile: Profile) -> bool:
    """Whether `profile` judges an item by other tolerances than its own."""
    from ..decision.categories import for_category

    return isinstance(row, Row) and for_category(profile, row.extra.get("category")) is not profile


def _judged(cases: list[Case], fail_on: Collection[str], most: int) -> list[Case]:
    """The cases, with those that fail the check."""
    mismatches = sum(case.verdict == "mismatch" and case.state != "accepted" for case in cases)
    failing = {verdict for verdict in fail_on if verdict != "mismatch" or mismatches > most}
    return [replace(case, state="failed") if case.state == "allowed" and case.verdict in failing else case for case in cases]


def _numbered(cases: list[Case]) -> list[Case]:
    """The cases, each knowing how many before it have the same id."""
    seen: Counter[str] = Counter()
    numbered = []
    for case in cases:
        numbered.append(replace(case, repeated=seen[case.id]) if seen[case.id] else case)
        seen[case.id] += 1
    return numbered
