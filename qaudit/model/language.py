"""Sentences that read as English and can be said in other languages."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "id": "Bahasa Indonesia"}
DOMAIN: Final = "qaudit"
FOLDER: Final = Path(__file__).parent.parent / "languages"
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


class Said(str):
    """A sentence in English that knows what it was made of, so that it can be said in another language.

    Parameters
    ----------
    message
        The sentence with places for values, as in `str.format`; the catalogues know it by this text.
    values
        Name -> value. One that is `Said` or a `Figure` is said in the other language too.
    """

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, Any]

    def __new__(cls, message: str, values: Mapping[str, Any]) -> Said:
        """Fill `message` with `values`."""
        sentence = super().__new__(cls, message.format(**values))
        sentence.message = message
        sentence.values = dict(values)
        return sentence

    def __reduce__(self) -> tuple[type[Said], tuple[str, Mapping[str, Any]]]:
        return type(self), (self.message, self.values)


class Figure(str):
    """A number in digits, with a point where its fraction begins; some languages write a comma there."""

    __slots__ = ()


def said(message: str, /, **values: object) -> Said:
    """The sentence `message`, filled with `values`; catalogues are made from the calls of this function."""
    return Said(message, values)


def message(text: str, /) -> str:
    """`text` as it is: marks a sentence that is kept in a table, and said later, for the catalogues."""
    return text


def spoken(text: str, language: str | None = None) -> str:
    """`text` in a language.

    Parameters
    ----------
    text
        A `Said` sentence, a `Figure`; any other text stays as it is.
    language
        One of `LANGUAGES`; the one that is spoken now when None.
    """
    language = language or _language.get()
    if isinstance(text, Figure):
        return text.replace(".", translated(".", language))
    if not isinstance(text, Said):
        return text
    values = {name: spoken(value, language) if isinstance(value, str) else value for name, value in text.values.items()}
    return translated(text.message, language).format(**values)


def translated(text: str, language: str | None = None) -> str:
    """What the catalogue of `language`, the one that is spoken now when None, has for `text`; `text` where it has nothing."""
    language = language or _language.get()
    return text if language == ENGLISH else _catalogue(language).gettext(text)


def spoken_now() -> str:
    """The language that is spoken now, one of `LANGUAGES`."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language`, one of `LANGUAGES`, meanwhile; KeyError for another."""
    token = _language.set(LANGUAGES[language] and language)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, which comes with qaudit."""
    return gettext.translation(DOMAIN, FOLDER, [language])
