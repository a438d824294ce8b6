"""A labelled set reported product by product: for sets of few pairs a product, where an AUROC would say little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from qaudit.decision.profile import Profile
from qaudit.decision.replay import decided_again

ASKED = ("review", "retake")
SAME = {frozenset({"identity", "variant"})}
HEADINGS = (
    "true items",
    "passed",
    "asked",
    "accused",
    "other items",
    "caught",
    "asked",
    "missed",
    "right aspect",
    "retake",
    "answered",
)


def judged(records: Iterable[Mapping[str, Any]], profile: Profile) -> list[dict[str, Any]]:
    """What `profile` says of each record with its truth: product, label, aspect, expected verdict, verdict, top finding."""
    rows = []
    for record in records:
        row = record["row"]
        verdict = decided_again(record, profile)
        top = max(verdict.findings, key=lambda finding: finding.p, default=None)
        rows.append(
            {key: row[key] for key in ("product", "label", "aspect", "expected_verdict")}
            | {"id": record["id"], "verdict": verdict.name, "named": top.aspect if top else None}
        )
    return rows


def table_by_product(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Lines of a Markdown table, a product each, and the sum."""
    ordered = sorted(rows, key=lambda row: row["product"])
    groups = [(name, list(members)) for name, members in groupby(ordered, key=lambda row: row["product"])]
    lines = [f"| product | {' | '.join(HEADINGS)} |", "| --- |" + " ---: |" * len(HEADINGS)]
    for name, members in [*groups, ("all", ordered)]:
        lines.append(f"| {name} | {' | '.join(_figures(members))} |")
    return lines


def _figures(rows: list[Mapping[str, Any]]) -> list[str]:
    clear = [row for row in rows if row["label"] == "match" and row["expected_verdict"] != "retake"]
    other = [row for row in rows if row["label"] == "mismatch"]
    unclear = [row for row in rows if row["expected_verdict"] == "retake"]
    caught = [row for row in other if row["verdict"] == "mismatch"]
    right = [row for row in caught if row["named"] == row["aspect"] or frozenset({row["named"], row["aspect"]}) in SAME]

    def count(among: list[Mapping[str, Any]], *verdicts: str) -> str:
        return str(sum(row["verdict"] in verdicts for row in among))

    return [
        str(len(clear)), count(clear, "match"), count(clear, *ASKED), count(clear, "mismatch"),
        str(len(other)), str(len(caught)), count(other, *ASKED), count(other, "match"),
        f"{len(right)} of {len(caught)}", str(len(unclear)), count(unclear, *ASKED),
    ]  # fmt: skip
