"""``qaudit rule`` and ``qaudit export``: a person's word on an item, and what was ruled as labelled pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qaudit.model.text import one_line

from .output import STDOUT, check_writable, write_output

Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, as qaudit audit --out was given it.")]


def rule(
    run: Run,
    id: Annotated[str, typer.Argument(metavar="ID", help="Item of the run's manifest.")],  # noqa: A002  its name for a user
    label: Annotated[str, typer.Argument(metavar="LABEL", help="match or mismatch.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decided.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
) -> int:
    """Take down what a person decided on an item; it holds until a photo of it changes."""
    from qaudit.batch.rulings import rule as take_down
    from qaudit.report.words import words

    done = take_down(run, id, label, by, reason)
    typer.echo(words("ruled.done", id=one_line(id), label=label, by=one_line(by), verdict=done.verdict))
    if done.before:
        typer.echo(words("ruled.before", before=done.before))
    typer.echo(words("ruled.holding", count=done.holding))
    return 0


def export(
    run: Run,
    labelled: Annotated[
        str,
        typer.Option(
            "--labelled",
            metavar="FILE",
            help="Where to write them: .jsonl for results records, .csv for a manifest.",
        ),
    ],
) -> int:
    """Write the items that a person ruled on as labelled pairs, for calibrate and evaluate."""
    check_writable(labelled, "--labelled")
    from qaudit.batch.rulings import export_labelled
    from qaudit.report.words import words

    target = Path("labelled.jsonl" if labelled == STDOUT else labelled)
    data, totals = export_labelled(run, target)
    write_output(labelled, data, "--labelled")
    typer.echo(
        words("exported.done", count=len(totals), matches=totals.match, mismatches=totals.mismatch), err=labelled == STDOUT
    )
    return 0
