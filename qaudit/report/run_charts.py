"""Drawings of a run as inline SVG, in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element

from qaudit.model.text import one_line
from qaudit.model.verdict import ASPECTS

from .figures import percent
from .svg import blank, label, shape
from .words import words

MOST_SELLERS: Final = 12
LABELS, LENGTH, ROW, FOOT, FIGURES = 150, 260, 26, 30, 70
# Names of aspects are short: the longest in Indonesian is kelengkapan.
ASPECT_LABELS = 96
LONGEST_NAME: Final = 20
# The axis goes up to a multiple of this, so that its ticks are whole percents.
STEP: Final = 0.2
TICKS: Final = 4


def seller_chart(cards: Sequence[Mapping[str, Any]]) -> Element | None:
    """Share of mismatches of the worst sellers, with intervals; None where no seller has a decided item."""
    rated = [card for card in cards if card["rate"]]
    if not rated:
        return None
    drawn = rated[:MOST_SELLERS]
    top = min(1.0, STEP * max(1, -int(-max(card["rate"]["high"] for card in drawn) // STEP)))
    height = ROW * len(drawn)
    made = blank("chart.sellers", LABELS + LENGTH + FIGURES, height + FOOT)
    for tick in range(TICKS + 1):
        x = LABELS + LENGTH * tick / TICKS
        shape(made, "line", "grid", x1=x, y1=0, x2=x, y2=height)
        label(made, x, height + 18, percent(top * tick / TICKS)).set("text-anchor", "middle")
    for row, card in enumerate(drawn):
        y, rate = ROW * (row + 0.5), card["rate"]
        label(made, LABELS - 10, y + 4, _short(card["name"])).set("text-anchor", "end")
        x1, x2 = (LABELS + LENGTH * rate[end] / top for end in ("low", "high"))
        shape(made, "line", "range", x1=x1, y1=y, x2=x2, y2=y)
        shape(made, "circle", "mark", cx=LABELS + LENGTH * rate["value"] / top, cy=y, r=4.5)
        label(made, LABELS + LENGTH + 12, y + 4, words("cards.of", hits=rate["hits"], count=rate["count"]))
    return made


def aspect_chart(counts: Mapping[str, int]) -> Element:
    """How many items have a finding in which aspect."""
    found = sorted(((name, counts[name]) for name in ASPECTS if counts.get(name)), key=lambda pair: -pair[1])
    most = max((count for _, count in found), default=1)
    made = blank("chart.aspects", ASPECT_LABELS + LENGTH + FIGURES, ROW * len(found) + 6)
    for row, (name, count) in enumerate(found):
        y = ROW * row
        label(made, ASPECT_LABELS - 10, y + ROW / 2 + 4, words(f"aspect.{name}")).set("text-anchor", "end")
        shape(made, "rect", "length", x=ASPECT_LABELS, y=y + 5, width=LENGTH * count / most, height=ROW - 10, rx=2)
        label(made, ASPECT_LABELS + LENGTH * count / most + 8, y + ROW / 2 + 4, str(count))
    return made


def _short(name: str) -> str:
    """A name that fits beside the drawing; the table has all of it."""
    line = one_line(name)
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"
