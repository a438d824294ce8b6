"""The console entry: the one place that catches, prints an error in one line, and exits."""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from qaudit import __version__
from qaudit.model.errors import PhotoRefused, QauditError
from qaudit.model.language import ENGLISH, said, speaking

from .audit import audit
from .calibrate import calibrate
from .check import accept, check
from .compare import compare
from .config import config
from .evaluate import evaluate
from .exits import ExitCode, InterruptedRunError
from .language import Lang, asked_language, with_language
from .origin import take_origins
from .output import complain
from .plan import plan
from .report import report
from .rule import export, rule
from .schema import schema
from .settings import settings_scope, take_settings
from .usage import usage_sentence

app = typer.Typer(name="qaudit", rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    """Print the version and leave, if that was asked."""
    if wanted:
        typer.echo(f"qaudit {__version__}")
        raise typer.Exit


@app.callback()
def qaudit(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    lang: Lang = None,
) -> None:
    """Tell whether the thing that arrived is the thing that was promised.

    Exit codes: 0 nothing to report, 1 a mismatch, 2 wrong usage, settings or
    manifest, 3 no mismatch but some to review or retake, 4 some items could not
    be audited, 70 internal error, 130 interrupted.
    """


app.command()(compare)
app.command()(audit)
app.command()(check)
app.command()(accept)
app.command()(calibrate)
app.command()(evaluate)
app.command()(report)
app.command()(plan)
app.command()(rule)
app.command()(export)
app.command()(config)
app.command()(schema)
for command in app.registered_commands:
    if command.callback is not None:
        command.callback = with_language(command.callback)


def main(args: Sequence[str]) -> int:
    """Run one command line.

    Parameters
    ----------
    args
        What follows the program's name.

    Returns
    -------
        The exit code, see `ExitCode`.
    """
    try:
        asked = asked_language(args)
        with settings_scope(is_language_asked=asked is not None), speaking(asked or ENGLISH):
            return _done(args)
    except QauditError as error:  # the language itself
        complain(error.sentence)
        return ExitCode.USAGE


def _done(args: Sequence[str]) -> int:
    """Run one command line, and say in one line what goes wrong."""
    try:
        code = take_origins(take_settings(get_command(app))).main(list(args), prog_name="qaudit", standalone_mode=False)
    except typer.TyperException as error:
        complain(usage_sentence(error))
        return ExitCode.USAGE
    except InterruptedRunError as cut:
        again = shlex.join(["qaudit", *args])
        complain(
            said(
                "interrupted; items done: {done} of {total} (to go on: {command})",
                done=cut.done,
                total=cut.total,
                command=again,
            )
        )
        return ExitCode.INTERRUPTED
    except QauditError as error:
        complain(error.sentence)
        return ExitCode.ERROR if isinstance(error, PhotoRefused) else ExitCode.USAGE
    except Exception as error:
        return _internal_error(error)
    if code == ExitCode.INTERRUPTED:  # Typer turns the interrupt into this
        complain(said("interrupted (give the same command again; what --out keeps is not done twice)"))
    return int(code or ExitCode.NOTHING)


def _internal_error(error: Exception) -> int:
    """Say in one line that qaudit itself has failed; with ``QAUDIT_DEBUG=1`` show where."""
    if os.environ.get("QAUDIT_DEBUG") == "1":
        traceback.print_exception(error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    complain(said("internal error: {reason} (please report it, with what QAUDIT_DEBUG=1 shows)", reason=reason))
    return ExitCode.INTERNAL


def run() -> None:
    """Console entry point: run the command line of this process and exit."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name that the terminal's encoding lacks is no failure
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        complain(said("interrupted"))
        code = ExitCode.INTERRUPTED
    sys.exit(int(code))
