"""Names of settings: whether there is one of that name, and which was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from qaudit.model.errors import SettingsError
from qaudit.model.language import said

from .knobs import SAID_ONCE
from .settings_file import SettingsFile


def check_known(file: SettingsFile, name: str, known: Iterable[str], key: str) -> None:
    """Raise unless `name` is one of `known`."""
    check_name(file.place(key), name, known)


def check_name(place: str, name: str, known: Iterable[str]) -> None:
    """Raise unless `name`, which stands at `place`, is one of `known`."""
    names = sorted(known)
    if name in names:
        return
    raise SettingsError("setting_unknown", said("{place} is no setting", place=place), way_out(name, names))


def way_out(name: str, names: Sequence[str], prefix: str = "") -> str:
    """What to do about a `name` that is no setting; those that are begin with `prefix` where it stands."""
    if name.lower() in SAID_ONCE:
        return said("give it on the command line: {option}", option=f"--{name.lower()}")
    near = difflib.get_close_matches(name, names, 1)
    return meant(prefix + near[0]) if near else said("qaudit config lists all that can be set")


def meant(near: str) -> str:
    """What was meant, perhaps."""
    return said("did you mean {near}?", near=near)
