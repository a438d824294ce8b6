"""Whether a photo is good enough to judge from, looked at on the product alone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from qaudit.model.photo import F32, U8, Bool, PhotoQuality

from .scaling import shrunk

# Limits from what the measures need, not from labels: below them a careful person would ask for another photo too.
LEAST_SHARPNESS_SHARE = 0.35
MOST_CLIPPED_SHARE = 0.35
MOST_DARK_SHARE = 0.6
MOST_GLARE_SHARE = 0.25
LEAST_OVERLAP_SHARE = 0.6
LEAST_PRODUCT_PX = 120.0
# 40 is 5.5 EV below white: a person calls that black. Where a listing is darker than 100 nothing light is expected.
DARK_CODE, LIGHT_CODE, CLIPPED_CODE, WHITE_CODE = 40, 100, 252, 235
# Where even the lightest twentieth of a photo is below this, 4 EV under white, nothing in it is seen plainly.
DIM_CODE = 64
# Sharpness is looked at where a photo is this large, so that a 10 MP photo and its thumbnail are judged alike.
WORK_SIDE_PX = 800
FINE_PX, COARSE_PX = 1.0, 4.0
LEAST_SLOPE_CODES = 0.6
# A direction counts where the product has edges across it: a striped cloth has none along its stripes.
LEAST_DIRECTION_SHARE = 0.25
DIRECTIONS = 18
# The strongest twentieth of so many places is that of all of them within half a per cent.
ENOUGH_PLACES = 40_000
# Standard deviation of white noise of 1 after smoothing by FINE_PX and differentiating: 1 / (sqrt(8 pi) FINE_PX^2); and how
# much larger the mean of the strongest twentieth of its absolute values is (half-normal distribution).
NOISE_SLOPE, NOISE_STRONGEST = 0.2, 2.34
BLOCK_PX = 16
# The noise of a dark photo is not the product's own light.
CALM_PX = 2.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What an alignment can tell of a photo's quality, beside the photo itself.

    Parameters
    ----------
    dark_share, clipped_share, glare_share
        Share of the product that is too dark though the listing shows it light, burnt out though the listing does not show
        it white, and under a reflection.
    overlap_share
        Share of the listing's product that lies within the photo.
    """

    dark_share: float
    clipped_share: float
    glare_share: float
    overlap_share: float


def dark_share(listing: U8, arrival: U8, mask: Bool) -> float:
    """How much of the product is lost in the dark of the arrival, though the listing shows it light? 0..1.

    Shapes (H, W, 3), (H, W, 3) and (H, W), rectified, the arrival's own light kept.
    """
    light = mask & (listing.max(axis=2) >= LIGHT_CODE)
    if not light.any():
        return 0.0
    return float((_calmed(arrival).max(axis=2)[light] <= DARK_CODE).mean())


def clipped_share(listing: U8, arrival: U8, mask: Bool) -> float:
    """How much of the product is burnt out in the arrival, though the listing does not show it white? 0..1.

    Shapes as in `dark_share`.
    """
    coloured = mask & (listing.min(axis=2) < WHITE_CODE)
    if not coloured.any():
        return 0.0
    return float((arrival.min(axis=2)[coloured] >= CLIPPED_CODE).mean())


