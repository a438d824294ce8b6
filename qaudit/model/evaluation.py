"""How well a profile answers labelled pairs: what reports print and draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .guarantee import Guarantee


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its confidence interval; `value` lies within, low <= value <= high."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `count` pairs, and the confidence interval of their share over the products that were drawn."""

    hits: int
    count: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One group of mismatches against the matches of its data set, or against all matches where it has none.

    Parameters
    ----------
    name
        As in the labelled pairs; empty where they name no group.
    mismatches, matches
        How many pairs were compared with each other.
    auroc
        Probability that a mismatch gets a higher `p_mismatch` than a match: 0.5 is chance, 1 perfect.
    caught, asked, missed
        Share of the mismatches that were called a mismatch, put before a person or to photograph again, called a match.
    """

    name: str
    mismatches: int
    matches: int
    auroc: Interval
    caught: float
    asked: float
    missed: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with a similar `p_mismatch`: what was told on average, and what share of mismatches was found, 0..1."""

    pairs: int
    told: float
    found: Interval


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Share of pairs that is answered, and share of wrong answers among those; both 0..1."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Labels:
    """What was evaluated: labelled pairs, and what had to be left out."""

    pairs: int
    matches: int
    mismatches: int
    products: int
    errors: int = 0
    unlabelled: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A profile on labelled pairs, as it is.

    Parameters
    ----------
    profile, data, guarantee
        Id of the profile, what it was fitted on, and what it promises.
    fitted_on_these
        Whether these are the very pairs that it was fitted on: the figures are then better than elsewhere.
    base_rate
        Share of mismatches that the probabilities hold for; `bins`, `calibration_error`, `risk` and `answered` are weighted
        to it.
    labels
        How many pairs there were.
    auroc, mean_auroc
        Over all pairs; and averaged over the groups of each data set, then over data sets.
    groups
        By name.
    shares
        ``accused``, ``match_asked``, ``match_passed`` of the matches, ``caught``, ``mismatch_asked``, ``missed`` of the
        mismatches.
    calibration_error
        Mean distance between what was told and what was found, over `bins`.
    bins
        Reliability, from the lowest probability to the highest.
    risk, area
        Risk against coverage when the least certain pairs are left to a person, the surest first; and its mean over coverage.
    answered
        Where the limits of the profile lie on it: pairs called match or mismatch.
    confidence
        Of all intervals.
    moved
        Categories of the pairs for which the settings move tolerances, so that the guarantee does not hold for them.
    """

    profile: str
    data: str
    guarantee: Guarantee | None
    fitted_on_these: bool
    base_rate: float
    labels: Labels
    auroc: Interval
    mean_auroc: float
    groups: tuple[GroupScore, ...]
    shares: Mapping[str, Share]
    calibration_error: float
    bins: tuple[Bin, ...]
    risk: tuple[RiskPoint, ...]
    area: float
    answered: RiskPoint
    confidence: float
    moved: tuple[str, ...] = ()
