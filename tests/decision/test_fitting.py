"""Fitting profiles to labelled pairs of known make."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from qaudit.decision.fitting import ASPECT_NAMES, SHAPES, Table, _loss, dealt, fit_profile, held_out_profiles, predict, table_of
from qaudit.model.errors import SettingsError

from .factory import labelled_record

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


def test_the_gradient_of_the_fit_is_that_of_its_loss() -> None:
    table = labelled(count=30)
    values = table.values.copy()
    values[::3, AGREEMENT] = np.nan
    weights = np.random.default_rng(1).uniform(0.5, 2.0, len(values))
    start = np.random.default_rng(2).normal(1.0, 0.5, 2 * len(SHAPES) + 1)

    def loss(x: np.ndarray) -> float:
        return _loss(x, values, table, weights)[0]

    expected = approx_fprime(start, loss, 1e-6)
    np.testing.assert_allclose(_loss(start, values, table, weights)[1], expected, rtol=2e-3, atol=2e-3)


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
    with pytest.raises(SettingsError, match="at least 20") as refused:
        fit_profile(labelled(count=19))
    assert refused.value.slug == "labels_too_few"


def test_records_become_a_table_and_errors_are_left_out() -> None:
    record = labelled_record(
        "1", "mismatch", pattern=0.1, row={"aspect": "variant", "group": "dolls-variant", "product": "doll/1"}
    )
    record["evidence"].append({"aspect": "colour", "measure": "hue", "not_applicable": "too_little_seen"})
    table = table_of([record, {"id": "2", "verdict": "error"}])

    assert table.mismatch.tolist() == [True]
    assert table.values[0, PATTERN] == pytest.approx(-1.0)
    assert np.isfinite(table.values[0]).sum() == 1
    assert ASPECT_NAMES[table.aspect[0]] == "identity"
    assert (table.group[0], table.product[0]) == ("dolls", "doll/1")


def test_what_deciding_does_not_hear_is_not_fitted_either() -> None:
    table = table_of([labelled_record("1", "match", pattern=4.0, usable=False, aligned=False)])

    assert np.isnan(table.values).all()


def test_records_of_another_version_of_a_measure_are_refused() -> None:
    record = labelled_record("1", "match")
    record["evidence"][0]["version"] = 99

    with pytest.raises(SettingsError, match="version 99") as refused:
        table_of([record])
    assert refused.value.slug == "evidence_outdated"


def test_without_a_name_pairs_with_the_same_listing_photo_are_of_one_product() -> None:
    rows = [labelled_record(str(i), "match", listing=listing, row={"product": ""}) for i, listing in enumerate("aab")]

    assert len(set(table_of(rows).product[:2])) == 1
    assert len(set(table_of(rows).product)) == 2


def test_cells_that_are_no_text_or_empty_are_taken_as_they_are() -> None:
    table = table_of([labelled_record("1", "mismatch", row={"product": 7, "group": None, "aspect": None})])

    assert (table.product[0], table.group[0], table.aspect[0]) == ("7", "", -1)


def test_a_profile_without_limits_accuses_nobody_and_passes_nobody() -> None:
    profile = fit_profile(labelled())
    p = predict(profile, labelled())

    assert np.all((p > profile.accept) & (p < profile.accuse))


def test_products_are_dealt_whole() -> None:
    product = np.array(list("bacabcd"))

    assert dealt(product, 2).tolist() == [1, 0, 0, 0, 1, 0, 1]
    assert dealt(product).tolist() == [1, 0, 2, 0, 1, 2, 3]
