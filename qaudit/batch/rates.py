"""Rates of few and of many items, and how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, betaln, expit, logit, ndtri

from ..model.evaluation import Interval
from ..model.guarantee import Guarantee
from ..model.scorecard import CONFIDENCE

# As many items as the expectation weighs, at the least and at the most: beyond these nothing is told apart.
_STRENGTHS = (2.0, 2000.0)
_FEWEST_GROUPS = 3
# The grid of strengths and of levels, and rates that are as good as none and all.
_STRENGTHS_TRIED, _LEVELS_TRIED = 40, 16
_LEAST = 1e-9
# How many of its cells are used: fewer for many kinds of groups, so that a thousand sellers take a second.
_WORK, _FEWEST_CELLS, _MOST_CELLS = 60_000, 48, 256
_GROUPS_AT_ONCE = 500
_MOST_LOG_ODDS, _HALVINGS = 30.0, 22
# Of a derivative by difference.
_STEP = 1e-5
Floats = npt.NDArray[np.float64]
_UNRULED = ("match", "mismatch", "review", "retake")


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
    return _wilson(hits / count, count, confidence)


def _wilson(share: float, count: float, confidence: float) -> Interval:
    """Wilson's interval of a share that is known as surely as that of `count` items."""
    z = float(ndtri((1.0 + confidence) / 2.0))
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    low = 0.0 if share <= 0.0 else max(0.0, middle - half)
    high = 1.0 if share >= 1.0 else min(1.0, middle + half)
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
    A hierarchical Bayes model: rates of groups are drawn from a beta distribution around what is expected of each, whose
    strength is counted in items. Neither the strength nor the level of what is expected is taken as known: the strength has a
    prior that is even in one over its root, the level has Jeffreys' prior, and each pair of them counts as much as it makes
    all the counts likely. One bad item of two then says little, and 100 of 200 say nearly what they say by themselves; few
    items in all say little of every group.

    The levels are the quantiles of a beta distribution that is wider than the one they have, for each strength, and weigh by
    how much more likely they are than in that. So a grid of fixed size does for ten items and for a million.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd edition, section 5.3; Efron, Morris (1975), Data analysis using Stein's
    estimator and its generalizations, JASA 70.
    """
    k, n, mean = np.asarray(hits, float), np.asarray(counts, float), np.asarray(expected, float)
    if int((n > 0).sum()) < _FEWEST_GROUPS:
        return None
    alike, of = np.unique(np.stack([k, n, mean]), axis=1, return_inverse=True)
    a, b, weights = _mixtures(k, n, mean, alike)
    middle = (a / (a + b)) @ weights
    tail = (1 - confidence) / 2
    low, high = (np.asarray(_quantile(a, b, weights, share)) for share in (tail, 1 - tail))
    found = [
        Interval(float(m), min(float(x), float(m)), max(float(y), float(m))) for m, x, y in zip(middle, low, high, strict=True)
    ]
    return [found[place] for place in np.ravel(of)]


def _mixtures(k: Floats, n: Floats, mean: Floats, alike: Floats) -> tuple[Floats, Floats, Floats]:
    """Beta distributions of the rate of each kind of group, (kinds, cells) each, and the weights of the cells.

    A cell is a strength and a level; `alike` holds each different (hits, count, expected) once, as columns.
    """
    strengths = np.geomspace(*_STRENGTHS, _STRENGTHS_TRIED)
    # Items of one group count for less the more groups are alike in themselves.
    worth = (strengths[:, None] + 1) / (strengths[:, None] + n)
    items, bad = worth @ n, worth @ k
    proposed = (0.5 + bad / 2)[:, None], (0.5 + (items - bad) / 2)[:, None]
    level = np.clip(betaincinv(*proposed, (np.arange(_LEVELS_TRIED) + 0.5) / _LEVELS_TRIED), _LEAST, 1 - _LEAST)
    own = (n @ mean) / n.sum()
    shift = (logit(level) - logit(own)).ravel()
    strength = np.repeat(strengths, _LEVELS_TRIED)

    def around(means: Floats) -> tuple[Floats, Floats]:
        """Parameters of the beta distributions around what is expected, (means, cells)."""
        moved = np.clip(expit(logit(means)[:, None] + shift), _LEAST, 1 - _LEAST)
        return moved * strength, (1 - moved) * strength

    likely = np.zeros(len(strength))
    for start in range(0, len(k), _GROUPS_AT_ONCE):
        some = slice(start, start + _GROUPS_AT_ONCE)
        a, b = around(mean[some])
        likely += (betaln(k[some, None] + a, (n - k)[some, None] + b) - betaln(a, b)).sum(axis=0)
    prior = -0.5 * (np.log(level) + np.log1p(-level))  # the strength's is taken at equal steps of its logarithm
    proposal = (proposed[0] - 1) * np.log(level) + (proposed[1] - 1) * np.log1p(-level) - betaln(*proposed)
    log_weight = likely + (prior - proposal).ravel() - np.log(strength) / 2
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    kinds = alike.shape[1]
    most = max(_FEWEST_CELLS, min(_MOST_CELLS, _WORK // kinds))
    # As many cells as can be afforded, at equal steps of the weight: each stands for the same share of it.
    steps = (np.arange(most) + 0.5) / most
    chosen, times = np.unique(np.minimum(np.searchsorted(np.cumsum(weights), steps), len(weights) - 1), return_counts=True)
    a, b = around(alike[2])
    a, b = a[:, chosen] + alike[0][:, None], b[:, chosen] + (alike[1] - alike[0])[:, None]
    return a, b, times / most


def _quantile(a: Floats, b: Floats, weights: Floats, share: float) -> Floats:
    """Below which rate `share` of each mixture of beta distributions lies, by halving on the scale of log odds."""
    low, high = np.full(len(a), -_MOST_LOG_ODDS), np.full(len(a), _MOST_LOG_ODDS)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = betainc(a, b, expit(middle)[:, None]) @ weights < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(expit((low + high) / 2))


def corrected(
    answers: Mapping[tuple[str, str | None], int], known: Guarantee, confidence: float = CONFIDENCE
) -> Interval | None:
    """What share of the items is wrong, given that the profile is wrong at times and that a person ruled on some?

    Parameters
    ----------
    answers
        Verdict and ruling -> how many items; the ruling is ``match``, ``mismatch`` or None. Errors without one are left out.
    known
        The profile's rates of false accusation and of miss, as they were observed and as they are bounded.
    confidence
        Of what Wilson's interval is made with.

    Returns
    -------
        The share of all items that are counted, 0..1; None where there is none, or where the rates tell nothing.

    Notes
    -----
    All verdicts, ruled on or not, give Rogan's and Gladen's estimate of the share, and with it the probability that an item is
    wrong under each verdict. These hold for the items without a ruling; rulings are counted as they are. It is assumed that
    true and wrong items are left open equally often, and that rulings are right.

    The lower end is Wilson's with as many false accusations as the profile's bound allows and no miss, the upper end with as
    many misses and no false accusation; both know the share as surely as the estimate does, to first order. So the interval
    covers at least `confidence` where both bounds hold and the assumptions do. Each bound holds with the profile's own
    confidence by itself, and where true and wrong items are left open unequally the interval can cover far less.

    References
    ----------
    Rogan, Gladen (1978), Estimating prevalence from the results of a screening test, American Journal of Epidemiology 107.
    """
    counted = {key: float(count) for key, count in answers.items() if count and (key[1] or key[0] != "error")}
    if not counted:
        return None
    value = _estimate(counted, known.accused.observed, known.missed.observed)
    low = _interval(counted, known.accused.rate, 0.0, confidence)
    high = _interval(counted, 0.0, known.missed.rate, confidence)
    if value is None or low is None or high is None:
        return None
    return Interval(value.share, min(low[0], value.share), max(high[1], value.share))


@dataclass(frozen=True, slots=True)
class _Estimate:
    """Share of wrong items; and which share of the true ones is still called wrong."""

    share: float
    false_alarm: float


def _estimate(answers: Mapping[tuple[str, str | None], float], accused: float, missed: float) -> _Estimate | None:
    """The estimate under rates of error that are shares of all matches and of all mismatches; None where these tell nothing."""
    items = sum(answers.values())
    wrong = sum(count for (_, ruling), count in answers.items() if ruling == "mismatch")
    left = {verdict: answers.get((verdict, None), 0.0) for verdict in _UNRULED}
    if not any(left.values()):
        return _Estimate(wrong / items, 0.0)
    seen = {verdict: sum(count for (name, _), count in answers.items() if name == verdict) for verdict in _UNRULED}
    decided = seen["match"] + seen["mismatch"]
    if not decided:
        return None
    answered = decided / sum(seen.values())
    false_alarm, miss = min(1.0, accused / answered), min(1.0, missed / answered)
    sense = 1.0 - false_alarm - miss
    if sense <= 0:
        return None
    share = min(1.0, max(0.0, (seen["mismatch"] / decided - false_alarm) / sense))
    called = share * (1.0 - miss) + (1.0 - share) * false_alarm
    true_alarms = left["mismatch"] * (share * (1.0 - miss) / called if called > 0 else share)
    misses = left["match"] * (share * miss / (1.0 - called) if called < 1 else share)
    asked = left["review"] + left["retake"]
    share = min(1.0, (wrong + true_alarms + misses + asked * share) / items)
    true = (items - asked) * (1 - share)
    return _Estimate(share, min(1.0, (left["mismatch"] - true_alarms) / true) if true > 0 else 0.0)


def _interval(
    answers: Mapping[tuple[str, str | None], float], accused: float, missed: float, confidence: float
) -> tuple[float, float] | None:
    """Ends of the estimate: Wilson's, of the share that is called wrong, with as many items as make it vary so.

    Without rulings these are the decided items, and where all are ruled on they are all items.
    """
    found = _estimate(answers, accused, missed)
    # Half an item each keeps the variance of none and of all off 0.
    smoothed = dict(answers)
    for verdict in ("match", "mismatch"):
        key: tuple[str, str | None] = (
            (verdict, None) if any(answers.get((name, None)) for name in _UNRULED) else (verdict, verdict)
        )
        smoothed[key] = smoothed.get(key, 0.0) + 0.5
    middle = _estimate(smoothed, accused, missed)
    if found is None or middle is None:
        return None
    variance = 0.0
    for key, count in smoothed.items():
        moved = _estimate({**smoothed, key: count * (1 + _STEP)}, accused, missed) or middle
        variance += ((moved.share - middle.share) / _STEP) ** 2 / count
    here, beside = (one.share * (1 - one.false_alarm) + one.false_alarm for one in (found, middle))
    sense = 1 - found.false_alarm
    if sense <= 0:
        return None
    items = sum(answers.values())
    as_many = beside * (1 - beside) / (variance * sense * sense) * items / (items + 1) if variance > 0 else items
    ends = _wilson(here, as_many, confidence)
    low, high = ((end - found.false_alarm) / sense for end in (ends.low, ends.high))
    return max(0.0, low), min(1.0, high)
