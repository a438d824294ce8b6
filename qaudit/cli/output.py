"""Where a command writes: files appear whole or not at all, and a stream that has gone away is no failure."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qaudit.model.errors import SettingsError
from qaudit.model.language import said, spoken, spoken_now
from qaudit.model.sentences import in_language
from qaudit.model.text import one_line, shown
from qaudit.model.whole import put_whole

STDOUT = "-"


def complain(line: str) -> None:
    """One line on standard error, in the language that is spoken now.

    Nothing in it steers a terminal or the runner of GitHub Actions.
    """
    from qaudit.report.annotations import no_command

    said = one_line(spoken(line))
    try:
        sys.stderr.write(f"qaudit: {no_command(said) if on_github() else said}\n")
        sys.stderr.flush()
    except OSError:  # nobody listens any more; the exit code still tells
        return


def on_github() -> bool:
    """Whether GitHub Actions runs this, whose runner takes some lines for commands."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def json_line(record: Mapping[str, Any]) -> bytes:
    """`record` as one line of JSON in the language that is spoken now, in the same form as a line of ``results.jsonl``."""
    return json.dumps(in_language(record, spoken_now()), allow_nan=False).encode() + b"\n"


def check_writable(path: str, option: str, sources: Sequence[str] = ()) -> None:
    """Refuse an output path that cannot work, before any time is spent on it.

    Parameters
    ----------
    path
        Where to write; ``-`` is standard output.
    option
        The option that named it, for the message.
    sources
        Files that are read: they must not be written over.

    Raises
    ------
    SettingsError
        `output_not_writable`: its folder is missing or it is a folder itself. `output_is_input`: it is one of `sources`.
    """
    if path == STDOUT:
        return
    target = Path(path)
    if target.is_dir():
        raise SettingsError(
            "output_not_writable",
            said("{option} {path} is a folder", option=option, path=shown(path)),
            said("name a file in it"),
        )
    if not target.parent.is_dir():
        raise SettingsError(
            "output_not_writable",
            said("{option} {path}: its folder does not exist", option=option, path=shown(path)),
            said("make the folder first"),
        )
    if any(_same_file(target, Path(source)) for source in sources):
        raise SettingsError(
            "output_is_input",
            said("{option} {path} would write over what is read", option=option, path=shown(path)),
            said("name another file"),
        )


def check_apart(paths: Mapping[str, str]) -> None:
    """Refuse outputs that would write over one another; `paths`: option -> where it writes.

    Raises
    ------
    SettingsError
        `output_twice`.
    """
    seen: dict[str, str] = {}
    for option, path in paths.items():
        place = path if path == STDOUT else os.path.realpath(path)
        if place in seen:
            raise SettingsError(
                "output_twice",
                said("{one} and {other} both write to {path}", one=seen[place], other=option, path=shown(path)),
                said("give each a file of its own"),
            )
        seen[place] = option


def write_output(path: str, data: bytes, option: str) -> None:
    """Write `data` to `path`, or to standard output for ``-``.

    Raises
    ------
    SettingsError
        `output_not_writable`: the system refuses; what stood there before is untouched.
    """
    if path == STDOUT:
        _write_stdout(data)
        return
    try:
        _replace(Path(path), data)
    except OSError as error:
        raise SettingsError(
            "output_not_writable",
            said("{option} {path} cannot be written: {reason}", option=option, path=shown(path), reason=error.strerror),
            said("check the folder and its permissions"),
        ) from error


def _replace(path: Path, data: bytes) -> None:
    """Put a file with `data` in the place of `path` in one step; a pipe or device is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    # Through a symbolic link, which stays.
    put_whole(path.resolve(), lambda file: file.write(data), f".qaudit-{secrets.token_hex(8)}.tmp")


def _write_stdout(data: bytes) -> None:
    """Bytes to standard output; a reader that has gone away is no failure."""
    from qaudit.report.layout import hush

    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        hush(sys.stdout)


def _same_file(one: Path, other: Path) -> bool:
    """Whether both names lead to one existing file."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
