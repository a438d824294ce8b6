"""``qaudit evaluate``: how well a profile answers labelled pairs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .options import BaseRate, LabelledArgument, Profile, RunFolder, Workers, judging_profile
from .output import STDOUT, check_writable, write_output
from .settings import current


def evaluate(
    labelled: LabelledArgument,
    profile: Profile = None,
    base_rate: BaseRate = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="PATH", help="Draw it into one HTML page; - is standard output.")
    ] = None,
    workers: Workers = 1,
    run: RunFolder = None,
) -> int:
    """Tell how well a profile answers labelled pairs."""
    if out is not None:
        check_writable(out, "--out", (str(labelled),))
    from qaudit.batch.labelled import read_labelled
    from qaudit.decision.evaluation import evaluate as evaluated
    from qaudit.decision.profile import load_profile
    from qaudit.report.evaluation import print_evaluation
    from qaudit.report.progress import run_progress

    judged_by = judging_profile(profile, base_rate)
    with run_progress() as progress:
        read = read_labelled(
            labelled, run, workers=workers, options=current().options, profile=load_profile(None), progress=progress
        )
    found = evaluated(read.records, judged_by, unlabelled=read.unlabelled)
    if out is not None:
        from qaudit.report.evaluation_page import evaluation_page

        write_output(out, evaluation_page(found), "--out")
    print_evaluation(found, sys.stderr if out == STDOUT else sys.stdout, page=None if out == STDOUT else out)
    return 0
