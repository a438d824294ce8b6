"""The run over a manifest: every row becomes a comparison or an error, and none is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..model.language import said, spoken_now
from ..model.options import Options
from ..model.progress import Progress, Silent
from ..model.record import SCHEMA, Comparison, ItemError, Record, Totals, Unpaired
from ..model.sampling import Lot, Plan
from ..model.scorecard import ScoreCards
from ..model.sentences import in_language
from ..model.tool import tool_facts
from .basis import Basis, Drawn
from .engine import LOCAL, MOST_S, Engine, Loss, engine_for
from .files import read_results, write_files
from .finished import earlier_run
from .lot import Sampling, drawn, plans
from .manifest import Manifest, read_manifest
from .mapping import ColumnMap
from .row import Row
from .store import Store
from .trace import traces_of
from .work import forget_sights, item_of, record_of

if TYPE_CHECKING:
    from ..decision.profile import Profile

_LOST: Mapping[Loss, str] = {
    "worker_died": said(
        "{problem} ({way_out})",
        problem=said("the process that worked on it was killed twice, perhaps for want of memory"),
        way_out=said("look at its photos, or use fewer workers"),
    ),
    "item_too_slow": said(
        "{problem} ({way_out})",
        problem=said("it took longer than the time limit, and was ended"),
        way_out=said("name fewer photos, or give it more time with --time-limit"),
    ),
}
# Rows that are errors already are kept together, and not all of them: there may be as many as rows.
_ERRORS_AT_ONCE = 1000
PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a manifest.

    Parameters
    ----------
    totals
        How many items got which verdict; with the items of `unpaired`, as many as the manifest has.
    tool
        Versions and digests of the settings.
    out
        Folder with ``results.jsonl``, ``timings.jsonl`` and ``summary.json``; None when nothing was written.
    cards
        Score cards of sellers and categories.
    lot
        Fate of the lot, where a sample of it was audited; the other fields are then those of the sample.
    unpaired
        What the folder of arrivals and the manifest have not in common.
    rulings
        Place in `records`, from 0 -> label, of each item that a person ruled on.
    records
        Call it for an iterator of the results records, in the manifest's order; as often as wanted.
    """

    totals: Totals
    tool: Mapping[str, Any]
    out: Path | None
    cards: ScoreCards
    lot: Lot | None
    unpaired: Unpaired
    rulings: Mapping[int, str]
    records: Callable[[], Iterator[dict[str, Any]]]


def audit(
    manifest: PathLike | Manifest,
    out: PathLike | None = None,
    *,
    root: PathLike | None = None,
    allow_url: bool = False,
    columns: ColumnMap | None = None,
    arrivals: PathLike | None = None,
    workers: int = 1,
    cluster: str | None = None,
    time_limit_s: float = MOST_S,
    compare_to: PathLike | None = None,
    sampling: Sampling | None = None,
    numbers: Collection[int] | None = None,
    options: Options | None = None,
    profile: Profile | None = None,
    progress: Progress | None = None,
) -> Report:
    """Which items of a manifest did not arrive as they were listed.

    Parameters
    ----------
    manifest, root, allow_url, columns, arrivals
        As in `qaudit.batch.manifest.Manifest`; a manifest that is one already has the other four.
    out
        Folder for the results. A run that was stopped goes on where it was; an item is done again when its row,
        its photos, the settings or the version changed.
    workers
        Number of processes, 1..256; 1 works in this process. The results do not depend on it.
    cluster
        Address of a Dask scheduler whose workers see the same files, or ``local`` for one that is started here with
        `workers` workers. Needs the extra ``cluster``.
    time_limit_s
        An item that takes longer is ended and becomes an error; only where there are several workers, and no cluster.
    compare_to
        Folder of an earlier run that the score cards are compared with.
    sampling
        Audit a sample of the manifest, which is a lot; None for all of it.
    numbers
        Of the rows that are audited, the others being left out as if they were not there; None for all. Not with `sampling`.
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
        `workers_out_of_range`, `workers_not_started`, `time_limit_out_of_range`, `extra_missing`, `cluster_unreachable`,
        `cluster_differs`, `cluster_lost`, `root_missing`, `root_unreachable`, `out_not_writable`, `out_in_use`,
        `store_broken`, `run_missing`, `plan_unknown`,
        `arrivals_missing`.
    """
    engine = engine_for(workers, cluster, time_limit_s)
    items = (
        manifest
        if isinstance(manifest, Manifest)
        else Manifest(manifest, root, allow_url=allow_url, columns=columns, arrivals=arrivals, is_lot=sampling is not None)
    )
    settings = _settings(options, profile)
    progress = progress or Silent()
    before = None if compare_to is None else earlier_run(Path(compare_to))
    folder = None if out is None else Path(out)
    next(iter(items))  # what is wrong with all of it is known before anything is written
    store = Store(folder)
    try:
        sample = None if sampling is None else _Sample.of(items, sampling, store)
        rows: Iterable[Row | ItemError] = items if sample is None else sample.rows
        if numbers is not None:
            rows = [row for row in items if row.number in numbers]
        digest = items.digest() if rows is items else None
        begun = partial(store.begin, rows, settings["tool"], items.start, digest, items.address)
        with _scratch(elsewhere=cluster not in (None, LOCAL)) as scratch:
            _do_all(rows, begun, store, settings, engine, progress, scratch)
        totals = store.totals()
        judged_by = settings["profile"]
        basis = Basis(
            known=judged_by.guarantee,
            moved=judged_by.categories.names,
            before=None if before is None else before.groups,
            compared=None if before is None else before.compared(settings["tool"]),
            sample=None if sample is None else sample.drawn(),
        )
        store.keep_basis(basis)
        cards = basis.cards(store.groups())
        lot = None if sample is None else basis.lot(store.units())
        unpaired = Unpaired(*items.unpaired())
        if rows is items and items.count not in (None, len(totals) + len(unpaired.items)):
            raise RuntimeError(f"{items.count} items gave {len(totals)} results and {len(unpaired.items)} without a photo")
        rulings = store.rulings()
        if folder is None:
            values = [in_language(record.to_dict(), spoken_now()) for record in store.records()]
            return Report(totals, settings["tool"], None, cards, lot, unpaired, rulings, lambda: iter(values))
        summary = {
            "schema": SCHEMA,
            "items": len(totals),
            "totals": totals.to_dict(),
            "tool": dict(settings["tool"]),
            "score_cards": cards.to_dict(),
            "lot": lot and lot.to_dict(),
            "unpaired": unpaired.to_dict(),
        }
        write_files(folder, store, summary)
        return Report(totals, settings["tool"], folder, cards, lot, unpaired, rulings, partial(read_results, folder))
    finally:
        forget_sights()
        store.close()


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
    return _each(rows, _settings(options, profile))


