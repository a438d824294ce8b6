"""Reflections of a lamp or window on the product: places that the arrival photo cannot show."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import U8, Bool

# A reflection lifts all three channels near to clipping; 225 still catches the haze around the burnt-out core.
NEAR_CLIPPING = 225
# Where the listing itself is this light, white in the arrival is the product.
LISTING_WHITE = 200


def glare_mask(listing: U8, arrival: U8) -> Bool:
    """Which pixels of the rectified `arrival` are a reflection? Near clipping in all channels, and not so in `listing`.

    Both have shape (H, W, 3), uint8 sRGB, the arrival's own light kept. Returns bool (H, W), grown by 1 % of the side.
    """
    raw = (arrival.min(axis=2) > NEAR_CLIPPING) & (listing.min(axis=2) < LISTING_WHITE)
    reach = max(1, round(0.01 * max(raw.shape)))
    opened = cv2.morphologyEx(raw.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    grown: Bool = cv2.dilate(opened, np.ones((2 * reach + 1,) * 2, np.uint8)) > 0
    return grown
