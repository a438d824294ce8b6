"""Whether the product's colours keep their places relative to each other: what no light can change."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.colour import lab

VERSION = 1
SIDE_PX = 160
LEAST_PIXELS = 100
# Chroma spread (standard deviation in a, b) that noise, compression and camera rendering alone give to a grey thing.
NOISE_CHROMA = 5.0


def hue_disagreement(pair: RectifiedPair) -> Evidence | NotApplicable:
    """Do the colours of the product agree in hue and strength, place by place, whatever the cast?

    Returns
    -------
        Evidence as a share: 1 - correlation of the chroma plane (a + ib) of both pictures, with the spread that noise
        gives added to both; 0 identical, 1 unrelated, up to 2 complementary hues. Symmetric. ``turn_deg`` in the
        details is the turn of hue that fits best, where both pictures have colour enough to tell.

    Notes
    -----
    Looked at where structure confirms that both photos show one place. A cast moves all colours together and falls out of
    a correlation; dyes of another hue do not.
    """
    shrink = min(1.0, SIDE_PX / max(pair.mask.shape))
    size = (max(1, round(pair.mask.shape[1] * shrink)), max(1, round(pair.mask.shape[0] * shrink)))
    mask = cv2.resize(pair.confirmed.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    if mask.sum() < LEAST_PIXELS:
        return NotApplicable("colour", "hue", "not_confirmed")
    planes = []
    for picture in (pair.listing, pair.arrival):
        small = lab(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
        plane = (small[..., 1] + 1j * small[..., 2])[mask]
        planes.append(plane - plane.mean())
    first, second = planes
    covariance = np.vdot(first, second) / len(first)
    power = [float(np.mean(np.abs(p) ** 2)) for p in planes]
    noise = NOISE_CHROMA**2
    value = 1.0 - (covariance.real + noise) / np.sqrt((power[0] + noise) * (power[1] + noise))
    turned = abs(covariance) > noise
    details = {"turn_deg": round(float(np.degrees(np.angle(covariance))), 1)} if turned else {}
    return Evidence("colour", "hue", VERSION, float(np.clip(value, 0.0, 2.0)), "share", details=details)
