"""Lots: the sample is drawn the same each time, defective units are counted once, and what is open keeps a lot open."""

from __future__ import annotations

from pathlib import Path

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.finished import figures_now
from qaudit.batch.lot import Sampling, Unit, drawn, lot_of, parse_aqls, plans
from qaudit.batch.rulings import rule
from qaudit.model.errors import SettingsError
from tests.faults.rig import cheap_catalogue, records
from tests.faults.work import cheap_record

CLASSES = Sampling("II", {"critical": 0.0, "major": 2.5, "minor": 4.0})


def units(**counts: int) -> list[Unit]:
    """So many units: of a severity they are mismatches, of a verdict they are that."""
    made = []
    for kind, count in counts.items():
        severity = kind if kind in ("critical", "major", "minor", "unknown") else ""
        answer = "mismatch" if severity else kind
        made += [Unit(f"{kind}-{n}", answer, severity.replace("unknown", ""), False) for n in range(count)]
    return made


def test_aqls_are_one_or_one_a_class() -> None:
    assert parse_aqls("2.5") == {"any": 2.5}
    assert parse_aqls(" critical=0, minor=4 ") == {"critical": 0.0, "minor": 4.0}


@pytest.mark.parametrize(
    "text", ["", "fine", "any=2.5,major=1", "major=1,major=2", "2.5,4", "15", "-1", "major=nan", "worst=1"]
)
def test_other_aqls_are_refused(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_aqls(text)
    assert caught.value.slug == "aql_unknown"


def test_each_class_has_its_plan_and_none_accepts_nothing_in_the_whole_sample() -> None:
    planned = plans(2400, CLASSES)
    assert {name: (plan.size, plan.accept, plan.reject) for name, plan in planned.items()} == {
        "critical": (125, 0, 1),
        "major": (125, 7, 8),
        "minor": (125, 10, 11),
    }
    with pytest.raises(SettingsError):
        plans(2400, Sampling("II", {"critical": 0.0}))


def test_a_sample_is_that_of_its_seed_whatever_the_order_of_the_manifest() -> None:
    ids = [str(n) for n in range(500)]
    mixed = sorted(ids)
    first = [ids[place] for place in drawn(ids, "seed", 50)]
    assert first == [mixed[place] for place in drawn(mixed, "seed", 50)]
    assert first[:20] == [ids[place] for place in drawn(ids, "seed", 20)]
    assert first != [ids[place] for place in drawn(ids, "other", 50)]
    assert len(set(drawn(["same"] * 9, "seed", 9))) == 9


@pytest.mark.parametrize(
    ("counts", "fate", "fates"),
    [
        ({"match": 118, "major": 7}, "accepted", ("accepted", "accepted", "accepted")),
        ({"match": 117, "major": 8}, "rejected", ("accepted", "rejected", "accepted")),
        ({"match": 117, "unknown": 8}, "rejected", ("accepted", "rejected", "accepted")),
        ({"match": 124, "critical": 1}, "rejected", ("rejected", "accepted", "accepted")),
        ({"match": 115, "minor": 10}, "accepted", ("accepted", "accepted", "accepted")),
        ({"match": 124, "error": 1}, "undecided", ("undecided", "accepted", "accepted")),
        ({"match": 115, "major": 8, "review": 2}, "rejected", ("undecided", "rejected", "accepted")),
    ],
)
def test_a_lot_is_judged_by_each_class(counts: dict[str, int], fate: str, fates: tuple[str, ...]) -> None:
    lot = lot_of(2400, "s", plans(2400, CLASSES), units(**counts))
    assert (lot.fate, tuple(found.fate for found in lot.classes.values())) == (fate, fates)


def test_one_aql_counts_units_of_any_kind_and_open_ones_are_named_only_if_they_could_turn_it() -> None:
    planned = plans(2400, Sampling("II", {"any": 2.5}))
    open_ = lot_of(2400, "s", planned, units(retake=1, match=116, critical=2, minor=4, review=2))
    assert (open_.fate, open_.open_ids) == ("undecided", ("retake-0", "review-0", "review-1"))
    still = lot_of(2400, "s", planned, units(retake=1, match=117, critical=2, minor=4, review=1)[:125])
    assert (still.fate, still.open_ids) == ("undecided", ("retake-0", "review-0"))
    fine = lot_of(2400, "s", planned, units(retake=1, match=118, critical=2, minor=4))
    assert (fine.fate, fine.open_ids) == ("accepted", ())


def test_a_class_with_a_smaller_sample_is_judged_on_the_units_drawn_first() -> None:
    planned = plans(100, Sampling("II", {"major": 0.65, "minor": 10.0}))
    assert [plan.size for plan in planned.values()] == [20, 20]
    planned = plans(100, Sampling("II", {"major": 1.0, "minor": 10.0}))
    assert [plan.size for plan in planned.values()] == [13, 20]
    late = lot_of(100, "s", planned, [*units(match=13), *units(major=7)])
    early = lot_of(100, "s", planned, [*units(major=1), *units(match=19)])
    assert (late.classes["major"].fate, early.classes["major"].fate) == ("accepted", "rejected")


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hundred items, of which every third is a mismatch with a major finding."""
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    return cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(100)])


def test_a_run_audits_the_sample_alone_and_draws_it_again_with_the_seed_it_kept(manifest: Path, tmp_path: Path) -> None:
    sampling = Sampling("II", {"any": 2.5})
    first = audit(manifest, tmp_path / "run", sampling=sampling)
    assert first.lot is not None
    assert (len(first.totals), len(first.lot.sample), first.lot.fate) == (20, 20, "rejected")
    assert set(first.lot.sample) == set(records(tmp_path / "run"))
    again = audit(manifest, tmp_path / "run", sampling=sampling)
    assert again.lot == first.lot
    seeded = audit(manifest, tmp_path / "other", sampling=Sampling("II", {"any": 2.5}, seed=first.lot.seed))
    assert seeded.lot == first.lot


def test_rulings_turn_a_lot(manifest: Path, tmp_path: Path) -> None:
    sampling = Sampling("II", {"any": 2.5}, seed="x")
    first = audit(manifest, tmp_path / "run", sampling=sampling)
    for id_, record in records(tmp_path / "run").items():
        if record["verdict"] == "mismatch":
            rule(tmp_path / "run", id_, "match", "Sri", "the light")
    again = audit(manifest, tmp_path / "run", sampling=sampling)
    assert first.lot is not None
    assert again.lot is not None
    assert (first.lot.fate, again.lot.fate, again.lot.ruled) == ("rejected", "accepted", first.totals.mismatch)


@pytest.mark.parametrize("aqls", [{"any": 2.5}, {"critical": 0.0, "major": 1.0, "minor": 10.0}])
def test_after_each_ruling_a_run_tells_the_fate_that_its_next_audit_does(
    manifest: Path, tmp_path: Path, aqls: dict[str, float]
) -> None:
    sampling = Sampling("II", aqls)
    audit(manifest, tmp_path / "run", sampling=sampling)
    fates = []
    for id_, record in list(records(tmp_path / "run").items()):
        if record["verdict"] == "mismatch":
            rule(tmp_path / "run", id_, "match", "Sri", "the light")
            told = figures_now(tmp_path / "run").lot
            assert told is not None
            assert told == audit(manifest, tmp_path / "run", sampling=sampling).lot
            fates.append(told.fate)
    assert (fates[0], fates[-1]) == ("rejected", "accepted")


@pytest.mark.parametrize(
    ("aqls", "counts", "fate", "uncounted"),
    [
        ({"minor": 4.0}, {"critical": 20}, "rejected", {}),
        ({"minor": 4.0}, {"major": 20}, "rejected", {}),
        ({"critical": 0.0, "minor": 4.0}, {"major": 1, "match": 19}, "accepted", {}),
        ({"major": 4.0}, {"minor": 20}, "accepted", {"minor": 20}),
        ({"critical": 1.0}, {"unknown": 1, "minor": 2, "match": 17}, "accepted", {"major": 1, "minor": 2}),
    ],
)
def test_a_unit_counts_under_the_next_milder_class_with_an_aql_and_is_told_where_there_is_none(
    aqls: dict[str, float], counts: dict[str, int], fate: str, uncounted: dict[str, int]
) -> None:
    lot = lot_of(100, "s", plans(100, Sampling("II", aqls)), units(**counts))
    assert (lot.fate, lot.uncounted) == (fate, uncounted)


def test_a_sample_that_is_drawn_again_tells_how_often(manifest: Path, tmp_path: Path) -> None:
    for number, seed in enumerate(("a", "b", "c", "b"), start=1):
        lot = audit(manifest, tmp_path / "run", sampling=Sampling("II", {"any": 2.5}, seed=seed)).lot
        assert lot is not None
        assert (lot.seed, lot.seeds, lot.to_dict()["seeds"]) == (seed, min(number, 3), min(number, 3))
