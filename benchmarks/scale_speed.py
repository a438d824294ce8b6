"""What a long run costs, beside the work itself; figures of `scale.py`."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.engine import MOST_S, Serial
from qaudit.batch.manifest import Manifest, read_manifest
from qaudit.batch.processes import Processes
from qaudit.batch.row import Row
from qaudit.batch.scorecard import score_cards
from qaudit.batch.store import Store
from qaudit.batch.trace import traces_of, with_digests
from qaudit.batch.work import record_of
from qaudit.model.options import Options
from qaudit.model.record import Item, Record
from qaudit.model.tool import tool_facts
from tests.faults.rig import ROOT, cheap_catalogue, command, environment, real_catalogue
from tests.faults.scenes import FILES
from tests.faults.work import cheap_record

ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """What was measured, beside its bound, and whether it is held."""

    name: str
    said: str
    bound: str
    held: bool


class Clock:
    """Listens to a run and notes when it began and when each item was finished."""

    def __init__(self) -> None:
        self.begun_s = 0.0
        self.finished_s: list[float] = []

    def start(self, total: int, done: int) -> None:
        """Note the time."""
        self.begun_s = time.monotonic()

    def finished(self, item: Item) -> None:
        """Note the time."""
        self.finished_s.append(time.monotonic())


def parent_memory(folder: Path) -> Figure:
    """Memory of the parent, as the system sees it, at pair 500 and at pair 10,000."""
    manifest, log = cheap_catalogue(folder / "in", [f"item-{n}" for n in range(10_100)]), folder / "log"
    log.touch()
    run = subprocess.Popen(
        command(manifest, folder / "out", "--workers", "2"),
        env=environment("cheap", log),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    held = {}
    for mark in (500, 10_000):
        while log.read_bytes().count(b"\n") < mark and run.poll() is None:
            time.sleep(0.01)
        status = Path(f"/proc/{run.pid}/status").read_text("ascii")
        held[mark] = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    run.wait()
    ratio = held[10_000] / held[500]
    said = f"{held[500]:.0f} MiB at pair 500, {held[10_000]:.0f} MiB at pair 10,000: x {ratio:.2f}"
    return Figure("memory", said, "x 1.20", ratio <= 1.2)


def rows_memory(folder: Path) -> Figure:
    """The most memory of a whole run without workers over 1,000 and over 100,000 rows, every tenth of them an error."""
    most = []
    for rows in (1_000, 100_000):
        place = folder / str(rows)
        place.mkdir()
        (place / "a").write_bytes(b"a")
        manifest = place / "pairs.csv"
        with manifest.open("w", encoding="ascii") as file:
            file.write("id,listing,arrival\n")
            file.writelines(f"item-{n:08d},a,{'../a' if n % 10 == 0 else 'a'}\n" for n in range(rows))
        program = f"from benchmarks.scale_speed import tiny_run; tiny_run({str(manifest)!r}, {str(place / 'out')!r})"
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
        )
        most.append(int(run.stdout.split()[-1]) / 1024)
    said = f"{most[0]:.0f} MiB at the most with 1,000 rows, {most[1]:.0f} MiB with 100,000: x {most[1] / most[0]:.2f}"
    return Figure("memory, rows", said, "x 1.20", most[1] / most[0] <= 1.2)


def tiny_run(manifest: str, out: str) -> None:
    """Audit with work that is next to nothing, and print the most memory that it took, in KiB."""
    audit_module.record_of = _tiny_record
    audit(manifest, out)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _tiny_record(row: Row, **settings: Any) -> Record:
    """A match, whatever the photos hold."""
    values = {"schema": 1, "id": row.id, "verdict": "match", "p_mismatch": 0.0, "row": dict(row.extra), "tool": {}}
    return Record(values, {}, with_digests(row, traces_of(row), values), 2)


def same_bytes(folder: Path) -> Figure:
    """Serial, processes and Dask on the same pairs."""
    manifest = real_catalogue(folder / "in", [f"item-{n}" for n in range(12)])
    audit(manifest, folder / "serial")
    audit(manifest, folder / "processes", workers=2)
    audit(manifest, folder / "dask", workers=2, cluster="local")
    same = [
        (folder / other / name).read_bytes() == (folder / "serial" / name).read_bytes()
        for other in ("processes", "dask")
        for name in FILES
    ]
    return Figure("bytes", f"{sum(same)} of {len(same)} files of 12 real pairs are the same", "all", all(same))


def overhead(folder: Path) -> list[Figure]:
    """What engine and store take beside the work: a loop of plain calls against a run, in turn; and by themselves."""
    from qaudit.decision.profile import load_profile

    manifest = real_catalogue(folder / "in", [f"item-{n}" for n in range(20)])
    options, profile = Options(), load_profile(None)
    work = partial(record_of, options=options, profile=profile, tool=tool_facts(options, profile.id, profile.holds_for))
    rows = list(read_manifest(manifest))
    for row in rows[:2]:
        work(row)
    plain, run = [], []
    for number in range(ROUNDS):
        start = time.monotonic()
        for row in rows:
            work(row)
        plain.append(time.monotonic() - start)
        start = time.monotonic()
        audit(manifest, folder / f"out-{number}")
        run.append(time.monotonic() - start)
    ratio = min(run) / min(plain)
    said = f"{min(plain):.2f} s of work, {min(run):.2f} s as a run of {len(rows)} real pairs of small photos: x {ratio:.3f}"

    pairs = 500
    cheap = cheap_catalogue(folder / "cheap", [f"item-{n}" for n in range(pairs)])
    audit_module.record_of, before = cheap_record, audit_module.record_of
    try:
        clock = Clock()
        audit(cheap, folder / "cheap-run", progress=clock)
    finally:
        audit_module.record_of = before
    alone = (clock.finished_s[-1] - clock.begun_s) / pairs
    share = alone * len(rows) / min(plain)
    by_itself = f"{1000 * alone:.1f} ms an item with work that is next to nothing, {share:.1%} of a real pair of small photos"
    return [Figure("overhead", said, "x 1.05", ratio <= 1.05), Figure("overhead alone", by_itself, "5 %", share <= 0.05)]


def speedup(folder: Path) -> Figure:
    """Rate of two worker processes against one, each with one thread, after they have loaded what they need.

    Without worker processes the libraries use every core for one item; that rate is told beside.
    """
    manifest = real_catalogue(folder / "in", [f"item-{n}" for n in range(40)])
    rates: dict[str, float] = {}
    before = audit_module.engine_for
    try:
        for name in ("1", "2", "none", "1", "2", "none"):
            engine = Serial() if name == "none" else Processes(int(name), MOST_S)
            audit_module.engine_for = lambda *_, engine=engine: engine
            clock = Clock()
            audit(manifest, folder / f"out-{time.monotonic_ns()}", progress=clock)
            warm = clock.finished_s[6:]
            rates[name] = max(rates.get(name, 0.0), (len(warm) - 1) / (warm[-1] - warm[0]))
    finally:
        audit_module.engine_for = before
    ratio = rates["2"] / rates["1"]
    said = f"{rates['1']:.2f} pairs/s with one, {rates['2']:.2f} with two: x {ratio:.2f}; {rates['none']:.2f} without processes"
    return Figure("speedup", said, "x 1.8", ratio >= 1.8)


def million(folder: Path, items: int = 1_000_000) -> list[Figure]:
    """A store of synthetic results: the score card, and the start of a run that finds them all."""
    from qaudit.decision.profile import load_profile

    manifest = folder / "pairs.csv"
    (folder / "listing").write_bytes(b"x")
    (folder / "arrival").write_bytes(b"y")
    with manifest.open("w", encoding="ascii") as file:
        file.write("id,listing,arrival,seller,category\n")
        file.writelines(f"{n},listing,arrival,seller {n % 1000},category {n % 20}\n" for n in range(items))
    profile = load_profile(None)
    tool = tool_facts(Options(), profile.id, profile.holds_for)
    rows = Manifest(manifest)
    store = Store(folder / "out")
    store.begin(rows, tool, str(folder), rows.digest())
    store.add_all(_synthetic(store, rows, tool))

    start = time.monotonic()
    counts = store.begin(rows, tool, str(folder), rows.digest())
    begin_s = time.monotonic() - start
    start = time.monotonic()
    cards = score_cards(store.groups(), profile.guarantee)
    cards_s = time.monotonic() - start
    store.close()
    found = f"{counts[1]} of {counts[0]} results found in {begin_s:.1f} s, with a look at the manifest and at its photos"
    told = f"{len(cards.sellers)} sellers and {len(cards.categories)} categories in {cards_s:.1f} s"
    return [
        Figure("million, start", found, "10 s", begin_s <= 10 and counts == (items, items)),
        Figure("million, score card", told, "5 s", cards_s <= 5 and len(cards.overall.totals) == items),
    ]


def _synthetic(store: Store, rows: Manifest, tool: dict[str, Any]) -> Iterator[tuple[int, Record]]:
    """Results of items that nobody looked at, one in twenty a mismatch."""
    traces = None
    for position, row in store.pending(rows, tool):
        assert isinstance(row, Row)  # noqa: S101
        traces = traces or [trace and (*trace[:2], "0" * 64) for trace in traces_of(row)]
        verdict = ("mismatch", "review", "retake", "error")[position % 20] if position % 20 < 4 else "match"
        findings = [{"aspect": ("colour", "damage", "shape")[position % 3]}] if verdict == "mismatch" else []
        values = {
            "schema": 1,
            "id": row.id,
            "verdict": verdict,
            "p_mismatch": 0.5,
            "findings": findings,
            "row": dict(row.extra),
        }
        yield position, Record(values, {}, traces, 2)
