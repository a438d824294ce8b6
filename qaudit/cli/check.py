"""``qaudit check`` and ``qaudit accept``: a manifest in CI, and the mismatches that it may have."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from qaudit.model.errors import SettingsError
from qaudit.model.language import said
from qaudit.model.text import shown

from .exits import exit_code, parse_fail_on
from .options import (
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
from .output import STDOUT, check_apart, check_writable, complain, on_github, write_output
from .settings import current

if TYPE_CHECKING:
    from qaudit.model.check import Check

_FAILING = "mismatch,error"
_ANNOTATIONS = ("auto", "github", "none")
_BASELINE = "qaudit-baseline.json"
_STORE = "run.sqlite"


def check(
    manifest: Annotated[
        Path,
        typer.Argument(
            metavar="MANIFEST_OR_FOLDER", help="Manifest as for qaudit audit, or a folder ITEM/listing*, ITEM/arrival*."
        ),
    ],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REF", help="Only items whose row or photos changed since this branch, tag or commit."),
    ] = None,
    fail_on: FailOn = _FAILING,
    max_mismatch: Annotated[
        int, typer.Option("--max-mismatch", metavar="N", min=0, help="As many mismatches do not fail the check yet.")
    ] = 0,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="PATH",
            help=f"Accepted mismatches; {_BASELINE} beside the manifest, or here, is found by itself.",
        ),
    ] = None,
    annotations: Annotated[
        str,
        typer.Option(
            "--annotations", metavar="FORM", help="Notes at rows: github, none, or auto, which is github where that runs it."
        ),
    ] = "auto",
    junit: Annotated[str | None, typer.Option("--junit", metavar="PATH", help="Write JUnit XML.")] = None,
    sarif: Annotated[str | None, typer.Option("--sarif", metavar="PATH", help="Write SARIF 2.1.0.")] = None,
    gitlab: Annotated[str | None, typer.Option("--gitlab", metavar="PATH", help="Write GitLab's code quality JSON.")] = None,
    markdown: Annotated[
        str | None,
        typer.Option("--markdown", metavar="PATH", help="Write a summary in Markdown; GitHub's job page has it by itself."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Keep the results there, as qaudit audit does; qaudit accept needs them."),
    ] = None,
    workers: Workers = 1,
    time_limit: TimeLimit = MOST_S,
    root: Root = None,
    allow_url: AllowUrl = False,
    map_: Map = None,
    arrivals: Arrivals = None,
    profile: Profile = None,
    base_rate: BaseRate = None,
) -> int:
    """Audit a manifest in CI: annotations, reports, exit code."""
    failing = parse_fail_on(fail_on)
    for_github = _for_github(annotations)
    outputs = {"--junit": junit, "--sarif": sarif, "--gitlab": gitlab, "--markdown": markdown}
    writers = {option: (path, _writer(option)) for option, path in outputs.items() if path is not None}
    paths = {option: path for option, (path, _) in writers.items()}
    file = current().file
    read = [manifest, baseline, profile, None if file is None else file.path, None if out is None else out / _STORE]
    for option, path in paths.items():
        check_writable(path, option, [str(source) for source in read if source is not None])
    check_apart(paths)
    if STDOUT in paths.values() and (for_github or on_github()):
        raise SettingsError(
            "output_unsafe",
            said("what GitHub Actions runs cannot have a report on standard output: its runner takes lines for commands"),
            said("name a file"),
        )
    from qaudit.batch.check import check as check_manifest
    from qaudit.batch.mapping import parse_map
    from qaudit.report.progress import run_progress

    with run_progress() as progress:
        done = check_manifest(
            manifest,
            out,
            root=root,
            allow_url=allow_url,
            columns=None if map_ is None else parse_map(map_),
            arrivals=arrivals,
            workers=workers,
            time_limit_s=time_limit,
            options=current().options,
            profile=judging_profile(profile, base_rate),
            progress=progress,
            since=since,
            fail_on=failing,
            most=max_mismatch,
            baseline=baseline,
            spared=[path for path in paths.values() if path != STDOUT],
        )
    done = replace(done, settings="" if file is None else file.shown)
    for option, (path, write) in writers.items():
        write_output(path, write(done), option)
    _tell(done, for_github, sys.stderr if STDOUT in outputs.values() else sys.stdout)
    return exit_code(done.failing(), failing)


def accept(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, as --out was given it.")],
    id: Annotated[str, typer.Argument(metavar="ID", help="Item that is a mismatch.")],  # noqa: A002  its name for a user
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may be so.")],
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who accepts it; the name that git has, else the user's.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day that it holds, such as 2027-01-31.")
    ] = None,
    baseline: Annotated[
        Path, typer.Option("--baseline", metavar="PATH", help="File that it is written into; made if it is not there.")
    ] = Path(_BASELINE),
) -> int:
    """Accept a mismatch, so that a check does not fail for it.

    It holds while the photos stay as they are.
    """
    import datetime

    from qaudit.batch.baseline import accept as accept_mismatch
    from qaudit.batch.baseline import read_baseline, written_baseline
    from qaudit.report.annotations import no_command
    from qaudit.report.check import acceptance_lines

    check_writable(str(baseline), "--baseline")
    before = read_baseline(baseline) if baseline.exists() else []
    today = datetime.datetime.now(datetime.UTC).date()
    accepted, added, replaced = accept_mismatch(run, id, reason, _person() if by is None else by, until, before, today)
    write_output(str(baseline), written_baseline(accepted), "--baseline")
    for line in acceptance_lines(added, replaced, shown(baseline)):
        typer.echo(no_command(line) if on_github() else line)
    return 0


def _for_github(annotations: str) -> bool:
    """Whether the runner of GitHub Actions reads what is printed."""
    if annotations not in _ANNOTATIONS:
        raise SettingsError(
            "unknown_value",
            said("--annotations does not know {form}", form=shown(annotations)),
            said("allowed are {forms}", forms=", ".join(_ANNOTATIONS)),
        )
    return annotations == "github" or (annotations == "auto" and on_github())


def _writer(option: str) -> Callable[[Check], bytes]:
    """What makes a report; loaded before the work begins, so that a missing library does not cost it."""
    try:
        if option == "--junit":
            from qaudit.report.junit import junit_xml

            return junit_xml
        if option == "--sarif":
            from qaudit.report.sarif import sarif_json

            return sarif_json
    except ImportError as error:
        raise SettingsError(
            "extra_missing",
            said("what writes {option} is not installed", option=option),
            said("install it: pip install 'qaudit[ci]'"),
        ) from error
    if option == "--gitlab":
        from qaudit.report.gitlab import gitlab_json

        return gitlab_json
    from qaudit.report.markdown import markdown_text

    return lambda done: markdown_text(done).encode()


def _tell(done: Check, for_github: bool, file: TextIO) -> None:
    """Print what came of it; to GitHub also as annotations and on the page of the job."""
    from qaudit.report.annotations import annotation_lines
    from qaudit.report.check import print_check
    from qaudit.report.markdown import markdown_text

    print_check(done, file, for_github=for_github)
    if not for_github:
        return
    for line in annotation_lines(done):
        file.write(f"{line}\n")
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page:
        try:
            with Path(page).open("ab") as summary:
                summary.write(markdown_text(done).encode())
        except OSError as error:  # the check is what counts
            complain(said("the page of the job cannot be written: {reason}", reason=error.strerror or str(error)))


def _person() -> str:
    """Who sits here: the name that git has, else the name of the user; empty where neither is known."""
    from qaudit.batch.git import Repository

    try:
        return Repository(".").user()
    except SettingsError:
        return os.environ.get("USER", "")
