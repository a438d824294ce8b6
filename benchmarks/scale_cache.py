"""What it saves to look at a listing photo once for all its arrivals, and what it costs to keep it; a figure of `scale.py`.

usage, for one run of which the memory is told: python benchmarks/scale_cache.py MANIFEST KEPT
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scale_speed import ROUNDS, Figure

from qaudit import sights
from qaudit.batch.audit import audit
from tests.faults.rig import ROOT, SAMPLES, environment

KEPT = sights.MOST_PHOTOS
ARRIVALS = 20
PRODUCT = "batik"


def cache(folder: Path) -> list[Figure]:
    """One listing with 20 arrivals, and listings that are never seen again, each with what is kept and without."""
    arrivals = sorted((SAMPLES / "arrival").glob(f"{PRODUCT}-*.jpg"))
    listing, listings = SAMPLES / "listing" / f"{PRODUCT}-1.jpg", sorted((SAMPLES / "listing").glob("*.jpg"))
    one = _manifest(folder / "one", [(listing, arrivals[n % len(arrivals)]) for n in range(ARRIVALS)])
    many = _manifest(folder / "many", [(listing, arrivals[n % len(arrivals)]) for n, listing in enumerate(listings)])
    once, never = _seconds(one, folder / "once"), _seconds(many, folder / "never")
    same = len({(folder / f"once-{kept}" / "results.jsonl").read_bytes() for kept in (0, KEPT)}) == 1
    without, held = (_memory(many, kept) for kept in (0, KEPT))
    ratio, waste = once[KEPT] / once[0], never[KEPT] / never[0]
    said = f"{ARRIVALS} arrivals of one listing: {once[0]:.1f} s looked at anew, {once[KEPT]:.1f} s looked at once: "
    said += f"x {ratio:.2f}, same bytes: {same}"
    lost = f"{len(listings)} listings that do not come again: x {waste:.2f}"
    more = f"the process at its largest over {len(listings)} listings: {without} MiB, with what is kept {held} MiB"
    return [
        Figure("cache", said, "x 1.00, same bytes", ratio <= 1.0 and same),
        Figure("cache, in vain", lost, "x 1.05", waste <= 1.05),
        Figure("cache, memory", more, f"{sights.MOST_MEBIBYTES} MiB more", held - without <= sights.MOST_MEBIBYTES),
    ]


def _manifest(folder: Path, pairs: Sequence[tuple[Path, Path]]) -> Path:
    """A manifest of pairs, each arrival a file of its own."""
    folder.mkdir(parents=True)
    lines = ["id,listing,arrival"]
    for number, (listing, arrival) in enumerate(pairs):
        shutil.copyfile(listing, folder / listing.name)
        shutil.copyfile(arrival, folder / f"{number}-{arrival.name}")
        lines.append(f"{number},{listing.name},{number}-{arrival.name}")
    (folder / "pairs.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "pairs.csv"


def _seconds(manifest: Path, out: Path) -> dict[int, float]:
    """Seconds of a run that keeps so many photos, the best of some in turn."""
    best: dict[int, float] = {}
    for _ in range(ROUNDS):
        for kept in (0, KEPT):
            folder = out.with_name(f"{out.name}-{kept}")
            shutil.rmtree(folder, ignore_errors=True)
            start = time.monotonic()
            _run(manifest, kept, folder)
            best[kept] = min(best.get(kept, float("inf")), time.monotonic() - start)
    return best


def _run(manifest: Path, kept: int, out: Path | None) -> None:
    """A run in this process that keeps so many listing photos."""
    before: Callable[..., sights.Sights] = sights.Sights
    sights.Sights = partial(before, kept)  # type: ignore[misc,assignment]
    try:
        audit(manifest, out)
    finally:
        sights.Sights = before  # type: ignore[misc,assignment]


def _memory(manifest: Path, kept: int) -> int:
    """MiB that a process of its own takes at its largest for a run that keeps so many listing photos."""
    command = [sys.executable, __file__, str(manifest), str(kept)]
    told = subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=True)
    return int(told.stdout)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), int(sys.argv[2]), None)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
