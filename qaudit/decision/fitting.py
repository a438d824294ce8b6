"""Fitting a profile to labelled pairs: one logistic curve a measure, joined by noisy-or."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.optimize import minimize

from qaudit.model.photo import F64, Bool
from qaudit.model.verdict import Aspect

from .decide import MOST_SURE
from .profile import Profile, Term, on_scale

# Identity and variant are one question to the measures: is it this product?
SAME_ASPECT = {"variant": "identity"}
# Weight of naming the right aspect beside telling match from mismatch.
ASPECT_WEIGHT = 0.3
# Prior of a curve on its measure's standardised scale (median 0, 95th percentile 1.645 among matches): it passes 0.5 at 2.5,
# where half a per cent of the matches lie, with a slope of 3, give or take a tenth. Narrow on purpose: a curve that strays
# far from where matches end fits one data set's habits.
PRIOR_MIDPOINT, PRIOR_MIDPOINT_SD = 2.5, 0.5
PRIOR_LOG_SLOPE, PRIOR_LOG_SLOPE_SD = float(np.log(3.0)), 0.3
LEAST_OF_EACH_CLASS = 20
# A measure that hardly varies among matches is not trusted beyond this.
LEAST_SPREAD = 0.03
# What the limits are set for.
ACCUSED_SHARE, MISSED_SHARE = 0.02, 0.04
# An aspect is a finding when it is as likely as not, and unsure from one in five.
FINDING, UNSURE = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Shape:
    """Which measures decide, and on which scale their values are looked at.

    `usual` is the median and the deviation among matches on that scale, assumed where too few labelled matches have a value.
    """

    measure: str
    aspect: Aspect
    version: int
    scale: Literal["log", "linear"]
    usual: tuple[float, float] = (0.0, 1.0)


SHAPES: tuple[Shape, ...] = (
    Shape("agreement", "identity", 1, "linear"),
    # Outlines of one thing, seen a little from the side, share all but 5 %; a factor of two either way is usual.
    Shape("outline", "shape", 1, "log", (-1.3, 0.3)),
    Shape("hue", "colour", 1, "log"),
    Shape("palette", "colour", 1, "log"),
    Shape("patch", "colour", 1, "log"),
    Shape("pattern", "pattern", 1, "log"),
    Shape("completeness", "missing", 1, "log"),
    Shape("damage", "damage", 1, "log"),
    Shape("soiling", "damage", 1, "log"),
    Shape("confirmation", "identity", 1, "linear"),
    Shape("phash", "identity", 1, "linear"),
    Shape("histogram", "colour", 1, "log"),
    Shape("ssim", "pattern", 1, "log"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Labelled pairs as arrays.

    Parameters
    ----------
    values
        Shape (N, M): value of each measure of `SHAPES` on its scale; NaN where it did not apply.
    mismatch
        Shape (N,), bool.
    aspect
        Index into `SHAPES`' aspects of the true aspect, -1 where there is none or no measure of it.
    group, product
        What is weighted alike, and what is never split between fitting and testing.
    """

    values: F64
    mismatch: Bool
    aspect: np.ndarray
    group: np.ndarray
    product: np.ndarray

    def take(self, index: np.ndarray) -> Table:
        """The pairs at `index`."""
        return Table(self.values[index], self.mismatch[index], self.aspect[index], self.group[index], self.product[index])


ASPECT_NAMES = tuple(dict.fromkeys(shape.aspect for shape in SHAPES))


