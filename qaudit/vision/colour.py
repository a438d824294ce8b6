"""Colour spaces and colour differences. RGB in, D65 throughout."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

from qaudit.model.photo import F32, F64, U8

_CODES = np.arange(256, dtype=np.float64) / 255.0
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
# IEC 61966-2-1, linear sRGB to XYZ.
_XYZ_FROM_RGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def srgb_to_linear(pixels: U8) -> F32:
    """Light per channel, 0..1, of sRGB `pixels` (any shape, uint8)."""
    return _LINEAR[pixels]


def linear_to_srgb(light: F32) -> U8:
    """SRGB codes, uint8, of linear `light` (any shape, 0..1; clipped). The inverse of `srgb_to_linear`."""
    clipped = np.clip(light, 0.0, 1.0)
    codes = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * np.power(clipped, 1 / 2.4) - 0.055)
    rounded: U8 = np.rint(codes * 255.0).astype(np.uint8)
    return rounded


def lab(pixels: U8) -> F32:
    """CIELAB (D65) of sRGB `pixels`, shape (H, W, 3): L 0..100, a and b about -128..127."""
    result: F32 = cv2.cvtColor(pixels.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab)
    return result


def delta_e00(lab1: F32 | F64, lab2: F32 | F64) -> F64:
    """CIEDE2000 colour difference (Sharma 2005) between Lab arrays of shape (..., 3); 0 for equal colours."""
    result: F64 = deltaE_ciede2000(lab1, lab2)
    return result


def uv_of_gain(gain: F64) -> F64:
    """CIE 1960 (u, v) of the light that turns white into linear RGB `gain`, shape (3,)."""
    x, y, z = _XYZ_FROM_RGB @ np.asarray(gain, dtype=np.float64)
    uv: F64 = np.array([4.0 * x, 6.0 * y]) / (x + 15.0 * y + 3.0 * z)
    return uv


def planckian_uv(mired: F64) -> F64:
    """CIE 1960 (u, v), shape (N, 2), of black bodies at `mired` (N,): Krystek (1985), good from 67 to 1000 mired."""
    t = 1e6 / np.asarray(mired, dtype=np.float64)
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t**2) / (1 + 8.42420235e-4 * t + 7.08145163e-7 * t**2)
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t**2) / (1 - 2.89741816e-5 * t + 1.61456053e-7 * t**2)
    return np.stack([u, v], axis=-1)


def off_locus(gain: F64) -> tuple[float, float]:
    """How far `gain` is from what a change between two ordinary lights does, and how far it went along them.

    Parameters
    ----------
    gain
        Linear RGB factors, shape (3,), that turn colours under the first light into those under the second.

    Returns
    -------
        (duv, mired): smallest distance in CIE 1960 uv between the gain seen as the colour of a light, on sRGB's own
        white, and the Planckian locus moved to pass through that white; and the move along the locus in mired,
        positive towards warm. (0, 0) for equal factors.
    """
    white_uv = uv_of_gain(np.ones(3))
    mired = np.arange(67.0, 700.0, 1.0)
    locus = planckian_uv(mired)
    start = int(np.argmin(np.sum((locus - white_uv) ** 2, axis=1)))
    locus = locus + (white_uv - locus[start])
    distance = np.sqrt(np.sum((locus - uv_of_gain(gain)) ** 2, axis=1))
    nearest = int(np.argmin(distance))
    return float(distance[nearest]), float(mired[nearest] - mired[start])
