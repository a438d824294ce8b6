"""Light in numbers: sRGB levels, linear light, the colour of lamps. Needs numpy and nothing else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

D65_K = 6504.0
XYZ_TO_LINEAR = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.969266, 1.8760108, 0.041556], [0.0556434, -0.2040259, 1.0572252]]
)
LEVELS = np.arange(256) / 255.0
LINEAR = np.where(LEVELS <= 0.04045, LEVELS / 12.92, ((LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_linear(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Linear light 0..1 of sRGB levels."""
    return LINEAR[pixels]


def to_srgb(linear: npt.NDArray[np.float32], dither: npt.NDArray[np.float32] | float = 0.0) -> npt.NDArray[np.uint8]:
    """SRGB levels of linear light, clipped to 0..255; `dither` is added in levels before rounding."""
    clipped = np.clip(linear, 0.0, 1.0)
    levels = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * np.power(clipped, 1 / 2.4) - 0.055) * 255.0
    return np.clip(np.rint(levels + dither), 0, 255).astype(np.uint8)


def srgb(levels: npt.ArrayLike) -> tuple[float, float, float]:
    """Linear RGB of one colour in sRGB levels 0..255."""
    share = np.asarray(levels, float) / 255.0
    r, g, b = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(r), float(g), float(b)


def illuminant_gain(cct_k: float) -> tuple[float, float, float]:
    """Factors on linear RGB when a camera balanced for D65 looks at a light of `cct_k`, green 1.

    Daylight (CIE 15) from 4000 K upwards, a Planckian radiator (Kang 2002) below it, down to 2222 K.
    """
    t = 1000.0 / cct_k
    if cct_k < 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        cubic = (-4.6070, 2.9678, 0.09911, 0.244063) if cct_k <= 7000 else (-2.0064, 1.9018, 0.24748, 0.237040)
        x = float(np.polyval(cubic, t))
        y = -3.0 * x**2 + 2.870 * x - 0.275
    r, g, b = XYZ_TO_LINEAR @ (x / y, 1.0, (1 - x - y) / y)
    return float(r / g), 1.0, float(b / g)
