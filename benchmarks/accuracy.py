"""How accurate is qaudit on labelled pairs? Audits them, fits, and writes the figures into benchmarks/accuracy.md.

usage: python benchmarks/accuracy.py [PAIRS_CSV --score SCORE_PY] [--run DIR] [--workers N] [--write] [--profile]

PAIRS_CSV is a manifest with the columns label, aspect, group and product; SCORE_PY is called as
``SCORE_PY PAIRS_CSV RESULTS_JSONL`` and prints a table. The evidence is measured once; the verdicts are then decided with
profiles calibrated on all pairs, on other products than the one judged, and on other data sets than the one judged, each at
the error rates that its number of products can carry.
The samples are one more data set, judged with a profile fitted on PAIRS_CSV alone, product by product; without PAIRS_CSV they
are judged with the profile that ships with qaudit.
--write updates benchmarks/accuracy.md; --profile updates the profile that ships with qaudit.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from by_product import judged, table_by_product

from qaudit.batch.audit import audit
from qaudit.decision.calibration import FOLDS, calibrate, carried_aim, described
from qaudit.decision.fitting import Table, dealt, table_of
from qaudit.decision.profile import Profile, load_profile, to_toml
from qaudit.decision.replay import decided_again
from qaudit.report.progress import run_progress

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "samples" / "manifest.csv"
DEFAULT_PROFILE = HERE.parent / "qaudit" / "decision" / "default.toml"
WAYS = {
    "cross-validated by product": "product",
    "whole data set left out": "group",
    "fitted on all (too good)": None,
}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="?")
    parser.add_argument("--score", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if arguments.pairs is None:
        if arguments.score or arguments.write or arguments.profile:
            parser.error("PAIRS_CSV is needed for --score, --write and --profile")
    elif arguments.score is None or not arguments.score.is_file():
        parser.error("--score names the scoring script, and it is not there")
    with tempfile.TemporaryDirectory() as scratch:
        run = arguments.run or Path(scratch) / "run"
        samples = _audited(SAMPLES, run / "samples", arguments.workers)
        if arguments.pairs is None:
            print("\n".join(by_products(samples, load_profile(), "the profile that ships with qaudit")))
            return
        records = _audited(arguments.pairs, run / "pairs", arguments.workers)
        text = evaluate(records, samples, arguments.pairs, arguments.score, Path(scratch))
    print(text)
    if arguments.write:
        (HERE / "accuracy.md").write_text(text, "utf-8")
    if arguments.profile:
        DEFAULT_PROFILE.write_text(to_toml(shipped(records)), "utf-8")


def _audited(manifest: Path, run: Path, workers: int) -> list[dict[str, Any]]:
    """The records of a manifest's items."""
    with run_progress() as progress:
        report = audit(manifest, run, workers=workers, progress=progress)
    return [dict(record) for record in report.records()]


def by_products(samples: list[dict[str, Any]], profile: Profile, which: str) -> list[str]:
    """The samples' part of the page: a table, and each item that was not answered as it should be."""
    rows = judged((record for record in samples if record["verdict"] != "error"), profile)
    wrong = [row for row in rows if row["verdict"] != row["expected_verdict"]]
    return [
        f"## Samples: rendered craft products, judged with {which}",
        "",
        f"{len(samples)} pairs of `samples/manifest.csv`, {len(samples) - len(rows)} errors. Passed, asked (review or retake), "
        "accused, caught and missed as above; `retake` are photos of the right thing that cannot answer, `answered` those of "
        "them that qaudit sends back or puts before a person.",
        "",
        *table_by_product(rows),
        "",
        "Answered otherwise than expected:",
        "",
        *(
            f"- `{row['id']}`: {row['expected_verdict']} expected, {row['verdict']} given"
            + (f", {row['named']} named" if row["named"] else "")
            for row in wrong
        ),
    ]


def evaluate(records: list[dict[str, Any]], samples: list[dict[str, Any]], pairs: Path, score: Path, scratch: Path) -> str:
    """The page of figures."""
    judged = [record for record in records if record["verdict"] != "error"]
    table = table_of(judged)
    parts = [
        "# Accuracy",
        "",
        f"{len(records)} labelled pairs, {len(judged)} compared, {int(table.mismatch.sum())} of them mismatches. "
        f"Measured on {datetime.date.today()} with qaudit {records[0]['tool']['version']}; remake with",
        "",
        "    python benchmarks/accuracy.py PAIRS_CSV --score SCORE_PY --write",
        "",
        f"Three ways to make the profile, curves and limits: from other products than the one judged ({FOLDS} folds), from "
        "other data sets than the one judged, and from everything. The first is the figure to quote, the second says what to "
        "expect elsewhere. Limits keep the error rates that as many products can carry at 95 % confidence "
        f"([decision 5](../docs/decisions/0005-limits-with-a-guarantee.md)); made from everything, {_aim_words(judged)}.",
        "",
        "Curves and limits never saw the pairs that they judge in the first two tables. The measures themselves, and how "
        "strict the limits are, were settled with these pairs in view: expect somewhat less of pairs that nobody has looked "
        "at.",
    ]
    for title, kind in WAYS.items():
        profiles = _profiles(judged, table, kind)
        results = scratch / "results.jsonl"
        lines = [_line(record, profile) for record, profile in zip(judged, profiles, strict=True)]
        lines += [json.dumps(record) for record in records if record["verdict"] == "error"]
        results.write_text("\n".join(lines) + "\n", "utf-8")
        scored = subprocess.run([sys.executable, score, pairs, results], check=True, capture_output=True, text=True)
        parts += ["", f"## Profile {title}", "", *(f"    {line}".rstrip() for line in scored.stdout.splitlines())]
    parts += ["", *by_products(samples, calibrated(judged), "a profile fitted on the pairs above alone")]
    return "\n".join(parts) + "\n"


def _profiles(records: list[dict[str, Any]], table: Table, kind: str | None) -> list[Profile]:
    """Which profile judges each pair: curves fitted and limits set without its kind."""
    if kind is None:
        return [calibrated(records)] * len(records)
    fold = dealt(table.product, FOLDS) if kind == "product" else dealt(table.group)
    without = {part: calibrated([r for r, own in zip(records, fold, strict=True) if own != part]) for part in np.unique(fold)}
    return [without[part] for part in fold]


def calibrated(records: list[dict[str, Any]], name: str = "", data: str = "") -> Profile:
    """A profile at the error rates that as many products can carry."""
    return calibrate(records, carried_aim(records), name=name, data=data).profile


def _line(record: dict[str, Any], profile: Profile) -> str:
    """One line for the scorer: what `profile` says of the evidence in `record`."""
    verdict = decided_again(record, profile)
    findings = [finding.to_dict() for finding in verdict.findings]
    return json.dumps({"id": record["id"], "verdict": verdict.name, "p_mismatch": verdict.p_mismatch, "findings": findings})


def _aim_words(records: list[dict[str, Any]]) -> str:
    """Which rates the limits of a profile made from `records` keep."""
    aim = carried_aim(records)
    return f"{100 * aim.accused:g} % of the matches accused and {100 * aim.missed:g} % of the mismatches missed"


def shipped(records: list[dict[str, Any]]) -> Profile:
    """The profile to ship, calibrated on all."""
    sets = len(np.unique(table_of(records).group))
    data = f"{described(records)} in {sets} data sets; measures and strictness were settled with the same pairs in view"
    return calibrated(records, f"default-{datetime.date.today()}", data)


if __name__ == "__main__":
    main()
