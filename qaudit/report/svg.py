"""Shapes of inline SVG: no script, colours from the page, every text escaped by the tree it stands in."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from .words import words


def blank(key: str, width: float, height: float) -> Element:
    """An empty drawing that says what it shows."""
    drawing = Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "width": f"{width:g}"})
    SubElement(drawing, "title").text = words(key)
    return drawing


def shape(drawing: Element, tag: str, kind: str, **values: float | str) -> Element:
    """A shape of class `kind`."""
    texts = {name: value if isinstance(value, str) else f"{value:.1f}" for name, value in values.items()}
    return SubElement(drawing, tag, {"class": kind, **texts})


def label(drawing: Element, x: float, y: float, text: str) -> Element:
    """A text that begins at (x, y)."""
    element = SubElement(drawing, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}"})
    element.text = text
    return element