def table_of(records: Sequence[Mapping[str, Any]]) -> Table:
    """Results records whose ``row`` holds ``label``, ``aspect``, ``group`` and ``product``, as a `Table`.

    Errors are left out, and so is the evidence that deciding leaves out: that of unusable photos that were not aligned.

    Raises
    ------
    ValueError
        The records were made with another version of a measure.
    """
    rows = [record for record in records if record["verdict"] != "error"]
    values = np.full((len(rows), len(SHAPES)), np.nan)
    for i, record in enumerate(rows):
        measured = {item["measure"]: item for item in record["evidence"] if "value" in item}
        heard = record["quality"]["usable"] or record["alignment"]["status"] == "aligned"
        for j, shape in enumerate(SHAPES):
            item = measured.get(shape.measure)
            if item is None or not heard:
                continue
            if item["version"] != shape.version:
                raise ValueError(f"{shape.measure} is version {item['version']} in the records, version {shape.version} here")
            values[i, j] = on_scale(item["value"], shape.scale)
    labels = np.array([record["row"]["label"] for record in rows])
    aspects = [SAME_ASPECT.get(record["row"].get("aspect", ""), record["row"].get("aspect", "")) for record in rows]
    index = np.array([ASPECT_NAMES.index(a) if a in ASPECT_NAMES else -1 for a in aspects])
    group = np.array([str(record["row"].get("group", "")).split("-")[0] for record in rows])
    product = np.array([str(record["row"].get("product", record["id"])) for record in rows])
    return Table(values, labels == "mismatch", index, group, product)


def fit_profile(table: Table, name: str = "", data: str = "") -> Profile:
    """The profile whose probabilities explain `table` best.

    Parameters
    ----------
    table
        Labelled pairs.
    name, data
        Id of the profile, and what it was fitted on, in words.

    Raises
    ------
    ValueError
        Fewer than 20 matches or 20 mismatches.

    Notes
    -----
    Maximum a posteriori: two numbers a measure and one leak. Pairs are weighted so that each data set counts by the square
    root of its size, matches and mismatches apart. A mismatch counts by its own probability and, with a smaller weight,
    by that of its true aspect.
    """
    if min(table.mismatch.sum(), (~table.mismatch).sum()) < LEAST_OF_EACH_CLASS:
        raise ValueError(f"fitting needs at least {LEAST_OF_EACH_CLASS} matches and as many mismatches")
    weights = _weights(table)
    centre, spread = _standard(table, weights)
    standard = (table.values - centre) / spread
    start = np.concatenate([np.full(len(SHAPES), PRIOR_MIDPOINT), np.full(len(SHAPES), PRIOR_LOG_SLOPE), [-3.0]])
    found = minimize(_loss, start, args=(standard, table, weights), method="L-BFGS-B")
    midpoint, log_slope, leak = _unpacked(found.x)
    terms = tuple(
        Term(
            s.measure,
            s.aspect,
            s.version,
            s.scale,
            float(centre[j] + spread[j] * midpoint[j]),
            float(np.exp(log_slope[j]) / spread[j]),
        )
        for j, s in enumerate(SHAPES)
    )
    fitted = Profile(
        name, data, float(np.average(table.mismatch, weights=weights)), leak, MOST_SURE, 0.0, FINDING, UNSURE, terms
    )
    accuse, accept = limits(predict(fitted, table), table.mismatch)
    return replace(fitted, accuse=accuse, accept=accept)


def limits(p: F64, mismatch: Bool) -> tuple[float, float]:
    """Where to accuse and where to accept, given `p_mismatch` and the truth of labelled pairs, both (N,).

    Returns
    -------
        (accuse, accept): the lowest limit at which at most `ACCUSED_SHARE` of the matches are accused, and the highest at
        which at most `MISSED_SHARE` of the mismatches pass. Estimates on the pairs at hand, without a guarantee yet.
    """
    accuse = float(np.quantile(p[~mismatch], 1.0 - ACCUSED_SHARE, method="higher")) + 1e-6
    accept = float(np.quantile(p[mismatch], MISSED_SHARE, method="lower"))
    accuse = min(max(accuse, 0.5), MOST_SURE)
    return accuse, min(accept, accuse)


def predict(profile: Profile, table: Table) -> F64:
    """`p_mismatch` of every pair of `table`, shape (N,)."""
    terms = {term.measure: term for term in profile.terms}
    none = np.full(len(table.mismatch), 1.0 - profile.leak)
    judged = np.zeros(len(table.mismatch), bool)
    for j, shape in enumerate(SHAPES):
        term = terms.get(shape.measure)
        if term is None:
            continue
        value = table.values[:, j]
        none *= 1.0 - np.nan_to_num(_logistic(term.slope * (value - term.midpoint)), nan=0.0)
        judged |= np.isfinite(value)
    p = np.minimum(MOST_SURE, 1.0 - none)
    result: F64 = np.where(judged, p, profile.base_rate)
    return result


