"""An evaluation as one HTML page: drawings and tables, for light and dark screens and for paper.

The page needs nothing but itself: no script, no network, and its own policy forbids both. All text stands in an element tree,
which escapes it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from qaudit.model.evaluation import Evaluation
from qaudit.model.language import spoken_now

from .charts import auroc_chart, reliability_chart, risk_chart
from .evaluation import Section, answers_section, facts, reliability_section, separation_section
from .words import words

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
STYLE: Final = "evaluation_page.css"


def evaluation_page(evaluation: Evaluation) -> bytes:
    """The page as UTF-8; the same bytes for the same evaluation."""
    page = Element("html", {"lang": spoken_now()})
    head, body = SubElement(page, "head"), SubElement(page, "body")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": POLICY})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    _say(head, "title", words("evaluated.title"))
    _say(head, "style", files("qaudit.report").joinpath(STYLE).read_text("utf-8"))
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
