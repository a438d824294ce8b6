"""The catalogues of messages: made from the code, brought up to date and compiled by `sh dev words`."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Callable
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from qaudit.model.language import DOMAIN, ENGLISH, FOLDER, LANGUAGES, places

# Functions of `qaudit.model.language` whose first argument is a message.
KEYWORDS = ("said", "message", "translated")
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
TRANSLATED = tuple(language for language in LANGUAGES if language != ENGLISH)
HEADER = f"# Messages of {DOMAIN}, taken from the code by sh dev words; translations are written here by hand, and kept."


class Plain(Catalog):
    """A catalogue whose head tells how to read it and nothing that changes with the hour or with the version of Babel."""

    mime_headers = (
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    )


def path_of(language: str, end: str = "po") -> Path:
    """Where the catalogue of a language lies; `end` is ``mo`` for the compiled one."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.{end}"


def extracted() -> Catalog:
    """Every message that the code has."""
    catalog = Plain(fuzzy=False, header_comment=HEADER)
    package = FOLDER.parent
    for path in sorted(package.rglob("*.py")):
        for text in messages_of(path.read_text(encoding="utf-8")):
            message = catalog.add(text, locations=[(path.relative_to(package.parent).as_posix(), 0)])
            message.flags.discard("python-format")  # a per cent sign looks like one
    return catalog


def messages_of(source: str) -> list[str]:
    """The messages of a module in their order: literals alone, as what is put together here cannot be looked up there."""
    first = [call.args[0] for call in _calls(source, KEYWORDS)]
    literals = [node for node in first if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in sorted(literals, key=lambda node: (node.lineno, node.col_offset))]


def put_together(source: str) -> list[str]:
    """Calls of a module that say what is no literal, and can so be in no catalogue."""
    return [ast.unparse(call) for call in _calls(source, ("said", "message")) if not isinstance(call.args[0], ast.Constant)]


def _calls(source: str, names: tuple[str, ...]) -> list[ast.Call]:
    """Calls of functions with one of `names` that are given something."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    return [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in names]


def updated(language: str) -> Catalog:
    """The catalogue of a language with every message that the code has, and no other."""
    before = translations(read(language)) if path_of(language).exists() else {}
    catalog = extracted()
    for message in catalog:
        message.string = before.get(message.id, "") if message.id else message.string
    return catalog


def read(language: str) -> Catalog:
    """The catalogue of a language as it lies there."""
    with path_of(language).open("rb") as file:
        return read_po(file)


def as_text(catalog: Catalog) -> str:
    """A catalogue as its file."""
    held = io.BytesIO()
    write_po(held, catalog, width=0, include_lineno=False, sort_by_file=True)
    return held.getvalue().decode()


def compiled(language: str) -> dict[str, str]:
    """Message -> translation, as the compiled catalogue of a language has them."""
    with path_of(language, "mo").open("rb") as file:
        return translations(read_mo(file))


def translations(catalog: Catalog) -> dict[str, str]:
    """Message -> translation of those that have one that somebody stands for."""
    return {message.id: message.string for message in catalog if message.id and message.string and not message.fuzzy}


def untranslated(catalog: Catalog) -> list[str]:
    """Messages without a translation that somebody stands for."""
    return _messages(catalog, lambda message: not message.string or message.fuzzy)


def misplaced(catalog: Catalog) -> list[str]:
    """Messages whose translation has other places for values."""
    return _messages(catalog, lambda message: bool(message.string) and places(message.string) != places(message.id))


def _messages(catalog: Catalog, chosen: Callable[[Message], bool]) -> list[str]:
    """The messages that are chosen, without the header."""
    return [str(message.id) for message in catalog if message.id and chosen(message)]


def main() -> int:
    """Write all catalogues anew, say which messages lack a translation, and tell by the exit code whether there are any."""
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(as_text(extracted()), encoding="utf-8")
    lacking = 0
    for language in TRANSLATED:
        catalog = updated(language)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_text(as_text(catalog), encoding="utf-8")
        with path_of(language, "mo").open("wb") as file:
            write_mo(file, catalog)
        told = [("not translated", text) for text in untranslated(catalog)]
        told += [("places differ", text) for text in misplaced(catalog)]
        for fault, text in told:
            sys.stdout.write(f"{language}: {fault}: {text}\n")
        count = len(translations(catalog))
        lacking += len(told)
        name = path_of(language).relative_to(Path.cwd())
        sys.stdout.write(f"{name}: {count} messages translated, {len(told)} to be seen to\n")
    return int(lacking > 0)


if __name__ == "__main__":
    sys.exit(main())
