import ast
import re
from pathlib import Path

import pytest

from qaudit.model.record import VERDICTS
from qaudit.model.verdict import ASPECTS
from qaudit.report.words import EN, has_words, words

ROOM = Path(__file__).parents[2] / "qaudit" / "report"
CATALOGUE = {"words.py", "page_words.py"}


def literals():
    """All text literals of the room, apart from the catalogue."""
    for path in ROOM.glob("*.py"):
        if path.name not in CATALOGUE:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
    for path in ROOM.glob("pages/*.html"):
        yield from re.findall(r"""["']([a-z_]+\.[\w.]*)["']""", path.read_text(encoding="utf-8"))


def test_every_verdict_and_aspect_has_words():
    for name in VERDICTS:
        assert has_words(f"verdict.{name}")
        assert has_words(f"count.{name}")
    assert all(has_words(f"aspect.{aspect}") for aspect in ASPECTS)


def test_no_entry_of_the_catalogue_is_unused():
    used = set(literals())
    families = {"unit.", "verdict.", "says.", "count.", "aspect.", "aspects.", "severity.", "file.", "reason.", "share."}
    families |= {"page.missing.", "page.alt_", "page.alt_plain_", "change.", "advice.", "tool.", "measure."}
    unused = {
        key for key in EN if key not in used and not any(key.startswith(family) and family in used for family in families)
    }
    assert unused == set()


def test_no_sentence_stands_outside_the_catalogue():
    tree = {path: ast.parse(path.read_text()) for path in ROOM.glob("*.py") if path.name not in CATALOGUE}
    for path, module in tree.items():
        docstrings = {
            node.body[0].value
            for node in ast.walk(module)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
        }
        raised = {leaf for node in ast.walk(module) if isinstance(node, ast.Raise) for leaf in ast.walk(node)}
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings | raised:
                sentence = re.search(r"[a-z]{2,} [a-z]{2,}", node.value) and not node.value.startswith("bold ")
                assert not sentence, f"{path.name}: {node.value!r}"


def test_no_sentence_stands_in_a_page():
    for path in ROOM.glob("pages/*.html"):
        text = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"[A-Za-z]{2,}", text) == ["qaudit"], path.name


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        words("no.such.key")


def test_values_are_filled_in_as_they_are():
    assert words("overlay.next", text="{0} {x}") == "Next: {0} {x}"
