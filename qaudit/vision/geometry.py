"""Where a place of the rectified frame lies in the photos."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.alignment import Aligned
from qaudit.model.photo import F32, F64, Bool, Region
from qaudit.model.verdict import Box

from .homography import project


def place_box(box: Box, H_frame_to_photo: F64, flow: F32 | None, scale: float, size: tuple[int, int]) -> Box | None:
    """Where does a box of the frame lie in a photo?

    Parameters
    ----------
    box
        (x, y, w, h) in px of the frame.
    H_frame_to_photo, flow
        The map from the frame to the photo's `pixels`; the flow is added first.
    scale
        `pixels` per pixel of the photo as displayed.
    size
        Width and height of the photo as displayed.

    Returns
    -------
        The upright box (x, y, w, h) round the mapped corners in integer px of the photo as displayed, cut at its edges;
        None when it lies outside.
    """
    x, y, w, h = box
    corners = np.array([[x, y], [x + w - 1, y], [x + w - 1, y + h - 1], [x, y + h - 1]], np.float64)
    if flow is not None:
        limit = np.array(flow.shape[1::-1]) - 1
        at = np.clip(np.rint(corners), 0, limit).astype(int)
        corners = corners + flow[at[:, 1], at[:, 0]]
    mapped = project(H_frame_to_photo, corners)
    if not np.isfinite(mapped).all():
        return None
    mapped = (mapped + 0.5) / scale - 0.5
    low = np.clip(np.floor(mapped.min(axis=0)), 0, np.array(size) - 1).astype(int)
    high = np.clip(np.ceil(mapped.max(axis=0)), 0, np.array(size) - 1).astype(int)
    if (mapped.max(axis=0) < 0).any() or (mapped.min(axis=0) > np.array(size) - 1).any():
        return None
    return int(low[0]), int(low[1]), int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1


def region_in_arrival(region: Region, aligned: Aligned, shape: tuple[int, int]) -> Bool:
    """The listing's product as a mask (H, W) of the arrival photo's `pixels`."""
    H = aligned.H_arrival_to_listing
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(region.mask.astype(np.uint8), H, shape[::-1], flags=flags)
    inside: Bool = warped > 0
    return inside
