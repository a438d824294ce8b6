"""Arguments and options that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaudit.model.language import said
from qaudit.model.units import unit_of

from .exits import FAILING, NONE
from .output import complain
from .settings import current

if TYPE_CHECKING:
    from qaudit.decision import profile as profiles

ALL = ",".join(FAILING)
# As `qaudit.batch.engine.MOST_S`, which would load the engine to show a help text.
MOST_S = 300.0

Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="PATH", help="Limits and calibration to judge by, instead of the ones that come with qaudit."
    ),
]
BaseRate = Annotated[
    float | None,
    typer.Option(
        "--base-rate",
        metavar="SHARE",
        help="Share of items that are no match where you work, such as 0.03; probabilities are told for it, verdicts stay.",
    ),
]
Workers = Annotated[int, typer.Option("--workers", metavar="N", min=1, help="Processes that compare at the same time.")]
LabelledArgument = Annotated[
    Path,
    typer.Argument(
        metavar="LABELLED", help="Manifest with a column label (match or mismatch), or the results.jsonl of its audit."
    ),
]
TimeLimit = Annotated[
    float,
    typer.Option("--time-limit", metavar="SECONDS", help="An item that takes longer is ended; with several workers only."),
]
Root = Annotated[
    str | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="Folder that photos may not lead out of, instead of the manifest's own; "
        "or an address where they lie, such as s3://bucket/photos.",
    ),
]
AllowUrl = Annotated[
    bool, typer.Option("--allow-url", help="Fetch photos that are http or https addresses; without it nothing is downloaded.")
]
Map = Annotated[
    str | None,
    typer.Option(
        "--map",
        metavar="LIST",
        help='Columns under other names: listing="Image Src",id=SKU; or an export of shopify, woocommerce, etsy.',
    ),
]
Arrivals = Annotated[
    Path | None,
    typer.Option("--arrivals", metavar="DIR", help="Folder of arrival photos that are named after the ids or SKUs."),
]
RunFolder = Annotated[
    Path | None,
    typer.Option("--run", metavar="DIR", help="Folder that keeps what is measured; a run that was cut short goes on in it."),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="LIST",
        help=f"Which verdicts may fail the run, separated by commas, or {NONE}; the others then exit 0.",
    ),
]


def judging_profile(path: str | None, base_rate: float | None) -> profiles.Profile:
    """The profile that ``--profile`` names, or the one that ships, its probabilities moved to ``--base-rate``.

    It knows the tolerances that the settings have for categories.
    """
    from qaudit.decision.profile import load_profile

    profile = load_profile(None if path is None else Path(path))
    if tolerances := current().tolerances:
        from qaudit.decision.categories import with_tolerances

        profile = with_tolerances(profile, tolerances)
        _note_far_tolerances(profile)
    return profile if base_rate is None else profile.at_base_rate(base_rate)


def _note_far_tolerances(profile: profiles.Profile) -> None:
    """Tell of each tolerance that switches its measure off, or makes it accuse nearly everything."""
    from qaudit.decision.categories import far_tolerances
    from qaudit.report.figures import measured

    for key, measure, value, usual in far_tolerances(profile):
        unit = unit_of(measure)
        problem = said(
            "{key} is {value}, which means {told}; the profile has {usual}, which means {usual_told}",
            key=key,
            value=f"{value:.4g}",
            told=measured(value, unit),
            usual=f"{usual:.4g}",
            usual_told=measured(usual, unit),
        )
        way_out = said("so wide that it finds next to nothing") if value > usual else said("so narrow that it finds all")
        complain(said("note: {problem} ({way_out})", problem=problem, way_out=way_out))
