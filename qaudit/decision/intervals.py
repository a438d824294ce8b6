"""Confidence intervals of shares and of the AUROC, for pairs of which some are of the same product."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtri, stdtrit

from qaudit.model.evaluation import Interval
from qaudit.model.photo import F64, Bool

DRAWS = 2000


def share_interval(hit: Bool, product: np.ndarray, confidence: float = 0.95) -> Interval:
    """What share of all pairs like these would be hit?

    Parameters
    ----------
    hit
        Shape (N,), at least one pair.
    product
        Shape (N,): pairs of one product resemble each other.
    confidence
        Of the two-sided interval.

    Returns
    -------
        The share and its interval: Clopper's and Pearson's where each product has one pair.

    Notes
    -----
    Exact binomial interval for the effective number of pairs: as many independent pairs as would vary as much as these do
    over products. Where none or all are hit nothing varies, and the number of products is taken.

    References
    ----------
    Korn, Graubard (1998), Confidence intervals for proportions with small expected number of positive counts, Survey
    Methodology 24.
    """
    _, index = np.unique(product, return_inverse=True)
    count, products = len(hit), int(index.max()) + 1
    share = float(hit.mean())
    effective = float(products)
    if 0.0 < share < 1.0 and products > 1:
        strays = np.bincount(index, hit - share)
        variance = products / (products - 1) * float((strays**2).sum()) / count**2
        level = (1.0 + confidence) / 2.0
        freedom = stdtrit(count - 1, level) / stdtrit(products - 1, level)
        independent = share * (1.0 - share) / (count - 1)
        effective = min(float(count), count * independent / max(variance, 1e-12) * float(freedom) ** 2)
    hits, tail = share * effective, (1.0 - confidence) / 2.0
    low = float(betaincinv(hits, effective - hits + 1.0, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1.0, effective - hits, 1.0 - tail)) if hits < effective else 1.0
    return Interval(share, min(low, share), max(high, share))


def auroc_interval(p: F64, mismatch: Bool, product: np.ndarray, confidence: float = 0.95) -> Interval:
    """With which probability does a mismatch get a higher value than a match? Ties count half.

    Parameters
    ----------
    p
        Shape (N,): larger speaks for a mismatch.
    mismatch
        Shape (N,): the truth; both classes are there.
    product
        Shape (N,).
    confidence
        Of the two-sided interval.

    Returns
    -------
        Percentiles of a bootstrap that draws products, made no narrower than Newcombe's interval for as many pairs of each
        class as it has products: a bootstrap of a perfect separation would claim to be certain, and so would one of a
        single product.

    References
    ----------
    Newcombe (2006), Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2, Statistics
    in Medicine 25, method 5.
    """
    names, index = np.unique(product, return_inverse=True)
    wrong, right = np.eye(len(names))[index[mismatch]], np.eye(len(names))[index[~mismatch]]
    wins = wrong.T @ _wins(p[mismatch], p[~mismatch]) @ right
    drawn = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1.0 / len(names)), DRAWS).astype(float)
    pairs = (drawn @ wrong.sum(axis=0)) * (drawn @ right.sum(axis=0))
    values = ((drawn @ wins) * drawn).sum(axis=1)[pairs > 0] / pairs[pairs > 0]
    value = float(wins.sum() / (len(wrong) * len(right)))
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail]) if len(values) else (value, value)
    counts = (len(np.unique(index[mismatch])), len(np.unique(index[~mismatch])))
    z = float(ndtri(1.0 - tail))
    widest = _newcombe_low(value, counts, z), 1.0 - _newcombe_low(1.0 - value, counts, z)
    return Interval(value, min(float(low), widest[0], value), max(float(high), widest[1], value))


def _wins(wrong: F64, right: F64) -> F64:
    """For each mismatch and each match, shape (M, N): 1 where the mismatch is higher, 0.5 where they are alike."""
    result: F64 = (wrong[:, None] > right) + 0.5 * (wrong[:, None] == right)
    return result


def _newcombe_low(value: float, counts: tuple[int, int], z: float) -> float:
    """Lower end of Newcombe's interval: the smallest AUROC from which `value` strays by `z` of its own deviations."""
    if value <= 0.0:
        return 0.0
    more = (counts[0] + counts[1]) / 2.0 - 1.0

    def beyond(theta: float) -> float:
        spread = 1.0 + more * (1.0 - theta) / (2.0 - theta) + more * theta / (1.0 + theta)
        return value - theta - z * float(np.sqrt(theta * (1.0 - theta) * spread / (counts[0] * counts[1])))

    return float(brentq(beyond, 0.0, min(value, 1.0 - 1e-12)))
