"""Where a path came from that nobody typed: the environment or a settings file."""

from __future__ import annotations

from typing import cast

import typer

from qaudit.model.language import said
from qaudit.model.text import shown

from .knobs import Knob
from .settings import current, running


def with_origin(sentence: str) -> str:
    """`sentence`; where it speaks of a path that a variable or a settings file named for the command at hand, with that too."""
    context = running()
    if context is None:
        return sentence
    for parameter in context.command.params:
        knob = Knob(str(context.info_name), parameter, cast("typer.Context", context))
        source, value = context.get_parameter_source(knob.name), context.params.get(knob.name)
        if value is None or source is None or not knob.is_path or shown(value) not in sentence:
            continue
        if source.name == "ENVIRONMENT":
            return said("{sentence} [{place} in the environment says so]", sentence=sentence, place=knob.variable)
        settings = current()
        if source.name == "DEFAULT_MAP" and settings.file is not None:
            place = settings.file.place(settings.keys[knob.command, knob.name].removeprefix(settings.file.prefix))
            return said("{sentence} [{place} says so]", sentence=sentence, place=place)
    return sentence
