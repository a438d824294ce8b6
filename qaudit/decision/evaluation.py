"""How well does a profile answer labelled pairs? Verdicts, separation, calibration, and risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qaudit.model.errors import SettingsError
from qaudit.model.evaluation import Bin, Evaluation, GroupScore, Interval, Labels, RiskPoint, Share
from qaudit.model.language import said
from qaudit.model.photo import F64, Bool
from qaudit.model.tolerances import folded

from .calibration import pairs_digest
from .categories import for_category
from .fitting import data_set_of, product_of
from .intervals import auroc_interval, share_interval
from .profile import Profile, moved
from .replay import decided_again

CONFIDENCE = 0.95
BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a profile says of labelled pairs. All of shape (N,).

    Parameters
    ----------
    p
        `p_mismatch`, as reported.
    verdict, mismatch
        What was said, and the truth.
    group, data_set, product
        What is told apart, whose matches it is held against, and what is drawn.
    """

    p: F64
    verdict: np.ndarray
    mismatch: Bool
    group: np.ndarray
    data_set: np.ndarray
    product: np.ndarray

    def take(self, rows: Bool) -> Answers:
        """The pairs in `rows`."""
        kept = (self.group[rows], self.data_set[rows], self.product[rows])
        return Answers(self.p[rows], self.verdict[rows], self.mismatch[rows], *kept)


def evaluate(records: Sequence[Mapping[str, Any]], profile: Profile, *, unlabelled: int = 0) -> Evaluation:
    """How well does `profile` answer labelled pairs, as it is?

    Parameters
    ----------
    records
        Results records with evidence and a ``label`` in their ``row``; errors are counted and left out. They are decided
        again, whatever profile they were made with.
    profile
        What decides.
    unlabelled
        How many items without a label were left out before.

    Raises
    ------
    SettingsError
        `labels_too_few`: no match or no mismatch was compared.
    """
    compared = [record for record in records if record["verdict"] != "error"]
    seen = answers(compared, profile)
    matches, mismatches = int((~seen.mismatch).sum()), int(seen.mismatch.sum())
    if not matches or not mismatches:
        reason = said(
            "matches compared: {matches}, mismatches: {mismatches}; at least one of each is needed",
            matches=matches,
            mismatches=mismatches,
        )
        raise SettingsError("labels_too_few", reason, said("label more pairs"))
    groups = _groups(seen)
    weights = _weights(seen.mismatch, profile.holds_for)
    bins = _bins(seen, weights, mismatches / len(compared), profile.holds_for)
    risk = risk_curve(seen.p, seen.mismatch, weights)
    return Evaluation(
        profile=profile.id,
        data=profile.data,
        guarantee=profile.guarantee,
        fitted_on_these=bool(profile.fitted_on) and profile.fitted_on == pairs_digest(compared),
        base_rate=profile.holds_for,
        labels=Labels(
            len(compared), matches, mismatches, len(np.unique(seen.product)), len(records) - len(compared), unlabelled
        ),
        auroc=auroc_interval(seen.p, seen.mismatch, seen.product, CONFIDENCE),
        mean_auroc=_mean_over_data_sets(seen, groups),
        groups=groups,
        shares=_shares(seen),
        calibration_error=float(sum(abs(b.told - b.found.value) * share for b, share in bins)),
        bins=tuple(b for b, _ in bins),
        risk=risk,
        area=_area(risk),
        answered=_answered(seen, weights),
        confidence=CONFIDENCE,
        moved=_moved_categories(compared, profile),
    )


def answers(records: Sequence[Mapping[str, Any]], profile: Profile) -> Answers:
    """What `profile` says of the evidence in `records`, beside the truth."""
    verdicts = [decided_again(record, profile) for record in records]
    return Answers(
        np.array([verdict.p_mismatch for verdict in verdicts], float),
        np.array([verdict.name for verdict in verdicts], str),
        np.array([record["row"]["label"] == "mismatch" for record in records], bool),
        np.array([str(record["row"].get("group") or "") for record in records], str),
        np.array([data_set_of(record) for record in records], str),
        np.array([product_of(record) for record in records], str),
    )


def _moved_categories(records: Sequence[Mapping[str, Any]], profile: Profile) -> tuple[str, ...]:
    """Categories of `records` whose items are not judged by the profile's own tolerances."""
    names = {folded(record["row"].get("category")) for record in records}
    return tuple(sorted(name for name in names if for_category(profile, name) is not profile))


