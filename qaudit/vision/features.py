"""Local features: where a photo has texture that can be found again, and how it looks there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from qaudit.model.photo import F32, U8, Bool

# Listing images of 200 px exist; below this side SIFT, which itself starts at twice the size, finds too few keypoints.
SMALL_SIDE_PX = 500
# Half of Lowe's 0.04: phone photos in a dim room keep their texture at low contrast.
CONTRAST_THRESHOLD = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Keypoints of one photo.

    Parameters
    ----------
    keypoints
        Shape (N, 2), float32, (x, y) in px of the photo's `pixels`.
    size, angle
        Shape (N,), float32: diameter in px of `pixels`, orientation in degrees.
    descriptors
        Shape (N, 128), float32, RootSIFT: unit length, so that dot products are Hellinger affinities.
    """

    keypoints: F32
    size: F32
    angle: F32
    descriptors: F32

    def __len__(self) -> int:
        return len(self.keypoints)

    def take(self, index: np.ndarray) -> Features:
        """The keypoints at `index`."""
        return Features(self.keypoints[index], self.size[index], self.angle[index], self.descriptors[index])

    def inside(self, mask: Bool) -> Features:
        """The keypoints that lie on `mask`, a bool image of the photo's size."""
        xy = np.rint(self.keypoints).astype(int)
        xy = np.clip(xy, 0, np.array([mask.shape[1] - 1, mask.shape[0] - 1]))
        return self.take(np.flatnonzero(mask[xy[:, 1], xy[:, 0]]))


EMPTY = Features(np.zeros((0, 2), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros((0, 128), np.float32))


def luminance(pixels: U8) -> U8:
    """Grey uint8 (H, W) with the contrast stretched to the middle 98 % of the photo, so that dim photos keep features."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(grey[::4, ::4], (1, 99))
    gain = 255.0 / max(high - low, 32.0)
    curve = np.clip((np.arange(256) - low) * gain, 0, 255).astype(np.uint8)
    stretched: U8 = cv2.LUT(grey, curve)
    return stretched


def detect(grey: U8, scale: float, limit: int) -> Features:
    """RootSIFT features of `grey` (Arandjelovic and Zisserman 2012).

    Parameters
    ----------
    grey
        Shape (H, W), uint8.
    scale
        The features are looked for at `scale` times the size of `grey`.
    limit
        Keep at most this many, strongest first.

    Returns
    -------
        Features in px of `grey`; empty when there is no texture.
    """
    if scale != 1.0:
        size = (max(16, round(grey.shape[1] * scale)), max(16, round(grey.shape[0] * scale)))
        work = cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    else:
        work = grey
    sift = cv2.SIFT.create(nfeatures=limit, contrastThreshold=CONTRAST_THRESHOLD, edgeThreshold=15)
    found, descriptors = sift.detectAndCompute(work, None)
    if not found:
        return EMPTY
    sx, sy = grey.shape[1] / work.shape[1], grey.shape[0] / work.shape[0]
    xy = np.array([k.pt for k in found], np.float32)
    xy = (xy + 0.5) * np.array([sx, sy], np.float32) - 0.5
    size_px = np.array([k.size for k in found], np.float32) * np.float32(sx)
    angle = np.array([k.angle for k in found], np.float32)
    return Features(xy, size_px, angle, root(descriptors))


def root(descriptors: F32) -> F32:
    """RootSIFT: L1-normalised, square root; rows of unit length."""
    total = np.maximum(np.abs(descriptors).sum(axis=1, keepdims=True), 1e-7)
    result: F32 = np.sqrt(descriptors / total)
    return result
