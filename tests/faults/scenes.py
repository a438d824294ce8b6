"""What is done to runs: the parent killed, workers killed, photos poisoned; how much of it is for the caller to say."""

from __future__ import annotations

import os
import random
import select
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .rig import ROOT, audited, command, environment, held, records

Catalogue = Callable[..., Path]
_ENDING_S = 30


@dataclass(frozen=True)
class KilledParent:
    """What kills of the parent cost.

    Parameters
    ----------
    kills
        How many hit while it was running, and how many of these with some but not all items finished.
    lost
        Finished results that were gone afterwards.
    most_again
        Items that were begun again after a kill, at the most.
    same_bytes
        Whether every file of the run is as without kills.
    broken
        Stores that failed the check of integrity.
    """

    kills: int
    amid: int
    lost: int
    most_again: int
    same_bytes: bool
    broken: int


FILES = ("results.jsonl", "results.csv", "summary.json")


def killed_parent(
    folder: Path, catalogue: Catalogue, pairs: int, kills: int, workers: int, work: str, longest_s: float, seed: int = 0
) -> KilledParent:
    """Kill a run with -9 at random moments, start it again each time, and let it finish at last.

    The moments are within `longest_s` of its start. Where it finishes before `kills` are through, another one begins.
    """
    draw = random.Random(seed)  # noqa: S311  moments, no secrets
    manifest = catalogue(folder / "in", [f"item-{n}" for n in range(pairs)])
    audited(manifest, folder / "whole", "--workers", str(workers), work=work)
    whole = {name: (folder / "whole" / name).read_bytes() for name in FILES}
    hit = amid = lost = most_again = broken = rounds = 0
    same = True
    while hit < kills:
        out, log = folder / f"out-{rounds}", folder / f"log-{rounds}"
        rounds += 1
        begun: Counter[str] = Counter()
        finished: frozenset[str] = frozenset()
        while True:
            is_last = hit == kills
            run = subprocess.Popen(
                command(manifest, out, "--workers", str(workers)),
                env=environment(work, log),
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                run.wait(None if is_last else draw.uniform(0.2, longest_s))
                is_last = True
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
                hit += 1
                _wait_for_workers(log)
            store = held(out)
            broken += store.integrity != "ok"
            lost += len(finished - store.finished)
            amid += not is_last and 0 < len(store.finished) < pairs
            finished = store.finished
            now = Counter(log.read_text("utf-8").split()) if log.exists() else Counter()
            most_again = max(most_again, sum(1 for id_ in begun if now[id_] > begun[id_]))
            begun = now
            if is_last:
                break
        same = same and all((out / name).read_bytes() == data for name, data in whole.items())
    return KilledParent(hit, amid, lost, most_again, same, broken)


def _wait_for_workers(log: Path) -> None:
    """Wait until the workers of a killed parent are gone: until then they could note what they begin."""
    for process in Path("/proc").glob("[0-9]*"):
        if str(log).encode() not in _environment_of(process):
            continue
        try:
            descriptor = os.pidfd_open(int(process.name))
        except OSError:
            continue
        ended, _, _ = select.select([descriptor], [], [], _ENDING_S)
        os.close(descriptor)
        if not ended:
            raise RuntimeError(f"worker {process.name} outlived its parent")


def _environment_of(process: Path) -> bytes:
    """The environment of a process, empty where it may not be seen or is gone."""
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


@dataclass(frozen=True)
class Compared:
    """Two runs: slugs of the items that were to fail, how many others differ, and the seconds of each run."""

    slugs: Counter[str]
    others_differ: int
    seconds: tuple[float, float]


def harmed(
    folder: Path, catalogue: Catalogue, ids: Sequence[str], bad: frozenset[str], workers: int, work: str, *, poison: bool
) -> Compared:
    """Audit items of which `bad` kill their worker, or with `poison` have broken photos; and the same without the harm."""
    hurt = catalogue(folder / "hurt", ids, bad) if poison else catalogue(folder / "hurt", ids)
    rest = list(ids) if poison else [id_ for id_ in ids if id_ not in bad]
    seconds = []
    good = catalogue(folder / "good", ids) if poison else folder / "hurt" / "rest.csv"
    if not poison:
        lines = hurt.read_text("utf-8").splitlines()
        good.write_text("\n".join(line for line in lines if line.partition(",")[0] in {"id", *rest}) + "\n", "utf-8")
    for manifest, out in ((good, folder / "good-run"), (hurt, folder / "hurt-run")):
        start = time.monotonic()
        audited(manifest, out, "--workers", str(workers), work=work)
        seconds.append(time.monotonic() - start)
    clean, harmed_ones = records(folder / "good-run"), records(folder / "hurt-run")
    slugs = Counter(harmed_ones[id_].get("error", {}).get("slug", harmed_ones[id_]["verdict"]) for id_ in bad)
    differ = sum(clean[id_] != harmed_ones[id_] for id_ in ids if id_ not in bad)
    return Compared(slugs, differ, (seconds[0], seconds[1]))
