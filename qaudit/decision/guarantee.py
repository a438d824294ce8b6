"""Limits that keep an error rate with a finite-sample guarantee: learn then test, one limit after the other.

Products are what is drawn at random: pairs of one product resemble each other, so each product counts once, by the share of
its pairs that a limit harms. Nothing is assumed of how that share is distributed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import bdtr, logsumexp

from qaudit.model.errors import SettingsError
from qaudit.model.guarantee import Bound
from qaudit.model.language import Figure, Said, said
from qaudit.model.photo import F64, Bool

# The limits that are tried, the safest first, fixed before any label is seen. Nobody is ever surer than 0.995 (`MOST_SURE`);
# what is less likely than not accuses nobody, and what is more likely than not is passed by nobody.
ACCUSING: F64 = np.arange(995, 499, -1) / 1000
ACCEPTING: F64 = np.arange(0, 501) / 1000
# Orders of the losses over which bets are averaged; the level that bets are sized for (they hold at any); never all is staked.
SHUFFLES, BET_LEVEL, MOST_OF_WEALTH = 50, 0.05, 0.99
ALMOST_ONE = 1.0 - 1e-6
# Rates that are offered where the labels and not the user say which one.
OFFERED = (0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3)


@dataclass(frozen=True, slots=True)
class Aim:
    """Which error rates are to be kept, and how surely.

    Parameters
    ----------
    accused, missed
        Highest share of matches called a mismatch, and of mismatches called a match.
    confidence
        Probability with which each of the two is to hold.
    pairs_accused
        Highest share of the labelled matches themselves that may be called a mismatch, 1 for any. It promises nothing beyond
        them; where a product of many pairs is a hard one, it makes the limit safer than the mean over products asks for.

    Raises
    ------
    SettingsError
        `rate_out_of_range`: one of them is 0, 1 or outside.
    """

    accused: float = 0.01
    missed: float = 0.05
    confidence: float = 0.95
    pairs_accused: float = 1.0

    def __post_init__(self) -> None:
        named = (
            (said("the rate of false accusations"), self.accused),
            (said("the rate of misses"), self.missed),
            (said("the confidence"), self.confidence),
        )
        for what, value in named:
            if not 0.0 < value < 1.0:
                raise SettingsError(
                    "rate_out_of_range",
                    said("{what} must be between 0 and 1, not {value}", what=what, value=Figure(f"{value:g}")),
                    said("0.01 is one per cent"),
                )


@dataclass(frozen=True, slots=True, eq=False)
class Harm:
    """What each limit of a sequence does to the pairs of one class.

    Parameters
    ----------
    limits
        Shape (L,), the safest first.
    losses
        Shape (L, P): share of each product's pairs that is harmed, 0..1.
    pairs
        How many pairs the products have together.
    of_pairs
        Shape (L,): share of all pairs that is harmed, 0..1.
    """

    limits: F64
    losses: F64
    pairs: int
    of_pairs: F64

    @property
    def products(self) -> int:
        """How many products there are."""
        return int(self.losses.shape[1])

    @property
    def whole(self) -> bool:
        """Whether every product has one pair, so that it is harmed or not."""
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
    """Share of each product's pairs in `harmed` (L, N)."""
    names, index, counts = np.unique(product, return_inverse=True, return_counts=True)
    of_product = np.arange(len(names)) == index[:, None]
    of_pairs: F64 = harmed.astype(float).sum(axis=1) / max(len(product), 1)
    return Harm(limits, harmed.astype(float) @ of_product / np.maximum(counts, 1), len(product), of_pairs)


