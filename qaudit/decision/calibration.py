"""A profile from labelled pairs: curves fitted on all, limits guaranteed by pairs that their curves never saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qaudit.model.errors import SettingsError
from qaudit.model.guarantee import Guarantee
from qaudit.model.language import Figure, Said, chained, message, said
from qaudit.model.photo import F64, Bool

from .fitting import LEAST_OF_EACH_CLASS, Table, dealt, fit_profile, held_out_profiles, table_of
from .guarantee import Aim, Harm, accused, best_bound, carried_rate, limit_for, missed, percent_up, upper_bound
from .profile import Profile
from .replay import decided_again

# Products are dealt into as many parts; each is judged by curves fitted on the others.
FOLDS = 10
# How much of a product may be harmed for a rate to be aimed at, and how many of the labelled matches themselves may be accused:
# a false accusation costs a maker the name, a question costs a look. Both were settled on the pairs of the profile that ships,
# with their outcome in view (decision 5).
ROOM = (0.5, 0.75)
PAIRS_ACCUSED = 0.008
METHOD = message(
    "learn then test, fixed sequence of limits, {tail}; pairs judged by curves fitted on other products; a rate is the share "
    "of a product's pairs, averaged over products"
)


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What profiles that never saw a pair's product say of it, whatever their limits. All of shape (N,).

    Parameters
    ----------
    p
        `p_mismatch`, at the base rate of the fit.
    can_accuse, can_pass
        Whether any limit could make it a mismatch, or a match: a photo to take again is neither, and one with an aspect in
        doubt is never a match.
    """

    p: F64
    can_accuse: Bool
    can_pass: Bool


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A profile, and what its limits are worth: shares of the labelled pairs, each judged by curves that never saw it.

    Parameters
    ----------
    profile
        What decides, with its guarantee.
    guarantee
        What its limits keep.
    caught, passed
        Share of the mismatches called a mismatch, and of the matches called a match, 0..1.
    """

    profile: Profile
    guarantee: Guarantee
    caught: float
    passed: float


def calibrate(records: Sequence[Mapping[str, Any]], aim: Aim, *, name: str, data: str) -> Calibrated:
    """Which curves explain labelled pairs best, and which limits keep the error rates of `aim`?

    Parameters
    ----------
    records
        Results records with evidence, as `table_of` takes them.
    aim
        The rates to keep.
    name, data
        Id of the profile, and what it was fitted on, in words.

    Returns
    -------
        The profile, with its guarantee, and what it catches and passes.

    Raises
    ------
    SettingsError
        `labels_too_few`: too few of a class to fit on. `rate_not_supported`: the pairs cannot show that a rate of `aim` is
        kept; the message says which rate they can. `evidence_outdated`. As in `table_of`.

    Notes
    -----
    The guarantee would be exact for curves that were given beforehand. Here each pair is judged by curves that were fitted
    without its product, and the profile's own are fitted on all: it takes the curves of all parts to be alike, as curves of so
    few numbers nearly are. It holds for products drawn as the labelled ones were, and for photos taken as theirs were.
    """
    compared = [record for record in records if record["verdict"] != "error"]
    table = table_of(compared)
    _check_size(table, aim.confidence)
    profiles = held_out_profiles(table, table.product, FOLDS)
    seen = held_out(compared, profiles)
    right, wrong = ~table.mismatch, table.mismatch
    harms = (
        accused(seen.p[right], seen.can_accuse[right], table.product[right]),
        missed(seen.p[wrong], seen.can_pass[wrong], table.product[wrong]),
    )
    accusing = limit_for(harms[0], aim.accused, aim.confidence, aim.pairs_accused)
    passing = limit_for(harms[1], aim.missed, aim.confidence)
    if accusing is None or passing is None:
        raise _not_supported(aim, harms, (accusing is None, passing is None))
    (accuse, accused_bound), (accept, missed_bound) = accusing, passing
    tail = said("exact binomial tail") if all(harm.whole for harm in harms) else said("p-values by betting")
    guarantee = Guarantee(Said(METHOD, {"tail": tail}), aim.confidence, accused_bound, missed_bound)
    curves = fit_profile(table, name, data)
    profile = replace(curves, accuse=accuse, accept=accept, guarantee=guarantee, fitted_on=pairs_digest(compared))
    caught = float(np.mean((seen.p >= accuse)[wrong] & seen.can_accuse[wrong]))
    passed = float(np.mean((seen.p <= accept)[right] & seen.can_pass[right]))
    return Calibrated(profile, guarantee, caught, passed)


def carried_aim(records: Sequence[Mapping[str, Any]], confidence: float = 0.95) -> Aim:
    """The smallest rates that as many products as in `records` can carry, whatever was observed of them; as `carried_rate`.

    Raises
    ------
    SettingsError
        `labels_too_few`: too few products with matches, or with mismatches.
    """
    table = table_of(records)
    counts = [len(np.unique(table.product[rows])) for rows in (~table.mismatch, table.mismatch)]
    accused_rate, missed_rate = (carried_rate(count, confidence, room) for count, room in zip(counts, ROOM, strict=True))
    return Aim(accused_rate, missed_rate, confidence, PAIRS_ACCUSED)


def held_out(records: Sequence[Mapping[str, Any]], profiles: Sequence[Profile]) -> HeldOut:
    """What the profile of each of `records` says of it, and what limits could make of that."""
    p, can_accuse, can_pass = [], [], []
    for record, profile in zip(records, profiles, strict=True):
        strictest = decided_again(record, replace(profile, accuse=0.0, accept=0.0))
        mildest = decided_again(record, replace(profile, accuse=1.0, accept=1.0))
        p.append(strictest.p_mismatch)
        can_accuse.append(strictest.name == "mismatch")
        can_pass.append(mildest.name == "match")
    return HeldOut(np.array(p), np.array(can_accuse), np.array(can_pass))


def pairs_digest(records: Sequence[Mapping[str, Any]]) -> str:
    """Digest of which photos were compared under which label, whatever the order; 16 hex digits."""
    photos = [[photo["sha256"] for side in ("listing", "arrival") for photo in record["photos"][side]] for record in records]
    pairs = sorted([*names, str(record["row"]["label"])] for names, record in zip(photos, records, strict=True))
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16]


def described(records: Sequence[Mapping[str, Any]]) -> Said:
    """How many labelled pairs of each class `records` hold, and of how many products, in words."""
    return _class_words(table_of(records))


def _class_words(table: Table) -> Said:
    """How many labelled pairs of each class there are, and of how many products."""
    matches, mismatches = int((~table.mismatch).sum()), int(table.mismatch.sum())
    products = len(np.unique(table.product))
    return said(
        "labelled pairs: {pairs} (matches: {matches}, mismatches: {mismatches}, products: {products})",
        pairs=len(table.mismatch),
        matches=matches,
        mismatches=mismatches,
        products=products,
    )


def _rates(aim: Aim) -> tuple[float, float]:
    return aim.accused, aim.missed


def _check_size(table: Table, confidence: float) -> None:
    """Refuse pairs that leave too few of a class to fit on when a part of the products is held out."""
    fold = dealt(table.product, FOLDS)
    left = [(~table.mismatch[fold != part], table.mismatch[fold != part]) for part in np.unique(fold)]
    if min((int(some.sum()) for both in left for some in both), default=0) >= LEAST_OF_EACH_CLASS:
        return
    products = [len(np.unique(table.product[rows])) for rows in (~table.mismatch, table.mismatch)]
    best = [percent_up(best_bound(count, confidence)) for count in products]
    raise SettingsError(
        "labels_too_few",
        said(
            "too few {pairs}; at least {least} of each class must be left to fit on when some products are held out; "
            "at best, products with matches ({right}) bound false accusations by {accused}, and those with mismatches "
            "({wrong}) misses by {missed}, at {confidence} % confidence",
            pairs=_class_words(table),
            least=LEAST_OF_EACH_CLASS,
            right=products[0],
            accused=best[0],
            wrong=products[1],
            missed=best[1],
            confidence=Figure(f"{100 * confidence:g}"),
        ),
        said("label pairs of more products"),
    )


def _not_supported(aim: Aim, harms: tuple[Harm, Harm], failed: tuple[bool, bool]) -> SettingsError:
    """Why the rates of `aim` cannot be promised, and which could be."""
    reasons, ways = [], []
    options = ("--alpha", "--beta")
    for harm, rate, option, kind, unkept in zip(
        harms, _rates(aim), options, (said("false accusations"), said("misses")), failed, strict=True
    ):
        if not unkept:
            continue
        mean = float(harm.losses[0].mean())
        bound = upper_bound(harm.losses[0], aim.confidence, whole=harm.whole)
        among = said("{pairs} pairs of {products} products", pairs=harm.pairs, products=harm.products)
        observed = (
            said("with {mean} % harmed at the safest limit", mean=Figure(f"{100 * mean:.2g}"))
            if mean
            else said("with none harmed at the safest limit")
        )
        reasons.append(
            said(
                "{kind} cannot be bound by {rate}: {among}, {observed}, carry {bound}",
                kind=kind,
                rate=percent_up(rate),
                among=among,
                observed=observed,
                bound=percent_up(bound),
            )
        )
        ways.append(f"{option} {_rate_up(bound)}")
    reason = said(
        "{reasons}, at {confidence} % confidence",
        reasons=chained(message("{first}; {next}"), reasons),
        confidence=Figure(f"{100 * aim.confidence:g}"),
    )
    return SettingsError(
        "rate_not_supported", reason, said("ask for {ways}, or label pairs of more products", ways=" ".join(ways))
    )


def _rate_up(rate: float) -> str:
    """`rate` in thousandths, rounded up."""
    return f"{np.ceil(round(rate * 1000, 6)) / 1000:.3g}"
