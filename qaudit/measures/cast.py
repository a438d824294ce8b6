"""Whether an ordinary light can explain how the colour of the whole changed: evidence from the light that was taken out."""

from __future__ import annotations

from qaudit.model.alignment import Lighting
from qaudit.model.verdict import Evidence, NotApplicable

VERSION = 1


def implausible_light(lighting: Lighting | None) -> Evidence | NotApplicable:
    """How far from every ordinary light is the light that would explain the arrival's colours?

    Returns
    -------
        Evidence in CIE 1960 uv: distance of the fitted gain, seen as the colour of a light, from the Planckian locus; 0 for
        photos in one light or in two daylights or lamps. Dyes of the whole product go into that gain too: one that lies off
        the locus is no light. `greener` in the details says to which side. Where no light could be fitted it does not apply.

    References
    ----------
    CIE 15 (2018): light sources are called white within a Duv of some 0.05; lamps and daylight lie within 0.006 of the locus,
    and what cameras add is in the profile.
    """
    if lighting is None:
        return NotApplicable("colour", "cast", "too_little_seen")
    red, green, blue = lighting.gain
    details = {"greener": bool(green > (red * blue) ** 0.5)}
    return Evidence("colour", "cast", VERSION, lighting.duv, "duv", details=details)
