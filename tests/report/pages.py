"""Records, pictures and runs that pages are tested with, without a photo being compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from qaudit.model.picture import ItemShots, PairPictures, PairShots, Shot, Swatch
from qaudit.model.record import VERDICTS, ItemError, Totals
from qaudit.model.ruling import Ruling
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.model.view import ViewFacts
from qaudit.report.item_page import item_page
from qaudit.report.run_page import RunItem, run_page
from tests.report.factory import COLOUR, MISSING, comparison

# Ids, names and cells that do harm where they are taken for anything but text.
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg/onload=alert(3)>",
    '"><script>alert(4)</script>',
    "' onmouseover='alert(5)",
    '" autofocus onfocus="alert(6)',
    "javascript:alert(7)",
    "</title><script>alert(8)</script>",
    "</style><script>alert(9)</script>",
    "</script><script>alert(10)</script>",
    "<!--<script>",
    "]]><script>alert(11)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "${alert(12)}`",
    "&lt;script&gt;alert(13)&lt;/script&gt;",
    "<iframe src='javascript:alert(14)'>",
    "<a href='data:text/html,<script>alert(15)</script>'>x</a>",
    "<base href='http://example.invalid/'>",
    "<meta http-equiv=refresh content='0;url=http://example.invalid/'>",
    "<link rel=stylesheet href=http://example.invalid/x.css>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "+1+1",
    "-2+3",
    '=HYPERLINK("http://example.invalid","x")',
    "a\u202egpj.exe",
    "\u2066x\u2069\u200f\u200b",
    "bell\x07 escape\x1b[2J null\x00",
    "line\nbreak\ttab\rreturn",
    "half \ud800 a pair",
    "bytes:%FF%FE.jpg",
    "עברית العربية",
    "long " + "x" * 5000,
    "𝕦𝕟𝕚 ✗ 漢字 é",
]


def full_comparison(verdict: str = "mismatch", **changes: Any) -> Any:
    """A comparison with evidence, of two arrival photos."""
    made = comparison()
    facts = ViewFacts((0, 0), made.alignment, made.quality, (), counted=True, homography=(1, 0, 0, 0, 1, 0, 0, 0, 1))
    lab = {"listing_lab": [40.0, 30.0, 20.0], "arrival_lab": [38.0, 12.0, 18.0]}
    evidence = (
        Evidence("colour", "palette", 1, 14.2, "dE00", details=lab),
        Evidence("missing", "completeness", 1, 0.034, "share"),
        Evidence("identity", "agreement", 1, 0.92, "decades"),
        Evidence("pattern", "novel", 1, 3.0, "times"),
        NotApplicable("shape", "outline", "no_outline"),
    )
    second = replace(made.arrival[0], path="photos/arrival-2.heic")
    settings: dict[str, Any] = {
        "evidence": evidence,
        "measured": (facts, replace(facts, photos=(0, 1))),
        "arrival": (made.arrival[0], second),
        "decision": {"findings": (COLOUR, replace(MISSING, arrival_photo=1)), "explained": ("The arrival photo is darker.",)},
        "row": {"seller": "Wayan", "category": "cloth", "note": "gift"},
    }
    return comparison(verdict, **{**settings, **changes})


def shot(source: str = "data:,") -> Shot:
    return Shot(source, 40, 30)


def jpeg(width: int = 40, height: int = 30, level: int = 90) -> bytes:
    """A picture."""
    return bytes(cv2.imencode(".jpg", np.full((height, width, 3), level, np.uint8))[1].tobytes())


def pixels(photos: tuple[int, int] = (0, 0)) -> PairPictures:
    """A pair of 40 x 30 px."""

    def grey(level: int) -> Any:
        return np.full((30, 40, 3), level, np.uint8)

    swatch = Swatch((40.0, 30.0, 20.0), (38.0, 12.0, 18.0), 0.62, 14.2, ("paler", "bluer"), (41.0, 14.0, 22.0))
    return PairPictures(photos, grey(120), grey(90), grey(100), grey(60), (swatch,))


def inline() -> ItemShots:
    """Pictures of both pairs that the page holds itself."""
    from qaudit.pictures import inline_shots

    return inline_shots([pixels(), pixels((0, 1))], 40)


def item_html(values: dict[str, Any] | None = None, shots: ItemShots | None = None, **settings: Any) -> str:
    """A page as text."""
    pieces = item_page(values or full_comparison().to_dict(), shots or ItemShots(), **settings)
    return b"".join(pieces).decode()


def summary(totals: Totals, sellers: Iterable[str] = (), **changes: Any) -> dict[str, Any]:
    """What ``summary.json`` says of a run."""
    cards = [
        {
            "name": name,
            "totals": totals.to_dict(),
            "ruled": 0,
            "rate": {"hits": 2, "count": 9, "value": 2 / 9, "low": 0.06, "high": 0.55},
            "shrunk": {"value": 0.2, "low": 0.1, "high": 0.4},
            "corrected": None,
            "aspects": {"colour": {"hits": 2, "count": 9, "value": 0.2, "low": 0.1, "high": 0.5}},
            "change": None,
        }
        for name in sorted(set(sellers))
        if name
    ]
    made = {
        "items": len(totals),
        "totals": totals.to_dict(),
        "tool": {"version": "0.1.0", "profile": "test"},
        "score_cards": {"sellers": cards, "categories": []},
        "lot": None,
        "unpaired": {"items": [], "arrivals": []},
    }
    return {**made, **changes}


def run_items(ids: Iterable[str], sellers: Iterable[str] = ("Wayan", "Sri")) -> list[RunItem]:
    """Items of all verdicts, one after the other."""
    named = list(sellers)
    items = []
    for number, id_ in enumerate(ids):
        verdict = VERDICTS[number % len(VERDICTS)]
        row = {"seller": named[number % len(named)], "category": "cloth"}
        values = (
            ItemError(id_, "photo_missing", f"{id_}: there is no such file", row).to_dict()
            if verdict == "error"
            else full_comparison(verdict, id=id_, row=row).to_dict()
        )
        ruling = Ruling("match", id_, id_, "2026-01-02T03:04:05+00:00") if number == 1 else None
        items.append(RunItem(values, ruling, f"report/{number}.html", Shot(f"report/{number}.jpg", 122, 60)))
    return items


def run_html(items: list[RunItem], **changes: Any) -> str:
    """The page of a run as text."""
    totals = Totals.of(item.record["verdict"] for item in items)
    sellers = {str(item.record["row"].get("seller", "")) for item in items}
    settings: dict[str, Any] = {"aspects": {"colour": 3, "missing": 1}, "ruled": 0, "flagged_only": False, "pictureless": 0}
    told = {key: value for key, value in changes.items() if key in settings}
    others = {key: value for key, value in changes.items() if key not in settings}
    return b"".join(run_page(summary(totals, sellers, **others), items, **{**settings, **told})).decode()


def write_run(folder: Path, ids: Iterable[str]) -> Path:
    """The report of a run on the disk, as a browser opens it; its page."""
    items = run_items(ids)
    beside = folder / "report"
    beside.mkdir(parents=True)
    for number, item in enumerate(items):
        (beside / f"{number}.jpg").write_bytes(jpeg(122, 60))
        sides = {name: Shot(f"{number}.jpg", 122, 60) for name in ("listing", "arrival", "laid_over", "heat")}
        shots = ItemShots([PairShots((0, 0), **sides)]) if "error" not in item.record else ItemShots()
        (beside / f"{number}.html").write_bytes(
            b"".join(item_page(item.record, shots, ruling=item.ruling, back="../report.html"))
        )
    page = folder / "report.html"
    page.write_text(run_html(items, ruled=1), encoding="utf-8")
    return page


def tags_of(html: str) -> list[str]:
    """Every tag of a page as it stands there, its script and style left out."""
    bare = re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)
    return re.findall(r"<[a-zA-Z!/][^<>]*>", bare)
