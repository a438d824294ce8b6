"""Who named a file that cannot be used, where that stands on no command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import typer

from qaudit.model.errors import QauditError
from qaudit.model.language import Said
from qaudit.model.text import shown

from .knobs import knobs_of
from .settings import current

Error = TypeVar("Error", bound=QauditError)


def take_origins(group: Any) -> Any:
    """The command line `group`, whose commands say of a path that an error names which variable or key it comes from."""
    for command in group.commands.values():
        command.invoke = _naming(command.invoke)
    return group


def with_origin(error: Error, context: typer.Context) -> Error:
    """`error` with the variable or the key that named the file it is about; as it is where the command line did.

    Parameters
    ----------
    error
        Of a command.
    context
        That of the command.
    """
    origins = _origins(context)
    for text in _texts(error.message):
        around = [path for path in origins if text == path or text.startswith(path.rstrip(os.sep) + os.sep)]
        if around and (place := origins[max(around, key=len)]) is not None:
            return error.named_by(place)
    return error


def _naming(invoke: Any) -> Any:
    """`invoke` of a command, its errors with the origin of what they name."""

    def invoked(context: typer.Context) -> Any:
        try:
            return invoke(context)
        except QauditError as error:
            raise with_origin(error, context) from error

    return invoked


def _origins(context: typer.Context) -> Mapping[str, str | None]:
    """Paths of a command, as messages have them -> the variable, or the key of a file; None for what the command line says."""
    origins: dict[str, str | None] = {}
    settings = current()
    program: Any = context.find_root()
    paths = {knob.name: knob for knob in knobs_of(program) if knob.command == context.info_name and knob.is_path}
    sources = {name: getattr(context.get_parameter_source(name), "name", "") for name in context.params}
    for name, value in sorted(context.params.items(), key=lambda item: sources[item[0]] == "COMMANDLINE"):
        place = None
        if name in paths and value is not None and sources[name] == "ENVIRONMENT":
            place = paths[name].variable
        elif name in paths and settings.file is not None and sources[name] == "DEFAULT_MAP":
            place = settings.file.named_place(settings.keys[str(context.info_name), name])
        elif sources[name] != "COMMANDLINE":  # which comes after the others, so that it goes before them
            continue
        # Messages have a path as it was written, or as pathlib writes it: without ./ in front.
        origins |= dict.fromkeys((shown(str(value)), shown(str(Path(str(value))))), place)
    return origins


def _texts(sentence: Any) -> Iterator[str]:
    """What a sentence was filled with, also within its sentences."""
    if isinstance(sentence, Said):
        for value in sentence.values.values():
            yield from _texts(value)
    elif isinstance(sentence, str | os.PathLike):
        yield str(sentence)
