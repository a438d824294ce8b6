"""The light and camera difference between two photos laid over each other: fitted robustly in linear light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from qaudit.model.alignment import Lighting
from qaudit.model.photo import F32, F64, U8, Bool

from .colour import linear_to_srgb, off_locus, srgb_to_linear

# Linear light below this is camera noise and flare in most phone photos (sRGB code 20), above it is near clipping.
DARK, BRIGHT = 0.007, 0.92
GRID_PX = 72
ROUNDS = 12
# Residuals beyond this many EV are another colour, not another light.
OUTLIER_EV = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class LightField:
    """The fitted model: log2 arrival = gain + contrast * log2 listing + shading(x, y), per channel; shading is common.

    Parameters
    ----------
    gain_ev
        Shape (3,): per channel, at mid grey.
    contrast
        Exponent of the tone curve.
    shading
        Coefficients of the second-order field, shape (5,), in x, y from -1 to 1.
    """

    gain_ev: F64
    contrast: float
    shading: F64

    def summary(self) -> Lighting:
        """As facts for a report."""
        relative = 2.0 ** (self.gain_ev - self.gain_ev[1])
        duv, mired = off_locus(relative)
        y, x = np.mgrid[-1:1:9j, -1:1:9j]
        field = _basis(x.ravel(), y.ravel()) @ self.shading
        low, high = np.percentile(field, (5, 95))
        gain = (float(relative[0]), float(relative[1]), float(relative[2]))
        return Lighting(gain, float(self.gain_ev.mean()), self.contrast, float(high - low), duv, mired)

    def take_out(self, arrival: U8) -> U8:
        """`arrival` as it would look under the listing's light."""
        height, width = arrival.shape[:2]
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        shading = (_basis(x.ravel(), y.ravel()) @ self.shading).reshape(height, width)
        light = np.log2(np.maximum(srgb_to_linear(arrival), 1e-4)) - _MID
        relit = (light - self.gain_ev - shading[..., None]) / self.contrast + _MID
        return linear_to_srgb(np.exp2(relit).astype(np.float32))


_MID = float(np.log2(0.18))


def fit_light(listing: U8, arrival: U8, mask: Bool) -> LightField | None:
    """Which light and camera difference explains these two pictures of one thing?

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB, laid over each other.
    mask
        Shape (H, W), bool: where both show the product.

    Returns
    -------
        The field, or None when too little of the product is neither black nor burnt out.

    Notes
    -----
    Iteratively reweighted least squares with Geman-McClure weights, so that recoloured or missing parts and glare do not
    steer the fit. Von Kries gains in linear light, one exponent for the tone curves, a second-order shading field.
    """
    x, y, first, second, weight = _grid_samples(listing, arrival, mask)
    usable = (first > DARK) & (first < BRIGHT) & (second > DARK) & (second < BRIGHT)
    if usable.any(axis=1).sum() < 30:
        return None
    a, b = np.log2(np.maximum(first, 1e-4)) - _MID, np.log2(np.maximum(second, 1e-4)) - _MID
    shade = _basis(x, y)
    blocks = []
    for channel in range(3):
        gains = np.zeros((len(x), 3))
        gains[:, channel] = 1.0
        blocks.append(np.hstack([gains, a[:, channel : channel + 1], shade]))
    design = np.concatenate(blocks)
    target = np.concatenate([b[:, c] for c in range(3)])
    base = np.concatenate([weight * usable[:, c] for c in range(3)])
    # Priors in units of observations: exponents near 1, shading near flat, unless the pictures say otherwise.
    ridge = np.sqrt(np.array([0, 0, 0, 0.02, 0.01, 0.01, 0.02, 0.02, 0.02]) * base.sum())
    prior = np.zeros(9)
    prior[3] = 1.0
    robust = np.ones(len(target))
    scale = 1.5
    solution = prior
    for _ in range(ROUNDS):
        w = np.sqrt(base * robust)
        solution = np.linalg.lstsq(
            np.vstack([design * w[:, None], np.diag(ridge)]), np.append(target * w, ridge * prior), rcond=None
        )[0]
        residual = target - design @ solution
        scale = max(OUTLIER_EV, 0.7 * scale)
        robust = (scale**2 / (scale**2 + residual**2)) ** 2
    contrast = float(np.clip(solution[3], 0.5, 2.0))
    return LightField(solution[:3], contrast, solution[4:])


def _basis(x: F64, y: F64) -> F64:
    """Second-order shading, shape (N, 5); no constant, which the gains hold."""
    return np.stack([x, y, x * y, x**2 - 1 / 3, y**2 - 1 / 3], axis=-1)


def _grid_samples(listing: U8, arrival: U8, mask: Bool) -> tuple[F64, F64, F64, F64, F64]:
    """Mean light of both pictures on a coarse grid: x, y (-1..1), two (N, 3) arrays, and the share of mask."""
    height, width = mask.shape
    shrink = min(1.0, GRID_PX / max(height, width))
    size = (max(4, round(width * shrink)), max(4, round(height * shrink)))
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    light: list[F32] = []
    for picture in (listing, arrival):
        masked = srgb_to_linear(picture) * mask[..., None].astype(np.float32)
        light.append(cv2.resize(masked, size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-6)[..., None])
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    keep = share > 0.5
    return x[keep], y[keep], light[0][keep].astype(float), light[1][keep].astype(float), share[keep].astype(float)
