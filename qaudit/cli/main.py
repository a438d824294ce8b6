"""The console entry: the one place that catches, prints an error in one line, and exits."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from qaudit import __version__
from qaudit.model.errors import PhotoRefused, QauditError

from .audit import audit
from .calibrate import calibrate
from .compare import compare
from .evaluate import evaluate
from .exits import ExitCode
from .output import complain
from .plan import plan
from .report import report
from .rule import export, rule

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
) -> None:
    """Tell whether the thing that arrived is the thing that was promised.

    Exit codes: 0 nothing to report, 1 a mismatch, 2 wrong usage, settings or
    manifest, 3 no mismatch but some to review or retake, 4 some items could not
    be audited, 70 internal error, 130 interrupted.
    """


app.command()(compare)
app.command()(audit)
app.command()(calibrate)
app.command()(evaluate)
app.command()(report)
app.command()(plan)
app.command()(rule)
app.command()(export)


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
        code = get_command(app).main(list(args), prog_name="qaudit", standalone_mode=False)
    except typer.TyperException as error:
        complain(f"{' '.join(error.format_message().split()).rstrip('.')} ({_help_hint(error)})")
        return ExitCode.USAGE
    except QauditError as error:
        complain(str(error))
        return ExitCode.ERROR if isinstance(error, PhotoRefused) else ExitCode.USAGE
    except Exception as error:
        return _internal_error(error)
    if code == ExitCode.INTERRUPTED:  # Typer turns the interrupt into this
        complain("interrupted (give the same command again; an audit goes on where it stopped)")
    return int(code or ExitCode.NOTHING)


def _help_hint(error: typer.TyperException) -> str:
    """Where the usage of the command that was mistyped is told."""
    context = getattr(error, "ctx", None)
    return f"see {context.command_path if context else 'qaudit'} --help"


def _internal_error(error: Exception) -> int:
    """Say in one line that qaudit itself has failed; with ``QAUDIT_DEBUG=1`` show where."""
    if os.environ.get("QAUDIT_DEBUG") == "1":
        traceback.print_exception(error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    complain(f"internal error: {reason} (please report it, with what QAUDIT_DEBUG=1 shows)")
    return ExitCode.INTERNAL


def run() -> None:
    """Console entry point: run the command line of this process and exit."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name that the terminal's encoding lacks is no failure
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        complain("interrupted")
        code = ExitCode.INTERRUPTED
    sys.exit(int(code))