def _each(rows: Iterable[Row | ItemError], settings: Mapping[str, Any]) -> Iterator[Comparison | ItemError]:
    """What comes of each row, when it is asked for."""
    from ..sights import Sights

    sights = Sights()
    for row in rows:
        yield _with_tool(row, settings) if isinstance(row, ItemError) else item_of(row, **settings, sights=sights)


def _settings(options: Options | None, profile: Profile | None) -> dict[str, Any]:
    """What every item is done with, as arguments of `item_of`."""
    from ..decision.profile import load_profile

    options = options or Options()
    profile = profile or load_profile(None)
    tool = tool_facts(options, profile.id, profile.holds_for, profile.categories)
    return {"options": options, "profile": profile, "tool": tool}


def _with_tool(error: ItemError, settings: Mapping[str, Any]) -> ItemError:
    """The error of a row, which was found before the settings were known, with what it belongs to."""
    return replace(error, tool=settings["tool"])


def _do_all(
    rows: Iterable[Row | ItemError],
    begin: Callable[[], tuple[int, int]],
    store: Store,
    settings: Mapping[str, Any],
    engine: Engine,
    progress: Progress,
    scratch: str | None,
) -> None:
    """Bring the result of every row that has none yet into `store`."""
    tool = settings["tool"]
    total, done = begin()
    progress.start(total, done)
    unusable = store.pending(rows, tool, kinds=(ItemError,))
    known = 0
    while some := list(islice(unusable, _ERRORS_AT_ONCE)):
        found = [
            (position, Record(_with_tool(row, settings).to_dict())) for position, row in some if isinstance(row, ItemError)
        ]
        store.add_all(found)
        for _, record in found:
            progress.finished(record)
        known += len(found)
    jobs = ((position, _placed(row)) for position, row in store.pending(rows, tool, kinds=(Row,)) if isinstance(row, Row))
    count = total - done - known
    work = partial(record_of, **settings, scratch=scratch)
    with closing(engine.run(jobs, count, work, partial(_lost, tool=tool))) as results:  # no worker outlives it
        for position, record in results:
            store.add(position, record)
            progress.finished(record)


@contextmanager
def _scratch(*, elsewhere: bool) -> Iterator[str | None]:
    """A folder for what workers fetch, which is removed with what is in it, also of a worker that was ended.

    Workers `elsewhere` have folders of their own: None.
    """
    if elsewhere:
        yield None
        return
    with TemporaryDirectory(prefix="qaudit-run-", ignore_cleanup_errors=True) as folder:
        yield folder


@dataclass(frozen=True, slots=True)
class _Sample:
    """Units that were drawn, and with which plans they are judged."""

    units: int
    places: list[int]
    rows: list[Row | ItemError]
    seed: str
    seeds: int
    planned: Mapping[str, Plan]

    @classmethod
    def of(cls, lot: Iterable[Row | ItemError], sampling: Sampling, store: Store) -> _Sample:
        """Draw a sample of `lot`, with the seed that `store` keeps."""
        ids = [row.id for row in lot]
        planned = plans(len(ids), sampling)
        seed, seeds = store.seed(sampling.seed)
        places = drawn(ids, seed, max(plan.size for plan in planned.values()))
        chosen = set(places)
        return cls(len(ids), places, [row for place, row in enumerate(lot) if place in chosen], seed, seeds, planned)

    def drawn(self) -> Drawn:
        """How the fate of the lot is made from its units."""
        among = {place: position for position, place in enumerate(sorted(self.places))}
        return Drawn(self.units, self.seed, self.seeds, self.planned, [among[place] for place in self.places])


def _placed(row: Row) -> Row:
    """`row` with a folder that is the same one for every process, wherever it works."""
    return replace(row, folder=os.path.abspath(row.folder))  # noqa: PTH100  as it is named, links not followed


def _lost(row: Row, loss: Loss, tool: Mapping[str, Any]) -> Record:
    """The record of an item that killed its worker or kept it too long."""
    return Record(ItemError(row.id, loss, _LOST[loss], row.extra, tool).to_dict(), {}, traces_of(row))
