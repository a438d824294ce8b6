"""``qaudit audit``: a manifest of many items, with a summary at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from qaudit.model.errors import SettingsError
from qaudit.model.language import said
from qaudit.model.sampling import SWITCHES

from .exits import InterruptedRunError, exit_code, parse_fail_on
from .options import (
    ALL,
    MOST_S,
    AllowUrl,
    Arrivals,
    BaseRate,
    FailOn,
    Map,
    Profile,
    Root,
    TimeLimit,
    Workers,
    judging_profile,
)
from .output import complain
from .report import NO_PAGES, Pages, make_report, parse_pages
from .settings import current

if TYPE_CHECKING:
    from qaudit.batch.lot import Sampling
    from qaudit.model.progress import Counting
    from qaudit.model.sampling import Switch
    from qaudit.report.progress import RunProgress


def audit(
    manifest: Annotated[
        Path,
        typer.Argument(metavar="MANIFEST", help="Table with columns id, listing and arrival: CSV, JSON Lines, Parquet, XLSX."),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the results; a run that was cut short goes on in it.")
    ],
    workers: Workers = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="Dask scheduler that does the work, such as tcp://host:8786; local starts one."
        ),
    ] = None,
    time_limit: TimeLimit = MOST_S,
    root: Root = None,
    allow_url: AllowUrl = False,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="LEVEL", help="Audit a sample after ISO 2859-1 at this level, and judge the lot."),
    ] = None,
    aql: Annotated[
        str | None,
        typer.Option("--aql", metavar="LIST", help="AQL of the lot: 2.5, or critical=0,major=2.5,minor=4."),
    ] = None,
    switch: Annotated[
        str, typer.Option("--switch", metavar="SEVERITY", help="Inspection: normal, tightened or reduced.")
    ] = SWITCHES[0],
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="TEXT", help="Seed of the sample; drawn and kept with the run if left out.")
    ] = None,
    compare_to: Annotated[
        Path | None,
        typer.Option("--compare-to", metavar="RUN", help="Folder of an earlier run; score cards say what got better or worse."),
    ] = None,
    map_: Map = None,
    arrivals: Arrivals = None,
    pages: Pages = "all",
    profile: Profile = None,
    base_rate: BaseRate = None,
    fail_on: FailOn = ALL,
) -> int:
    """Audit every item of a manifest."""
    failing = parse_fail_on(fail_on)
    which = parse_pages(pages)
    from qaudit.batch.audit import audit as audit_manifest
    from qaudit.batch.mapping import parse_map
    from qaudit.report.progress import run_progress
    from qaudit.report.summary import print_summary

    from .run_files import remove_report

    sampling = _sampling(plan, aql, switch, seed)
    for line in _without_effect(workers, cluster, time_limit):
        complain(line)
    judged_by = judging_profile(profile, base_rate)
    with run_progress() as shown, _counting(shown) as progress:
        report = audit_manifest(
            manifest,
            out,
            root=root,
            allow_url=allow_url,
            columns=None if map_ is None else parse_map(map_),
            arrivals=arrivals,
            workers=workers,
            cluster=cluster,
            time_limit_s=time_limit,
            compare_to=compare_to,
            sampling=sampling,
            options=current().options,
            profile=judged_by,
            progress=progress,
        )
    if which == NO_PAGES:
        remove_report(out)
    else:
        make_report(out, which, workers, time_limit)
    print_summary(
        report.totals,
        report.records(),
        out,
        unpaired=report.unpaired,
        lot=report.lot,
        cards=report.cards,
        rulings=report.rulings,
    )
    counts = report.totals.to_dict()
    counts["error"] += len(report.unpaired.arrivals)  # something arrived, and nobody knows whether it is what was listed
    return exit_code(counts, failing)


@contextmanager
def _counting(listener: RunProgress) -> Iterator[Counting]:
    """A listener that passes on what it is told; an interrupt tells how far the run had come."""
    from qaudit.model.progress import Counting

    progress = Counting(listener)
    try:
        yield progress
    except KeyboardInterrupt:
        if progress.total is None:
            raise
        raise InterruptedRunError(progress.done, progress.total) from None


def _without_effect(workers: int, cluster: str | None, time_limit: float) -> Iterator[str]:
    """What is to be said of options that were given and change nothing."""
    if time_limit != MOST_S and (cluster is not None or workers == 1):
        yield said("note: --time-limit has no effect with one worker or a cluster, which cannot end an item")
    if workers > 1 and cluster not in (None, "local"):
        yield said("note: --workers has no effect with a cluster elsewhere, which has its own")


def _sampling(level: str | None, aql: str | None, switch: str, seed: str | None) -> Sampling | None:
    """The sampling that was asked for, if any was."""
    from qaudit.batch.lot import Sampling, parse_aqls

    if level is None and aql is None:
        if switch != SWITCHES[0] or seed is not None:
            raise SettingsError(
                "plan_incomplete", said("--switch and --seed are for a sample"), said("give --plan and --aql too")
            )
        return None
    if level is None or aql is None:
        raise SettingsError("plan_incomplete", said("a sample needs --plan and --aql"), said("give both, or none to audit all"))
    return Sampling(level, parse_aqls(aql), cast("Switch", switch), seed)
