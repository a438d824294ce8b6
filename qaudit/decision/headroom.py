"""How far a value lies from its limit, and how much each measure weighs in the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qaudit.model.verdict import Evidence, Headroom, NotApplicable, Weighed, five_digits

from .profile import Term

# Keeps the logarithm finite where a curve says 1.
NEARLY_SURE = 1.0 - 1e-12
NO_CURVE = "no_curve"

# Probability of a deviation, the evidence for it, and the curve that said so.
Chance = tuple[float, Evidence, Term]


def headroom_of(value: float, term: Term, unsure: float) -> Headroom:
    """How far is `value` beyond the tolerance of `term`, and with which tolerance would it pass?

    Parameters
    ----------
    value
        In the measure's unit.
    term
        Its curve.
    unsure
        Probability from which an aspect is no longer ``ok``, 0..1.

    Returns
    -------
        A factor where the curve is over the logarithm of the value, else a difference.
    """
    # Where nothing is ever unsure, or everything is, no tolerance lets it pass or any does: the nearest that can be said.
    passes_at = term.in_unit(term.midpoint_for(value, min(max(unsure, 1.0 - NEARLY_SURE), NEARLY_SURE)))
    if term.scale == "log":
        return Headroom("factor", five_digits(value / term.tolerance), five_digits(passes_at))
    return Headroom("difference", five_digits(value - term.tolerance), five_digits(passes_at))


def weighed(evidence: Sequence[Evidence | NotApplicable], chances: Sequence[Chance], leak: float) -> tuple[Weighed, ...]:
    """What did each measure contribute to the verdict?

    Parameters
    ----------
    evidence
        What every measure said, in order.
    chances
        Those of them that decided.
    leak
        Probability of a mismatch that no measure saw, 0..1.

    Returns
    -------
        One entry for each of `evidence`. Weights of measures and leak together are 1, or all 0 where nothing is likely.
    """
    decided = {item.measure: (p, term) for p, item, term in chances}
    total = _surprise(leak) + sum(_surprise(p) for p, _ in decided.values())
    entries = []
    for item in evidence:
        if isinstance(item, NotApplicable):
            entries.append(Weighed(item.aspect, item.measure, reason=item.reason))
            continue
        facts = item.aspect, item.measure, item.value, item.unit, item.photos
        if item.measure not in decided:
            entries.append(Weighed(*facts, reason=NO_CURVE))
            continue
        p, term = decided[item.measure]
        entries.append(Weighed(*facts, term.tolerance, p, _surprise(p) / total if total else 0.0))
    return tuple(entries)


def _surprise(p: float) -> float:
    """What a probability adds to the logarithm of the noisy-or."""
    return -math.log1p(-min(p, NEARLY_SURE))
