"""Workers of a run: the same bytes from each number of them, and only the item lost that kills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.model.errors import SettingsError

from .factory import fake_record

pytestmark = pytest.mark.usefixtures("stand_ins")


@pytest.fixture
def thirty(tmp_path: Path) -> Path:
    rows = [f"{n},a,a" for n in range(30)]
    path = tmp_path / "thirty.csv"
    path.write_text("\n".join(["id,listing,arrival", *rows[:12], "killer,a,a", *rows[12:]]))
    return path


def test_processes_write_the_same_bytes_and_lose_only_the_item_that_kills(
    thirty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "record_of", fake_record)
    report = audit(thirty, tmp_path / "two", workers=2)
    slugs = {record["id"]: record["error"]["slug"] for record in report.records()}
    assert slugs.pop("killer") == "worker_died"
    assert set(slugs.values()) == {"seen"}
    assert len(report.totals) == 31

    thirty.write_text(thirty.read_text().replace("killer,a,a\n", ""))
    audit(thirty, tmp_path / "two", workers=2)
    audit(thirty, tmp_path / "one", workers=1)
    for name in ("results.jsonl", "timings.jsonl", "summary.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_results_that_got_mixed_up_stop_the_run(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(jobs: Any, count: int, work: Any, lost: Any) -> Iterator[tuple[int, Any]]:
        listed = list(jobs)
        yield from ((place, work(listed[0][1])) for place, _ in listed)

    monkeypatch.setattr(audit_module, "engine_for", lambda *_: SimpleNamespace(run=mixed))
    with pytest.raises(RuntimeError, match="is that of"):
        audit(pairs)


def test_results_that_are_missing_stop_the_run(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "engine_for", lambda *_: SimpleNamespace(run=lambda *_: (one for one in ())))
    with pytest.raises(RuntimeError, match="4 of 5 rows have no result"):
        audit(pairs)


def test_a_cluster_gives_the_same_bytes(thirty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(audit_module, "record_of", fake_record)
    thirty.write_text(thirty.read_text().replace("killer,a,a\n", ""))
    audit(thirty, tmp_path / "cluster", workers=2, cluster="local")
    audit(thirty, tmp_path / "here")
    for name in ("results.jsonl", "timings.jsonl", "summary.json", "results.csv"):
        assert (tmp_path / "cluster" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.parametrize("workers", [0, -1, 257])
def test_a_number_of_workers_that_cannot_be_is_refused(pairs: Path, workers: int) -> None:
    with pytest.raises(SettingsError) as caught:
        audit(pairs, workers=workers)
    assert caught.value.slug == "workers_out_of_range"
