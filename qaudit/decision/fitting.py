"""Fitting curves to labelled pairs: one logistic curve a measure, joined by noisy-or. Limits are set elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.optimize import minimize

from qaudit.model.errors import SettingsError
from qaudit.model.language import said
from qaudit.model.photo import F64, Bool
from qaudit.model.verdict import Aspect

from .decide import MOST_SURE, SAYS_NOTHING_ELSE
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
# Limits of a profile before any are set: no probability is above MOST_SURE, and every one is above 0.
ACCUSE_NOBODY, PASS_NOBODY = 1.0, 0.0
# Pairs of which no measure says anything are few; what they teach is held against as many pairs at the base rate.
UNJUDGED_PRIOR = 20.0
# An aspect is a finding when it is as likely as not, and unsure from one in five.
FINDING, UNSURE = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Shape:
    """Which measures decide, and on which scale their values are looked at.

    `usual` is the median and the deviation among matches on that scale, assumed where too few labelled matches have a value;
    `ceiling` is that of the curve.
    """

    measure: str
    aspect: Aspect
    version: int
    scale: Literal["log", "linear"]
    usual: tuple[float, float] = (0.0, 1.0)
    ceiling: float = 1.0


# Of fifty places that differ as far as one likes, one is a hand, a cable or a sticker that lies over a true item.
PLACE = 0.98

SHAPES: tuple[Shape, ...] = (
    Shape("agreement", "identity", 1, "linear"),
    # Outlines of one thing, seen a little from the side, share all but 5 %; a factor of two either way is usual.
    Shape("outline", "shape", 1, "log", (-1.3, 0.3)),
    # True covers, boards and paintings keep their proportions within 1 % as a rule and 4 % in nineteen cases of twenty.
    Shape("proportion", "shape", 1, "log", (-0.1, 0.45)),
    Shape("extent", "shape", 1, "linear", (0.0, 0.03), PLACE),
    # One piece fewer or more is likely another count, and no proof: two may lie upon each other.
    Shape("pieces", "count", 1, "linear", (0.0, 0.3)),
    Shape("hue", "colour", 1, "log"),
    Shape("palette", "colour", 1, "log"),
    Shape("patch", "colour", 1, "log"),
    Shape("colouring", "missing", 1, "log", ceiling=PLACE),
    # Half of the phones in use render white within 0.004 of one another, nineteen of twenty within 0.02.
    Shape("cast", "colour", 1, "log", (-2.4, 0.45)),
    Shape("pattern", "pattern", 2, "log", ceiling=PLACE),
    Shape("completeness", "missing", 1, "log", ceiling=PLACE),
    Shape("damage", "damage", 3, "log", ceiling=PLACE),
    Shape("soiling", "damage", 2, "log", ceiling=PLACE),
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
    """Results records whose ``row`` holds ``label`` and perhaps ``aspect``, ``group`` and ``product``, as a `Table`.

    Errors are left out, and so is the evidence that deciding leaves out: that of unusable photos that were not aligned.
    Where no product is named, pairs with the same listing photo are of one product.

    Raises
    ------
    SettingsError
        `evidence_outdated`: the records were made with another version of a measure.
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
                reason = said(
                    "{measure} is version {there} in the records, version {here} here",
                    measure=shape.measure,
                    there=item["version"],
                    here=shape.version,
                )
                raise SettingsError(
                    "evidence_outdated", reason, said("measure the photos again: give the manifest, not its results")
                )
            values[i, j] = on_scale(item["value"], shape.scale)
    labels = np.array([record["row"]["label"] for record in rows])
    named = [str(record["row"].get("aspect") or "") for record in rows]
    aspects = [SAME_ASPECT.get(aspect, aspect) for aspect in named]
    index = np.array([ASPECT_NAMES.index(a) if a in ASPECT_NAMES else -1 for a in aspects])
    group = np.array([data_set_of(record) for record in rows])
    product = np.array([product_of(record) for record in rows])
    return Table(values, labels == "mismatch", index, group, product)


def data_set_of(record: Mapping[str, Any]) -> str:
    """The data set that a labelled record belongs to: its group up to the first ``-``; empty without a group."""
    return str(record["row"].get("group") or "").split("-")[0]


def product_of(record: Mapping[str, Any]) -> str:
    """The product that a labelled record is of; without a name, what its listing photo shows."""
    named = record["row"].get("product")
    return str(named) if named else f"listing {record['photos']['listing'][0]['sha256']}"


