"""What is set for this command line: the settings file and the environment, below the flags."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from qaudit.model.errors import SettingsError
from qaudit.model.language import ENGLISH, said, speaking
from qaudit.model.options import Options
from qaudit.model.settings import Source
from qaudit.model.text import one_line
from qaudit.model.tolerances import Tolerances, folded

from .knobs import VARIABLES, Knob, check_environment, knobs_of, take_environment, wrong
from .language import known_language
from .names import check_known, check_name, meant, way_out
from .output import complain
from .settings_file import SettingsFile, find, read

OPTIONS = "options"
CATEGORY = "category"
_TOLERANCE = "tolerance"
_TABLES = (OPTIONS, CATEGORY)
_OPTIONS_VARIABLES = f"{VARIABLES}{OPTIONS.upper()}_"
# Variables that are no settings: of the program itself, and of its script `dev` and tests.
_OTHERS = ("CONFIG", "DEBUG", "VENV", "UPDATE_GOLD")
_MOST_BITS = 63


@dataclass(frozen=True, slots=True)
class Settings:
    """What a settings file and the environment say; the environment's word on options of commands is heard by Typer.

    Parameters
    ----------
    file
        The file that was read.
    defaults
        What stands in it for options, as Typer takes it: parameter -> value, and the same for each command by its name.
    keys
        Command and parameter -> the key in the file that says so; the command is empty for the program's own options.
    options, sources
        How comparisons are made; and for each of these options who said so, and where.
    tolerances
        Of categories.
    """

    file: SettingsFile | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    sources: Mapping[str, tuple[Source, str]] = field(default_factory=dict)
    tolerances: Tolerances = field(default_factory=Tolerances)


@dataclass(slots=True)
class _Scope:
    """What holds for one command line, and how long."""

    is_language_asked: bool
    lasting: ExitStack
    settings: Settings | SettingsError = field(default_factory=Settings)


_scope: ContextVar[_Scope | None] = ContextVar("settings", default=None)


def current() -> Settings:
    """What is set for the command that runs now."""
    scope = _scope.get()
    held = Settings() if scope is None else scope.settings
    if isinstance(held, SettingsError):
        raise held
    return held


@contextmanager
def settings_scope(*, is_language_asked: bool) -> Iterator[None]:
    """Let what is set meanwhile hold for one command line; its language only where nothing above a file asks for one."""
    with ExitStack() as lasting:
        token = _scope.set(_Scope(is_language_asked, lasting))
        try:
            yield
        finally:
            _scope.reset(token)


def take_settings(group: Any) -> Any:
    """The command line `group` with the options ``--config`` and ``--no-config``, and with every option open to settings."""
    take_environment(group)
    for command in (group, *group.commands.values()):
        named = get_command(_naming).params
        if command is group:
            named[0].envvar = f"{VARIABLES}CONFIG"  # for the commands it is the program's context that heard it
            command.params[:0] = named  # before what the file may set for the program itself
        else:
            command.params += named
    return group


def _named(context: typer.Context, path: str | None) -> str | None:
    """Take the settings that hold: of the file that was named, else of one that is found, unless none is wanted."""
    if context.parent is not None:
        program: Any = context.find_root()
        _note_unknown_variables(knobs_of(program))
    is_refused = bool(context.meta.get(_refusal(context)))
    if is_refused and _is_flag(context):
        raise _both()
    if context.parent is not None and path is None and not is_refused:
        _speak(context, current())  # raises what the program's context could not
        return path
    try:
        _hold(context, _wanted(context, None if is_refused else path, is_refused=is_refused))
    except SettingsError as error:
        if context.parent is not None:
            raise
        _keep(error)  # told by the command, so that its --help, and another file, still work
    return path


def _none(context: typer.Context, is_refused: bool) -> bool:
    """Remember that no file is wanted; `_named` is called after this, unless a file was named before."""
    if is_refused and _is_flag(context):
        raise _both()
    context.meta[_refusal(context)] = is_refused
    return is_refused


def _naming_options(
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="PATH",
            is_eager=True,
            expose_value=False,
            callback=_named,
            help="Settings file, instead of the qaudit.toml or pyproject.toml found here or above.",
        ),
    ] = None,
    no_config: Annotated[
        bool,
        typer.Option("--no-config", is_eager=True, expose_value=False, callback=_none, help="Use no settings file."),
    ] = False,
) -> None:
    """Two options that every command has."""


_naming = typer.Typer(add_completion=False)
_naming.command()(_naming_options)


def _is_flag(context: Any) -> bool:
    """Whether a file was named on the command line, and not in the environment."""
    source = context.get_parameter_source("config")
    return source is not None and source.name == "COMMANDLINE"


def _refusal(context: Any) -> str:
    """Under which name a context remembers that no file is wanted."""
    return f"qaudit.no_config.{context.command_path}"


def _both() -> SettingsError:
    return SettingsError("settings_twice", said("--config and --no-config exclude each other"), said("give one of them"))


def _hold(context: Any, settings: Settings) -> None:
    """Let `settings` hold for a command, or for the program and all of its commands."""
    _keep(settings)
    _speak(context, settings)
    own = settings.defaults if context.parent is None else settings.defaults.get(context.info_name, {})
    context.default_map = dict(own)


def _keep(settings: Settings | SettingsError) -> None:
    """Remember what holds, or why it cannot."""
    if (scope := _scope.get()) is not None:
        scope.settings = settings


def _speak(context: Any, settings: Settings) -> None:
    """Speak the language that a file asks for."""
    scope = _scope.get()
    if scope is None or scope.is_language_asked:
        return
    asked = settings.defaults.get(context.info_name, settings.defaults) if context.parent is not None else settings.defaults
    language = known_language(asked["lang"], "lang") if "lang" in asked else ENGLISH
    scope.lasting.enter_context(speaking(language))


def _wanted(context: Any, path: str | None, *, is_refused: bool) -> Settings:
    """The settings of the file that is named, else of the one that is found, unless none is wanted."""
    file = None
    if path is not None:
        try:
            file = read(Path(path))
        except SettingsError as error:
            raise (error if _is_flag(context) else error.named_by(f"{VARIABLES}CONFIG")) from error
    elif not is_refused:
        try:
            file = find(Path.cwd())
        except FileNotFoundError:  # the working folder is gone
            file = None
    knobs = knobs_of(context.find_root())
    check_environment(knobs)
    return settings_in(file, knobs)


def settings_in(file: SettingsFile | None, knobs: Iterable[Knob]) -> Settings:
    """What a settings file and the environment say.

    Parameters
    ----------
    file
        None where there is none.
    knobs
        What can be set.

    Raises
    ------
    SettingsError
        `setting_unknown`: a key means nothing; the message has the nearest that does. As in `Knob.from_file`.
    """
    if file is not None:
        _check_numbers(file, file.table, "")
    options, sources = _options(file)
    if file is None:
        return Settings(options=options, sources=sources)
    commands: dict[str, dict[str, Knob]] = {}
    for knob in knobs:
        commands.setdefault(knob.command, {})[knob.key] = knob
    defaults: dict[str, Any] = {}
    keys: dict[tuple[str, str], str] = {}

    def take(knob: Knob, value: Any, key: str) -> None:
        held = defaults.setdefault(knob.command, {}) if knob.command else defaults
        held[knob.name] = knob.from_file(value, file, key)
        keys[knob.command, knob.name] = file.prefix + key

    shared = {key for own in commands.values() for key in own} - set(_TABLES)
    for key, value in file.table.items():
        if key in _TABLES:
            continue
        if isinstance(value, dict) and key in commands:
            for inner, own_value in value.items():
                check_known(file, inner, commands[key], f"{key}.{inner}")
                take(commands[key][inner], own_value, f"{key}.{inner}")
            continue
        check_known(file, key, shared | set(_TABLES) | ({name for name in commands if name}), key)
        if key not in shared:
            raise wrong(file.place(key), said("a table"), value)
        for own in commands.values():
            # What stands in the table of a command goes before what stands above all.
            if key in own and key not in _table(file.table.get(own[key].command)):
                take(own[key], value, key)
    return Settings(file, defaults, keys, options, sources, _tolerances(file))


def _check_numbers(file: SettingsFile, value: Any, key: str) -> None:
    """Raise where a whole number is larger than those of TOML are: none of ours is, and not all that is done takes one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_numbers(file, inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for inner in value:
            _check_numbers(file, inner, key)
    elif isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise SettingsError("setting_wrong", said("{place}: the number is too large", place=file.place(key)))


def _note_unknown_variables(knobs: Iterable[Knob]) -> None:
    """Tell of each variable that looks like a setting and is none; one of ``[options]`` is an error of `settings_in`."""
    known = {*(knob.variable for knob in knobs), *(f"{VARIABLES}{name}" for name in _OTHERS)}
    names = [name.removeprefix(VARIABLES) for name in known]
    for variable in sorted(os.environ):
        if not variable.startswith(VARIABLES) or variable.startswith(_OPTIONS_VARIABLES) or variable in known:
            continue
        advice = way_out(variable.removeprefix(VARIABLES), names, VARIABLES)
        complain(said("{variable} in the environment is no setting ({way_out})", variable=one_line(variable), way_out=advice))


def _options(file: SettingsFile | None) -> tuple[Options, dict[str, tuple[Source, str]]]:
    """How comparisons are made, and who said so."""
    known = {knob.name: knob.metadata for knob in dataclasses.fields(Options)}
    values: dict[str, int] = {}
    sources: dict[str, tuple[Source, str]] = {}
    if file is not None:
        for name, value in _own_table(file, OPTIONS).items():
            key = f"{OPTIONS}.{name}"
            check_known(file, name, known, key)
            values[name], sources[name] = _ranged(file.place(key), value, known[name]), ("file", file.prefix + key)
    variables = {f"{_OPTIONS_VARIABLES}{name.upper()}": name for name in known}
    for variable in sorted(os.environ):
        if variable.startswith(_OPTIONS_VARIABLES):
            check_name(one_line(variable), variable, variables)
    for variable, name in variables.items():
        limits = known[name]
        text = os.environ.get(variable)
        if text:
            values[name], sources[name] = _ranged(variable, _number(text), limits), ("environment", variable)
    return Options(**values), sources


def _number(text: str) -> int | str:
    """A whole number in the environment; what is none as it is."""
    try:
        return int(text)
    except ValueError:
        return text


def _ranged(place: str, value: Any, limits: Mapping[str, Any]) -> int:
    """`value`, if it is a whole number within the limits of its option."""
    if not isinstance(value, int) or isinstance(value, bool) or not limits["low"] <= value <= limits["high"]:
        wanted = said("a whole number from {low} to {high}", low=str(limits["low"]), high=str(limits["high"]))
        raise wrong(place, wanted, value)
    return value


def _tolerances(file: SettingsFile) -> Tolerances:
    """What the file says of categories."""
    categories: dict[str, dict[str, float]] = {}
    for name, table in _own_table(file, CATEGORY).items():
        place = f"{CATEGORY}.{name}"
        if not isinstance(table, dict):
            raise wrong(file.place(place), said("a table"), table)
        if folded(name) in map(folded, categories):
            reason = said("{place} is there twice, in another case", place=file.place(place))
            raise SettingsError("setting_wrong", reason, said("join the two tables"))
        if not folded(name):
            reason = said("{place} names no category", place=file.place(f"{CATEGORY}.{json.dumps(name)}"))
            raise SettingsError("setting_wrong", reason, said("items without a category have the tolerances of the profile"))
        for inner, value in table.items():
            if inner != _TOLERANCE and isinstance(value, int | float):
                reason = said("{place} is no setting", place=file.place(f"{place}.{inner}"))
                raise SettingsError("setting_unknown", reason, meant(f"{place}.{_TOLERANCE}.{one_line(inner)}"))
            check_known(file, inner, (_TOLERANCE,), f"{place}.{inner}")
        measures = table.get(_TOLERANCE, {})
        if not isinstance(measures, dict):
            raise wrong(file.place(f"{place}.{_TOLERANCE}"), said("a table"), measures)
        for measure, value in measures.items():
            if not isinstance(value, int | float) or isinstance(value, bool):
                raise wrong(file.place(f"{place}.{_TOLERANCE}.{measure}"), said("a number"), value)
        categories[name] = measures
    return Tolerances.of(categories, file.place(""))


def _own_table(file: SettingsFile, key: str) -> Mapping[str, Any]:
    """A table of the file; empty where there is none."""
    value = file.table.get(key, {})
    if not isinstance(value, dict):
        raise wrong(file.place(key), said("a table"), value)
    return value


def _table(value: Any) -> Mapping[str, Any]:
    """`value` if it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}
