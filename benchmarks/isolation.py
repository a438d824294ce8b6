"""What reading photos in a process of its own costs a single comparison: both ways in turn, in one run.

usage: python benchmarks/isolation.py [LISTING ARRIVAL] [--rounds N]

Each round runs the whole command `qaudit compare` twice, from its start to its end: as it is, and with the photos read in the
process of the command itself. Without photos it takes a pair of the samples.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAIR = [str(ROOT / "samples" / "listing" / "painting-1.jpg"), str(ROOT / "samples" / "arrival" / "painting-match-1.jpg")]
COMMAND = "from qaudit.cli.main import run; run()"
HERE = """
from qaudit.photos import read
class Here:
    def start(self): pass
    def read(self, request):
        from qaudit.photos.files import read_bytes, read_file
        return (read_file if request.is_path else read_bytes)(request.payload, request.max_side)
read._reader = Here
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="*", metavar="LISTING ARRIVAL")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    photos = given.photos or PAIR
    taken: dict[str, list[float]] = {"isolated": [], "here": []}
    for _ in range(given.rounds + 1):
        for name, program in (("isolated", COMMAND), ("here", HERE + COMMAND)):
            start = time.perf_counter()
            command = [sys.executable, "-c", program, "compare", *photos, "--quiet", "--fail-on", "none"]
            subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
            taken[name].append(time.perf_counter() - start)
    isolated, here = (statistics.median(seconds[1:]) for seconds in taken.values())  # the first pays for cold files
    cost = statistics.median(a - b for a, b in zip(taken["isolated"][1:], taken["here"][1:], strict=True))
    print(f"isolated {isolated:.3f} s, in one process {here:.3f} s, median cost {cost:.3f} s over {given.rounds} rounds")


if __name__ == "__main__":
    main()
