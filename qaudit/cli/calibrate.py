"""``qaudit calibrate``: limits at error rates that labelled pairs can carry, as a profile."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from qaudit.model.language import said
from qaudit.model.text import shown

from .options import LabelledArgument, RunFolder, Workers
from .output import STDOUT, check_writable, write_output
from .settings import current


def calibrate(
    labelled: LabelledArgument,
    out: Annotated[str, typer.Option("--out", metavar="PATH", help="Where to write the profile; - is standard output.")],
    alpha: Annotated[
        float, typer.Option("--alpha", metavar="SHARE", help="Share of matches that may be accused at the most.")
    ] = 0.01,
    beta: Annotated[
        float, typer.Option("--beta", metavar="SHARE", help="Share of mismatches that may be passed at the most.")
    ] = 0.05,
    confidence: Annotated[
        float, typer.Option("--confidence", metavar="SHARE", help="How surely each of the two shares is to be kept.")
    ] = 0.95,
    base_rate: Annotated[
        float | None,
        typer.Option("--base-rate", metavar="SHARE", help="Share of mismatches that the profile tells probabilities for."),
    ] = None,
    workers: Workers = 1,
    run: RunFolder = None,
) -> int:
    """Make a profile from labelled pairs, with rates that it keeps."""
    check_writable(out, "--out", (str(labelled),))
    from qaudit.batch.labelled import read_labelled
    from qaudit.decision.calibration import calibrate as calibrated_profile
    from qaudit.decision.calibration import described
    from qaudit.decision.guarantee import Aim
    from qaudit.decision.profile import checked_base_rate, load_profile, to_toml
    from qaudit.report.calibration import Made, print_calibration
    from qaudit.report.progress import run_progress

    aim = Aim(alpha, beta, confidence)
    prior = None if base_rate is None else checked_base_rate(base_rate)
    with run_progress() as progress:
        read = read_labelled(
            labelled, run, workers=workers, options=current().options, profile=load_profile(None), progress=progress
        )
    stem = "calibrated" if out == STDOUT else Path(out).stem
    data = said("{pairs}, {file}", pairs=described(read.records), file=shown(labelled.name))
    made = calibrated_profile(read.records, aim, name=f"{stem}-{datetime.date.today()}", data=data)
    profile = replace(made.profile, prior=prior)
    write_output(out, to_toml(profile).encode(), "--out")
    told = Made(out, data, profile.accuse, profile.accept, made.guarantee, made.caught, made.passed, profile.holds_for)
    print_calibration(told, sys.stderr if out == STDOUT else sys.stdout)
    return 0
