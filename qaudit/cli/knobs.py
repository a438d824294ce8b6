"""What can be set: the options of all commands, under the keys that settings files and the environment know them by."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import typer

from qaudit.model.errors import SettingsError
from qaudit.model.language import said
from qaudit.model.text import one_line

from .exits import parse_fail_on
from .language import known_language
from .settings_file import SettingsFile
from .usage import sentence_of

VARIABLES = "QAUDIT_"
# They tell about settings, or ask for something else than work: nothing of theirs is a setting.
_UNSET_COMMANDS = ("config", "schema")
_UNSET_OPTIONS = ("help", "version", "config", "no_config")
# What is said of one item, lot or result: as a setting it would be said of the next one too. `out` is a folder of one
# command, a profile or a page of others.
SAID_ONCE = frozenset({"by", "labelled", "lot", "out", "reason", "until"})
# Of the environment it was taken before anything else, where no flag names another.
_HEARD_BEFORE = ("lang",)
# What a file may set that nobody named: it can alter an answer, of which the record tells, and do no other harm. Whatever
# fetches, writes, reads from elsewhere, or hands work to another machine is not here.
FOUND = frozenset(
    {
        *("workers", "time_limit", "fail_on", "max_mismatch", "profile", "base_rate", "lang", "explain", "timings"),
        *("category", "map", "plan", "aql", "switch", "level", "alpha", "beta", "confidence"),
    }
)
# Options with one of these metavars are paths, or lists with commas between.
_PATHS = ("PATH", "DIR", "FILE", "RUN")
_LIST = "LIST"
_STDOUT = "-"
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Knob:
    """An option of a command; `command` is empty for those of the program itself."""

    command: str
    parameter: Any
    context: typer.Context

    @property
    def key(self) -> str:
        """Its name in a settings file."""
        return _key(self.parameter)

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return VARIABLES + self.key.upper()

    @property
    def name(self) -> str:
        """What the parameter is called in Python."""
        return str(self.parameter.name)

    def from_file(self, value: Any, file: SettingsFile, key: str) -> Any:
        """A value of a settings file as the command takes it.

        Parameters
        ----------
        value
            As TOML gives it.
        file, key
            Where it stands.

        Raises
        ------
        SettingsError
            `setting_untrusted`: a file that was found may not set this, or not to this path. `setting_wrong`: it has another
            type, or lies outside its range.
        """
        if not file.named and self.key not in FOUND:
            raise SettingsError(
                "setting_untrusted",
                said("{place} may not be set by a file that was only found", place=file.place(key)),
                said("say it on the command line or in the environment, or name the file with --config"),
            )
        taken = self._typed(value, file, key)
        if self.is_path and taken != _STDOUT:
            taken = _path(taken, file, key)
        with _placed(file.place(key)):
            self.parameter.process_value(self.context, taken)
            _check(self.key, taken)
        return taken

    @property
    def is_path(self) -> bool:
        """Whether it names a file or a folder."""
        return self.parameter.metavar in _PATHS or self._kind is Path

    @property
    def _kind(self) -> Any:
        """Type of its values in Python."""
        return self.parameter.type_descriptor.annotation

    def _typed(self, value: Any, file: SettingsFile, key: str) -> Any:
        """`value`, if TOML gives it the type that the option has."""
        if self._kind is bool:
            if isinstance(value, bool):
                return value
            raise wrong(file.place(key), said("true or false"), value)
        if self._kind in (int, float):
            if isinstance(value, self._kind | int) and not isinstance(value, bool):
                return value
            raise wrong(file.place(key), said("a whole number") if self._kind is int else said("a number"), value)
        if self.parameter.metavar == _LIST:
            if isinstance(value, list) and all(isinstance(part, str) for part in value):
                return ",".join(value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return str(value)
        if not isinstance(value, str):
            raise wrong(file.place(key), said("text"), value)
        return value


def knobs_of(context: typer.Context) -> list[Knob]:
    """All that can be set, command by command, the options of the program itself first; `context` is that of the program."""
    return [Knob(name, parameter, inner) for name, inner, parameter in _settable(context.command, context)]


def take_environment(group: Any) -> None:
    """Let every option that can be set be set by the environment too."""
    for _, _, parameter in _settable(group, None):
        knob = Knob("", parameter, cast("typer.Context", None))
        if parameter.envvar is None:
            parameter.envvar = knob.variable
        parameter.show_envvar = False  # the same rule for all, which the guide tells


def check_environment(knobs: Iterable[Knob]) -> None:
    """Raise where a variable has a value that its option does not take, also one that the command at hand does not need.

    Raises
    ------
    SettingsError
        `setting_wrong`; the message names the variable.
    """
    for knob in knobs:
        text = os.environ.get(knob.variable)
        if not text or knob.key in _HEARD_BEFORE:
            continue
        with _placed(knob.variable):
            _check(knob.key, knob.parameter.process_value(knob.context, text))


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Say of a value that is refused where it stands."""
    try:
        yield
    except typer.TyperException as error:
        reason = said("{place}: {reason}", place=place, reason=sentence_of(one_line(error.message.rstrip("."))))
        raise SettingsError("setting_wrong", reason) from error
    except SettingsError as error:
        reason = said("{place}: {reason}", place=place, reason=error.message)
        raise SettingsError("setting_wrong", reason, error.way_out) from error


