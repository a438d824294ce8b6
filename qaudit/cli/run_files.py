"""The files of a run's report: its page, a page an item, and the pictures that they show."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qaudit.batch.finished import Finished, figures_now, is_finished, items_in, manifest_start
from qaudit.batch.lock import held
from qaudit.batch.pictures import FOLDER, Job, job_of, kept_shots, make_all
from qaudit.batch.schema import REPORT, told
from qaudit.model.errors import SettingsError
from qaudit.model.language import said, spoken_now
from qaudit.model.picture import ItemShots, Shot
from qaudit.model.sentences import in_language
from qaudit.model.text import shown
from qaudit.model.whole import put_whole

if TYPE_CHECKING:
    from qaudit.batch.engine import Engine
    from qaudit.report.run_page import RunItem

PAGE: Final = "report.html"
BESIDE: Final = "report"
# Only what is named like this is ever removed.
_ITEM: Final = re.compile(r"[0-9a-f]{20}\.html")
_PICTURE: Final = re.compile(r"([0-9a-f]{32})-[a-z0-9_-]+\.(jpg|json)")
# Left behind by a process that was killed: of a page, or of a picture.
_DRAFT: Final = re.compile(r"\.([0-9a-f]{20}\.html|[0-9a-f]{16})\.tmp")


class RunFiles:
    """The report of one run; used once."""

    def __init__(self, run: Path, *, flagged_only: bool) -> None:
        """`run`: its folder. `flagged_only`: items that match get no page.

        Raises
        ------
        SettingsError
            `run_missing`; `run_unfinished`: the run was never finished.
        """
        self._run = run
        self._folder = run / BESIDE
        self._flagged_only = flagged_only
        self._start = manifest_start(run)
        self._summary = _summary(run)
        self._missing: Mapping[str, str] = {}
        self._pictureless = 0
        self._named = Counter[str]()
        self._shown: set[str] = set()
        self.total = int(self._summary["items"])

    def make_pictures(self, engine: Engine, progress: Callable[[int], None]) -> None:
        """Make what is not there yet; SettingsError as in `qaudit.batch.pictures.make_all`."""
        paged = (item for item in items_in(self._run) if self._has_page(item.record))
        self._missing = make_all(paged, self._start, self._folder, engine, self.total, progress)

    def write_pages(self) -> Path:
        """Write all pages, and remove those of items and photos that are no more; the page of the run.

        Raises
        ------
        SettingsError
            `out_not_writable`.
        """
        from qaudit.report.run_page import run_page

        now = figures_now(self._run)
        aspects = Counter[str]()
        for group in now.groups:
            aspects.update(dict.fromkeys(group.aspects, group.count))
        page = self._run / PAGE
        with told(self._run, REPORT):
            self._folder.mkdir(exist_ok=True)
            items = list(self._items())
            pieces = run_page(
                {**self._summary, "score_cards": now.cards.to_dict(), "lot": now.lot and now.lot.to_dict()},
                items,
                aspects=aspects,
                ruled=sum(group.count for group in now.groups if group.ruling),
                flagged_only=self._flagged_only,
                pictureless=self._pictureless,
            )
            _write(page, pieces)
            self._clear()
        return page

    def _has_page(self, record: Mapping[str, Any]) -> bool:
        """Whether an item gets a page."""
        return not self._flagged_only or record["verdict"] != "match"

    def _items(self) -> Iterator[RunItem]:
        """Every item for the table, its page written."""
        from qaudit.report.item_page import item_page
        from qaudit.report.run_page import RunItem

        for item in items_in(self._run):
            told_now = in_language(item.record, spoken_now())
            record: dict[str, Any] = {key: told_now[key] for key in _IN_TABLE if key in told_now}
            if not self._has_page(item.record):
                yield RunItem(record, item.ruling)
                continue
            shots = self._shots(item)
            name = self._name(item)
            _write(self._folder / name, item_page(told_now, shots, ruling=item.ruling, back=f"../{PAGE}"))
            yield RunItem(record, item.ruling, f"{BESIDE}/{name}", shots.thumbnail and _from_run(shots.thumbnail))

    def _shots(self, item: Finished) -> ItemShots:
        """The pictures of an item, or why there are none."""
        job: Job | None = job_of(item.record, self._start, self._folder)
        if job is None:
            return ItemShots()
        self._shown.add(job.name)
        shots = kept_shots(job) or ItemShots(missing=self._missing.get(job.name, "failed"))
        self._pictureless += shots.missing is not None
        return shots

    def _name(self, item: Finished) -> str:
        """Name of an item's page, by its id; rows that repeat an id have one each."""
        digest = hashlib.sha256(json.dumps(item.record["id"]).encode()).hexdigest()
        self._named[digest] += 1
        again = self._named[digest] - 1
        return f"{(hashlib.sha256(f'{digest} {again}'.encode()).hexdigest() if again else digest)[:20]}.html"

    def _clear(self) -> None:
        """Remove pages and pictures of an earlier report that nothing leads to any more."""
        named = set()
        for digest, count in self._named.items():
            named.add(digest[:20])
            named |= {hashlib.sha256(f"{digest} {again}".encode()).hexdigest()[:20] for again in range(1, count)}
        _clear(self._folder, named, self._shown)


def remove_report(run: Path) -> None:
    """Remove the report of an earlier audit, which may tell of items that are no more; what is not of a report stays.

    Parameters
    ----------
    run
        Folder of the run.

    Raises
    ------
    SettingsError
        `out_in_use`, `out_not_writable`.
    """
    folder = run / BESIDE
    if not (run / PAGE).exists() and not folder.is_dir():
        return
    with held(run, REPORT), told(run, REPORT):
        (run / PAGE).unlink(missing_ok=True)
        if folder.is_dir():
            _clear(folder, set(), set())
            for emptied in (*folder.glob(f"{FOLDER}/??"), folder / FOLDER, folder):
                if emptied.is_dir() and not any(emptied.iterdir()):
                    emptied.rmdir()


def _clear(folder: Path, named: set[str], shown_: set[str]) -> None:
    """Remove from a report all pages and pictures but these, and every draft."""
    for path in folder.iterdir():
        if _DRAFT.fullmatch(path.name) or (_ITEM.fullmatch(path.name) and path.stem not in named):
            path.unlink()
    for path in folder.glob(f"{FOLDER}/??/*"):
        found = _PICTURE.fullmatch(path.name)
        if _DRAFT.fullmatch(path.name) or (found and found[1] not in shown_):
            path.unlink()


# What the table of a run shows of a record.
_IN_TABLE: Final[tuple[str, ...]] = ("id", "verdict", "p_mismatch", "findings", "next_step", "error", "row")


def _summary(run: Path) -> dict[str, Any]:
    """What a finished run says of itself; an audit that was broken off leaves what an earlier one said."""
    try:
        summary = json.loads((run / "summary.json").read_bytes()) if is_finished(run) else None
    except (OSError, ValueError):
        summary = None
    if summary is None:
        raise SettingsError(
            "run_unfinished",
            said("{folder}: the run is not finished", folder=shown(run)),
            said("give its qaudit audit again; it goes on where it stopped"),
        )
    return dict(summary)


def _from_run(shot: Shot) -> Shot:
    """A picture as seen from the page of the run."""
    return Shot(f"{BESIDE}/{shot.source}", shot.width, shot.height)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Put a page in the place of `path`; the run's lock keeps others from its draft."""
    put_whole(path, lambda file: file.writelines(pieces), f".{path.name}.tmp")
