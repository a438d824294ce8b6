"""The natural spread of a hand-made product: what accepted pieces differ by is no fault in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qaudit.model.verdict import ASPECTS, Evidence

from .decide import probability
from .profile import Profile, Term

# What differs from the listing as much as the worst accepted piece is at most this likely to be a fault. It is halved
# until each accepted piece would itself be accepted, but no oftener than this.
ACCEPTED_P = 0.1
MOST_HALVINGS = 20


def widened(profile: Profile, pieces: Sequence[Sequence[Evidence]]) -> Profile:
    """The profile with tolerances that let every accepted piece pass.

    Parameters
    ----------
    profile
        What decides where nothing is known of the product's spread.
    pieces
        For each photo of an accepted piece what the measures said of it.

    Returns
    -------
        `profile` with the midpoints of its curves moved out, so that the worst accepted value of each measure has a
        probability of at most 0.1, and less where an accepted piece would not be a match otherwise and can be made one.
        Never moved inwards; without pieces `profile` itself.
    """
    for halvings in range(MOST_HALVINGS):
        moved = _moved(profile, pieces, ACCEPTED_P / 2**halvings)
        if all(_passes(piece, moved) for piece in pieces):
            return moved
    return _moved(profile, pieces, ACCEPTED_P)


def moved_aspects(before: Profile, after: Profile) -> tuple[str, ...]:
    """Aspects of which a tolerance lies farther out in `after`, in their usual order."""
    wider = {now.aspect for was, now in zip(before.terms, after.terms, strict=True) if now.midpoint > was.midpoint}
    return tuple(aspect for aspect in ASPECTS if aspect in wider)


def _moved(profile: Profile, pieces: Sequence[Sequence[Evidence]], p: float) -> Profile:
    """`profile` with each curve where no value of `pieces` is likelier than `p`."""
    return replace(profile, terms=tuple(_term(term, pieces, p) for term in profile.terms)) if pieces else profile


def _term(term: Term, pieces: Sequence[Sequence[Evidence]], p: float) -> Term:
    """`term` moved out for the worst value of its measure."""
    own = [item.value for piece in pieces for item in piece if (item.measure, item.version) == (term.measure, term.version)]
    return replace(term, midpoint=max(term.midpoint, term.midpoint_for(max(own), p))) if own else term


def _passes(piece: Sequence[Evidence], profile: Profile) -> bool:
    """Whether an item with the values of `piece` would be a match."""
    chances: dict[str, list[float]] = {}
    for item in piece:
        term = profile.term(item.measure)
        if term is not None and term.version == item.version:
            chances.setdefault(item.aspect, []).append(term.probability(item.value))
    every = [chance for own in chances.values() for chance in own]
    clear = all(probability(0.0, own) < profile.unsure for own in chances.values())
    return clear and probability(profile.leak, every) <= profile.accept
