"""A sample of a lot: which units are drawn, and what becomes of the lot."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..model.errors import SettingsError
from ..model.language import said
from ..model.sampling import ANY, CLASSES, ClassFate, Fate, Lot, Plan, Switch
from .plan import plan_for

# Beyond this an AQL counts defects per 100 units, and here defective units are counted.
_MOST_AQL = 10.0
_OPEN = ("review", "retake", "error")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a lot is to be sampled.

    Parameters
    ----------
    level, switch
        As in `qaudit.batch.plan.plan_for`.
    aqls
        Class of defects -> AQL; ``any`` for all of them together; 0 accepts no defective unit in the whole sample.
    seed
        Of the sample; None to draw one, which the run's folder then keeps.
    """

    level: str
    aqls: Mapping[str, float]
    switch: Switch = "normal"
    seed: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A sampled item: its id, the ruling or else the verdict, the worst severity found, and whether it was ruled on."""

    id: str
    answer: str
    severity: str
    ruled: bool


def parse_aqls(text: str) -> dict[str, float]:
    """Class of defects -> AQL, from ``2.5`` or ``critical=0,major=2.5,minor=4``; SettingsError `aql_unknown`."""
    parts = [part.partition("=") for part in text.split(",")]
    try:
        aqls = {(name.strip() if sign else ANY): float(value if sign else name) for name, sign, value in parts}
    except ValueError:
        aqls = {}
    known = aqls.keys() == {ANY} or (bool(aqls) and aqls.keys() <= set(CLASSES))
    if not known or len(aqls) < len(parts) or not all(0 <= aql <= _MOST_AQL for aql in aqls.values()):
        raise SettingsError(
            "aql_unknown",
            said("--aql is no AQL up to 10, and no list of them by class"),
            said("say 2.5, or some of {names}; 0 accepts none", names=", ".join(f"{name}=2.5" for name in CLASSES)),
        )
    return aqls


def plans(units: int, sampling: Sampling) -> dict[str, Plan]:
    """Class of defects -> its plan for a lot of so many units; SettingsError `plan_unknown`."""
    some = {name: plan_for(units, sampling.level, aql, sampling.switch) for name, aql in sampling.aqls.items() if aql}
    widest = max(some.values(), key=lambda plan: plan.size, default=None)
    if widest is None:
        raise SettingsError(
            "plan_unknown", said("an AQL of 0 alone gives no sample"), said("name an AQL for another class too")
        )
    none = replace(widest, aql=0.0, accept=0, reject=1)
    return {name: some.get(name, none) for name in sampling.aqls}


def drawn(ids: Sequence[str], seed: str, size: int) -> list[int]:
    """Which units of a lot are inspected?

    Parameters
    ----------
    ids
        Of all units.
    seed
        Any text.
    size
        How many to draw, at most all.

    Returns
    -------
        Their places, in the order in which they are drawn: by the SHA-256 of seed, id, and which one of that id it is. So the
        sample can be checked by anyone, and the order of the manifest plays no part.
    """
    seen: Counter[str] = Counter()
    keyed = []
    for place, id_ in enumerate(ids):
        keyed.append((hashlib.sha256(json.dumps([seed, id_, seen[id_]]).encode()).digest(), place))
        seen[id_] += 1
    return [place for _, place in sorted(keyed)[:size]]


def lot_of(units: int, seed: str, planned: Mapping[str, Plan], sample: Sequence[Unit]) -> Lot:
    """What becomes of a lot?

    Parameters
    ----------
    units
        In the lot.
    seed
        With which the sample was drawn.
    planned
        Class of defects -> its plan.
    sample
        The sampled units in the order in which they were drawn, as many as the largest plan asks for.

    Returns
    -------
        The lot's fate. Defective units are counted, each once and under the worst of its defects, or the next milder class
        that has a plan; those for which there is none are counted beside. A mismatch of which no severity is known counts as
        major. A unit that is still open could be defective in any class.
    """
    classes = {name: _class_fate(name, planned, sample[: plan.size]) for name, plan in planned.items()}
    uncounted = Counter(_severity(unit) for unit in sample if unit.answer == "mismatch" and not _counted_as(unit, planned))
    fates = {found.fate for found in classes.values()}
    fate: Fate = "rejected" if "rejected" in fates else "undecided" if "undecided" in fates else "accepted"
    open_to = max((plan.size for name, plan in planned.items() if classes[name].fate == "undecided"), default=0)
    return Lot(
        units=units,
        seed=seed,
        sample=tuple(unit.id for unit in sample),
        ruled=sum(unit.ruled for unit in sample),
        classes=classes,
        fate=fate,
        open_ids=tuple(unit.id for unit in sample[:open_to] if unit.answer in _OPEN) if fate == "undecided" else (),
        uncounted={name: uncounted[name] for name in CLASSES if uncounted[name]},
    )


def _severity(unit: Unit) -> str:
    """Class of a defective unit."""
    return unit.severity or "major"


def _counted_as(unit: Unit, planned: Mapping[str, Plan]) -> str | None:
    """The class under which a defective unit is counted: its own, or the next milder one with a plan; None without one."""
    if ANY in planned:
        return ANY
    return next((name for name in CLASSES[CLASSES.index(_severity(unit)) :] if name in planned), None)


def _class_fate(name: str, planned: Mapping[str, Plan], sample: Sequence[Unit]) -> ClassFate:
    """What the sample says of one class of defects."""
    plan = planned[name]
    defective = sum(unit.answer == "mismatch" and _counted_as(unit, planned) == name for unit in sample)
    undecided = sum(unit.answer in _OPEN for unit in sample)
    fate: Fate = "undecided"
    if defective >= plan.reject:
        fate = "rejected"
    elif defective + undecided <= plan.accept:
        fate = "accepted"
    return ClassFate(plan, defective, undecided, fate)
