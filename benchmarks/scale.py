"""Measures what a long run withstands and what it costs, each figure beside its bound.

usage: python benchmarks/scale.py [--only NAME ...] [--pairs N] [--kills N]

parent     kill -9 of the parent at random moments; real: the same with real comparisons of small photos
workers    workers killed, faulted and out of memory in 1 % of the pairs; real: the same. Memory is refused by a limit on
           the process and, where groups of processes can be limited, the system kills for it
poison     1 % of the photos broken, real comparisons
memory     memory of the parent at pair 10,000 and at pair 500; and with 100,000 rows against 1,000
bytes      serial, processes and Dask on real comparisons
overhead   engine and store against the work itself
cache      one listing with 20 arrivals, looked at once and looked at anew
speedup    two workers against one (needs two idle cores)
million    a store of a million results: the start of a run, and the score card
Full disks, read-only mounts and photos that go away are in tests/faults, in full.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scale_cache import cache
from scale_speed import Figure, million, overhead, parent_memory, rows_memory, same_bytes, speedup

from tests.faults.rig import cheap_catalogue, little_memory, real_catalogue
from tests.faults.scenes import harmed, killed_parent
from tests.faults.work import GROUP


def parent(folder: Path, given: argparse.Namespace) -> list[Figure]:
    figures = []
    for name, catalogue, pairs, kills, longest_s in (
        ("cheap", cheap_catalogue, given.pairs, given.kills, 5.0),
        ("real", real_catalogue, 24, 4, 12.0),
    ):
        found = killed_parent(folder / name, catalogue, pairs, kills, 2, name, longest_s)
        said = f"{found.kills} kills ({found.amid} amid the work) of {pairs} {name} pairs: {found.lost} results lost, "
        said += f"at most {found.most_again} done again, same bytes: {found.same_bytes}, broken stores: {found.broken}"
        held = not found.lost and found.most_again <= 3 and found.same_bytes and not found.broken
        figures.append(Figure(f"parent, {name}", said, "0 lost, at most 3 again, same bytes", held))
    return figures


def workers(folder: Path, given: argparse.Namespace) -> list[Figure]:
    with little_memory() as group:
        os.environ[GROUP] = str(group or "")
        return _workers(folder, given, ("kill", "segv", "memory", *(["oom"] if group else [])))


def _workers(folder: Path, given: argparse.Namespace, kinds: tuple[str, ...]) -> list[Figure]:
    figures = []
    for name, catalogue, pairs, share in (("cheap", cheap_catalogue, given.pairs, 0.01), ("real", real_catalogue, 40, 0.1)):
        bad = [f"{kinds[n % len(kinds)]}-{n}" for n in range(round(pairs * share))]
        ids = [f"item-{n}" for n in range(pairs - len(bad))]
        for number, id_ in enumerate(bad):  # spread over the manifest
            ids.insert(number * len(ids) // len(bad), id_)
        found = harmed(folder / name, catalogue, ids, frozenset(bad), 2, name, poison=False)
        said = f"{len(bad)} of {pairs} {name} pairs kill their worker ({', '.join(kinds)}): {dict(found.slugs)}, "
        said += f"others that differ: {found.others_differ}"
        held = set(found.slugs) == {"worker_died"} and not found.others_differ
        figures.append(Figure(f"workers, {name}", said, "only those fail", held))
    return figures


def poison(folder: Path, _: argparse.Namespace) -> list[Figure]:
    ids = [f"item-{n}" for n in range(100)]
    found = harmed(folder, real_catalogue, ids, frozenset({"item-50"}), 2, "real", poison=True)
    ratio = found.seconds[1] / found.seconds[0]
    said = f"1 of 100 real pairs: {dict(found.slugs)}, others that differ: {found.others_differ}, time x {ratio:.3f}"
    return [Figure("poison", said, "others unchanged, time x 1.10", not found.others_differ and ratio <= 1.10)]


FIGURES: dict[str, Callable[[Path, argparse.Namespace], list[Figure]]] = {
    "parent": parent,
    "workers": workers,
    "poison": poison,
    "memory": lambda folder, _: [parent_memory(folder), rows_memory(folder)],
    "bytes": lambda folder, _: [same_bytes(folder)],
    "overhead": lambda folder, _: overhead(folder),
    "cache": lambda folder, _: cache(folder),
    "speedup": lambda folder, _: [speedup(folder)],
    "million": lambda folder, _: million(folder),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=list(FIGURES), metavar="NAME")
    parser.add_argument("--pairs", type=int, default=2000, help="pairs of the long runs (default: 2000)")
    parser.add_argument("--kills", type=int, default=50, help="kills of the parent (default: 50)")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    failed = 0
    for name in given.only:
        with tempfile.TemporaryDirectory(prefix="qaudit-scale-") as folder:
            start = time.monotonic()
            for figure in FIGURES[name](Path(folder), given):
                failed += not figure.held
                print(
                    f"{'held ' if figure.held else 'MISSED'} {figure.name}: {figure.said} (bound: {figure.bound})", flush=True
                )
            print(f"       {time.monotonic() - start:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
