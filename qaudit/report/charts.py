"""Drawings of an evaluation as inline SVG: no script, colours from the page, every text escaped by the tree it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from xml.etree.ElementTree import Element

from qaudit.model.evaluation import Bin, Evaluation, Interval, RiskPoint

from .evaluation import group_name
from .figures import figure, measured, percent
from .svg import blank, label, shape
from .words import words

# In units of the drawing, which the page scales.
SIDE, MARGIN, ROW, LABELS = 300, 44, 22, 190
# The risk goes up to a multiple of this, so that its four ticks are whole percents.
RISK_STEP = 0.04
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
# Most pairs of a bin have a dot of this radius, and no dot is smaller than the second.
DOT, SMALLEST_DOT = 8.0, 2.5


def reliability_chart(bins: Sequence[Bin]) -> Element:
    """What was found against what was told, with intervals; on the line both agree."""
    drawing = _square("chart.reliability", words("chart.told"), words("chart.found"), 1.0)
    _line(drawing, (0.0, 0.0), (1.0, 1.0), "ideal")
    most = max((b.pairs for b in bins), default=1)
    for b in bins:
        _line(drawing, (b.told, b.found.low), (b.told, b.found.high), "range")
    for b in bins:
        x, y = _at(b.told, b.found.value)
        shape(drawing, "circle", "mark", cx=x, cy=y, r=max(SMALLEST_DOT, DOT * sqrt(b.pairs / most)))
    return drawing


def risk_chart(risk: Sequence[RiskPoint], answered: RiskPoint) -> Element:
    """Share of wrong answers against the share that is answered; the dot is where the profile's limits lie."""
    top = ceil(max([RISK_STEP, answered.risk, *(point.risk for point in risk)]) / RISK_STEP) * RISK_STEP
    drawing = _square("chart.risk", words("chart.coverage"), words("chart.risk_axis"), top)
    points = [_at(point.coverage, point.risk / top) for point in risk]
    shape(drawing, "polyline", "curve", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    x, y = _at(answered.coverage, answered.risk / top)
    shape(drawing, "circle", "mark", cx=x, cy=y, r=5)
    far_right, at_bottom = answered.coverage > 0.65, answered.risk < 0.08 * top
    text = label(drawing, x + (-9 if far_right else 9), y + (-10 if at_bottom else 18), words("chart.limits"))
    text.set("text-anchor", "end" if far_right else "start")
    return drawing


def auroc_chart(evaluation: Evaluation) -> Element:
    """AUROC of each group and of all pairs, with intervals."""
    scores: list[tuple[str, Interval]] = [(group_name(score), score.auroc) for score in evaluation.groups]
    scores.append((words("group.all"), evaluation.auroc))
    height = ROW * len(scores)
    drawing = blank("chart.auroc", LABELS + SIDE + MARGIN, height + MARGIN)
    for tick in TICKS:
        x = LABELS + SIDE * tick
        shape(drawing, "line", "ideal" if tick == 0.5 else "grid", x1=x, y1=0, x2=x, y2=height)
        label(drawing, x, height + 16, figure(f"{tick:g}")).set("text-anchor", "middle")
    for row, (name, interval) in enumerate(scores):
        y = ROW * (row + 0.5)
        label(drawing, LABELS - 10, y + 4, _shortened(name)).set("text-anchor", "end")
        shape(drawing, "line", "range", x1=LABELS + SIDE * interval.low, y1=y, x2=LABELS + SIDE * interval.high, y2=y)
        shape(drawing, "circle", "mark", cx=LABELS + SIDE * interval.value, cy=y, r=4)
    return drawing


def _shortened(name: str) -> str:
    """A name that fits beside the drawing; the table has all of it."""
    return name if len(name) <= 26 else f"{name[:25]}…"


def _square(key: str, across: str, up: str, top: float) -> Element:
    """A drawing with both axes from 0, to 1 across and to `top` upwards."""
    drawing = blank(key, SIDE + 2 * MARGIN, SIDE + 2 * MARGIN)
    for tick in TICKS:
        _line(drawing, (tick, 0.0), (tick, 1.0), "grid")
        _line(drawing, (0.0, tick), (1.0, tick), "grid")
        x, y = _at(tick, 0.0)
        label(drawing, x, y + 16, percent(tick)).set("text-anchor", "middle")
        x, y = _at(0.0, tick)
        label(drawing, x - 6, y + 4, measured(tick * top, "share")).set("text-anchor", "end")
    x, y = _at(0.5, 0.0)
    label(drawing, x, y + 34, across).set("text-anchor", "middle")
    label(drawing, MARGIN - 6, MARGIN - 12, up).set("text-anchor", "end")
    return drawing


def _at(x: float, y: float) -> tuple[float, float]:
    """Place in a square drawing of shares `x` across and `y` upwards."""
    return MARGIN + SIDE * x, MARGIN + SIDE * (1.0 - y)


def _line(drawing: Element, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
    """A line between shares of a square drawing."""
    (x1, y1), (x2, y2) = _at(*start), _at(*end)
    shape(drawing, "line", kind, x1=x1, y1=y1, x2=x2, y2=y2)
