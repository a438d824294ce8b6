"""Sentences that read as English and can be said in other languages."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from .text import one_line

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "id": "Bahasa Indonesia"}
DOMAIN: Final = "qaudit"
FOLDER: Final = Path(__file__).parent.parent / "languages"
# Sentences within sentences, such as a damage within a note; what comes from outside may not go deeper.
_MOST_NESTED: Final = 20
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


def chained(message: str, parts: Sequence[str]) -> str:
    """`parts` as one text, with `message` between each two of them, which has the places {first} and {next}; empty of none."""
    if len(parts) < 2:
        return parts[0] if parts else ""
    half = len(parts) // 2  # by halves, so that many parts are not nested deeply
    return Said(message, {"first": chained(message, parts[:half]), "next": chained(message, parts[half:])})


def with_values(text: str, change: Callable[[str], str]) -> str:
    """`text` with all in it that is no sentence, such as a name, as `change` has it."""
    if isinstance(text, Figure):
        return text
    if not isinstance(text, Said):
        return change(text)
    values = {name: with_values(value, change) if isinstance(value, str) else value for name, value in text.values.items()}
    return Said(text.message, values)


def reason_of(error: Exception) -> str:
    """What an exception says, on one line; as it was said where that is a sentence."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Said) else one_line(str(error))


def packed(text: Any) -> Any:
    """A sentence, a figure or a value as JSON values that `unpacked` turns back."""
    if isinstance(text, Said):
        return {"message": text.message, "values": {name: packed(value) for name, value in text.values.items()}}
    return {"figure": str(text)} if isinstance(text, Figure) else text


def unpacked(values: Any, depth: int = 0) -> Any:
    """What `packed` was given; ValueError for what it cannot have made, since it may come from outside."""
    if not isinstance(values, dict):
        return values
    if values.keys() == {"figure"} and isinstance(values["figure"], str):
        return Figure(values["figure"])
    if depth > _MOST_NESTED or values.keys() != {"message", "values"} or not isinstance(values["values"], dict):
        raise ValueError("it is no sentence")
    found = {name: unpacked(value, depth + 1) for name, value in values["values"].items()}
    if not places(values["message"]) <= found.keys():
        raise ValueError("a sentence lacks a value")
    return Said(values["message"], found)


def places(message: str) -> set[str]:
    """Names of the places of a sentence; ValueError where one of them asks for more than a value as it is."""
    fields = [field for field in Formatter().parse(message) if field[1] is not None]
    if any(spec or conversion or not str(name).isidentifier() for _, name, spec, conversion in fields):
        raise ValueError("a place of a sentence has a name and nothing more")
    return {str(name) for _, name, _, _ in fields}


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
