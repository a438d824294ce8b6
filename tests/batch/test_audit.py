"""The run over a manifest: nothing lost, and the same records each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit, iter_audit
from qaudit.batch.store import Store
from qaudit.model.errors import ManifestError, SettingsError
from qaudit.model.options import Options
from qaudit.model.record import Item, Totals

from .factory import Seen, lines

pytestmark = pytest.mark.usefixtures("stand_ins")


def test_every_row_becomes_a_record_in_the_manifests_order(pairs: Path, tmp_path: Path) -> None:
    report = audit(pairs, tmp_path / "out")
    records = lines(tmp_path / "out" / "results.jsonl")
    assert [r["id"] for r in records] == ["ok", "bad", "gone", "out", "last"]
    assert [r["verdict"] for r in records] == ["match", "mismatch", "error", "error", "match"]
    assert report.totals == Totals(match=2, mismatch=1, error=2)
    assert list(report.records()) == list(report.records()) == records


def test_other_columns_and_the_tool_stand_in_every_record(pairs: Path) -> None:
    records = list(audit(pairs).records())
    assert [r["row"]["seller"] for r in records] == ["s", "s", "t", "t", ""]
    assert {r["tool"]["profile"] for r in records} == {"fake-1"}
    assert records[3]["tool"]["options"] == Options().digest()


def test_a_run_without_a_folder_says_the_same(pairs: Path, tmp_path: Path) -> None:
    kept, written = audit(pairs), audit(pairs, tmp_path / "out")
    assert list(kept.records()) == list(written.records())
    assert (kept.totals, kept.out, written.out) == (written.totals, None, tmp_path / "out")


def test_seconds_and_totals_have_their_own_files(pairs: Path, tmp_path: Path) -> None:
    audit(pairs, tmp_path / "out")
    timings = lines(tmp_path / "out" / "timings.jsonl")
    assert timings[0] == {"id": "ok", "seconds": {"read": 0.5}}
    (summary,) = lines(tmp_path / "out" / "summary.json")
    assert (summary["items"], summary["totals"]["mismatch"]) == (5, 1)
    assert [path.name for path in (tmp_path / "out").glob(".*")] == [".gitignore"]


def test_a_folder_that_cannot_be_written_is_a_setting_to_correct(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError) as caught:
        audit(pairs, tmp_path / "file" / "out")
    assert caught.value.slug == "out_not_writable"


def test_two_runs_do_not_share_a_folder(pairs: Path, tmp_path: Path) -> None:
    class Second(Seen):
        def finished(self, item: Item) -> None:
            audit(pairs, tmp_path / "out")

    with pytest.raises(SettingsError) as caught:
        audit(pairs, tmp_path / "out", progress=Second())
    assert caught.value.slug == "out_in_use"


def test_items_can_be_had_one_by_one(pairs: Path, stand_ins: list[str]) -> None:
    items = iter_audit(pairs)
    assert next(items).verdict == "match"
    assert stand_ins == ["ok"]
    rest = list(items)
    assert [item.verdict for item in rest] == ["mismatch", "error", "error", "match"]
    assert [rest[0].to_dict(), *(item.to_dict() for item in rest[1:])] == list(audit(pairs).records())[1:]


def test_a_manifest_that_cannot_be_used_is_known_before_the_first_item() -> None:
    with pytest.raises(ManifestError):
        iter_audit("no/such.csv")


def test_rows_that_are_errors_are_kept_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.csv").write_text("id,listing,arrival\n" + "".join(f"{n},../x,../x\n" for n in range(5)))
    sizes: list[int] = []
    add_all = Store.add_all

    def counted(self: Store, results: Any) -> None:
        listed = list(results)
        sizes.append(len(listed))
        add_all(self, listed)

    monkeypatch.setattr(audit_module, "_ERRORS_AT_ONCE", 2)
    monkeypatch.setattr(Store, "add_all", counted)
    assert audit(tmp_path / "p.csv").totals.error == 5
    assert sizes == [2, 2, 1]
