"""Labelled pairs from a manifest or from results."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.batch.labelled import read_labelled
from qaudit.decision.profile import load_profile
from qaudit.decision.replay import decided_again
from qaudit.model.errors import ManifestError
from tests.decision.factory import labelled_record, labelled_records

from .factory import FakeProfile, fake_compare, photo

PROFILE = load_profile()


def results(path: Path, records: list[Any]) -> Path:
    """A file of results."""
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), "utf-8")
    return path


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three labelled pairs, one of them without a photo, and one without a label."""
    monkeypatch.setitem(sys.modules, "qaudit.comparison", SimpleNamespace(compare=fake_compare))
    for name in ("a.jpg", "b.jpg"):
        photo(tmp_path / name, name.encode())
    rows = [
        "id,listing,arrival,label",
        "1,a.jpg,a.jpg,match",
        "2,a.jpg,b.jpg,mismatch",
        "3,a.jpg,c.jpg,match",
        "4,a.jpg,a.jpg,",
    ]
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_manifest_is_measured_and_its_run_kept(manifest: Path, tmp_path: Path) -> None:
    read = read_labelled(manifest, tmp_path / "kept", profile=FakeProfile())  # type: ignore[arg-type]

    assert [(r["id"], r["verdict"]) for r in read.records] == [("1", "match"), ("2", "mismatch"), ("3", "error")]
    assert read.unlabelled == 1
    assert (tmp_path / "kept" / "results.jsonl").exists()
    assert read_labelled(manifest, profile=FakeProfile()).records == read.records  # type: ignore[arg-type]


def test_results_are_read_without_a_photo(tmp_path: Path) -> None:
    records = labelled_records(products=2)
    unlabelled = {**labelled_record("u", "match"), "row": {}}
    error = {"schema": 1, "id": "e", "verdict": "error", "p_mismatch": None, "row": {"label": "match"}}
    read = read_labelled(results(tmp_path / "results.jsonl", [*records, unlabelled, error]), profile=PROFILE)

    assert read.records == [*records, error]
    assert read.unlabelled == 1


@pytest.mark.parametrize("label", ["wrong", "Match", 1, True, ["match"]])
def test_a_label_that_says_neither_is_refused_with_its_item(tmp_path: Path, label: Any) -> None:
    records = [labelled_record("a", "match"), {**labelled_record("b\x1b[31m", "match"), "row": {"label": label}}]
    with pytest.raises(ManifestError) as refused:
        read_labelled(results(tmp_path / "r.jsonl", records), profile=PROFILE)
    assert refused.value.slug == "label_unknown"
    assert "item b\\x1b[31m" in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_labels_are_looked_at_before_any_photo_is(manifest: Path) -> None:
    for column, slug in (("label", "label_unknown"), ("lable", "labels_missing")):
        text = manifest.read_text("utf-8").replace("mismatch", "other").replace("label", column)
        manifest.with_name("x.csv").write_text(text, "utf-8")
        with pytest.raises(ManifestError) as refused:
            read_labelled(manifest.with_name("x.csv"), manifest.parent / "never", profile=FakeProfile())  # type: ignore[arg-type]
        assert refused.value.slug == slug
    assert not (manifest.parent / "never").exists()


GOOD = labelled_record("1", "match")


@pytest.mark.parametrize(
    "second",
    [
        "{",
        "[]",
        "null",
        '{"schema": 1}',
        json.dumps({**GOOD, "id": "2", "schema": 9}),
        json.dumps({**GOOD, "id": 2}),
        json.dumps({**GOOD, "id": "2", "verdict": "perhaps"}),
        json.dumps({**GOOD, "id": "2", "row": []}),
        json.dumps({**GOOD, "id": "2", "evidence": None}),
        json.dumps({**GOOD, "id": "2", "evidence": [{**GOOD["evidence"][0], "value": "much"}]}),
        json.dumps({**GOOD, "id": "2", "evidence": [{**GOOD["evidence"][0], "value": float("nan")}]}),
        json.dumps({**GOOD, "id": "2"}).replace('"value": 1.0', '"value": 1e999'),
        json.dumps({**GOOD, "id": "2", "photos": {"listing": [], "arrival": []}}),
        json.dumps({**GOOD, "id": "2", "photos": {"listing": GOOD["photos"]["listing"], "arrival": [{}]}}),
        json.dumps(GOOD),
        "[" * 100_000,
    ],
)
def test_results_that_cannot_be_decided_again_are_refused_with_the_line(tmp_path: Path, second: str) -> None:
    with pytest.raises(ManifestError, match="line 2: ") as refused:
        read_labelled(results(tmp_path / "r.jsonl", [GOOD, second]), profile=PROFILE)
    assert refused.value.slug == "results_broken"
    assert "\n" not in str(refused.value)


def without(record: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The record, less these keys."""
    return {key: value for key, value in record.items() if key not in keys}


def test_what_records_of_one_pair_did_not_name_yet_is_not_asked_for(tmp_path: Path) -> None:
    evidence = [without(item, "details", "photo") for item in GOOD["evidence"]]
    first = without(GOOD, "pairing", "explained") | {"evidence": evidence}
    assert read_labelled(results(tmp_path / "r.jsonl", [first]), profile=PROFILE).records == [first]
    assert decided_again(first, PROFILE) == decided_again(GOOD, PROFILE)


@pytest.mark.parametrize("key", ["evidence", "alignment", "quality", "photos"])
def test_a_record_that_lacks_something_is_refused_with_its_name(tmp_path: Path, key: str) -> None:
    with pytest.raises(ManifestError, match=f"line 1: it is no results record: it has no {key} "):
        read_labelled(results(tmp_path / "r.jsonl", [without(GOOD, key)]), profile=PROFILE)


def test_a_manifest_in_json_lines_is_no_results_file(manifest: Path, tmp_path: Path) -> None:
    rows = [{"id": "1", "listing": "a.jpg", "arrival": "a.jpg", "label": "match"}]
    read = read_labelled(results(tmp_path / "pairs.jsonl", rows), profile=FakeProfile())  # type: ignore[arg-type]
    assert [r["verdict"] for r in read.records] == ["match"]


def test_a_missing_or_unreadable_file_is_the_manifests_error(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(b"\xff\n")
    for name, slug in (("none.jsonl", "manifest_missing"), ("b.jsonl", "manifest_not_text")):
        with pytest.raises(ManifestError) as refused:
            read_labelled(tmp_path / name, profile=PROFILE)
        assert refused.value.slug == slug
