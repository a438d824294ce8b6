"""Whether the product has its listing's proportions: evidence from the alignment."""

from __future__ import annotations

from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.photo import Region
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.geometry import middle
from qaudit.vision.proportion import least_stretch
from qaudit.vision.segment import PLAIN
from qaudit.vision.silhouette import faces_front

VERSION = 1
# A thing turned away by more is foreshortened by a third and more: what is told from it hangs on the lens.
MOST_TILT_DEG = 45.0
# A stretch within this of the listing's width or height is told as wider or narrower.
ALONG_DEG = 30.0


def stretched(alignment: Aligned | AlignmentFailed, region: Region, arrival_shape: tuple[int, ...]) -> Evidence | NotApplicable:
    """How much longer, in one direction beside the other, is the product than listed, whatever the lens?

    Parameters
    ----------
    alignment
        How the arrival lies over the listing.
    region
        The product in the listing.
    arrival_shape
        (H, W, ...) of the arrival's `pixels`.

    Returns
    -------
        Evidence in per cent; 0 for equal proportions. ``arrived`` in the details is ``wider``, ``narrower`` or ``askew``,
        beside its height. It does not apply where the listing does not show a rectangle or a disc straight from the front
        on a plain ground, nor where the arrival shows it at a slant.
    """
    if not isinstance(alignment, Aligned) or alignment.rung == "outline":
        return NotApplicable("shape", "proportion", "not_aligned")
    if region.method != PLAIN or not faces_front(region.mask):
        return NotApplicable("shape", "proportion", "not_from_front")
    stretch = least_stretch(alignment.H_arrival_to_listing, arrival_shape, middle(region))
    if stretch.tilt_deg > MOST_TILT_DEG:
        return NotApplicable("shape", "proportion", "at_a_slant")
    turned = abs(stretch.direction_deg)
    arrived = "wider" if turned <= ALONG_DEG else "narrower" if turned >= 90.0 - ALONG_DEG else "askew"
    return Evidence("shape", "proportion", VERSION, 100.0 * (stretch.factor - 1.0), "%", details={"arrived": arrived})
