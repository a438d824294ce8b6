"""Whether every awkward, broken and hostile file of a corpus gets its right answer, in time and in memory.

usage: python benchmarks/intake.py CORPUS [--only TEXT] [--jobs N] [--made DIR] [--write]

CORPUS has a `manifest.csv` with one row a file (path, class, expected behaviour) and the tools that make the files that
cannot be stored. Each photo is read twice, by a process of its own each time; each file that has to be refused also goes
through `qaudit compare`. The time and the memory are those of the whole command, imports included; the memory is that of
the largest process. Names, special files and manifests go through `qaudit audit`.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from intake_audits import made_files, manifest_outcomes, name_outcomes, special_outcomes
from intake_files import LARGEST_MIB, Outcome, outcome_of

RECORD = Path(__file__).with_suffix(".md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", metavar="TEXT", help="only files with this in their path")
    parser.add_argument("--jobs", type=int, default=1, help="files at the same time; more than one blurs the seconds")
    parser.add_argument("--made", type=Path, metavar="DIR", help="keep the files that the tools make there, for the next run")
    parser.add_argument("--write", action="store_true", help=f"write the table to benchmarks/{RECORD.name}")
    parser.add_argument("--verbose", action="store_true", help="print the answer to every file")
    given = parser.parse_args()
    corpus = given.corpus.resolve()
    with tempfile.TemporaryDirectory() as folder:
        made = made_files(corpus, given.made or Path(folder, "made"))
        with (corpus / "manifest.csv").open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if given.only in row["path"]]
        photos = [row for row in rows if not row["category"].endswith("manifests")]
        with ThreadPoolExecutor(given.jobs) as pool:
            outcomes = list(pool.map(lambda row: outcome_of(row, corpus, made), photos))
        outcomes += [one for one in special_outcomes(corpus, Path(folder)) if given.only in one.name]
        outcomes += name_outcomes(made, Path(folder)) if given.only in "hostile/names" else []
        outcomes += manifest_outcomes(corpus, rows, Path(folder))
    if given.verbose:
        for one in outcomes:
            print(f"{one.name}: {one.answer} ({one.seconds:.2f} s, {one.mib:.0f} MiB)")
    text = table(outcomes)
    print(text, *listed(outcomes), sep="\n")
    if given.write:
        RECORD.write_text(f"# Intake\n\n`python benchmarks/intake.py CORPUS --write`\n\n{text}\n", encoding="utf-8")
    sys.exit(any(one.wrong or one.seconds > one.limit_s or one.mib > LARGEST_MIB for one in outcomes))


def table(outcomes: list[Outcome]) -> str:
    """The counts by class, the worst time and memory."""
    lines = ["| class | files | right | wrong | slow | over memory | worst time | worst memory |", "| --- " * 8 + "|"]
    for class_ in [*sorted({one.class_ for one in outcomes}), "all"]:
        group = [one for one in outcomes if class_ in (one.class_, "all")]
        wrong = sum(bool(one.wrong) for one in group)
        slow = sum(one.seconds > one.limit_s for one in group)
        over = sum(one.mib > LARGEST_MIB for one in group)
        worst = f"{max(one.seconds for one in group):.2f} s", f"{max(one.mib for one in group):.0f} MiB"
        lines.append("| " + " | ".join(map(str, (class_, len(group), len(group) - wrong, wrong, slow, over, *worst))) + " |")
    return "\n".join(lines)


def listed(outcomes: list[Outcome]) -> list[str]:
    """What went wrong, file by file; it is printed and not written, as the names are the corpus' own."""
    lines = []
    for title, bad in (
        ("Wrong", [f"{one.name}: {one.wrong}" for one in outcomes if one.wrong]),
        ("Right, and called damaged", [f"{one.name}: {one.flagged}" for one in outcomes if one.flagged]),
        ("Slow", [f"{one.name}: {one.seconds:.1f} s" for one in outcomes if one.seconds > one.limit_s]),
        ("Over memory", [f"{one.name}: {one.mib:.0f} MiB" for one in outcomes if one.mib > LARGEST_MIB]),
    ):
        lines += ["", f"{title}:", *[f"- {line}" for line in bad]] if bad else []
    return lines


if __name__ == "__main__":
    main()
