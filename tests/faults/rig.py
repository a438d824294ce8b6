"""Catalogues to audit, runs that can be killed, and what a store holds afterwards."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from qaudit.batch.schema import DATABASE

from .work import LOG, POISON, WORK

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
# Small photos, so that a real comparison takes a fraction of a second.
_SIDE_PX = 400


def cheap_catalogue(folder: Path, ids: Sequence[str], poisoned: frozenset[str] = frozenset()) -> Path:
    """A manifest whose photos are a few bytes each; every third item is a mismatch, and `poisoned` ones are broken."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "listing").write_bytes(b"listing 0")
    lines = ["id,listing,arrival,seller,category"]
    for number, id_ in enumerate(ids):
        data = POISON if id_ in poisoned else b"listing 0" if number % 3 else b"arrival %d" % number
        (folder / f"a{number}").write_bytes(data)
        lines.append(f"{id_},listing,a{number},seller {number % 7},category {number % 2}")
    return _manifest(folder, lines)


def real_catalogue(folder: Path, ids: Sequence[str], poisoned: frozenset[str] = frozenset()) -> Path:
    """A manifest of small copies of pairs of the samples, in turn; `poisoned` arrivals are cut in the middle."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = [line.split(",")[1:3] for line in (SAMPLES / "manifest.csv").read_text("utf-8").splitlines()[1:]]
    lines = ["id,listing,arrival,seller,category"]
    for number, id_ in enumerate(ids):
        names = [cell.split("|")[0] for cell in pairs[number * 7 % len(pairs)]]
        copies = [_small(SAMPLES / name, folder) for name in names]
        if id_ in poisoned:
            data = (folder / copies[1]).read_bytes()
            copies[1] = f"poisoned-{number}.jpg"
            (folder / copies[1]).write_bytes(data[:200] + bytes(200))
        lines.append(f"{id_},{copies[0]},{copies[1]},seller {number % 7},category {number % 2}")
    return _manifest(folder, lines)


def _small(path: Path, folder: Path) -> str:
    """A small copy of a photo; its name."""
    name = f"{path.parent.name}-{path.name}"
    if not (folder / name).exists():
        picture = cv2.imread(str(path))
        scale = _SIDE_PX / max(picture.shape[:2])
        cv2.imwrite(str(folder / name), cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return name


def _manifest(folder: Path, lines: list[str]) -> Path:
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def command(manifest: Path, out: Path, *options: str) -> list[str]:
    """The command line of a run with faulty work."""
    return [sys.executable, "-m", "tests.faults.driver", str(manifest), "--out", str(out), *options]


def environment(work: str = "cheap", log: Path | None = None) -> dict[str, str]:
    """What a run needs to find its modules and to know its work."""
    places = os.pathsep.join([str(ROOT), *(place for place in sys.path if place)])
    return {**os.environ, "PYTHONPATH": places, WORK: work, LOG: str(log or "")}


def audited(manifest: Path, out: Path, *options: str, work: str = "cheap", log: Path | None = None) -> tuple[int, str]:
    """Exit code and standard error of a run that is left alone."""
    done = subprocess.run(
        command(manifest, out, *options), env=environment(work, log), cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def records(out: Path) -> dict[str, dict[str, Any]]:
    """Id -> record of a finished run."""
    with (out / "results.jsonl").open("rb") as file:
        return {record["id"]: record for record in map(json.loads, file)}


@contextmanager
def little_memory() -> Iterator[Path | None]:
    """A group of processes (cgroup) of which the system kills what takes more than 64 MiB; None where nobody may make one."""
    for base, name in ((Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"), (Path("/sys/fs/cgroup"), "memory.max")):
        group = base / f"qaudit-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            if (group / name).exists():  # else it is a folder like any other
                (group / name).write_text(str(64 << 20))
                yield group
                return
        finally:
            group.rmdir()
    yield None


@dataclass(frozen=True)
class Held:
    """What a store holds after a run, whole or not."""

    finished: frozenset[str]
    integrity: str


def held(out: Path) -> Held:
    """What the store in `out` holds; nothing where there is none yet."""
    if not (out / DATABASE).exists():
        return Held(frozenset(), "ok")
    with closing(sqlite3.connect(out / DATABASE)) as base:
        (integrity,) = base.execute("PRAGMA integrity_check").fetchone()
        (tables,) = base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        rows = base.execute("SELECT id FROM result WHERE error IS NULL").fetchall() if tables else []
    return Held(frozenset(json.loads(id_) for (id_,) in rows), str(integrity))


if __name__ == "__main__":
    sys.stdout.write(held(Path(sys.argv[1])).integrity + "\n")
