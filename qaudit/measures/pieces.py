"""Whether as many pieces arrived as were listed: evidence from the two outlines."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import Region
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.segment import PLAIN

VERSION = 1
# Pieces of one set are of one kind: what is smaller than this share of the largest is a label, a screw, a crumb.
LEAST_SHARE = 0.5


def pieces(region: Region) -> int:
    """How many separate pieces of about one size lie on the plain ground? 0 where the ground is not plain."""
    if region.method != PLAIN:
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(region.mask.astype(np.uint8))
    sizes = stats[1:, cv2.CC_STAT_AREA]
    return int((sizes >= LEAST_SHARE * sizes.max()).sum()) if len(sizes) else 0


def count_difference(listed: int, arrived: int) -> Evidence | NotApplicable:
    """How many pieces fewer, or more, arrived than were listed?

    Parameters
    ----------
    listed, arrived
        As `pieces` counts them in the listing and in the arrival photo.

    Returns
    -------
        Evidence in pieces; 0 where as many arrived. It does not apply to a listing of one piece, which may be shown twice, nor
        where either photo has no plain ground.
    """
    if listed < 2:
        return NotApplicable("count", "pieces", "one_piece")
    if arrived < 1:
        return NotApplicable("count", "pieces", "no_outline")
    details = {"listed": listed, "arrived": arrived}
    return Evidence("count", "pieces", VERSION, float(abs(listed - arrived)), "pieces", details=details)
