"""Whether a flat thing has the proportions of its listing, whatever lens and whatever side it was photographed with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaudit.model.photo import F64

# Focal lengths that phones and cameras are used at for things on a table, in longer sides of the picture: from a wide lens of
# 22 mm to a tele lens of 80 mm, in the 36 mm of a small picture. Crops look like longer lenses.
SHORTEST, LONGEST, LENSES = 0.6, 2.2, 14


@dataclass(frozen=True, slots=True)
class Stretch:
    """By which factor (1 or more) one direction of the arrival is longer than it should be beside the one across.

    Parameters
    ----------
    factor
        The least that any plausible lens leaves.
    direction_deg
        The longer direction in the listing photo, -90..90: 0 is its width, 90 its height.
    tilt_deg
        By how much the product is turned away from the arrival's camera, 0..90, for that lens.
    """

    factor: float
    direction_deg: float
    tilt_deg: float


def least_stretch(H_arrival_to_listing: F64, arrival_shape: tuple[int, ...], middle: tuple[float, float]) -> Stretch:
    """How far is the arrival from the proportions of a listing that shows a flat thing straight from the front?

    Parameters
    ----------
    H_arrival_to_listing
        Shape (3, 3): homography between the `pixels` of the photos.
    arrival_shape
        (H, W, ...) of the arrival's `pixels`.
    middle
        (x, y) of the product's middle in the listing.

    Notes
    -----
    A pinhole camera of square pixels sees a plane through K [r1 r2 t], r1 and r2 perpendicular and of one length (Zhang 2000).
    What the lens does not explain is a stretch of the plane itself. The lens is not known: the one that explains most counts,
    so that a photo from an unusual lens accuses nobody.

    References
    ----------
    Zhang (2000), A flexible new technique for camera calibration. Zhang and He (2007), Whiteboard scanning: the proportions of
    a rectangle from one photo.
    """
    height, width = arrival_shape[:2]
    H: F64 = np.linalg.inv(H_arrival_to_listing).astype(np.float64)
    return min(
        (
            _stretch(H, float(focal) * max(height, width), ((width - 1) / 2, (height - 1) / 2), middle)
            for focal in np.geomspace(SHORTEST, LONGEST, LENSES)
        ),
        key=lambda stretch: stretch.factor,
    )


def _stretch(H: F64, focal_px: float, centre: tuple[float, float], middle: tuple[float, float]) -> Stretch:
    """The stretch of the plane behind `H` (listing to arrival) for a lens of `focal_px`."""
    rays = H - np.array([[centre[0]], [centre[1]], [0.0]]) * H[2]
    axes: F64 = np.vstack([rays[:2] / focal_px, H[2:]])
    values, vectors = np.linalg.eigh(axes[:, :2].T @ axes[:, :2])
    longer = vectors[:, 1] * (1.0 if vectors[0, 1] >= 0 else -1.0)
    normal, towards = np.cross(axes[:, 0], axes[:, 1]), axes @ np.array([*middle, 1.0])
    facing = abs(normal @ towards) / max(float(np.linalg.norm(normal) * np.linalg.norm(towards)), 1e-12)
    return Stretch(
        float(np.sqrt(values[1] / max(values[0], 1e-12 * values[1]))),
        float(np.degrees(np.arctan2(longer[1], longer[0]))),
        float(np.degrees(np.arccos(min(1.0, facing)))),
    )
