"""``qaudit audit``: a manifest of many items, with a summary at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import exit_code, parse_fail_on
from .options import ALL, BaseRate, FailOn, Profile, Workers, judging_profile


def audit(
    manifest: Annotated[
        Path, typer.Argument(metavar="MANIFEST", help="Table with the columns id, listing and arrival: CSV or JSON Lines.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the results; a run that was cut short goes on in it.")
    ],
    workers: Workers = 1,
    root: Annotated[
        Path | None,
        typer.Option("--root", metavar="DIR", help="Folder that photos may not lead out of, instead of the manifest's own."),
    ] = None,
    allow_url: Annotated[
        bool,
        typer.Option("--allow-url", help="Fetch photos that are http or https addresses; without it nothing is downloaded."),
    ] = False,
    profile: Profile = None,
    base_rate: BaseRate = None,
    fail_on: FailOn = ALL,
) -> int:
    """Audit every item of a manifest."""
    failing = parse_fail_on(fail_on)
    from qaudit.batch.audit import audit as audit_manifest
    from qaudit.report.progress import run_progress
    from qaudit.report.summary import print_summary

    judged_by = judging_profile(profile, base_rate)
    with run_progress() as progress:
        report = audit_manifest(
            manifest, out, root=root, allow_url=allow_url, workers=workers, profile=judged_by, progress=progress
        )
    print_summary(report.totals, report.records(), out)
    return exit_code(report.totals.to_dict(), failing)
