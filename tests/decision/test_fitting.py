"""Fitting profiles to labelled pairs of known make."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.decision.fitting import (
    ACCUSED_SHARE,
    ASPECT_NAMES,
    MISSED_SHARE,
    SHAPES,
    Table,
    fit_profile,
    held_out_profiles,
    limits,
    predict,
    table_of,
)

PATTERN = next(i for i, shape in enumerate(SHAPES) if shape.measure == "pattern")
AGREEMENT = next(i for i, shape in enumerate(SHAPES) if shape.measure == "agreement")


def labelled(count: int = 60, shift: float = 4.0, seed: int = 0) -> Table:
    """As many matches as mismatches; the pattern measure of the mismatches lies `shift` deviations higher."""
    rng = np.random.default_rng(seed)
    mismatch = np.arange(2 * count) >= count
    values = rng.normal(0.0, 1.0, (2 * count, len(SHAPES)))
    values[mismatch, PATTERN] += shift
    aspect = np.where(mismatch, ASPECT_NAMES.index("pattern"), -1)
    product = np.array([f"p{i % 12}" for i in range(2 * count)])
    return Table(values, mismatch, aspect, np.full(2 * count, "set"), product)


def test_the_measure_that_tells_them_apart_decides() -> None:
    table = labelled()
    profile = fit_profile(table)
    p = predict(profile, table)

    assert np.median(p[table.mismatch]) > 0.9
    assert np.median(p[~table.mismatch]) < 0.2
    raised = table.values[:1].copy()
    raised[0, PATTERN] = 5.0
    higher = Table(raised, table.mismatch[:1], table.aspect[:1], table.group[:1], table.product[:1])
    assert predict(profile, higher)[0] > 0.9


def test_where_nothing_tells_them_apart_nobody_is_sure() -> None:
    table = labelled(shift=0.0)
    profiles = held_out_profiles(table, table.product, folds=4)
    p = [predict(profile, table.take(np.array([i])))[0] for i, profile in enumerate(profiles)]

    assert abs(np.mean(p) - 0.5) < 0.15
    assert np.mean((np.array(p) > 0.95) | (np.array(p) < 0.05)) < 0.2


def test_cross_validation_never_judges_with_what_it_fitted() -> None:
    table = labelled(shift=0.0)
    odd = table.product == "p3"
    values = table.values.copy()
    values[odd & table.mismatch, AGREEMENT] = 50.0
    told = Table(values, table.mismatch, table.aspect, table.group, table.product)
    others = told.take(np.flatnonzero(~odd))

    held_out = held_out_profiles(told, told.product)
    assert {held_out[i] for i in np.flatnonzero(odd)} == {fit_profile(others)}
    assert len(set(held_out)) == 12


def test_too_few_pairs_of_a_class_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        fit_profile(labelled(count=19))


def test_limits_hold_their_shares_where_that_is_possible() -> None:
    rng = np.random.default_rng(1)
    mismatch = np.arange(1000) >= 500
    p = np.clip(np.where(mismatch, rng.normal(0.7, 0.2, 1000), rng.normal(0.3, 0.2, 1000)), 0, 0.99)
    accuse, accept = limits(p, mismatch)

    assert np.mean(p[~mismatch] >= accuse) <= ACCUSED_SHARE
    assert np.mean(p[mismatch] < accept) <= MISSED_SHARE
    assert accept < accuse


def test_records_become_a_table_and_errors_are_left_out() -> None:
    row = {"label": "mismatch", "aspect": "variant", "group": "dolls-variant", "product": "doll/1"}
    evidence = [
        {"measure": "pattern", "version": 1, "value": 0.1},
        {"measure": "hue", "not_applicable": "too_little_seen"},
    ]
    seen = {"quality": {"usable": True}, "alignment": {"status": "aligned"}, "row": row, "evidence": evidence}
    table = table_of([{"id": "1", "verdict": "match", **seen}, {"id": "2", "verdict": "error"}])

    assert table.mismatch.tolist() == [True]
    assert table.values[0, PATTERN] == pytest.approx(-1.0)
    assert np.isfinite(table.values[0]).sum() == 1
    assert ASPECT_NAMES[table.aspect[0]] == "identity"
    assert (table.group[0], table.product[0]) == ("dolls", "doll/1")


def test_what_deciding_does_not_hear_is_not_fitted_either() -> None:
    row = {"label": "match"}
    evidence = [{"measure": "agreement", "version": 1, "value": 4.0}]
    unheard = {"quality": {"usable": False}, "alignment": {"status": "failed"}, "row": row, "evidence": evidence}
    table = table_of([{"id": "1", "verdict": "retake", **unheard}])

    assert np.isnan(table.values).all()


def test_records_of_another_version_of_a_measure_are_refused() -> None:
    evidence = [{"measure": "pattern", "version": 99, "value": 1.0}]
    record = {"quality": {"usable": True}, "alignment": {"status": "aligned"}, "row": {"label": "match"}, "evidence": evidence}

    with pytest.raises(ValueError, match="version 99"):
        table_of([{"id": "1", "verdict": "match", **record}])