def risk_curve(p: F64, mismatch: Bool, weights: F64) -> tuple[RiskPoint, ...]:
    """What share of answers is wrong when only the surest pairs are answered?

    Parameters
    ----------
    p, mismatch
        Shape (N,): `p_mismatch` and the truth; a pair is called a mismatch from 0.5 on, and is as certain as it is far from it.
    weights
        Shape (N,), positive.

    Returns
    -------
        One point a certainty, the surest first; pairs that are equally certain are answered together.
    """
    certainty = np.round(np.abs(p - 0.5), 9)
    order = np.argsort(-certainty, kind="stable")
    wrong = np.cumsum((weights * ((p >= 0.5) != mismatch))[order])
    covered = np.cumsum(weights[order])
    last = np.append(np.flatnonzero(np.diff(certainty[order])), len(p) - 1)
    return tuple(RiskPoint(float(covered[i] / covered[-1]), float(wrong[i] / covered[i])) for i in last)


def _weights(mismatch: Bool, base_rate: float) -> F64:
    """Weight of each pair, so that a share `base_rate` of all are mismatches."""
    share = mismatch.mean()
    weights: F64 = np.where(mismatch, base_rate / share, (1.0 - base_rate) / (1.0 - share))
    return weights


def _area(risk: Sequence[RiskPoint]) -> float:
    """Mean risk over coverage."""
    steps = np.diff([0.0, *(point.coverage for point in risk)])
    return float(sum(step * point.risk for step, point in zip(steps, risk, strict=True)))


def _answered(seen: Answers, weights: F64) -> RiskPoint:
    """Which share gets a match or a mismatch, and which share of these is wrong."""
    decided = np.isin(seen.verdict, ("match", "mismatch"))
    covered = float(weights[decided].sum())
    wrong = float(weights[decided & ((seen.verdict == "mismatch") != seen.mismatch)].sum())
    return RiskPoint(covered / float(weights.sum()), wrong / covered if covered else 0.0)


def _shares(seen: Answers) -> dict[str, Share]:
    """How many of each class got which answer."""
    shares = {}
    names = {
        False: {"mismatch": "accused", "ask": "match_asked", "match": "match_passed"},
        True: {"mismatch": "caught", "ask": "mismatch_asked", "match": "missed"},
    }
    for truth, answer_names in names.items():
        own = seen.take(seen.mismatch == truth)
        for answer, name in answer_names.items():
            hit = np.isin(own.verdict, ("review", "retake")) if answer == "ask" else own.verdict == answer
            shares[name] = Share(int(hit.sum()), len(hit), share_interval(hit, own.product, CONFIDENCE))
    return shares


def _groups(seen: Answers) -> tuple[GroupScore, ...]:
    """Each group of mismatches against the matches of its data set, or all matches where it has none."""
    scores = []
    for name in np.unique(seen.group[seen.mismatch]):
        own = seen.mismatch & (seen.group == name)
        matches = ~seen.mismatch & (seen.data_set == name.split("-")[0])
        matches = matches if matches.any() else ~seen.mismatch
        both = seen.take(own | matches)
        verdicts = seen.verdict[own]
        caught, missed = float(np.mean(verdicts == "mismatch")), float(np.mean(verdicts == "match"))
        interval = auroc_interval(both.p, both.mismatch, both.product, CONFIDENCE)
        asked = float(np.mean(np.isin(verdicts, ("review", "retake"))))
        scores.append(GroupScore(str(name), int(own.sum()), int(matches.sum()), interval, caught, asked, missed))
    return tuple(scores)


def _mean_over_data_sets(seen: Answers, groups: Sequence[GroupScore]) -> float:
    """Mean over data sets of the mean AUROC of their groups."""
    of_set: dict[str, list[float]] = {}
    for group in groups:
        of_set.setdefault(group.name.split("-")[0], []).append(group.auroc.value)
    return float(np.mean([np.mean(values) for values in of_set.values()]))


def _bins(seen: Answers, weights: F64, share: float, base_rate: float) -> list[tuple[Bin, float]]:
    """Reliability: told and found at `base_rate` in equal steps of probability, each with its share of the weight."""
    which = np.minimum((seen.p * BINS).astype(int), BINS - 1)
    bins = []
    for step in np.unique(which):
        own = which == step
        found = share_interval(seen.mismatch[own], seen.product[own], CONFIDENCE)
        at_rate = Interval(*(moved(end, share, base_rate) for end in (found.value, found.low, found.high)))
        told = float(np.average(seen.p[own], weights=weights[own]))
        bins.append((Bin(int(own.sum()), told, at_rate), float(weights[own].sum() / weights.sum())))
    return bins
