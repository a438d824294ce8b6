"""Limits with a guarantee: published bounds, and simulated labels whose true rates are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from qaudit.decision.guarantee import (
    ACCEPTING,
    ACCUSING,
    OFFERED,
    SHUFFLES,
    Aim,
    Harm,
    accused,
    best_bound,
    carried_rate,
    limit_for,
    missed,
    p_value,
    percent_up,
    upper_bound,
)
from qaudit.model.errors import SettingsError


@pytest.mark.parametrize(
    ("count", "confidence", "bound"),
    # Hanley and Lippman-Hand (1983), JAMA 249: the rule of three, exact; 59 and 299 of Wilks (1941) for 5 % and 1 %.
    [(10, 0.95, 0.2589), (30, 0.95, 0.0950), (100, 0.95, 0.0295), (59, 0.95, 0.0495), (299, 0.95, 0.00997), (10, 0.99, 0.3690)],
)
def test_none_harmed_of_n_bounds_the_rate_as_published(count: int, confidence: float, bound: float) -> None:
    assert best_bound(count, confidence) == pytest.approx(bound, abs=1e-4)
    assert upper_bound(np.zeros(count), confidence, whole=True) == pytest.approx(bound, abs=1e-4)
    assert best_bound(count, confidence) <= upper_bound(np.zeros(count), confidence) < 1.1 * bound


@pytest.mark.parametrize(("hits", "count"), [(1, 20), (3, 50), (7, 112), (19, 20)])
def test_whole_products_are_bound_by_clopper_and_pearson(hits: int, count: int) -> None:
    exact = binomtest(hits, count, alternative="less").proportion_ci(0.95, method="exact").high
    losses = (np.arange(count) < hits).astype(float)
    assert upper_bound(losses, 0.95, whole=True) == pytest.approx(exact, abs=1e-6)
    assert upper_bound(losses, 0.95) >= exact - 0.02


def test_280_matches_cannot_carry_one_per_cent() -> None:
    assert best_bound(280, 0.95) == pytest.approx(0.01064, abs=1e-5)
    assert p_value(np.zeros(280), 0.01, whole=True) > 0.05
    assert p_value(np.zeros(299), 0.01, whole=True) < 0.05


def test_nothing_counted_bounds_nothing() -> None:
    nothing = np.zeros(0)
    assert (best_bound(0, 0.95), upper_bound(nothing, 0.95), p_value(nothing, 0.5), p_value(nothing, 0.5, whole=True)) == (
        1,
    ) * 4
    assert upper_bound(np.ones(9), 0.95) == 1
    assert upper_bound(np.ones(9), 0.95, whole=True) == 1


def test_a_bet_is_sized_by_what_came_before_and_never_takes_all() -> None:
    losses, rate = np.array([0.0, 0.5, 0.0, 1.0, 0.0, 0.0, 0.25, 0.0]), 0.4
    rng = np.random.default_rng(0)
    wealth = []
    for _ in range(SHUFFLES):
        own, seen, strays = 1.0, [0.5], [0.25]
        for loss in losses[rng.permutation(8)]:
            bet = min(0.99 / (1 - rate), np.sqrt(2 * np.log(20) / (8 * np.mean(strays))))
            own *= 1 - bet * (loss - rate)
            seen.append(loss)
            strays.append((loss - np.mean(seen)) ** 2)
        wealth.append(own)
    assert p_value(losses, rate) == pytest.approx(min(1.0, 1 / np.mean(wealth)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.01, 0.9))
def test_a_p_value_falls_with_the_rate(losses: list[float], rate: float) -> None:
    here = p_value(np.array(losses), rate)
    assert 0 <= here <= 1
    assert p_value(np.array(losses), rate * 1.1) <= here + 1e-9


def test_shares_are_bound_more_tightly_than_whole_losses_of_the_same_mean() -> None:
    shares, whole = np.zeros(112), np.zeros(112)
    shares[:8], whole[:2] = 0.25, 1.0
    assert upper_bound(shares, 0.95) < 0.9 * upper_bound(whole, 0.95, whole=True)


@pytest.mark.parametrize("each", [1, 2, 5])
def test_bounds_hold_in_nineteen_draws_of_twenty(each: int) -> None:
    kept = 0
    for seed in range(300):
        losses = (np.random.default_rng(seed).random((80, each)) < 0.05).mean(axis=1)
        kept += upper_bound(losses, 0.95, whole=each == 1) >= 0.05
    assert kept / 300 >= 0.93


def test_harm_counts_every_product_once_however_many_pairs_it_has() -> None:
    p = np.array([0.9, 0.1, 0.1, 0.1, 0.9])
    product = np.array(["a", "a", "a", "a", "b"])
    everywhere = np.ones(5, bool)
    harm = accused(p, everywhere, product)

    assert harm.losses[0].tolist() == [0, 0]
    assert harm.losses[list(ACCUSING).index(0.9)].tolist() == [0.25, 1.0]
    assert (harm.products, harm.pairs, harm.whole) == (2, 5, False)
    assert accused(p, np.zeros(5, bool), product).losses.max() == 0
    assert missed(p, everywhere, product).losses[list(ACCEPTING).index(0.1)].tolist() == [0.75, 0.0]


def test_the_limit_is_the_last_before_the_first_that_fails() -> None:
    limits = np.array([0.9, 0.8, 0.7, 0.6])
    harmed = np.array([0, 1, 20, 0])
    losses = (np.arange(100) < harmed[:, None]).astype(float)
    harm = Harm(limits, losses, 100, losses.mean(axis=1))
    found = limit_for(harm, 0.05, 0.95)

    assert found is not None
    assert found[0] == 0.8
    assert (found[1].rate, found[1].observed, found[1].products) == (0.05, 0.01, 100)
    assert limit_for(harm, 0.02, 0.95) is None


def draw(rng: np.random.Generator, products: int, each: int, resemblance: float) -> tuple[np.ndarray, np.ndarray]:
    """p of matches whose pairs resemble each other within a product; the share above t is 1 - t for every t."""
    own = rng.random((products, 1))
    alike = rng.random((products, each)) < resemblance
    p = np.where(alike, own, rng.random((products, each)))
    return p.ravel(), np.repeat(np.arange(products), each)


def every_fifth(harm: Harm) -> Harm:
    """Fewer limits to try, so that hundreds of draws take seconds."""
    return Harm(harm.limits[::5], harm.losses[::5], harm.pairs, harm.of_pairs[::5])


@pytest.mark.parametrize(("products", "each", "resemblance"), [(150, 1, 0.0), (150, 3, 0.5), (60, 4, 1.0)])
def test_limits_keep_their_rate_in_nineteen_draws_of_twenty(products: int, each: int, resemblance: float) -> None:
    rate, kept, found = 0.1, 0, 0
    for seed in range(300):
        p, product = draw(np.random.default_rng(seed), products, each, resemblance)
        everywhere = np.ones(len(p), bool)
        for limit, true_rate in (
            (limit_for(every_fifth(accused(p, everywhere, product)), rate, 0.95), lambda limit: 1 - limit),
            (limit_for(every_fifth(missed(p, everywhere, product)), rate, 0.95), lambda limit: limit),
        ):
            found += limit is not None
            kept += limit is None or true_rate(limit[0]) <= rate
    assert kept / 600 >= 0.93
    assert found / 600 > 0.8


def test_counting_pairs_instead_of_products_would_not_keep_the_rate() -> None:
    broken = 0
    for seed in range(300):
        p, _ = draw(np.random.default_rng(seed), 60, 4, 1.0)
        limit = limit_for(every_fifth(accused(p, np.ones(len(p), bool), np.arange(len(p)))), 0.1, 0.95)
        broken += limit is not None and 1 - limit[0] > 0.1
    assert broken / 300 > 0.07


def test_a_hard_product_of_many_pairs_makes_the_limit_safer_where_pairs_are_counted_too() -> None:
    product = np.concatenate([np.arange(200), np.full(100, 200)])
    p = np.concatenate([np.full(200, 0.3), np.linspace(0.6, 0.98, 100)])
    harm = accused(p, np.ones(300, bool), product)
    by_product, _ = limit_for(harm, 0.05, 0.95)
    by_pairs, bound = limit_for(harm, 0.05, 0.95, most_pairs=0.01)
    assert by_product < 0.6 < 0.95 < by_pairs
    assert (p >= by_pairs).mean() <= 0.01
    assert bound.rate == 0.05


def test_the_rate_that_is_offered_depends_on_the_number_of_products_alone() -> None:
    assert [carried_rate(count, 0.95, 0.25) for count in (400, 200, 112, 40)] == [0.01, 0.02, 0.03, 0.1]
    assert [carried_rate(112, 0.95, room) for room in (0.0, 0.5, 1.0)] == [0.03, 0.035, 0.07]
    assert all(p_value(0.25 * (np.arange(112) == 0), rate) > 0.05 for rate in OFFERED if rate < carried_rate(112, 0.95, 0.25))
    for count in (0, 5):
        with pytest.raises(SettingsError) as refused:
            carried_rate(count, 0.95, 0.25)
        assert refused.value.slug == "labels_too_few"


@pytest.mark.parametrize("change", [{"accused": 0.0}, {"missed": 1.0}, {"confidence": 95.0}, {"accused": float("nan")}])
def test_rates_that_are_none_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(SettingsError) as refused:
        Aim(**change)
    assert refused.value.slug == "rate_out_of_range"


@pytest.mark.parametrize(("rate", "told"), [(0.02639, "2.7 %"), (0.01, "1.0 %"), (0.2589, "26 %"), (1.0, "100 %")])
def test_rates_are_told_rounded_up(rate: float, told: str) -> None:
    assert percent_up(rate) == told
