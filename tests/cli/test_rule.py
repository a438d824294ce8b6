"""``qaudit rule`` and ``qaudit export`` on a run that is at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qaudit.batch.row import Row
from qaudit.batch.store import Store
from qaudit.cli.main import main
from qaudit.decision.profile import load_profile
from qaudit.model.record import Record
from tests.decision.factory import labelled_records


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of 240 items."""
    records = labelled_records(each=1)
    rows = [Row(n, record["id"], ("a",), ("b",), record["row"], str(tmp_path)) for n, record in enumerate(records)]
    store = Store(tmp_path / "run")
    store.begin(rows, {})
    handed = [position for position, _ in store.pending(rows, {})]
    store.add_all((n, Record(records[n], {}, [(1, 1, "0" * 64)] * 2, 2)) for n in handed)
    store.close()
    return tmp_path / "run"


def test_rulings_become_a_profile(run, tmp_path, capsys):
    ids = [(record["id"], record["row"]["label"]) for record in labelled_records(each=1)]
    for id_, label in ids:
        assert main(["rule", str(run), id_, label, "--by", "Sri", "--reason", "seen"]) == 0
    assert f"rulings that hold in this run: {len(ids)}; qaudit report and" in capsys.readouterr().out
    assert main(["export", str(run), "--labelled", str(tmp_path / "ruled.jsonl")]) == 0
    assert f"ruled items written: {len(ids)} " in capsys.readouterr().out
    rates = ["--alpha", "0.05", "--beta", "0.1"]
    assert main(["calibrate", str(tmp_path / "ruled.jsonl"), "--out", str(tmp_path / "mine.toml"), *rates]) == 0
    assert load_profile(tmp_path / "mine.toml").guarantee is not None


def test_a_ruling_says_what_it_replaces(run, capsys):
    id_ = labelled_records(each=1)[0]["id"]
    main(["rule", str(run), id_, "match", "--by", "Sri", "--reason", "seen"])
    main(["rule", str(run), id_, "mismatch", "--by", "Ketut\x1b[2J", "--reason", "seen again"])
    said = capsys.readouterr().out
    assert f"{id_}: ruled mismatch by Ketut\\x1b[2J (the audit said " in said
    assert "an earlier ruling said match" in said


def test_an_export_can_go_to_standard_output(run, capsys):
    id_ = labelled_records(each=1)[0]["id"]
    main(["rule", str(run), id_, "match", "--by", "Sri", "--reason", "seen"])
    capsys.readouterr()
    assert main(["export", str(run), "--labelled", "-"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["id"] == id_
    assert "ruled items written: 1 " in printed.err


def test_an_item_that_is_not_there_is_one_line(run, capsys):
    assert main(["rule", str(run), "nobody", "match", "--by", "Sri", "--reason", "seen"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
