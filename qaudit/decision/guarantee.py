"""Limits that keep an error rate with a finite-sample guarantee: learn then test, one limit after the other.

Products are what is drawn at random: pairs of one product resemble each other, so each product counts once, by the share of
its pairs that a limit harms. Nothing is assumed of how that share is distributed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import bdtr, rel_entr

from qaudit.model.errors import SettingsError
from qaudit.model.guarantee import Bound
from qaudit.model.photo import F64, Bool

# The limits that are tried, the safest first, fixed before any label is seen. Nobody is ever surer than 0.995 (`MOST_SURE`);
# what is less likely than not accuses nobody, and what is more likely than not is passed by nobody.
ACCUSING: F64 = np.arange(995, 499, -1) / 1000
ACCEPTING: F64 = np.arange(0, 501) / 1000
# Rates that are offered where the labels and not the user say which one.
OFFERED = (0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2)


@dataclass(frozen=True, slots=True)
class Aim:
    """Which error rates are to be kept, and how surely.

    Parameters
    ----------
    accused, missed
        Highest share of matches called a mismatch, and of mismatches called a match.
    confidence
        Probability with which each of the two is to hold.

    Raises
    ------
    SettingsError
        `rate_out_of_range`: one of them is 0, 1 or outside.
    """

    accused: float = 0.01
    missed: float = 0.05
    confidence: float = 0.95

    def __post_init__(self) -> None:
        named = (("false accusations", self.accused), ("misses", self.missed), ("confidence", self.confidence))
        for name, value in named:
            if not 0.0 < value < 1.0:
                what = "the confidence" if name == "confidence" else f"the rate of {name}"
                raise SettingsError(
                    "rate_out_of_range", f"{what} must be between 0 and 1, not {value:g}", "0.01 is one per cent"
                )


@dataclass(frozen=True, slots=True, eq=False)
class Harm:
    """How much each limit of a sequence harms, over products.

    Parameters
    ----------
    limits
        Shape (L,), the safest first.
    means
        Shape (L,): share of a product's pairs that is harmed, averaged over products; never falling.
    products, pairs
        How many there are of each.
    """

    limits: F64
    means: F64
    products: int
    pairs: int

    @property
    def whole(self) -> bool:
        """Whether every product has one pair, so that shares are 0 or 1."""
        return self.products == self.pairs


def accused(p: F64, can: Bool, product: np.ndarray) -> Harm:
    """What each limit of `ACCUSING` does to matches.

    Parameters
    ----------
    p
        Shape (N,): `p_mismatch` of each match, from curves that were fitted on other products.
    can
        Shape (N,): whether the pair can be accused at all; a photo to take again cannot.
    product
        Shape (N,): which product each pair is of.
    """
    return _harm(ACCUSING, (p >= ACCUSING[:, None]) & can, product)


def missed(p: F64, can: Bool, product: np.ndarray) -> Harm:
    """What each limit of `ACCEPTING` does to mismatches; parameters as in `accused`, `can` says what can be passed."""
    return _harm(ACCEPTING, (p <= ACCEPTING[:, None]) & can, product)


def _harm(limits: F64, harmed: Bool, product: np.ndarray) -> Harm:
    """Mean over products of the share of pairs in `harmed` (L, N)."""
    _, index, counts = np.unique(product, return_inverse=True, return_counts=True)
    weights = 1.0 / (counts[index] * max(1, len(counts)))
    return Harm(limits, (harmed * weights).sum(axis=1), len(counts), len(product))


def limit_for(harm: Harm, rate: float, confidence: float) -> tuple[float, Bound] | None:
    """The last limit, from the safest on, at which the mean harm is at most `rate`.

    Parameters
    ----------
    harm
        What each limit does.
    rate, confidence
        The bound, and the probability with which it is to hold.

    Returns
    -------
        The limit and what is guaranteed at it; None where not even the safest limit can be shown to keep `rate`.

    Notes
    -----
    Each limit's hypothesis "it harms more than `rate`" is tested at level 1 - `confidence`, the safest first, until one is not
    rejected. All limits before it keep `rate` at once with probability `confidence`, provided that products are exchangeable
    and that `p` comes from curves that saw none of them.

    References
    ----------
    Angelopoulos, Bates, Candes, Jordan, Lei (2021), Learn then Test, arXiv 2110.01052, fixed sequence testing.
    """
    found: tuple[float, Bound] | None = None
    for limit, mean in zip(harm.limits, harm.means, strict=True):
        if p_value(float(mean), harm.products, rate, whole=harm.whole) > 1.0 - confidence:
            break
        found = float(limit), Bound(rate, float(mean), harm.products, harm.pairs)
    return found


def p_value(mean: float, count: int, rate: float, *, whole: bool = False) -> float:
    """How likely a mean of `count` independent shares is to be as small as `mean`, were it `rate` in truth?

    Parameters
    ----------
    mean
        Mean of the shares, each 0..1.
    count
        Number of shares.
    rate
        Supposed true mean, within 0 and 1.
    whole
        Whether each share is 0 or 1; the binomial tail is then exact.

    Returns
    -------
        At least the probability, 0..1; 1 for `mean` at or above `rate`, or where there is nothing to count.

    References
    ----------
    Bates, Angelopoulos, Lei, Malik, Jordan (2021), Distribution-free, risk-controlling prediction sets, arXiv 2101.02703,
    theorem 3 and proposition 5 (Hoeffding's and Bentkus' inequality).
    """
    if count == 0 or mean >= rate:
        return 1.0
    total = round(mean * count, 9)
    if whole:
        return float(bdtr(round(total), count, rate))
    hoeffding = np.exp(-count * (rel_entr(mean, rate) + rel_entr(1.0 - mean, 1.0 - rate)))
    bentkus = np.e * bdtr(np.ceil(total), count, rate)
    return float(min(1.0, hoeffding, bentkus))


def upper_bound(mean: float, count: int, confidence: float, *, whole: bool = False) -> float:
    """The smallest rate that a mean of `count` shares can be shown to keep; parameters as in `p_value`.

    Returns
    -------
        Upper confidence limit, 0..1; 1 where there is nothing to count. Of `count` products of which none was harmed:
        1 - (1 - confidence) ** (1 / count), about 3 / count at 95 %.
    """
    if count == 0 or mean >= 1.0:
        return 1.0
    if mean == 0.0:
        return float(1.0 - (1.0 - confidence) ** (1.0 / count))
    if p_value(mean, count, 1.0 - 1e-9, whole=whole) > 1.0 - confidence:
        return 1.0
    return float(brentq(lambda rate: p_value(mean, count, rate, whole=whole) - (1.0 - confidence), mean, 1.0 - 1e-9))


def carried_rate(count: int, confidence: float) -> float:
    """Which rate of `OFFERED` can `count` products carry, with room for half a product to be harmed?

    Returns
    -------
        The smallest such rate. It depends on how many products there are, and on nothing that was observed of them: a rate
        chosen by the outcome would be guaranteed with less than `confidence`.

    Raises
    ------
    SettingsError
        `labels_too_few`: none of the rates.
    """
    for rate in OFFERED:
        if count and p_value(0.5 / count, count, rate) <= 1.0 - confidence:
            return rate
    reason = f"{count} products carry no rate of {percent_up(OFFERED[-1])} or less"
    raise SettingsError("labels_too_few", reason, "label pairs of more products")


def percent_up(rate: float) -> str:
    """A rate in per cent with two digits, rounded up, so that the words promise no more than the figures."""
    digits = 1 if rate < 0.1 else 0
    return f"{np.ceil(round(rate * 100, 9) * 10**digits) / 10**digits:.{digits}f} %"
