"""Intervals against published tables, and what shrinking and correcting have to keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.batch.rates import corrected, difference, shrunk, wilson
from qaudit.model.evaluation import Interval
from qaudit.model.guarantee import Bound, Guarantee

KNOWN = Guarantee("test", 0.95, Bound(0.035, 0.01, 100, 280), Bound(0.07, 0.02, 100, 366))
SHIPPED = Guarantee("test", 0.95, Bound(0.035, 0.0025, 112, 280), Bound(0.04, 0.01, 112, 366))
ROUNDS = 500
PERFECT = Guarantee("test", 0.95, Bound(0.0, 0.0, 100, 280), Bound(0.0, 0.0, 100, 366))


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_intervals_of_newcombes_table(hits: int, count: int, low: float, high: float) -> None:
    found = wilson(hits, count)
    assert (found.value, round(found.low, 4), round(found.high, 4)) == (hits / count, low, high)


@pytest.mark.parametrize(
    ("one", "two", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_differences_are_those_of_newcombes_table(one: tuple[int, int], two: tuple[int, int], low: float, high: float) -> None:
    found = difference(one, two)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_an_interval_holds_its_share_and_keeps_within_bounds(pair: tuple[int, int]) -> None:
    found = wilson(*pair)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


def test_one_of_two_is_drawn_far_and_many_of_many_hardly() -> None:
    hits, sizes = [1, 60, *[5] * 20], [2, 200, *[100] * 20]
    few, many, *_ = shrunk(hits, sizes, [0.05] * 22) or []
    assert few.value < 0.2
    assert abs(many.value - 0.3) < 0.06
    assert few.low < many.low
    assert few.high - few.low > many.high - many.low


def test_groups_that_do_not_differ_are_drawn_together() -> None:
    found = shrunk([10] * 30, [100] * 30, [0.1] * 30) or []
    assert all(abs(interval.value - 0.1) < 0.001 for interval in found)
    assert found[0].high - found[0].low < 0.05 < wilson(10, 100).high - wilson(10, 100).low


def test_a_group_without_items_is_about_what_is_expected_of_it_and_far_from_sure() -> None:
    found = shrunk([0, 5, 9, 2], [0, 50, 60, 40], [0.125] * 4) or []
    assert found[0].value == pytest.approx(0.125, abs=0.02)
    assert found[0].high - found[0].low > 0.3


def test_ten_items_in_all_say_little_of_a_group() -> None:
    found = shrunk([1, 0, 1, 1, 0], [2] * 5, [0.3] * 5) or []
    assert found[0].low < 0.1
    assert found[0].high > 0.65


@pytest.mark.parametrize("strength", [4, 20, 200])
@pytest.mark.parametrize(("groups", "items"), [(3, 2), (5, 5), (20, 2)])
def test_rates_drawn_from_a_beta_distribution_are_covered(groups: int, items: int, strength: float) -> None:
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(150 // groups):
        rates = rng.beta(0.2 * strength, 0.8 * strength, groups)
        hits = rng.binomial(items, rates)
        expected = (hits.sum() + 0.5) / (groups * items + 1)
        found = shrunk(list(hits), [items] * groups, [expected] * groups) or []
        covered += [one.low <= rate <= one.high for one, rate in zip(found, rates, strict=True)]
    # Of 150 rates a fair interval of 95 % leaves out more than 15 once in a hundred times.
    assert np.mean(covered) >= 0.9


def test_two_groups_tell_nothing_of_how_groups_differ() -> None:
    assert shrunk([1, 2, 0], [10, 10, 0], [0.1] * 3) is None


def verdicts(mismatches: int, decided: int, open_: int = 0) -> dict[tuple[str, str | None], int]:
    """So many verdicts, on which nobody ruled."""
    return {("mismatch", None): mismatches, ("match", None): decided - mismatches, ("review", None): open_}


def ends(found: Interval | None) -> list[float]:
    assert found is not None
    return [found.value, found.low, found.high]


def test_a_profile_without_errors_corrects_nothing() -> None:
    assert ends(corrected(verdicts(10, 100, 20), PERFECT)) == pytest.approx(ends(wilson(10, 100)), abs=2e-4)


def test_rates_are_those_of_rogan_and_gladen() -> None:
    value, low, high = ends(corrected(verdicts(10, 100), KNOWN))
    assert value == pytest.approx((0.10 - 0.01) / (1 - 0.01 - 0.02))
    assert low == pytest.approx((wilson(10, 100).low - 0.035) / (1 - 0.035), abs=1e-3)
    assert high == pytest.approx(wilson(10, 100).high / (1 - 0.07), abs=3e-3)


@given(st.lists(st.integers(0, 5000), min_size=12, max_size=12))
def test_a_corrected_rate_is_a_rate(numbers: list[int]) -> None:
    keys = [(verdict, ruling) for verdict in ("match", "mismatch", "review", "error") for ruling in (None, "match", "mismatch")]
    found = corrected(dict(zip(keys, numbers, strict=True)), KNOWN)
    assert found is None or 0 <= found.low <= found.value <= found.high <= 1


def test_what_is_mostly_undecided_or_not_there_is_not_corrected() -> None:
    assert corrected(verdicts(0, 0, 5), KNOWN) is None
    assert corrected(verdicts(1, 10, 10_000), KNOWN) is None
    assert corrected({("error", None): 3}, KNOWN) is None


def test_a_ruling_on_every_accusation_does_not_hide_the_misses() -> None:
    answers = {("mismatch", "mismatch"): 232, ("mismatch", "match"): 4, ("match", None): 1012, ("review", None): 752}
    value, low, high = ends(corrected(answers, SHIPPED))
    assert value > 232 / (232 + 4 + 1012)  # 20 % are wrong, of which as many as are promised at most were missed
    assert low < 0.2 < high


def test_a_ruling_on_every_review_leaves_the_profiles_errors_what_they_are() -> None:
    before = ends(corrected(verdicts(100, 600, 400), SHIPPED))
    value, low, high = ends(corrected({**verdicts(100, 600), ("review", "match"): 350, ("review", "mismatch"): 50}, SHIPPED))
    assert value == pytest.approx(0.6 * before[0] + 0.4 * 50 / 400)
    assert low < value < high


RULED_ON = {
    "nothing": {},
    "accusations": {"mismatch": 1.0},
    "half of the accusations": {"mismatch": 0.5},
    "reviews": {"review": 1.0},
    "all but matches": {"mismatch": 1.0, "review": 1.0},
    "half of everything": dict.fromkeys(("match", "mismatch", "review"), 0.5),
    "everything": dict.fromkeys(("match", "mismatch", "review"), 1.0),
}


@pytest.mark.parametrize("shares", RULED_ON.values(), ids=RULED_ON)
@pytest.mark.parametrize("rates", [(0.0025, 0.01), (0.035, 0.04)], ids=["as observed", "as bounded"])
@pytest.mark.parametrize("wrong", [0.02, 0.2])
def test_the_true_rate_is_covered_whatever_was_ruled_on(
    shares: dict[str, float], rates: tuple[float, float], wrong: float
) -> None:
    rng = np.random.default_rng(3)
    accused, missed = rates
    covered = 0
    for _ in range(ROUNDS):
        bad = rng.binomial(300, wrong)
        found = {"mismatch": rng.multinomial(bad, [0.6 - missed, missed, 0.4])}
        found["match"] = rng.multinomial(300 - bad, [accused, 0.6 - accused, 0.4])
        answers: dict[tuple[str, str | None], int] = {}
        for truth, counts in found.items():
            for verdict, count in zip(("mismatch", "match", "review"), counts, strict=True):
                ruled = int(rng.binomial(count, shares.get(verdict, 0.0)))
                answers[verdict, truth] = ruled
                answers[verdict, None] = answers.get((verdict, None), 0) + int(count) - ruled
        _, low, high = ends(corrected(answers, SHIPPED))
        covered += low <= wrong <= high
    # Wilson's own interval of 2 % of 300 covers 93 %.
    assert covered / ROUNDS >= 0.92