def photo_quality(pixels: U8, mask: Bool, scale: float = 1.0, seen: Seen | None = None) -> PhotoQuality:
    """Can this photo answer, and if not, what should be photographed again?

    Parameters
    ----------
    pixels
        Shape (H, W, 3), uint8 sRGB: the arrival photo.
    mask
        Shape (H, W), bool: the product in it, or the whole picture where it is not known.
    scale
        `pixels` per pixel of the photo as taken.
    seen
        What the alignment told. Without it the darkness of the photo alone counts, of all of it too since `mask` may be
        another thing, and glare cannot be told.
    """
    if not mask.any():
        return PhotoQuality(0.0, 0.0, 0.0, 0.0, 0.0, ("product_not_in_photo",))
    product_px = float(np.sqrt(mask.sum())) / scale
    shrink = min(1.0, WORK_SIDE_PX / max(mask.shape))
    if shrink < 1:
        pixels = shrunk(pixels, shrink)
        mask = cv2.resize(mask.astype(np.uint8), pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    inside = max(1, int(mask.sum()))
    if seen is None:
        calm = _calmed(pixels).max(axis=2)
        dark = 1.0 if np.percentile(calm, 95) <= DIM_CODE else float((calm[mask] <= DARK_CODE).sum()) / inside
        clipped = float((cv2.inRange(pixels, (CLIPPED_CODE,) * 3, (255,) * 3)[mask] > 0).sum()) / inside
        seen = Seen(dark, clipped, 0.0, 1.0)
    sharpness = sharpness_share(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), mask)
    limits = (
        ("too_small", LEAST_PRODUCT_PX / max(product_px, 1e-6)),
        ("blurred", LEAST_SHARPNESS_SHARE / max(sharpness, 1e-6)),
        ("too_dark", seen.dark_share / MOST_DARK_SHARE),
        ("burnt_out", seen.clipped_share / MOST_CLIPPED_SHARE),
        ("glare", seen.glare_share / MOST_GLARE_SHARE),
        ("cut_off", LEAST_OVERLAP_SHARE / max(seen.overlap_share, 1e-6)),
    )
    worst_first = sorted(limits, key=lambda limit: -limit[1])
    advice = tuple(slug for slug, excess in worst_first if excess > 1)
    return PhotoQuality(sharpness, seen.clipped_share, seen.dark_share, seen.glare_share, product_px, advice)


def sharpness_share(grey: U8, mask: Bool) -> float:
    """How sharp are the product's edges, in the direction in which they are softest? 0 (wholly blurred) to 1 (a step).

    Parameters
    ----------
    grey, mask
        Shape (H, W): luminance, uint8, and the product, bool.

    Returns
    -------
        Where slopes are strongest, the slope at a scale of 1 px over the slope at 4 px, as a share of what a step has. Noise
        is taken off. A photo without edges is called sharp: nothing speaks for blur.

    Notes
    -----
    A shaken camera leaves edges along its path sharp, so that the softest of 18 directions counts, of those across which the
    product has edges at all. On photos of seven data sets at 800 px it is 0.37 and more; a blur of 3 px brings it to
    0.18..0.37, a shake of 14 px to 0.18..0.34. ``skimage.measure.blur_effect`` stays up on photos with little contrast.
    """
    image = grey.astype(np.float32)
    mask = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0  # its outline is an edge too
    slopes = [_slopes(cv2.GaussianBlur(image, (0, 0), sigma), mask) for sigma in (FINE_PX, COARSE_PX)]
    noise = NOISE_STRONGEST * NOISE_SLOPE / FINE_PX**2 * _noise_codes(image)
    fine, coarse = [], []
    for turn in np.linspace(0, np.pi, DIRECTIONS, endpoint=False):
        across = [_strongest(np.abs(np.cos(turn) * x + np.sin(turn) * y)) for x, y in slopes]
        fine.append(max(across[0] - noise, 0.0))
        coarse.append(across[1])
    if max(coarse) < LEAST_SLOPE_CODES:
        return 1.0
    least = LEAST_DIRECTION_SHARE * max(coarse)
    softest = min(f / c for f, c in zip(fine, coarse, strict=True) if c >= least)
    return min(1.0, softest * FINE_PX / COARSE_PX)


def _slopes(image: F32, mask: Bool) -> tuple[F32, F32]:
    """Derivatives along x and y in codes per px, shape (N,) each, of places spread evenly over `mask`."""
    places = np.flatnonzero(mask)
    places = places[:: max(1, len(places) // ENOUGH_PLACES)]
    x, y = (cv2.Sobel(image, -1, *along, scale=1 / 8).ravel()[places] for along in ((1, 0), (0, 1)))
    return x, y


def _noise_codes(image: F32) -> float:
    """Standard deviation of the noise where the photo is plainest."""
    rough = image - cv2.GaussianBlur(image, (0, 0), FINE_PX)
    rows, columns = (side // BLOCK_PX for side in image.shape)
    if not rows or not columns:
        return 0.0
    blocks = rough[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    return float(np.percentile(blocks.std(axis=(1, 3)), 10))


def _calmed(pixels: U8) -> U8:
    """`pixels` without the noise of single pixels."""
    calm: U8 = cv2.GaussianBlur(pixels, (0, 0), CALM_PX)
    return calm


def _strongest(contrast: F32) -> float:
    """Mean of the strongest twentieth."""
    keep = max(1, contrast.size // 20)
    return float(np.partition(contrast, contrast.size - keep)[-keep:].mean())
