"""A dye that came out wrong by a stated CIEDE2000. Needs no renderer."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from skimage.color import deltaE_ciede2000

U8 = npt.NDArray[np.uint8]
STEPS = 24


def redyed(pixels: U8, where: npt.NDArray[np.bool_], dE00: float, hue_deg: float, lightness: float = 0.0) -> U8:
    """`pixels` (H, W, 3) with the colours under `where` moved in CIELAB until their median CIEDE2000 is `dE00`.

    `hue_deg` is the direction in the a*b* plane (0: redder, 90: yellower, 180: greener, 270: bluer); `lightness` how much L*
    moves for each unit in that plane. Texture and shading stay.
    """
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    step = np.array([lightness, np.cos(np.deg2rad(hue_deg)), np.sin(np.deg2rad(hue_deg))], np.float32)
    few = lab[where][:: max(int(where.sum()) // 20_000, 1)]
    low, high = 0.0, 120.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        shown = cv2.cvtColor(np.clip(cv2.cvtColor((few + middle * step)[None], cv2.COLOR_Lab2RGB), 0, 1), cv2.COLOR_RGB2Lab)[0]
        if np.median(deltaE_ciede2000(few, shown)) < dE00:
            low = middle
        else:
            high = middle
    moved = np.clip(cv2.cvtColor(lab + high * step * where[..., None], cv2.COLOR_Lab2RGB), 0, 1)
    return np.where(where[..., None], np.rint(moved * 255), pixels).astype(np.uint8)