def wrong(place: str, wanted: str, value: Any) -> SettingsError:
    """The error of a value at `place` that is not what is wanted."""
    given = one_line(json.dumps(value, default=str, ensure_ascii=False))[:_LONGEST_SHOWN]
    return SettingsError(
        "setting_wrong", said("{place} must be {wanted}, not {given}", place=place, wanted=wanted, given=given)
    )


def _settable(group: Any, context: Any) -> Iterator[tuple[str, Any, Any]]:
    """Command, its context and parameter of each option that can be set."""
    commands: Mapping[str, Any] = group.commands
    for name, command in {"": group, **commands}.items():
        if name in _UNSET_COMMANDS:
            continue
        inner = context if not name or context is None else command.context_class(command, info_name=name, parent=context)
        for parameter in command.params:
            unset = parameter.name in _UNSET_OPTIONS or _key(parameter) in SAID_ONCE
            if parameter.param_type_name == "option" and not unset:
                yield name, inner, parameter


def _key(parameter: Any) -> str:
    """Name of an option in a settings file."""
    return str(max(parameter.opts, key=len)).lstrip("-").replace("-", "_")


def _path(value: str, file: SettingsFile, key: str) -> str:
    """A path of a settings file, from its folder; one of a file that was found must stay in there, links followed."""
    path = os.path.join(file.folder, value)  # noqa: PTH118  as written, nothing normalised
    if "\0" in value:
        raise wrong(file.place(key), said("a path"), value)
    real, root = os.path.realpath(path), os.path.realpath(file.folder)
    if not file.named and os.path.commonpath([real, root]) != root:
        reason = said("{place} leads out of the file's folder, and the file was only found", place=file.place(key))
        raise SettingsError("setting_untrusted", reason, said("name the file with --config"))
    return path


def _check(key: str, value: Any) -> None:
    """Raise where a value is refused by what takes it, so that the message can name the file."""
    if key == "fail_on":
        parse_fail_on(value)
    elif key == "lang":
        known_language(value, key)
    elif key in ("base_rate", "alpha", "beta", "confidence") and not 0 < value < 1:
        raise SettingsError("setting_wrong", said("it must be between 0 and 1, not {value}", value=f"{value:g}"))
    elif key == "time_limit":
        from qaudit.batch.engine import LONGEST_S

        if not 0 < value <= LONGEST_S:
            reason = said("it must be more than 0 and at most {most} seconds, not {value}", most=LONGEST_S, value=f"{value:g}")
            raise SettingsError("setting_wrong", reason)
    elif key == "workers":
        from qaudit.batch.engine import MOST_WORKERS

        if not 1 <= value <= MOST_WORKERS:
            most = str(MOST_WORKERS)
            raise SettingsError("setting_wrong", said("it must be from 1 to {most}, not {value}", most=most, value=str(value)))
    elif key == "map":
        from qaudit.batch.mapping import parse_map

        parse_map(value)
    elif key == "aql" and isinstance(value, str):
        from qaudit.batch.lot import parse_aqls

        parse_aqls(value)
    elif key == "switch":
        from qaudit.model.sampling import SWITCHES

        _check_choice(value, SWITCHES)
    elif key in ("plan", "level"):
        from qaudit.batch.plan import LEVELS

        _check_choice(value, LEVELS)


def _check_choice(value: str, known: tuple[str, ...]) -> None:
    """Raise unless `value` is one of `known`."""
    if value not in known:
        reason = said("it does not know {value}", value=one_line(value))
        raise SettingsError("setting_wrong", reason, said("say one of {known}", known=", ".join(known)))
