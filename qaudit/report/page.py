"""What all pages have in common: templates that escape everything, and a policy that lets a page do nothing but show itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from qaudit.model.language import spoken, spoken_now
from qaudit.model.text import one_line

from .terminal import SYMBOLS
from .words import has_words, words

FOLDER: Final = "pages"
_STYLES: Final[Mapping[str, Sequence[str]]] = {"item": ("page.css",), "run": ("page.css", "run.css")}
# Of a cell that is longer than a screen the page shows the beginning; the record has all of it.
LONGEST_TEXT: Final = 2000


def rendered(kind: str, *, pictures: str, **values: Any) -> Iterable[bytes]:
    """A page, piece by piece.

    Parameters
    ----------
    kind
        ``item`` or ``run``: of which there are a template, a script and perhaps a style in ``pages``.
    pictures
        Sources of the policy for pictures: ``data:`` for a page that holds them.
    values
        What the template shows. Every text in it is spoken in the language of now, put on one line and escaped.
    """
    style, code = "".join(map(_asset, _STYLES[kind])), _asset(f"{kind}.js")
    policy = (
        f"default-src 'none'; img-src {pictures}; style-src '{_hash(style)}'; script-src '{_hash(code)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    pieces = (
        _environment()
        .get_template(f"{kind}.html")
        .stream(
            lang=spoken_now(),
            policy=policy,
            style=Markup(style),  # noqa: S704  our own files
            code=Markup(code),  # noqa: S704
            **values,
        )
    )
    pieces.enable_buffering(200)
    return (piece.encode() for piece in pieces)


def drawn(drawing: Element) -> Markup:
    """A drawing as a part of a page; the tree escapes its texts."""
    return Markup(tostring(drawing, encoding="unicode"))  # noqa: S704


def shortened(text: str, longest: int = LONGEST_TEXT) -> str:
    """The beginning of a text that is longer than a person reads, and how long it is."""
    line = spoken(text)
    return line if len(line) <= longest else words("page.cut", text=line[:longest], count=len(line))


@cache
def _environment() -> Environment:
    """Templates in which every value is escaped, and a name that is not known is an error."""
    loaded = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    named: Mapping[str, Any] = {"w": words, "has_words": has_words, "symbols": SYMBOLS, "short": shortened}
    loaded.globals.update(named)
    return loaded


def _shown(value: Any) -> Any:
    """A value as it stands in a page: texts from outside in the language of now, with nothing in them that steers the page."""
    return one_line(spoken(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _asset(name: str) -> str:
    """A file of the pages, as it is."""
    return files("qaudit.report").joinpath(FOLDER, name).read_text("utf-8")


def _hash(text: str) -> str:
    """How a policy names an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
