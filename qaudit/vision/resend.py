"""Whether an arrival photo is the listing photo itself, sent in again."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import F32, U8, Bool

# Two files of one photo differ in shape by rounding only.
SAME_SHAPE = 0.01
SIDE_PX = 512
# One tone curve must turn the soft version of the one into that of the other but for this many codes (RMS): light from
# another side leaves more.
SAME_TONE_CODES = 1.5
# Correlation of what is left in the flattest tenth: two photos from one tripod in one light reach 0.75, files of one photo
# that were scaled, brightened or saved again at a fair quality 0.9 and more. Saved again at a low quality they cannot be
# told from the former, and nothing is claimed.
SAME_NOISE = 0.9
LEAST_NOISE_CODES = 0.3
FLATTEST = 10.0


def is_same_picture(listing: U8, arrival: U8) -> bool:
    """Are these two files of one photo?

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, of any two sizes.

    Returns
    -------
        True with the same framing, light and noise. A picture without noise (drawn, or smoothed away) is
        only recognised when both hold the same codes.
    """
    (h1, w1), (h2, w2) = listing.shape[:2], arrival.shape[:2]
    if abs(np.log((w1 / h1) / (w2 / h2))) > SAME_SHAPE:
        return False
    scale = min(SIDE_PX, max(h1, w1), max(h2, w2)) / max(h1, w1)
    size = (max(8, round(w1 * scale)), max(8, round(h1 * scale)))
    first, second = (cv2.cvtColor(_resized(p, size), cv2.COLOR_RGB2GRAY).astype(np.float32) for p in (listing, arrival))
    lit = (np.minimum(first, second) > 8) & (np.maximum(first, second) < 247)
    if lit.sum() < 500 or _tone_residual(first, second, lit) > SAME_TONE_CODES:
        return False
    rest = [picture - cv2.GaussianBlur(picture, (0, 0), 1.5) for picture in (first, second)]
    energy = cv2.GaussianBlur(rest[0] ** 2 + rest[1] ** 2, (0, 0), 4.0)
    flat = lit & (energy <= np.percentile(energy[lit], FLATTEST))
    noise1, noise2 = (r[flat] - r[flat].mean() for r in rest)
    if min(noise1.std(), noise2.std()) < LEAST_NOISE_CODES:
        return bool(np.abs(first - second).max() < LEAST_NOISE_CODES)
    return float(np.mean(noise1 * noise2) / (noise1.std() * noise2.std())) > SAME_NOISE


def _resized(picture: U8, size: tuple[int, int]) -> U8:
    """`picture` at `size` (w, h)."""
    resized: U8 = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return resized


def _tone_residual(first: F32, second: F32, lit: Bool) -> float:
    """RMS difference in codes between the soft pictures after the one cubic tone curve that fits best."""
    soft1, soft2 = (cv2.GaussianBlur(picture, (0, 0), 2.0)[lit].astype(np.float64) / 255 for picture in (first, second))
    basis = np.stack([np.ones_like(soft1), soft1, soft1**2, soft1**3], axis=-1)
    curve = np.linalg.lstsq(basis, soft2, rcond=None)[0]
    return float(255 * np.sqrt(np.mean((soft2 - basis @ curve) ** 2)))
