"""Whether a photo is good enough to judge from, looked at on the product alone."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import U8, Bool, PhotoQuality

# Limits from what the measures need, not from labels: below them a careful person would ask for another photo too.
LEAST_SHARPNESS_SHARE = 0.2
MOST_CLIPPED_SHARE = 0.35
MOST_DARK_SHARE = 0.6
MOST_GLARE_SHARE = 0.25
LEAST_OVERLAP_SHARE = 0.6
LEAST_PRODUCT_PX = 90.0
DARK_CODE, CLIPPED_CODE = 16, 252
# Sharpness is looked at where a photo is this large, so that a 10 MP photo and its thumbnail are judged alike.
WORK_SIDE_PX = 800
FAR_PX = 12


def photo_quality(
    pixels: U8, mask: Bool, glare_share: float = 0.0, scale: float = 1.0, overlap_share: float = 1.0
) -> PhotoQuality:
    """Can this photo answer, and if not, what should be photographed again?

    Parameters
    ----------
    pixels
        Shape (H, W, 3), uint8 sRGB: the arrival photo.
    mask
        Shape (H, W), bool: the product in it, or the whole picture where it is not known.
    glare_share
        Share of the product under a reflection, where an alignment could tell it.
    scale
        `pixels` per pixel of the photo as taken.
    overlap_share
        Share of the listing's product that lies within the photo, where an alignment could tell it.
    """
    if not mask.any():
        return PhotoQuality(0.0, 0.0, 0.0, 0.0, 0.0, ("product_not_in_photo",))
    product_px = float(np.sqrt(mask.sum())) / scale
    shrink = min(1.0, WORK_SIDE_PX / max(mask.shape))
    if shrink < 1:
        pixels = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask.astype(np.uint8), pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    inside = max(1, int(mask.sum()))
    clipped = float((cv2.inRange(pixels, (CLIPPED_CODE,) * 3, (255,) * 3)[mask] > 0).sum()) / inside
    dark = float((cv2.inRange(pixels, (0,) * 3, (DARK_CODE,) * 3)[mask] > 0).sum()) / inside
    sharpness = sharpness_share(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), mask)
    limits = (
        ("too_small", LEAST_PRODUCT_PX / max(product_px, 1e-6)),
        ("blurred", LEAST_SHARPNESS_SHARE / max(sharpness, 1e-6)),
        ("too_dark", dark / MOST_DARK_SHARE),
        ("burnt_out", clipped / MOST_CLIPPED_SHARE),
        ("glare", glare_share / MOST_GLARE_SHARE),
        ("cut_off", LEAST_OVERLAP_SHARE / max(overlap_share, 1e-6)),
    )
    worst_first = sorted(limits, key=lambda limit: -limit[1])
    return PhotoQuality(sharpness, clipped, dark, glare_share, product_px, tuple(slug for slug, excess in worst_first if excess > 1))


def sharpness_share(grey: U8, mask: Bool) -> float:
    """How much of the strongest edges' contrast falls within two pixels, from 0 (wholly blurred) to 1?

    Notes
    -----
    At the product's strongest gradients, the slope is compared with the step over 24 px: their ratio depends on the width
    of the edges (about 0.8 px over the standard deviation of the blur) and hardly on how much texture there is. A photo
    without edges is called sharp: nothing speaks for blur.
    """
    image = cv2.medianBlur(grey, 3).astype(np.float32)
    inner = np.s_[FAR_PX:-FAR_PX, FAR_PX:-FAR_PX]
    ratios = []
    for axis in (0, 1):
        near = np.abs(np.roll(image, -1, axis) - np.roll(image, 1, axis)) / 2
        far = np.abs(np.roll(image, -FAR_PX, axis) - np.roll(image, FAR_PX, axis))
        strength = np.where(mask, far, 0)[inner]
        if strength.size == 0 or strength.max() < 12:
            continue
        strong = strength >= max(12.0, float(np.percentile(strength[strength > 0], 95)))
        ratios.append(np.minimum(1.0, near[inner][strong] / far[inner][strong]))
    if not ratios:
        return 1.0
    return float(min(1.0, 2.0 * np.percentile(np.concatenate(ratios), 80)))
