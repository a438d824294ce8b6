"""Places of the face that both photos show which stand out from it by themselves, held against what is usual in this pair."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.optimize import nnls  # type: ignore[attr-defined] # scipy re-exports it
from skimage.morphology import reconstruction

from qaudit.model.alignment import LocalMatch
from qaudit.model.photo import F32, F64, Bool

# The maps are means over windows: every second pixel says it all.
SHRINK = 2
# Energy of log2 luminance that noise and compression leave unexplained in the best of photos: a contrast of 3 %.
LEAST_ENERGY = 0.002
# What is usual is learned from medians over so many parts of the face, from its plainest places to its busiest.
PARTS = 12


def standing_out(match: LocalMatch) -> tuple[F32, Bool]:
    """How far does the arrival differ at each place beyond what is usual in this pair, and beyond all that leads to the rim?

    Parameters
    ----------
    match
        Local structure of the pair.

    Returns
    -------
        Shape (h, w), float32, in times of what is usual, 0 for identical pictures; and shape (h, w), bool: where it counts.
        Both at half the size of the maps of `match`.

    Notes
    -----
    Misregistration and blur leave unexplained a share of the structure that the listing has nearby, noise and compression a
    constant; both are fitted to the pair itself. A hand, a cable, a reflection, a side that turned away or a case lies across
    the rim of the face: the ridge that leads there is taken off (morphological reconstruction from the rim), so that an
    island counts by its height above the highest path to the rim.

    References
    ----------
    Vincent (1993), Morphological grayscale reconstruction in image analysis.
    """
    unexplained = (1 - np.clip(match.correlation, 0, 1) ** 2) * match.arrival_energy
    reach = match.window_px // 2 | 1
    nearby = cv2.dilate(match.listing_energy, np.ones((reach, reach), np.uint8))
    size = tuple(max(1, side // SHRINK) for side in match.mask.shape[::-1])
    unexplained, nearby = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (unexplained, nearby))
    inside = cv2.resize(match.interior.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if not inside.any():
        return np.zeros(inside.shape, np.float32), inside
    noise, share = _usual(unexplained[inside], nearby[inside])
    times: F32 = np.where(inside, unexplained / (noise + share * nearby + LEAST_ENERGY), 0).astype(np.float32)
    return _above_the_rim(times, inside), inside


def _usual(unexplained: F32, nearby: F32) -> tuple[float, float]:
    """`noise` and `share`, neither below 0, of noise + share * nearby that comes nearest to `unexplained`, relatively."""
    parts = np.array_split(np.argsort(nearby, kind="stable"), min(PARTS, len(nearby)))
    middle: F64 = np.array([(np.median(nearby[part]), np.median(unexplained[part])) for part in parts], np.float64)
    weight = 1.0 / (middle[:, 1] + LEAST_ENERGY)
    (noise, share), _ = nnls(np.column_stack([weight, middle[:, 0] * weight]), middle[:, 1] * weight)
    return float(noise), float(share)


def _above_the_rim(times: F32, inside: Bool) -> F32:
    """Height of every place above the highest path that leads from it to the rim of `inside`."""
    core = cv2.erode(np.pad(inside.astype(np.uint8), 1), np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    ridge = reconstruction(np.where(inside & ~core, times, 0), times, method="dilation")
    above: F32 = (times - ridge).astype(np.float32)
    return above
