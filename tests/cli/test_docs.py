"""The documents say what the program does."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qaudit.cli.exits import ExitCode

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"
MESSAGES = ROOT / "docs" / "messages.md"
ERRORS = {"PhotoRefused", "ManifestError", "SettingsError", "QauditError", "ItemError"}
SLUG = re.compile(r"[a-z]+(_[a-z]+)+")


def help_of(*args: str) -> str:
    """What ``--help`` prints on a terminal of 80 columns."""
    environment = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "TERMINAL_WIDTH"}}
    command = [sys.executable, "-m", "qaudit", *args, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment | {"COLUMNS": "80"})
    return done.stdout


@pytest.mark.parametrize(
    "command",
    ["compare", "audit", "report", "check", "accept", "plan", "rule", "export", "calibrate", "evaluate", "config", "schema"],
)
def test_the_page_of_commands_shows_the_help_as_it_is(command):
    text = COMMANDS.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- help: {command} -->\n```text\n)(.*?)(```\n)", re.DOTALL)
    if os.environ.get("QAUDIT_UPDATE_GOLD") == "1":
        text = block.sub(lambda found: found[1] + help_of(command) + found[3], text)
        COMMANDS.write_text(text, encoding="utf-8")
    assert said_in(block.search(text)[2]) == said_in(help_of(command))


def said_in(text: str) -> list[str]:
    """The words of a help text without how this version of Typer sets brackets and breaks lines."""
    return re.sub(r"<\w+>|[][{}]", " ", text).split()


def test_the_readme_lists_every_exit_code():
    listed = re.findall(r"^\| (\d+) +\|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in listed] == [int(code) for code in ExitCode]


def slugs_of(source: str) -> set[str]:
    """Slugs that a module raises: arguments of error constructors and ``_refuse`` helpers, and what docstrings promise."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ERRORS or name.startswith("_refuse"):
                values = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
                found |= {value for value in values if isinstance(value, str) and SLUG.fullmatch(value)}
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            raises = re.search(r"\nRaises\n-+\n(.*?)(\n[A-Z]\w+\n-+\n|$)", ast.get_docstring(node) or "", re.DOTALL)
            if raises:
                found |= {slug for slug in re.findall(r"(?<!As in )`([a-z_]+)`", raises[1]) if SLUG.fullmatch(slug)}
    return found


def test_the_search_for_slugs_finds_them():
    source = '''
def read(path):
    """Read.

    Raises
    ------
    PhotoRefused
        `promised_slug`: when. As in `another_function`.

    Notes
    -----
    `not_a_slug` here.
    """
    raise PhotoRefused("raised_slug", "some_text")
def _refuse(slug): ...
_refuse("helper_slug")
other("no_slug")
'''
    assert slugs_of(source) - {"some_text"} == {"promised_slug", "raised_slug", "helper_slug"}


def test_every_slug_that_is_raised_is_documented_and_no_other():
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "qaudit").rglob("*.py"))]
    raised = set().union(*(slugs_of(source) for source in sources))
    documented = re.findall(r"^### ([a-z_]+)$", MESSAGES.read_text(encoding="utf-8"), re.MULTILINE)
    assert raised - set(documented) == set()
    assert len(documented) == len(set(documented))
    assert [slug for slug in documented if not any(slug in source for source in sources)] == []


def test_links_between_documents_lead_somewhere():
    for page in [README, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