def limit_for(harm: Harm, rate: float, confidence: float, most_pairs: float = 1.0) -> tuple[float, Bound] | None:
    """The last limit, from the safest on, at which the mean harm over products is at most `rate`.

    Parameters
    ----------
    harm
        What each limit does.
    rate, confidence
        The bound, and the probability with which it is to hold.
    most_pairs
        Share of the labelled pairs beyond which no limit but the safest is taken; a safer limit keeps the bound as well.

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
    for limit, losses, of_pairs in zip(harm.limits, harm.losses, harm.of_pairs, strict=True):
        if p_value(losses, rate, whole=harm.whole) > 1.0 - confidence:
            break
        if found and of_pairs > most_pairs:
            break
        found = float(limit), Bound(rate, float(losses.mean()), harm.products, harm.pairs)
    return found


def p_value(losses: F64, rate: float, *, whole: bool = False) -> float:
    """How likely are losses as small as these, were their mean `rate` or more in truth?

    Parameters
    ----------
    losses
        Shape (P,): independent, each 0..1.
    rate
        Supposed true mean, within 0 and 1.
    whole
        Whether each loss can only be 0 or 1; the binomial tail is then exact.

    Returns
    -------
        At least the probability, 0..1; 1 where there is nothing to count.

    Notes
    -----
    Someone bets against "the mean is `rate`", loss after loss, never more than he has, and sizes each bet by the spread of the
    losses before. Were it true he would not gain on average, so his wealth is above 1 / a with a probability of at most a. The
    mean over fixed shuffles of the losses is such a wealth too, and hangs on no order. Unlike bounds that know the mean alone
    (Hoeffding, Bentkus) this one sees that shares vary less than whole losses: 112 products with 2 pairs each and 2 % harmed
    are bound by 5 %, and not 7 %.

    References
    ----------
    Waudby-Smith, Ramdas (2024), Estimating means of bounded random variables by betting, JRSS B 86, arXiv 2010.09686.
    """
    count = len(losses)
    if count == 0:
        return 1.0
    if whole:
        return float(bdtr(round(float(losses.sum())), count, rate))
    shuffled = losses[_shuffles(count)]
    seen = np.arange(1, count + 1)
    mean = (0.5 + np.cumsum(shuffled, axis=1)) / (seen + 1)
    spread = (0.25 + np.cumsum((shuffled - mean) ** 2, axis=1)) / (seen + 1)
    before = np.hstack([np.full((SHUFFLES, 1), 0.25), spread[:, :-1]])
    bets = np.minimum(MOST_OF_WEALTH / (1.0 - rate), np.sqrt(2.0 * np.log(1.0 / BET_LEVEL) / (count * before)))
    log_wealth = np.log1p(-bets * (shuffled - rate)).sum(axis=1)
    return float(np.exp(min(0.0, np.log(SHUFFLES) - logsumexp(log_wealth))))


@cache
def _shuffles(count: int) -> np.ndarray:
    """The same orders of `count` losses every time, shape (SHUFFLES, count)."""
    rng = np.random.default_rng(0)
    return np.array([rng.permutation(count) for _ in range(SHUFFLES)])


def upper_bound(losses: F64, confidence: float, *, whole: bool = False) -> float:
    """The smallest rate that `losses` can be shown to keep; parameters as in `p_value`.

    Returns
    -------
        Upper confidence limit of their mean, 0..1; 1 where there is nothing to count.
    """

    def short(rate: float) -> float:
        return p_value(losses, rate, whole=whole) - (1.0 - confidence)

    if short(ALMOST_ONE) > 0.0:
        return 1.0
    return float(brentq(short, 1.0 - ALMOST_ONE, ALMOST_ONE))


def best_bound(count: int, confidence: float) -> float:
    """The smallest rate that `count` products can be shown to keep when none is harmed: about 3 / `count` at 95 %."""
    return float(1.0 - (1.0 - confidence) ** (1.0 / count)) if count else 1.0


def carried_rate(count: int, confidence: float, room: float) -> float:
    """Which rate of `OFFERED` can `count` products carry, with room for `room` of a product to be harmed, 0..1?

    Returns
    -------
        The smallest such rate. It depends on how many products there are, and on nothing that was observed of them: a rate
        chosen by the outcome would be guaranteed with less than `confidence`.

    Raises
    ------
    SettingsError
        `labels_too_few`: none of the rates.
    """
    losses = room * (np.arange(count) == 0)
    for rate in OFFERED:
        if p_value(losses, rate) <= 1.0 - confidence:
            return rate
    reason = said("so few products ({count}) carry no rate of {rate} or less", count=count, rate=percent_up(OFFERED[-1]))
    raise SettingsError("labels_too_few", reason, said("label pairs of more products"))


def percent_up(rate: float) -> Said:
    """A rate in per cent with two digits, rounded up, so that the words promise no more than the figures."""
    digits = 1 if rate < 0.1 else 0
    rounded = np.ceil(round(rate * 100, 9) * 10**digits) / 10**digits
    return said("{number} %", number=Figure(f"{rounded:.{digits}f}"))
