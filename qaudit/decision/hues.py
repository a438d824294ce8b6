"""How a colour changed, in the words that people use: paler, redder, browner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

# Changes smaller than these are not worth a word: about twice a just visible difference, in Lab.
VISIBLE_LAB = 4.0
# The lesser of two changes is told from this share of the larger.
WORTH_A_WORD = 0.4
# Dark oranges are called brown: CIELAB hue and lightness of the browns of the ISCC-NBS colour names.
BROWN_HUES_DEG, BROWN_BELOW_L = (35.0, 80.0), 50.0
# The four hues that nobody sees as a mixture of others, in degrees of hue angle (CIE 159:2004, table of unique hues).
UNIQUE_HUES_DEG: Final = {"redder": 20.14, "yellower": 90.0, "greener": 164.25, "bluer": 237.53}


def colour_changes(listing_lab: Sequence[float], arrival_lab: Sequence[float]) -> tuple[str, ...]:
    """How did a colour change in strength and in hue?

    Parameters
    ----------
    listing_lab, arrival_lab
        L, a and b of CIELAB.

    Returns
    -------
        Slugs of words such as ``redder``, the larger change first; none where it is too small to be seen. Lightness is light,
        and not spoken of.
    """
    (_, a1, b1), (light, a2, b2) = listing_lab, arrival_lab
    chroma1, chroma2 = math.hypot(a1, b1), math.hypot(a2, b2)
    coloured = chroma1 > VISIBLE_LAB
    # The listing's colour in the arrival's strength: what differs from it is hue. A grey has no strength to lose.
    share = chroma2 / chroma1 if coloured else 1.0
    brown = _is_brown(light, a2, b2) and not _is_brown(light, a1, b1)
    changes = [
        (
            math.hypot(a2 - share * a1, b2 - share * b1),
            "brown" if brown else _hue_word(_hue(a1, b1) if coloured else None, _hue(a2, b2)),
        )
    ]
    if coloured:
        changes.append((abs(chroma2 - chroma1), "stronger" if chroma2 > chroma1 else "paler"))
    most = max(size for size, _ in changes)
    return tuple(word for size, word in sorted(changes, reverse=True) if size >= max(VISIBLE_LAB, WORTH_A_WORD * most))


def sure_changes(
    listing_lab: Sequence[float], arrival_lab: Sequence[float], as_lit_lab: Sequence[float] | None
) -> tuple[str, ...]:
    """How did a colour change, whether the light that was fitted is right or not?

    Parameters
    ----------
    listing_lab, arrival_lab
        L, a and b of CIELAB; of the arrival with its light taken out.
    as_lit_lab
        The arrival as photographed; None where it is not known.

    Returns
    -------
        As from `colour_changes`, what holds of the arrival with its light and without: a light that was fitted to a dye turns
        the change into another. ``other`` alone where nothing holds of both.
    """
    told = colour_changes(listing_lab, arrival_lab)
    if as_lit_lab is None or not told:
        return told
    as_lit = colour_changes(listing_lab, as_lit_lab)
    return tuple(word for word in told if word in as_lit) or ("other",)


def _hue(a: float, b: float) -> float:
    """Hue angle in degrees."""
    return math.degrees(math.atan2(b, a))


def _hue_word(before: float | None, after: float) -> str:
    """The unique hue that a hue came nearest to, and of those it came as much nearer to, the one it is nearest to now."""

    def order(word: str) -> tuple[float, float]:
        hue = UNIQUE_HUES_DEG[word]
        now = _between(hue, after)
        return (0.0 if before is None else round(now - _between(hue, before), 6)), now

    return min(UNIQUE_HUES_DEG, key=order)


def _between(one: float, other: float) -> float:
    """Angle between two hues, 0..180 degrees."""
    return abs((one - other + 180.0) % 360.0 - 180.0)


def _is_brown(light: float, a: float, b: float) -> bool:
    """Whether a colour in CIELAB is a dark orange, which people call brown."""
    orange = BROWN_HUES_DEG[0] <= _hue(a, b) <= BROWN_HUES_DEG[1]
    return orange and light < BROWN_BELOW_L and math.hypot(a, b) > VISIBLE_LAB
