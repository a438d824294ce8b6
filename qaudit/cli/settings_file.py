"""The settings file: where it is looked for, and how it is read before anything in it is believed."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qaudit.model.errors import SettingsError
from qaudit.model.language import said
from qaudit.model.text import one_line, shown

from .output import complain

OWN = "qaudit.toml"
PROJECT = "pyproject.toml"
# Settings are some lines; what is larger is something else.
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file as it was read.

    Parameters
    ----------
    path
        Absolute, or as it was named.
    table
        What stands in it for qaudit.
    prefix
        What stands before its keys: ``tool.qaudit.`` in a ``pyproject.toml``.
    named
        Whether a person named it; else it was found, and may be a stranger's.
    """

    path: Path
    table: Mapping[str, Any]
    prefix: str
    named: bool

    @property
    def folder(self) -> Path:
        """Where its paths start."""
        return self.path.absolute().parent

    @property
    def shown(self) -> str:
        """Its name in a message: as it was named, or from the working folder."""
        return shown(self.path if self.named else os.path.relpath(self.path))

    def place(self, key: str) -> str:
        """A key of it in a message, with the file's name."""
        return self.named_place(self.prefix + key)

    def named_place(self, key: str) -> str:
        """A key as it stands in it, with what stands before, in a message, with the file's name."""
        return f"{self.shown}: {one_line(key)}"


def read(path: Path) -> SettingsFile:
    """The settings file that a person named.

    Raises
    ------
    SettingsError
        `settings_missing`: it cannot be read, or is a ``pyproject.toml`` without ``[tool.qaudit]``. `settings_broken`: it is
        no TOML.
    """
    file = _read(path, named=True)
    if file is None:
        reason = said("{path} has no table tool.qaudit", path=shown(path))
        raise SettingsError("settings_missing", reason, said("add one, or name another file with --config"))
    return file


def find(start: Path) -> SettingsFile | None:
    """The settings file that holds in a folder: its own, or that of the nearest folder above that has one.

    Parameters
    ----------
    start
        Absolute path of the folder.

    Returns
    -------
        ``qaudit.toml``, else a ``pyproject.toml`` with ``[tool.qaudit]``; None where there is none up to the folder that holds
        ``.git``, which is the last that is looked into, or up to the root. A file of another user is left aside, and told.

    Raises
    ------
    SettingsError
        `settings_broken`: one on the way is no TOML.
    """
    for folder in (start, *start.parents):
        for path in (folder / OWN, folder / PROJECT):
            if not os.path.isfile(path):  # noqa: PTH113  False too where the system refuses to say
                continue
            if os.stat(path).st_uid not in _owners(start):  # noqa: PTH116
                complain(said("{path} belongs to another user and is left aside (name it with --config)", path=shown(path)))
                continue
            if (file := _read(path, named=False)) is not None:
                return file
        if os.path.lexists(folder / ".git"):
            return None
    return None


def _owners(start: Path) -> set[int]:
    """Whose files are believed: our own, root's, and those of whoever owns the working folder."""
    return {os.getuid(), 0, os.stat(start).st_uid}  # noqa: PTH116


def _read(path: Path, *, named: bool) -> SettingsFile | None:
    """The file, read; None where it is a ``pyproject.toml`` that says nothing of qaudit."""
    name = shown(path if named else os.path.relpath(path))
    way_out = said("mend it, name another file with --config, or use none: --no-config")
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = said("settings file {name} cannot be read: {reason}", name=name, reason=error.strerror or error)
        raise SettingsError("settings_missing", reason, said("check the path")) from error
    if len(data) > _MOST_BYTES:
        reason = said("settings file {name} has more than {count} bytes", name=name, count=_MOST_BYTES)
        raise SettingsError("settings_broken", reason, way_out)
    try:
        table = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # TOML that is none, or text that is not UTF-8
        reason = said("settings file {name} is no TOML: {reason}", name=name, reason=one_line(str(error)))
        raise SettingsError("settings_broken", reason, way_out) from error
    if path.name != PROJECT:
        return SettingsFile(path, table, "", named)
    tool = table.get("tool")
    own = tool.get("qaudit") if isinstance(tool, dict) else None
    if own is None:
        return None
    if not isinstance(own, dict):
        raise SettingsError("settings_broken", said("settings file {name}: tool.qaudit is no table", name=name), way_out)
    return SettingsFile(path, own, "tool.qaudit.", named)
