"""Hostile names pass through manifests, records, the terminal and a page unharmed, and harm nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest

from qaudit.batch.audit import audit
from qaudit.cli.main import main
from qaudit.model.text import path_from_text, path_to_text
from qaudit.report.summary import print_summary
from tests.photos.factory import encoded, quadrants

from .badfiles import HOSTILE_NAMES

# C0 but the newline, DEL, C1, and the marks that turn the direction of text.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TEXTS = [path_to_text(name) for name in HOSTILE_NAMES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One photo under every name."""
    place = tmp_path_factory.mktemp("names")
    data = encoded(quadrants(), "JPEG")
    for name in HOSTILE_NAMES:
        (place / os.fsdecode(name)).write_bytes(data)
    return place


def csv_of(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "listing", "arrival", "title"], *rows])
    return out.getvalue()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_every_name_is_found_again_and_comes_back_as_it_was(folder: Path, tmp_path: Path, kind: str) -> None:
    manifest = folder.parent / f"{folder.name}.{kind}"
    texts = [text if text.startswith("bytes:") else f"{folder.name}/{text}" for text in TEXTS]
    texts = [text.replace("bytes:", f"bytes:{folder.name}/", 1) if text.startswith("bytes:") else text for text in texts]
    if kind == "csv":
        manifest.write_text(csv_of([[text, text.replace("|", r"\|"), text.replace("|", r"\|"), text] for text in texts]))
    else:
        rows = [{"id": text, "listing": [text], "arrival": [text], "title": text} for text in texts]
        manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = audit(manifest, tmp_path / "out")
    records = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_bytes().splitlines()]
    assert [record["id"] for record in records] == texts
    assert [record["row"] for record in records] == [{"title": text} for text in texts]
    for name, record in zip(HOSTILE_NAMES, records, strict=True):
        paths = [record["photos"][side][0]["path"] for side in ("listing", "arrival")]
        assert [os.fsencode(path_from_text(path)).rpartition(b"/")[2] for path in paths] == [name, name]
    stream = io.StringIO()
    print_summary(report.totals, report.records(), tmp_path / "out", stream)
    assert not STEERING.search(stream.getvalue())
    assert {file.name for file in (tmp_path / "out").iterdir()} - {"results.parquet"} == {
        "results.jsonl",
        "timings.jsonl",
        ".gitignore",
        "summary.json",
        "results.csv",
        "run.sqlite",
        "run.lock",
    }


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_a_refusal_names_the_file_and_steers_no_terminal(
    name: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(b"no photo")
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "--json", "-", "--", os.fsdecode(name), os.fsdecode(name)]) == 4
    printed = capfd.readouterr()
    assert printed.err.count("\n") == 1
    assert not STEERING.search(printed.err)
    assert "not a photo" in printed.err
    assert json.loads(printed.out)["error"]["slug"] == "photo_unknown_format"


def test_a_comparison_of_hostile_names_steers_no_terminal(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = [str(folder / os.fsdecode(HOSTILE_NAMES[place])) for place in (9, 13)]
    assert main(["compare", *names, "--explain"]) in (0, 1, 3)
    printed = capfd.readouterr()
    assert not STEERING.search(printed.out + printed.err)
    assert "\\x1b[31mred" in printed.out
