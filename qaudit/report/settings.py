"""What is set, on a terminal: in columns, section by section, with what said so."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qaudit.model.settings import Held, Setting, Source
from qaudit.model.text import one_line

from .figures import measured, unit_name
from .layout import Terminal
from .words import words

_SOURCES: dict[Source, str] = {
    "default": "settings.from_default",
    "file": "settings.from_file",
    "environment": "settings.from_environment",
}


def print_settings(held: Held, file: TextIO, *, width: int | None = None) -> None:
    """Print what is set.

    Parameters
    ----------
    held
        What is set.
    file
        Text stream.
    width
        Columns to fill; found out from the terminal when not given.
    """
    console = Terminal(file, width=width)
    console.print(_file(held), soft_wrap=True)  # a path, to be copied
    for section, settings in groupby(held.settings, key=lambda setting: setting.section):
        title = words("settings.section", section=section) if section else words("settings.shared")
        console.show(Text("\n" + title, "bold"))
        console.show(_table(list(settings)))
    console.show(Text("\n" + words("settings.tolerances", profile=one_line(held.profile)), "bold"))
    console.show(_tolerances(held))


def _file(held: Held) -> Text:
    """Which file was read."""
    return Text(words("settings.file_none") if held.file is None else words("settings.file", path=one_line(held.file)))


def _table(settings: list[Setting]) -> RenderableType:
    """Key, value, and what said so."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    table.add_column(words("settings.name"), no_wrap=True)
    table.add_column(words("settings.value"), overflow="fold")
    table.add_column(words("settings.source"), overflow="fold")
    for setting in settings:
        style = "dim" if setting.source == "default" else ""
        source = words(_SOURCES[setting.source], where=one_line(setting.where))
        table.add_row(*(Text(text, style) for text in (setting.name, _value(setting), source)))
    return Padding(table, (0, 0, 0, 2), expand=False)


def _value(setting: Setting) -> str:
    """A value as a settings file would have it, so that it can be copied."""
    return words("settings.unset") if setting.value is None else one_line(json.dumps(setting.value, ensure_ascii=False))


def _tolerances(held: Held) -> RenderableType:
    """Tolerance of every measure and for each category the one that was set: as a file has it, and as it is told elsewhere."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=True, header_style="dim")
    table.add_column(words("column.measure"), no_wrap=True)
    table.add_column(words("settings.unit"), overflow="fold")
    for name in (words("settings.usual"), *map(one_line, held.categories)):
        table.add_column(name, justify="right", overflow="fold")
        table.add_column(words("settings.told"), justify="right", overflow="fold")
    for measure, usual in held.usual.items():
        unit = held.units[measure]
        values = (usual, *(held.categories[name].get(measure) for name in held.categories))
        cells = [cell for value in values for cell in _tolerance(value, unit)]
        table.add_row(one_line(measure), unit_name(unit), *cells)
    return Padding(table, (0, 0, 0, 2), expand=False)


def _tolerance(value: float | None, unit: str) -> tuple[str, str]:
    """A tolerance as a file has it, and as it is told elsewhere; nothing where none was set."""
    return ("", "") if value is None else (f"{value:.4g}", measured(value, unit))
