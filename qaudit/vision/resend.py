"""Whether an arrival photo is the listing photo itself, sent in again."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import F32, U8

# Two files of one photo differ in shape by rounding only.
SAME_SHAPE = 0.01
SIDE_PX = 512
# Mean difference in codes that saving again at a low quality leaves; two photos of one scene differ by more.
SAME_CODES = 1.5
# Correlation of the noise in flat places: two photos have noise of their own even from a tripod.
SAME_NOISE = 0.5
LEAST_NOISE_CODES = 0.3


def is_same_picture(listing: U8, arrival: U8) -> bool:
    """Are these two files of one photo?

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, of any two sizes.

    Returns
    -------
        True with the same framing and either the same codes or, where tone was changed, the same noise in flat places.
    """
    (h1, w1), (h2, w2) = listing.shape[:2], arrival.shape[:2]
    if abs(np.log((w1 / h1) / (w2 / h2))) > SAME_SHAPE:
        return False
    scale = min(1.0, SIDE_PX / max(h1, w1), SIDE_PX / max(h2, w2))
    size = (max(8, round(w1 * scale)), max(8, round(h1 * scale)))
    grey = [cv2.cvtColor(_resized(p, size), cv2.COLOR_RGB2GRAY).astype(np.float32) for p in (listing, arrival)]
    if float(np.abs(grey[0] - grey[1]).mean()) < SAME_CODES and float(grey[0].std()) > 4 * SAME_CODES:
        return True
    noise = [g - cv2.GaussianBlur(g, (0, 0), 1.5) for g in grey]
    flat = _flat(grey[0]) & _flat(grey[1])
    if flat.sum() < 500:
        return False
    first, second = (n[flat] - n[flat].mean() for n in noise)
    if min(first.std(), second.std()) < LEAST_NOISE_CODES:
        return False
    return float(np.mean(first * second) / (first.std() * second.std())) > SAME_NOISE


def _resized(picture: U8, size: tuple[int, int]) -> U8:
    resized: U8 = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return resized


def _flat(grey: F32) -> np.ndarray:
    """The third of the picture with the least structure beyond noise, burnt-out and black places left out."""
    soft = cv2.GaussianBlur(grey, (0, 0), 2.0)
    slope = np.hypot(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1))
    lit = (grey > 8) & (grey < 247)
    if not lit.any():
        return lit
    flat: np.ndarray = lit & (slope <= np.percentile(slope[lit], 33))
    return flat