def held_out_profiles(table: Table, by: np.ndarray, folds: int | None = None) -> list[Profile]:
    """For every pair of `table` the profile that was fitted without its kind; ``by`` (N,) says the kind.

    With `folds`, kinds are dealt into that many folds, else each kind is left out by itself.
    """
    kinds = np.unique(by)
    fold_of = {kind: (i % folds if folds else i) for i, kind in enumerate(kinds)}
    fold = np.array([fold_of[kind] for kind in by])
    fitted = {left_out: fit_profile(table.take(np.flatnonzero(fold != left_out))) for left_out in np.unique(fold)}
    return [fitted[left_out] for left_out in fold]


def _standard(table: Table, weights: F64) -> tuple[F64, F64]:
    """Median of each measure among matches, and the deviation that its 95th percentile stands for."""
    count = table.values.shape[1]
    centre, spread = np.zeros(count), np.ones(count)
    for j in range(count):
        here = ~table.mismatch & np.isfinite(table.values[:, j])
        if here.sum() < LEAST_OF_EACH_CLASS:
            centre[j], spread[j] = SHAPES[j].usual
            continue
        middle, high = _weighted_quantiles(table.values[here, j], weights[here], (0.5, 0.95))
        centre[j], spread[j] = middle, max((high - middle) / 1.645, LEAST_SPREAD)
    return centre, spread


def _weighted_quantiles(values: F64, weights: F64, shares: tuple[float, ...]) -> list[float]:
    """Quantiles of `values` that count by `weights`."""
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order]) / weights.sum()
    index = np.minimum(np.searchsorted(cumulated, np.array(shares)), len(values) - 1)
    return [float(value) for value in values[order[index]]]


def _weights(table: Table) -> F64:
    """Weight of each pair; the mean is 1."""
    cell = np.array([f"{group}/{mismatch}" for group, mismatch in zip(table.group, table.mismatch, strict=True)])
    _, index, counts = np.unique(cell, return_inverse=True, return_counts=True)
    weights = 1.0 / np.sqrt(counts[index])
    normal: F64 = weights / weights.mean()
    return normal


def _logistic(x: F64) -> F64:
    result: F64 = 1.0 / (1.0 + np.exp(-np.clip(x, -60, 60)))
    return result


def _unpacked(x: F64) -> tuple[F64, F64, float]:
    count = len(SHAPES)
    return x[:count], x[count : 2 * count], float(_logistic(x[2 * count :])[0])


def _loss(x: F64, standard: F64, table: Table, weights: F64) -> float:
    """Negative log posterior."""
    midpoint, log_slope, leak = _unpacked(x)
    p = np.nan_to_num(_logistic(np.exp(log_slope) * (standard - midpoint)), nan=0.0) * MOST_SURE
    log_none = np.log1p(-p)
    p_any = 1.0 - (1.0 - leak) * np.exp(log_none.sum(axis=1))
    loss = -float((weights * np.where(table.mismatch, np.log(p_any), np.log1p(-np.minimum(p_any, 1 - 1e-9)))).sum())
    for k, name in enumerate(ASPECT_NAMES):
        rows = table.mismatch & (table.aspect == k)
        own = [j for j, shape in enumerate(SHAPES) if shape.aspect == name]
        p_own = 1.0 - np.exp(log_none[rows][:, own].sum(axis=1))
        loss -= ASPECT_WEIGHT * float((weights[rows] * np.log(np.maximum(p_own, 1e-3))).sum())
    prior = ((midpoint - PRIOR_MIDPOINT) / PRIOR_MIDPOINT_SD) ** 2 + ((log_slope - PRIOR_LOG_SLOPE) / PRIOR_LOG_SLOPE_SD) ** 2
    return loss + 0.5 * float(prior.sum())
