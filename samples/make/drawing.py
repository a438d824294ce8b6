"""What every drawn texture needs: clouds of noise, soft-edged shapes. Needs no renderer."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
SUBPIXEL_BITS = 4


def cloud(rng: np.random.Generator, height: int, width: int, grain_px: float, stretch: float = 1.0, octaves: int = 4) -> F32:
    """Fractal noise, shape (H, W), mean 0 and standard deviation 1, `stretch` times longer along x than along y."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        grain = max(grain_px / 2**octave, 1.0)
        rows, columns = int(height / grain) + 3, int(width / (grain * stretch)) + 3
        coarse = rng.standard_normal((rows, columns)).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 1.6**octave
    return (total - total.mean()) / max(float(total.std()), 1e-6)


def fixed(points: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Points (N, 2) as the fixed-point integers that OpenCV draws with `shift=SUBPIXEL_BITS`."""
    return np.rint(np.asarray(points) * 2**SUBPIXEL_BITS).astype(np.int32).reshape(-1, 1, 2)


def levels(colour: npt.ArrayLike) -> tuple[float, ...]:
    """A colour or a single level as OpenCV takes it."""
    return tuple(np.atleast_1d(colour).astype(float).tolist())


def fill(canvas: np.ndarray, points: npt.ArrayLike, colour: npt.ArrayLike) -> None:
    """Fill a polygon (N, 2) on `canvas`, edges smoothed if it is uint8."""
    cv2.fillPoly(canvas, [fixed(points)], levels(colour), cv2.LINE_AA, SUBPIXEL_BITS)


def stroke(canvas: np.ndarray, points: npt.ArrayLike, colour: npt.ArrayLike, thickness: float) -> None:
    """Draw a line through `points` (N, 2) on `canvas`, edges smoothed if it is uint8."""
    cv2.polylines(canvas, [fixed(points)], False, levels(colour), max(round(thickness), 1), cv2.LINE_AA, SUBPIXEL_BITS)


def oval(
    centre: tuple[float, float], radii: tuple[float, float], turn_deg: float = 0.0, corners: int = 40
) -> npt.NDArray[np.float64]:
    """Outline (N, 2) of an ellipse; the first radius lies along `turn_deg`."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    c, s = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
    x, y = radii[0] * np.cos(angle), radii[1] * np.sin(angle)
    return np.stack([centre[0] + c * x - s * y, centre[1] + s * x + c * y], axis=1)
