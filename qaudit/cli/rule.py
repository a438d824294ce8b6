"""``qaudit rule`` and ``qaudit export``: a person's word on an item, and what was ruled as labelled pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import STDOUT, check_writable, write_output

Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, as qaudit audit --out was given it.")]


def rule(
    run: Run,
    id: Annotated[str, typer.Argument(metavar="ID", help="Item of the run's manifest.")],  # noqa: A002  its name for a user
    label: Annotated[str, typer.Argument(metavar="LABEL", help="match or mismatch.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decided.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
) -> int:
    """Take down what a person decided on an item.

    It holds until a photo of the item changes.
    """
    from qaudit.batch.rulings import rule as take_down
    from qaudit.report.rulings import ruling_lines

    done = take_down(run, id, label, by, reason)
    for line in ruling_lines(id, label, by, done.verdict, done.before, done.holding):
        typer.echo(line)
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
    """Write the items that a person ruled on as labelled pairs.

    They are for calibrate and evaluate.
    """
    check_writable(labelled, "--labelled")
    from qaudit.batch.rulings import export_labelled
    from qaudit.report.rulings import export_line

    target = Path("labelled.jsonl" if labelled == STDOUT else labelled)
    data, totals = export_labelled(run, target)
    write_output(labelled, data, "--labelled")
    typer.echo(export_line(totals), err=labelled == STDOUT)
    return 0
