"""Damages files made here, thousands of times, and reads each: the reader may die of one, this process never.

usage: python benchmarks/fuzz.py [--mutations N] [--seed N]

Prints how many were read, called damaged and refused, by slug, how often the reader had to be started again, and the slowest.
Files that ended the reader, or took long, are kept in the folder --keep.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from qaudit.model.errors import PhotoRefused
from qaudit.photos.isolated import Reader
from qaudit.photos.wire import Request
from tests.robustness.mutations import mutations

LONG_S = 2.0
ENDED = ("photo_too_slow", "photo_too_much_memory", "photo_reader_died")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=20_000, help="how many files (default: 20000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that ended the reader or took long")
    given = parser.parse_args()
    reader, counts, slowest, odd = Reader(), Counter(), (0.0, ""), 0
    begin = time.monotonic()
    for number, (name, data) in enumerate(islice(mutations(given.seed), given.mutations)):
        start = time.monotonic()
        try:
            photo = reader.read(Request(data, is_path=False, max_side=None))
            answer = "read, called damaged" if photo.damaged else "read"
        except PhotoRefused as refused:
            answer = refused.slug
            if refused.slug == "photo_reader_died":
                print(f"{number} ({name}): {refused.message}")
        taken = time.monotonic() - start
        counts[answer] += 1
        slowest = max(slowest, (taken, f"{number} ({name}): {answer}"))
        if answer in ENDED or taken > LONG_S:
            odd += 1
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{given.seed}-{number}-{answer}").write_bytes(data)
    reader.close()
    for answer, count in counts.most_common():
        print(f"{count:7d}  {answer}")
    print(f"{sum(counts.values())} files in {time.monotonic() - begin:.0f} s, seed {given.seed}; this process lives")
    print(f"ended the reader or took more than {LONG_S:g} s: {odd}; slowest {slowest[0]:.2f} s, {slowest[1]}")


if __name__ == "__main__":
    main()
