"""Rates of few and of many items, and how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import betaincinv, betaln, ndtri

from ..model.evaluation import Interval
from ..model.guarantee import Guarantee
from ..model.scorecard import CONFIDENCE

# As many items as the expectation weighs, at the least and at the most: beyond these nothing is told apart.
_STRENGTHS = (2.0, 2000.0)
_FEWEST_GROUPS = 3


def wilson(hits: int, count: int, confidence: float = CONFIDENCE) -> Interval:
    """What share of all items like these would be hit?

    Parameters
    ----------
    hits, count
        0 <= hits <= count, count at least 1.
    confidence
        Of the two-sided interval.

    Returns
    -------
        The share and Wilson's interval, which keeps within 0..1 and says something where none or all are hit.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    z = float(ndtri((1.0 + confidence) / 2.0))
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == count else min(1.0, middle + half)
    return Interval(share, low, high)


def difference(now: tuple[int, int], before: tuple[int, int], confidence: float = CONFIDENCE) -> Interval:
    """How much larger is the first share than the second?

    Parameters
    ----------
    now, before
        Hits and count, as for `wilson`, of items that have nothing to do with each other.
    confidence
        Of the two-sided interval.

    Returns
    -------
        The difference, -1..1, and Newcombe's hybrid score interval.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine 17,
    method 10.
    """
    one, two = wilson(*now, confidence), wilson(*before, confidence)
    value = one.value - two.value
    low = value - math.hypot(one.value - one.low, two.high - two.value)
    high = value + math.hypot(one.high - one.value, two.value - two.low)
    return Interval(value, low, high)


def shrunk(
    hits: Sequence[int], counts: Sequence[int], expected: Sequence[float], confidence: float = CONFIDENCE
) -> list[Interval] | None:
    """What is the rate of each group, seen together with the others?

    Parameters
    ----------
    hits, counts
        Of each group, as for `wilson`; a count may be 0.
    expected
        Rate that is expected of each group before looking at it, more than 0 and less than 1.
    confidence
        Of the two-sided interval.

    Returns
    -------
        For each group the mean and the quantiles of its rate; None where fewer than three groups have an item.

    Notes
    -----
    Empirical Bayes with a beta-binomial model: rates of groups are drawn from a beta distribution around what is expected of
    each, whose strength (in items) is the one under which all the counts are most likely. One bad item of two then says
    little, and 100 of 200 say nearly what they say by themselves.

    References
    ----------
    Efron, Morris (1975), Data analysis using Stein's estimator and its generalizations, JASA 70; Griffiths (1973), Maximum
    likelihood estimation for the beta-binomial distribution, Biometrics 29.
    """
    k, n, mean = np.asarray(hits, float), np.asarray(counts, float), np.asarray(expected, float)
    if int((n > 0).sum()) < _FEWEST_GROUPS:
        return None

    def unlikelihood(log_strength: float) -> float:
        a, b = mean * math.exp(log_strength), (1 - mean) * math.exp(log_strength)
        return -float((betaln(k + a, n - k + b) - betaln(a, b)).sum())

    found = minimize_scalar(unlikelihood, bounds=tuple(math.log(s) for s in _STRENGTHS), method="bounded")
    strength = math.exp(float(found.x))
    a, b = mean * strength + k, (1 - mean) * strength + n - k
    tail = (1 - confidence) / 2
    low, high, middle = betaincinv(a, b, tail), betaincinv(a, b, 1 - tail), a / (a + b)
    return [
        Interval(float(m), min(float(x), float(m)), max(float(y), float(m))) for m, x, y in zip(middle, low, high, strict=True)
    ]


def corrected(
    mismatches: int, decided: int, undecided: int, known: Guarantee, confidence: float = CONFIDENCE
) -> Interval | None:
    """What share of the items is wrong, given that the profile is wrong at times?

    Parameters
    ----------
    mismatches, decided, undecided
        Verdicts: mismatches, matches and mismatches together, reviews and retakes.
    known
        The profile's rates of false accusation and of miss, as they were observed and as they are bounded.
    confidence
        Of the interval.

    Returns
    -------
        Rogan's and Gladen's estimate for the decided items, 0..1; None where nothing is decided or the rates tell nothing.
        Its lower end is that of Wilson's interval with as many false accusations as the profile's bound allows and no misses;
        its upper end that with as many misses as allowed and no false accusation. So it covers at least `confidence`.

    Notes
    -----
    The profile's rates are shares of all matches and of all mismatches, undecided ones included. They are turned into rates
    among the decided items under the assumption that matches and mismatches are left undecided equally often.

    References
    ----------
    Rogan, Gladen (1978), Estimating prevalence from the results of a screening test, American Journal of Epidemiology 107.
    """
    if not decided:
        return None
    answered = decided / (decided + undecided)

    def estimate(share: float, accused: float, missed: float) -> float:
        false_alarm, miss = min(1.0, accused / answered), min(1.0, missed / answered)
        sense = 1.0 - false_alarm - miss
        return math.nan if sense <= 0 else min(1.0, max(0.0, (share - false_alarm) / sense))

    seen = wilson(mismatches, decided, confidence)
    value = estimate(seen.value, known.accused.observed, known.missed.observed)
    low = estimate(seen.low, known.accused.rate, 0.0)
    high = estimate(seen.high, 0.0, known.missed.rate)
    if math.isnan(value) or math.isnan(low) or math.isnan(high):
        return None
    return Interval(value, min(low, value), max(high, value))
