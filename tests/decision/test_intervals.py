"""Confidence intervals against published values, another implementation and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, mannwhitneyu

from qaudit.decision.intervals import auroc_interval, share_interval


@pytest.mark.parametrize(("hits", "count"), [(0, 20), (1, 20), (7, 50), (49, 50), (20, 20)])
def test_with_one_pair_a_product_a_share_has_the_interval_of_clopper_and_pearson(hits: int, count: int) -> None:
    hit = np.arange(count) < hits
    exact = binomtest(hits, count).proportion_ci(0.95, method="exact")
    found = share_interval(hit, np.arange(count))

    assert found.value == hits / count
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_pairs_that_only_repeat_their_product_do_not_narrow_an_interval() -> None:
    once = share_interval(np.arange(40) < 10, np.arange(40))
    repeated = share_interval(np.repeat(np.arange(40) < 10, 5), np.repeat(np.arange(40), 5))
    independent = share_interval(np.arange(200) < 50, np.arange(200))

    assert (repeated.low, repeated.high) == pytest.approx((once.low, once.high), abs=0.01)
    assert independent.high - independent.low < 0.6 * (repeated.high - repeated.low)


def test_one_product_says_next_to_nothing_about_others() -> None:
    found = share_interval(np.arange(50) < 20, np.zeros(50, int))
    assert found.low < 0.05
    assert found.high > 0.95


@pytest.mark.parametrize("resemblance", [0.0, 1.0])
def test_share_intervals_hold_the_truth_in_nineteen_draws_of_twenty(resemblance: float) -> None:
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        alike = rng.random((40, 1)) < resemblance
        hit = np.where(alike, rng.random((40, 1)) < 0.2, rng.random((40, 3)) < 0.2).ravel()
        found = share_interval(hit, np.repeat(np.arange(40), 3))
        held += found.low <= 0.2 <= found.high
    assert held / 300 >= 0.93


def test_the_auroc_is_that_of_the_rank_test() -> None:
    rng = np.random.default_rng(3)
    p, mismatch = rng.integers(0, 12, 90) / 12, rng.random(90) < 0.4
    expected = mannwhitneyu(p[mismatch], p[~mismatch]).statistic / (mismatch.sum() * (~mismatch).sum())

    assert auroc_interval(p, mismatch, np.arange(90)).value == pytest.approx(expected)


def test_a_perfect_separation_is_not_told_as_certain() -> None:
    found = auroc_interval(np.array([0.1] * 10 + [0.9] * 10), np.arange(20) >= 10, np.arange(20))

    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.6 < found.low < 0.95
    reversed_ = auroc_interval(np.array([0.9] * 10 + [0.1] * 10), np.arange(20) >= 10, np.arange(20))
    assert (reversed_.value, reversed_.low) == (0.0, 0.0)
    assert reversed_.high == pytest.approx(1 - found.low)


def test_a_single_product_leaves_the_auroc_open() -> None:
    found = auroc_interval(np.linspace(0, 1, 40), np.arange(40) >= 15, np.zeros(40, int))
    assert found.high - found.low > 0.6


def test_auroc_intervals_hold_the_truth_in_nineteen_draws_of_twenty() -> None:
    held = 0
    truth = 0.7602  # of two normal distributions one deviation apart
    for seed in range(200):
        rng = np.random.default_rng(seed)
        mismatch = np.tile([False, False, True], 30)
        own = np.repeat(rng.normal(0, 0.7, 30), 3)
        p = own + rng.normal(0, np.sqrt(1 - 0.49), 90) + mismatch
        found = auroc_interval(p, mismatch, np.repeat(np.arange(30), 3))
        held += found.low <= truth <= found.high
    assert held / 200 >= 0.93
