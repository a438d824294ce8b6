"""Arguments and options that several commands share, declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from .exits import FAILING, NONE

ALL = ",".join(FAILING)

Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="PATH", help="Limits and calibration to judge by, instead of the ones that come with qaudit."
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="LIST",
        help=f"Which verdicts may fail the run, separated by commas, or {NONE}; the others then exit 0.",
    ),
]
