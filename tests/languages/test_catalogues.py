"""Every sentence is in every catalogue, translated, and nothing else is."""

from __future__ import annotations

import ast
import gettext
import re

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from qaudit.model.language import DOMAIN, FOLDER, places

from . import catalogue
from .catalogue import TRANSLATED, compiled, extracted, messages_of, misplaced, put_together, read, translations, untranslated

PACKAGE = FOLDER.parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
# It says what it is given.
MACHINERY = "model/language.py"
ERRORS = {
    "PhotoRefused",
    "ManifestError",
    "SettingsError",
    "QauditError",
    "complain",
    "refuse",
    "_refuse",
    "_refused",
    "_broken",
}
SLUG = re.compile("[a-z_]*")


def ids(messages: Catalog) -> set[str]:
    """The messages of a catalogue, without its head."""
    return {message.id for message in messages if message.id}


def unsaid(source: str) -> list[str]:
    """Errors and complaints of a module that are told in plain text, which no catalogue knows."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    told = [call for call in calls if getattr(call.func, "id", "") in ERRORS]
    texts = [argument for call in told for argument in call.args if isinstance(argument, ast.JoinedStr | ast.Constant)]
    plain = [text for text in texts if isinstance(text, ast.JoinedStr) or not SLUG.fullmatch(str(text.value))]
    return [ast.unparse(text) for text in plain]


def test_the_template_has_the_messages_of_the_code():
    with catalogue.TEMPLATE.open("rb") as file:
        assert ids(read_po(file)) == ids(extracted()), "sh dev words writes it anew"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_unused(language):
    assert untranslated(read(language)) == []
    assert ids(read(language)) == ids(extracted()), "sh dev words brings it up to date"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_message(language):
    assert misplaced(read(language)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_translations(language):
    assert compiled(language) == translations(read(language)), "sh dev words compiles it"
    assert gettext.translation(DOMAIN, FOLDER, [language]).gettext("{number} %") == compiled(language)["{number} %"]


def test_every_message_is_a_literal_with_plain_places():
    assert {name: put_together(source) for name, source in SOURCES.items() if put_together(source)}.keys() <= {MACHINERY}
    assert all(isinstance(places(text), set) for text in ids(extracted()))


def test_no_error_is_told_in_plain_text():
    assert {name: unsaid(source) for name, source in SOURCES.items() if unsaid(source)} == {}


def test_the_search_for_messages_finds_them():
    source = 'x = said("a " "b", name=chained(message("c"), [said(f"d {x}")]))\ny = language.said("e")\nz = other("f")\nsaid(w)'
    assert messages_of(source) == ["a b", "c", "e"]
    assert put_together(source) == ["said(f'd {x}')", "said(w)"] or put_together(source) == ["said(w)", "said(f'd {x}')"]
    assert unsaid('PhotoRefused("slug", f"it is {x}", "do so")\nSettingsError("slug", said("it"))') == [
        "f'it is {x}'",
        "'do so'",
    ]


def test_a_message_without_translation_and_one_with_other_places_are_found():
    found = Catalog()
    found.add("{a} is new")
    found.add("{a} is told", "{a} dan {b}")
    found.add("a guess", "tebakan", flags=["fuzzy"])
    assert untranslated(found) == ["{a} is new", "a guess"]
    assert misplaced(found) == ["{a} is told"]
    assert translations(found) == {"{a} is told": "{a} dan {b}"}


def test_bringing_up_to_date_keeps_translations_and_says_what_lacks_one(tmp_path, monkeypatch, capsys):
    for name, value in {"FOLDER": tmp_path / "words", "TEMPLATE": tmp_path / "words" / "qaudit.pot"}.items():
        monkeypatch.setattr(catalogue, name, value)
    (tmp_path / "words").mkdir()
    monkeypatch.chdir(tmp_path)
    module = tmp_path / "a.py"
    module.write_text('said("{who} is here", who=1)\nsaid("it goes")\n', encoding="utf-8")
    assert catalogue.main() == 1
    assert "id: not translated: it goes\n" in capsys.readouterr().out
    po = catalogue.path_of("id")
    po.write_text(po.read_text().replace('is here"\nmsgstr ""', 'is here"\nmsgstr "{who} di sini"'), encoding="utf-8")
    module.write_text('said("{who} is here", who=1)\n', encoding="utf-8")
    assert catalogue.main() == 0
    assert ids(read("id")) == {"{who} is here"}
    assert compiled("id") == {"{who} is here": "{who} di sini"}
    before = po.read_bytes(), catalogue.path_of("id", "mo").read_bytes()
    catalogue.main()
    assert (po.read_bytes(), catalogue.path_of("id", "mo").read_bytes()) == before


def test_no_count_that_may_be_one_stands_before_a_plural():
    counts = "count|total|items|arrivals|pairs|matches|mismatches|products|most|units"
    things = "items|rulings|photos|pairs|products|matches|mismatches|names|rows|files"
    always_many = {
        # each has a sentence of its own for one
        "Audit of {total} items",
        "{total} items audited",
        # of twelve views at least, and of more pairs than a profile is fitted on at the least
        "{path} was not measured: {count} arrival photos that fit more surely were.",
        "{pairs} pairs of {products} products",
        "at most {rate} at {confidence} confidence ({observed} seen over {products} products, {pairs} pairs)",
    }
    before_plural = re.compile(rf"\{{(?:{counts})\}} (?:[a-z]+ ){{0,2}}(?:{things})\b")
    assert {message for message in ids(extracted()) if before_plural.search(message)} == always_many
