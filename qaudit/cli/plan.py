"""``qaudit plan``: how many of a lot to inspect, and how many of them may be defective."""

from __future__ import annotations

from typing import Annotated

import typer


def plan(
    lot: Annotated[int, typer.Option("--lot", metavar="N", help="Units in the lot.")],
    aql: Annotated[float, typer.Option("--aql", metavar="AQL", help="Acceptance quality limit in per cent, such as 2.5.")],
    level: Annotated[str, typer.Option("--level", metavar="LEVEL", help="Inspection level: S-1 to S-4, I, II or III.")] = "II",
) -> int:
    """Give the sampling plan of ISO 2859-1 for a lot.

    For normal, tightened and reduced inspection.
    """
    from qaudit.batch.plan import plan_for
    from qaudit.model.sampling import SWITCHES
    from qaudit.report.lot import print_plans

    print_plans([plan_for(lot, level, aql, switch) for switch in SWITCHES])
    return 0
