"""``qaudit report``: the pages of a finished run, made from what lies in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qaudit.model.errors import SettingsError
from qaudit.model.language import said

from .options import MOST_S, Workers
from .rule import Run

ALL_PAGES, FLAGGED_PAGES, NO_PAGES = "all", "flagged", "none"

Pages = Annotated[
    str,
    typer.Option(
        "--pages",
        metavar="WHICH",
        help="Pages of the report: all, flagged for all but matches, or none for no report.",
    ),
]


def report(run: Run, workers: Workers = 1, pages: Pages = ALL_PAGES) -> int:
    """Make the report of a run again.

    Give it after rulings, or to have the report in another language.
    """
    which = parse_pages(pages)
    if which == NO_PAGES:
        raise SettingsError(
            "unknown_value", said("a report cannot be made of --pages none"), said("say {names}", names="all, flagged")
        )
    from qaudit.report.summary import report_line

    typer.echo(report_line(make_report(run, which, workers, MOST_S)))
    return 0


def parse_pages(text: str) -> str:
    """Which items get a page, from the value of ``--pages``.

    Raises
    ------
    SettingsError
        `unknown_value`.
    """
    known = (ALL_PAGES, FLAGGED_PAGES, NO_PAGES)
    if text not in known:
        raise SettingsError(
            "unknown_value",
            said("{option} does not know {name}", option="--pages", name=repr(text)),
            said("say one of {names}", names=", ".join(known)),
        )
    return text


def make_report(run: Path, which: str, workers: int, time_limit_s: float) -> Path:
    """Write the report of a finished run; what is there already and still holds is not made again.

    Parameters
    ----------
    run
        Folder of the run.
    which
        ``all`` or ``flagged``: which items get a page.
    workers, time_limit_s
        As for `qaudit.batch.engine.engine_for`.

    Returns
    -------
        The page of the run.

    Raises
    ------
    SettingsError
        `run_missing`, `run_unfinished`, `out_in_use`, `out_not_writable`, `workers_out_of_range`, `workers_not_started`.
    """
    from qaudit.batch.engine import engine_for
    from qaudit.batch.finished import manifest_start
    from qaudit.batch.lock import held
    from qaudit.batch.schema import REPORT
    from qaudit.report.progress import MakingLines

    from .run_files import RunFiles

    manifest_start(run)  # where there is no run, nothing is left behind that could be taken for one
    with held(run, REPORT):
        files = RunFiles(run, flagged_only=which == FLAGGED_PAGES)
        files.make_pictures(engine_for(workers, None, time_limit_s), MakingLines(files.total))
        return files.write_pages()
