"""Tolerances set for a category of products: the profile that judges its items."""

from __future__ import annotations

import difflib
import math
from dataclasses import replace

from qaudit.model.errors import SettingsError
from qaudit.model.language import said
from qaudit.model.text import one_line
from qaudit.model.tolerances import Tolerances

from .profile import FLOOR, Profile, Term, on_scale
from .wording import figure, say

# So far off, most curves say at the profile's tolerance hardly anything, or are nearly sure: it is no taste any more.
FAR = 10.0


def with_tolerances(profile: Profile, tolerances: Tolerances) -> Profile:
    """The profile that knows the tolerances of each category; `for_category` then gives the one that judges an item.

    Raises
    ------
    SettingsError
        `tolerance_unknown`: the profile does not judge by a measure of this name. `setting_wrong`: a tolerance is no number
        that a value can be held against.
    """
    for category, measures in tolerances.entries:
        for measure, value in measures:
            key = _key(tolerances, category, measure)
            term = profile.term(measure)
            if term is None:
                known = [term.measure for term in profile.terms]
                near = difflib.get_close_matches(measure, known, 1)
                way_out = said("did you mean {near}?", near=near[0]) if near else said("say one of {all}", all=", ".join(known))
                raise SettingsError("tolerance_unknown", said("{key}: the profile has no such measure", key=key), way_out)
            if not math.isfinite(value) or value <= (FLOOR if term.scale == "log" else 0.0):
                way_out = said("the profile's own is {tolerance}", tolerance=f"{term.tolerance:.4g}")
                raise SettingsError("setting_wrong", said("{key} must be a number above 0", key=key), way_out)
    return replace(profile, categories=tolerances)


def far_tolerances(profile: Profile) -> tuple[tuple[str, str, float, float], ...]:
    """Which tolerances of categories lie so far off the profile's that another unit was probably meant?

    Parameters
    ----------
    profile
        With the tolerances of all categories.

    Returns
    -------
        For each that is more than `FAR` times the profile's, or less than its `FAR`-th part: its key in messages, the measure,
        the tolerance and the profile's own, both in the measure's unit.
    """
    found = []
    for category, measures in profile.categories.entries:
        for measure, value in measures:
            term = profile.term(measure)
            if term is not None and not term.tolerance / FAR <= value <= term.tolerance * FAR:
                found.append((_key(profile.categories, category, measure), measure, value, term.tolerance))
    return tuple(found)


def for_category(profile: Profile, category: object) -> Profile:
    """What judges the items of a category?

    Parameters
    ----------
    profile
        With the tolerances of all categories.
    category
        As a manifest names it.

    Returns
    -------
        `profile` with the midpoints of its curves moved, so that the tolerances of the category are the ones that were set;
        it guarantees nothing then, for its limits were tested with other curves. `profile` itself where nothing is moved.
    """
    wanted = profile.categories.of_category(category)
    terms = tuple(_moved(term, wanted.get(term.measure)) for term in profile.terms)
    return profile if terms == profile.terms else replace(profile, terms=terms, guarantee=None)


def moved_measures(before: Profile, after: Profile) -> tuple[tuple[str, float, float], ...]:
    """Measures of which `after` has another tolerance: name, the tolerance in `before`, and the one in `after`."""
    pairs = zip(before.terms, after.terms, strict=True)
    return tuple((was.measure, was.tolerance, now.tolerance) for was, now in pairs if now.midpoint != was.midpoint)


def category_notes(profile: Profile, usual: Profile, category: object) -> tuple[str, ...]:
    """What a person should know where `usual`, the profile of a category, is not `profile`: each tolerance, and the promise."""
    moved = moved_measures(profile, usual)
    name = str(category)
    told = [
        say("note.category_tolerance", category=name, measure=measure, tolerance=figure(now), usual=figure(was))
        for measure, was, now in moved
    ]
    if moved and profile.guarantee is not None:
        told.append(say("note.category_unpromised", category=name))
    return tuple(told)


def _moved(term: Term, tolerance: float | None) -> Term:
    """`term` with its midpoint at `tolerance`, in the measure's unit; `term` itself without one."""
    return term if tolerance is None else replace(term, midpoint=on_scale(tolerance, term.scale))


def _key(tolerances: Tolerances, category: str, measure: str) -> str:
    """Where a tolerance was set, for a message."""
    return f"{tolerances.source}category.{one_line(category)}.tolerance.{one_line(measure)}"
