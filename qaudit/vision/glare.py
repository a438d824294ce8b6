"""Reflections of a lamp or window on the product: places that the arrival photo cannot show."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import U8, Bool

# A reflection lifts all three channels near to clipping; 225 still catches the haze around the burnt-out core.
NEAR_CLIPPING = 225
# Where the listing itself is this light, white in the arrival is the product.
LISTING_WHITE = 200
WHITE_GROUND_SHARE = 0.3


def glare_mask(listing: U8, arrival: U8, around: Bool) -> Bool:
    """Which pixels of the rectified arrival are a reflection? Near clipping in all channels, and not so in the listing.

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, the arrival's own light kept.
    around
        Shape (H, W), bool: what lies around the product in the arrival.

    Returns
    -------
        Shape (H, W), bool, grown by 1 % of the side. Nothing where the product lies on white: there a bright place may
        be the ground showing through a hole or in place of a missing part, and must not be excused.
    """
    near_clipping = arrival.min(axis=2) > NEAR_CLIPPING
    if around.any() and near_clipping[around].mean() > WHITE_GROUND_SHARE:
        return np.zeros(around.shape, bool)
    raw = near_clipping & (listing.min(axis=2) < LISTING_WHITE)
    reach = max(1, round(0.01 * max(raw.shape)))
    opened = cv2.morphologyEx(raw.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    grown: Bool = cv2.dilate(opened, np.ones((2 * reach + 1,) * 2, np.uint8)) > 0
    return grown
