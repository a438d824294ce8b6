"""Workers' functions that a test can send to other processes, and comparisons without pictures."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qaudit.batch.row import Row
from qaudit.model.alignment import AlignmentFailed
from qaudit.model.errors import PhotoRefused
from qaudit.model.options import Options
from qaudit.model.photo import PhotoFacts, PhotoQuality
from qaudit.model.record import Comparison, Item, ItemError, Record
from qaudit.model.text import path_to_text, shown
from qaudit.model.tolerances import Tolerances
from qaudit.model.verdict import Verdict


class FakeProfile:
    """A profile with nothing but its id and the share of mismatches that it holds for."""

    id = "fake-1"
    holds_for = 0.5
    guarantee = None
    categories = Tolerances()


def fake_compare(
    listing: Sequence[str],
    arrival: Sequence[str],
    *,
    accepted: Sequence[str] = (),
    id: str = "",  # noqa: A002  as the real one
    row: Mapping[str, Any] | None = None,
    options: Options | None = None,
    profile: Any = None,
    keep_views: bool = False,
    sights: Any = None,
) -> Comparison:
    """A mismatch when the first bytes of the photos differ; fails where a test asks for it."""
    data = {}
    for path in (*listing, *arrival, *accepted):
        try:
            data[path] = Path(path).read_bytes()
        except OSError as error:
            raise PhotoRefused("photo_missing", f"{shown(path)}: there is no such file", "check the path") from error
    if data[arrival[0]] == b"fault":
        raise ZeroDivisionError("division by zero")
    p = float("nan") if data[arrival[0]] == b"nan" else float(data[listing[0]] != data[arrival[0]])
    verdict = Verdict("mismatch" if p else "match", p, {}, (), (), "", profile.id)
    facts = [
        tuple(PhotoFacts(path_to_text(p), sha256(data[p]).hexdigest(), "PNG", 1, 1) for p in side)
        for side in (listing, arrival, accepted)
    ]
    notes = tuple(f"{path_to_text(path)} was left out." for path in arrival[1:])
    quality = PhotoQuality(1.0, 0.0, 0.0, 0.0, 100.0)
    tool = {"profile": profile.id}
    return Comparison(
        id,
        *facts[:2],
        quality,
        AlignmentFailed("no_texture"),
        None,
        (),
        verdict,
        notes,
        tool,
        accepted=facts[2],
        row=dict(row or {}),
        seconds={"read": 0.5},
    )


def fake_record(row: Row, **settings: Any) -> Record:
    """The record of a row, as a worker in another process gives it back; kills the process for an item named killer."""
    if row.id == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    return Record(ItemError(row.id, "seen", "", row.extra, settings["tool"]).to_dict(), {"read": 1.0})


class Seen:
    """Remembers what a run tells."""

    def __init__(self) -> None:
        self.started: tuple[int, int] | None = None
        self.ids: list[str] = []

    def start(self, total: int, done: int) -> None:
        self.started = (total, done)

    def finished(self, item: Item) -> None:
        self.ids.append(item.id)


def lines(path: Path) -> list[dict[str, Any]]:
    """What a file holds that has a record a line."""
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def slow_square(number: int) -> int:
    sum(range(1_000_000 * (number % 3)))
    return number * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def worker_threads(_: int) -> tuple[int, str, int]:
    import cv2

    return cv2.getNumThreads(), os.environ.get("OMP_NUM_THREADS", ""), os.getpid()


def dead(number: int, loss: str) -> str:
    return f"{number} {loss}"


def square_or_die_once(job: tuple[int, str]) -> int:
    """Kills its process the first time; `job` is a number and a file that remembers."""
    number, marker = job
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    return number * number


def square_or_hang(number: int) -> int:
    """Hangs at 7, deep in C, where no signal handler of Python is heard and no other thread runs."""
    if number == 7:
        re.match(r"(a+)+$", "a" * 60 + "b")
    return number * number


def tell_and_hang(fifo: str) -> None:
    """Holds a pipe open, so that another process can see when this one ends."""
    os.open(fifo, os.O_WRONLY)
    square_or_hang(7)


def photo(path: Path, data: bytes = b"x") -> Path:
    """A file that `fake_compare` can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def fetch_and_die(row: Row, **settings: Any) -> Record:
    """Work on a row that ends its process when its photos have been fetched."""
    from qaudit.batch.work import record_of

    def die(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    sys.modules["qaudit.comparison"] = SimpleNamespace(compare=die)  # type: ignore[assignment]
    return record_of(row, **settings)
