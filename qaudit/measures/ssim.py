"""Structural similarity on the rectified, relit product."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.metrics import structural_similarity

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable

VERSION = 1
# Wang's viewing distance: SSIM is read where the picture's side is about 256 px.
SIDE_PX = 256
WINDOW_PX = 7


def structural_dissimilarity(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How much of the product's structure is not there in the arrival, taken as one picture?

    Returns
    -------
        Evidence as a share: 1 - mean SSIM over the product, 0 identical, about 1 unrelated; symmetric.

    References
    ----------
    Wang et al. (2004), Image quality assessment: from error visibility to structural similarity.
    """
    shrink = min(1.0, SIDE_PX / max(pair.mask.shape))
    size = (round(pair.mask.shape[1] * shrink), round(pair.mask.shape[0] * shrink))
    mask = cv2.resize(pair.mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if min(size) < WINDOW_PX or mask.sum() < WINDOW_PX**2:
        return NotApplicable("pattern", "ssim", "too_little_seen")
    grey = [
        cv2.cvtColor(cv2.resize(p, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        for p in (pair.listing, pair.arrival)
    ]
    _, similarity = structural_similarity(grey[0], grey[1], win_size=WINDOW_PX, full=True, data_range=255)
    return Evidence("pattern", "ssim", VERSION, float(np.clip(1.0 - similarity[mask].mean(), 0.0, 2.0)), "share")
