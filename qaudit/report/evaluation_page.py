"""An evaluation as one HTML page: drawings and tables, for light and dark screens and for paper.

The page needs nothing but itself: no script, no network, and its own policy forbids both. All text stands in an element tree,
which escapes it.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from qaudit.model.evaluation import Evaluation

from .charts import auroc_chart, reliability_chart, risk_chart
from .evaluation import Section, answers_section, facts, reliability_section, separation_section
from .words import words

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #ffffff; --muted: #696969; --rule: #d8d8d8; --mark: #186896; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #161616; --muted: #a0a0a0; --rule: #3c3c3c; --mark: #6cb8e6; }
}
@media print { :root { --ink: #000000; --paper: #ffffff; --muted: #505050; --rule: #c0c0c0; --mark: #004a78; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 16px/1.5; font-family: system-ui, sans-serif;
  color: var(--ink); background: var(--paper); }
h2 { margin-top: 2.5rem; break-after: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; }
dt, figcaption, .note { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.warning { border-left: 4px solid; padding-left: 0.8rem; font-weight: bold; }
.drawings { display: flex; flex-wrap: wrap; gap: 2rem; }
figure { margin: 0; max-width: 100%; break-inside: avoid; }
figcaption { max-width: 24rem; }
svg { max-width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--ink); }
.grid { stroke: var(--rule); }
.ideal { stroke: var(--muted); stroke-dasharray: 4 3; }
.range { stroke: var(--mark); stroke-width: 2; opacity: 0.6; }
.curve { fill: none; stroke: var(--mark); stroke-width: 2; }
.mark { fill: var(--mark); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.8rem; text-align: right; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
"""


def evaluation_page(evaluation: Evaluation) -> bytes:
    """The page as UTF-8; the same bytes for the same evaluation."""
    page = Element("html", {"lang": "en"})
    head, body = SubElement(page, "head"), SubElement(page, "body")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": POLICY})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    _say(head, "title", words("evaluated.title"))
    _say(head, "style", STYLE)
    _say(body, "h1", words("evaluated.title"))
    listed = SubElement(body, "dl")
    for name, text in facts(evaluation):
        _say(listed, "dt", name)
        _say(listed, "dd", text)
    if evaluation.fitted_on_these:
        _say(body, "p", words("evaluated.own")).set("class", "warning")
    _section(body, answers_section(evaluation))
    drawings = SubElement(body, "div", {"class": "drawings"})
    _figure(drawings, reliability_chart(evaluation.bins), words("chart.reliability"))
    _figure(drawings, risk_chart(evaluation.risk, evaluation.answered), words("chart.risk"))
    _section(body, separation_section(evaluation))
    _figure(body, auroc_chart(evaluation), words("chart.auroc"))
    _section(body, reliability_section(evaluation))
    return b"<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html").encode() + b"\n"


def _section(body: Element, section: Section) -> None:
    """A heading, a table and the notes below it."""
    _say(body, "h2", section.title)
    table = SubElement(SubElement(body, "div", {"class": "table"}), "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    for column in section.columns:
        _say(head, "th", column).set("scope", "col")
    rows = SubElement(table, "tbody")
    for cells in section.rows:
        row = SubElement(rows, "tr")
        for cell in cells:
            _say(row, "td", cell)
    for note in section.notes:
        _say(body, "p", note).set("class", "note")


def _figure(parent: Element, drawing: Element, caption: str) -> None:
    """A drawing with its caption."""
    figure = SubElement(parent, "figure")
    figure.append(drawing)
    _say(figure, "figcaption", caption)


def _say(parent: Element, tag: str, text: str) -> Element:
    """An element that holds `text`."""
    element = SubElement(parent, tag)
    element.text = text
    return element
