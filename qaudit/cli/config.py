"""``qaudit config``: what is set, and where that comes from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from qaudit.model.options import Options
from qaudit.model.settings import Held, Setting, Source
from qaudit.model.units import unit_of

from .knobs import Knob, knobs_of
from .options import judging_profile
from .output import STDOUT, json_line, write_output
from .settings import OPTIONS, Settings, current

_SOURCES: dict[str, Source] = {"ENVIRONMENT": "environment", "DEFAULT_MAP": "file"}
# The command whose profile the tolerances are told of.
_JUDGE = "audit"


def config(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Tell what is set, and where that comes from."""
    held = _held(context.find_root(), current())
    if as_json:
        write_output(STDOUT, json_line(held.to_dict()), "config")
        return 0
    from qaudit.report.settings import print_settings

    print_settings(held, sys.stdout)
    return 0


def _held(program: Any, settings: Settings) -> Held:
    """All that is set."""
    program.default_map = dict(settings.defaults)
    told = [(knob, _setting(knob, settings)) for knob in knobs_of(program)]
    by_command = {(knob.command, setting.name): setting for knob, setting in told}
    profile, base_rate = (_value(by_command, name) for name in ("profile", "base_rate"))
    judged_by = judging_profile(profile, base_rate)
    file = settings.file
    return Held(
        None if file is None else os.fspath(file.path),
        (*_joined(told), *_options(settings)),
        judged_by.id,
        {term.measure: term.tolerance for term in judged_by.terms},
        {term.measure: unit_of(term.measure) for term in judged_by.terms},
        {name: judged_by.categories.of_category(name) for name in judged_by.categories.names},
    )


def _value(settings: dict[tuple[str, str], Setting], name: str) -> Any:
    """What is set for the command whose profile is told of."""
    return settings[_JUDGE, name].value


def _setting(knob: Knob, settings: Settings) -> Setting:
    """What holds for one option of one command, as Typer would find it."""
    value, source = knob.parameter.consume_value(knob.context, {})
    said_by = _SOURCES.get(source.name, "default")
    if said_by == "environment":
        value = knob.parameter.process_value(knob.context, value)
    where = ""
    if said_by != "default":
        where = knob.variable if said_by == "environment" else settings.keys[knob.command, knob.name]
    return Setting(knob.command, knob.key, str(value) if isinstance(value, Path) else value, said_by, where)


def _joined(told: Iterable[tuple[Knob, Setting]]) -> list[Setting]:
    """Settings that are the same for several commands once, before those of each command."""
    by_name: dict[str, list[Setting]] = {}
    for _, setting in told:
        by_name.setdefault(setting.name, []).append(setting)
    shared, own = [], []
    for settings in by_name.values():
        one = settings[0]
        if one.section and len(settings) == 1:
            own.append(one)
        elif all((s.value, s.source, s.where) == (one.value, one.source, one.where) for s in settings):
            shared.append(Setting("", one.name, one.value, one.source, one.where))
        else:
            own += settings
    return sorted(shared, key=lambda s: s.name) + sorted(own, key=lambda s: (s.section, s.name))


def _options(settings: Settings) -> list[Setting]:
    """How comparisons are made."""
    names = list(Options.__dataclass_fields__)
    sources = {name: settings.sources.get(name, ("default", "")) for name in names}
    return [Setting(OPTIONS, name, getattr(settings.options, name), *sources[name]) for name in names]
