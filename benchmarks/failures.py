"""Look at the worst: for each group of labelled pairs, a contact sheet of those that qaudit gets most wrong.

usage: python benchmarks/failures.py PAIRS_CSV RESULTS_JSONL FOLDER [--worst N] [--group NAME ...]

PAIRS_CSV is a manifest with the columns label and group, RESULTS_JSONL what ``qaudit audit`` wrote for it, or
``benchmarks/accuracy.py`` into its --run. FOLDER gets one picture a group: listing, arrival with the findings boxed and the
truth outlined, the arrival laid over the listing, and the words; of mismatches those with the smallest p_mismatch, of matches
those with the largest. The photos are compared anew, with the profile that ships with qaudit.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path

from contact_sheet import sheet_of, strip_of

from qaudit.decision.profile import load_profile
from qaudit.decision.replay import decided_again


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=6)
    parser.add_argument("--group", nargs="*")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    p_mismatch = _probabilities(asked.results)
    groups = defaultdict(list)
    with asked.pairs.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["id"] in p_mismatch and (not asked.group or row["group"] in asked.group):
                groups[row["group"]].append(row)
    for group, rows in sorted(groups.items()):
        rows.sort(key=lambda row: p_mismatch[row["id"]], reverse=rows[0]["label"] == "match")
        worst = rows[: asked.worst]
        sheet_of([strip_of(asked.pairs.parent, row, with_mask=True) for row in worst]).save(asked.folder / f"{group}.png")
        print(group, *(f"{row['id']} {p_mismatch[row['id']]:.2f}" for row in worst))


def _probabilities(results: Path) -> dict[str, float]:
    """What the profile that ships with qaudit says of each record that could be compared."""
    profile = load_profile()
    with results.open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return {record["id"]: decided_again(record, profile).p_mismatch for record in records if record["verdict"] != "error"}


if __name__ == "__main__":
    main()