def fit_profile(table: Table, name: str = "", data: str = "") -> Profile:
    """The profile whose probabilities explain `table` best; its limits accuse nobody and pass nobody.

    Parameters
    ----------
    table
        Labelled pairs.
    name, data
        Id of the profile, and what it was fitted on, in words.

    Raises
    ------
    SettingsError
        `labels_too_few`: fewer than 20 matches or 20 mismatches.

    Notes
    -----
    Maximum a posteriori: two numbers a measure and one leak. Pairs are weighted so that each data set counts by the square
    root of its size, matches and mismatches apart. A mismatch counts by its own probability and, with a smaller weight,
    by that of its true aspect.
    """
    if min(table.mismatch.sum(), (~table.mismatch).sum()) < LEAST_OF_EACH_CLASS:
        reason = said("fitting needs at least {least} matches and as many mismatches", least=LEAST_OF_EACH_CLASS)
        raise SettingsError("labels_too_few", reason, said("label more pairs"))
    weights = _weights(table)
    centre, spread = _standard(table, weights)
    standard = (table.values - centre) / spread
    start = np.concatenate([np.full(len(SHAPES), PRIOR_MIDPOINT), np.full(len(SHAPES), PRIOR_LOG_SLOPE), [-3.0]])
    # A pair of which no measure says anything, such as a ring from another side, teaches no curve, and no leak.
    judged = _judged(table, [shape.measure for shape in SHAPES])
    found = minimize(_loss, start, args=(standard, table, weights * judged), method="L-BFGS-B", jac=True)
    midpoint, log_slope, leak = _unpacked(found.x)
    terms = tuple(
        Term(
            s.measure,
            s.aspect,
            s.version,
            s.scale,
            float(centre[j] + spread[j] * midpoint[j]),
            float(np.exp(log_slope[j]) / spread[j]),
            s.ceiling,
        )
        for j, s in enumerate(SHAPES)
    )
    base_rate = float(np.average(table.mismatch, weights=weights))
    unjudged = float((table.mismatch[~judged].sum() + base_rate * UNJUDGED_PRIOR) / ((~judged).sum() + UNJUDGED_PRIOR))
    return Profile(name, data, base_rate, leak, ACCUSE_NOBODY, PASS_NOBODY, FINDING, UNSURE, terms, unjudged=unjudged)


def predict(profile: Profile, table: Table) -> F64:
    """`p_mismatch` of every pair of `table`, shape (N,)."""
    terms = {term.measure: term for term in profile.terms}
    none = np.full(len(table.mismatch), 1.0 - profile.leak)
    for j, shape in enumerate(SHAPES):
        term = terms.get(shape.measure)
        if term is None:
            continue
        value = table.values[:, j]
        none *= 1.0 - term.ceiling * np.nan_to_num(_logistic(term.slope * (value - term.midpoint)), nan=0.0)
    p = np.minimum(MOST_SURE, 1.0 - none)
    unjudged = profile.base_rate if profile.unjudged is None else profile.unjudged
    result: F64 = np.where(_judged(table, terms), p, np.maximum(p, unjudged))
    return result


def _judged(table: Table, measures: Collection[str]) -> Bool:
    """Of which pairs does any of `measures` say what they are? Shape (N,)."""
    telling = [shape.measure in measures and shape.aspect not in SAYS_NOTHING_ELSE for shape in SHAPES]
    judged: Bool = np.asarray(np.isfinite(table.values[:, np.array(telling)]).any(axis=1))
    return judged


def dealt(by: np.ndarray, folds: int | None = None) -> np.ndarray:
    """Fold of each pair, shape (N,): kinds in their order are dealt into `folds`, or each kind is a fold of its own."""
    _, index = np.unique(by, return_inverse=True)
    return index % folds if folds else index


def held_out_profiles(table: Table, by: np.ndarray, folds: int | None = None) -> list[Profile]:
    """For every pair of `table` the profile that was fitted without its kind; ``by`` (N,) says the kind.

    With `folds`, kinds are dealt into that many folds, else each kind is left out by itself.
    """
    fold = dealt(by, folds)
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


def _loss(x: F64, standard: F64, table: Table, weights: F64) -> tuple[float, F64]:
    """Negative log posterior, and its gradient by `x`."""
    midpoint, log_slope, leak = _unpacked(x)
    offset = np.exp(log_slope) * (standard - midpoint)
    share = np.nan_to_num(_logistic(offset), nan=0.0)
    p = share * np.minimum([shape.ceiling for shape in SHAPES], MOST_SURE)
    log_none = np.log1p(-p)
    none = np.minimum((1.0 - leak) * np.exp(log_none.sum(axis=1)), 1.0 - 1e-12)
    loss = -float((weights * np.where(table.mismatch, np.log1p(-none), np.log(np.maximum(none, 1e-9)))).sum())
    by_none = weights * np.where(table.mismatch, none / (1.0 - none), np.where(none > 1e-9, -1.0, 0.0))
    by_log_none = np.repeat(by_none[:, None], len(SHAPES), axis=1)
    for k, name in enumerate(ASPECT_NAMES):
        rows = table.mismatch & (table.aspect == k)
        own = [j for j, shape in enumerate(SHAPES) if shape.aspect == name]
        own_none = np.exp(log_none[rows][:, own].sum(axis=1))
        loss -= ASPECT_WEIGHT * float((weights[rows] * np.log(np.maximum(1.0 - own_none, 1e-3))).sum())
        heard = own_none < 1.0 - 1e-3
        slope = np.where(heard, own_none / np.maximum(1.0 - own_none, 1e-3), 0.0)
        by_log_none[np.ix_(rows, own)] += ASPECT_WEIGHT * (weights[rows] * slope)[:, None]
    by_offset = -by_log_none * p * (1.0 - share) / (1.0 - p)
    strays, slopes = (midpoint - PRIOR_MIDPOINT) / PRIOR_MIDPOINT_SD, (log_slope - PRIOR_LOG_SLOPE) / PRIOR_LOG_SLOPE_SD
    by_midpoint = -np.exp(log_slope) * by_offset.sum(axis=0) + strays / PRIOR_MIDPOINT_SD
    by_slope = (by_offset * np.nan_to_num(offset, nan=0.0)).sum(axis=0) + slopes / PRIOR_LOG_SLOPE_SD
    gradient: F64 = np.concatenate([by_midpoint, by_slope, [-leak * by_none.sum()]])
    return loss + 0.5 * float((strays**2 + slopes**2).sum()), gradient
