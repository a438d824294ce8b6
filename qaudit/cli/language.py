"""In which language a command speaks: `--lang`, else the environment, else a settings file, else English."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import pairwise, takewhile
from typing import Annotated, Any

import typer

from qaudit.model.errors import SettingsError
from qaudit.model.language import LANGUAGES, said

OPTION = "--lang"
VARIABLE = "QAUDIT_LANG"

Lang = Annotated[
    str | None,
    typer.Option(OPTION, metavar="LANGUAGE", help=f"Language to speak: {' or '.join(LANGUAGES)}.", show_default=False),
]


def asked_language(args: Sequence[str], environment: Mapping[str, str] = os.environ) -> str | None:
    """Which language do a command line and the environment ask for?

    Parameters
    ----------
    args
        What follows the program's name. It is looked through before it is parsed, since faults in it are told in the language.
    environment
        Asked where `args` name no language.

    Returns
    -------
        One of `qaudit.model.language.LANGUAGES`; None where they ask for none.

    Raises
    ------
    SettingsError
        `language_unknown`: it is none of them.
    """
    asked = _asked(args)
    if asked is not None:
        return known_language(asked, OPTION)
    return known_language(environment[VARIABLE], VARIABLE) if environment.get(VARIABLE) else None


def known_language(name: str, source: str) -> str:
    """The language that `name` means, which may be that of a locale such as ``id_ID.UTF-8``; `source` is who named it."""
    language = name.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0].lower()
    if language not in LANGUAGES:
        raise SettingsError(
            "language_unknown",
            said("{source} does not know the language {name}", source=source, name=repr(name)),
            said("say one of {names}", names=", ".join(LANGUAGES)),
        )
    return language


def with_language(command: Callable[..., int]) -> Callable[..., int]:
    """`command` with the option `--lang`, which `asked_language` has read already."""

    @wraps(command)
    def taking(*, lang: str | None = None, **values: Any) -> int:
        return command(**values)

    own = inspect.signature(command, eval_str=True)
    option = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Lang)
    whole = own.replace(parameters=[*own.parameters.values(), option])
    taking.__signature__ = whole  # type: ignore[attr-defined]
    taking.__annotations__ = {name: parameter.annotation for name, parameter in whole.parameters.items()}
    return taking


def _asked(args: Sequence[str]) -> str | None:
    """The last language that `args` name; none after ``--``, where no options are."""
    asked = None
    for before, arg in pairwise(["", *takewhile(lambda arg: arg != "--", args)]):
        if before == OPTION:
            asked = arg
        elif arg.startswith(f"{OPTION}="):
            asked = arg.partition("=")[2]
    return asked
