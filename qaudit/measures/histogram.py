"""Colour histograms of the product."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import F32, U8, Bool
from qaudit.model.verdict import Evidence, NotApplicable

VERSION = 1
LEAST_PIXELS = 200
# Cells of about 8 units of a and b, smoothed over a neighbour: shifts below a just visible step do not count in full.
CELLS = 32
SPREAD_CELLS = 1.0


def histogram_distance(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How different are the shares of colours on the product, wherever they lie?

    Returns
    -------
        Evidence as a share: Hellinger distance of the smoothed (a, b) histograms, 0 identical, 1 no colour in common;
        symmetric.
    """
    if pair.mask.sum() < LEAST_PIXELS:
        return NotApplicable("colour", "histogram", "too_little_seen")
    first, second = (_histogram(p, pair.mask) for p in (pair.listing, pair.arrival))
    overlap = float(np.sqrt(first * second).sum())
    return Evidence("colour", "histogram", VERSION, float(np.sqrt(max(0.0, 1.0 - overlap))), "share")


def _histogram(picture: U8, mask: Bool) -> F32:
    """Smoothed share of the product's pixels per cell of (a, b)."""
    lab8 = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab)
    counts = cv2.calcHist([lab8], [1, 2], mask.astype(np.uint8), [CELLS, CELLS], [0, 256, 0, 256])
    smooth = cv2.GaussianBlur(counts, (0, 0), SPREAD_CELLS)
    share: F32 = smooth / smooth.sum()
    return share
