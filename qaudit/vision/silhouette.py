"""What an outline by itself says of the thing: flat or boxy, one face of it, and whether it is seen from the front."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import F32, Bool

# Covers, pictures, cloths and boards fill 0.91 and more of the smallest rectangle around them, cartons seen from a corner
# 0.76 and more, most of them 0.93; discs fill 0.79, rings, figures and jewellery less.
LEAST_RECTANGLE_SHARE = 0.85
# Corners are told from bends at this share of the way round (Douglas and Peucker 1973): of 50 covers 47 have four, of 16
# cartons seen from a corner one, which fills 0.84 of the smallest quadrilateral around it; covers fill 0.944 and more.
CORNER_SHARE = 0.015
LEAST_QUADRILATERAL_SHARE = 0.93
# What is turned away by 18 degrees is foreshortened by this much.
LEAST_FRONT_SHARE = 0.95
WORK_SIDE_PX = 400


def rectangle_share(mask: Bool) -> float:
    """How much of the smallest rectangle around it, in any direction, does a product fill? 0..1; 1 for a rectangle."""
    points = cv2.findNonZero(mask.astype(np.uint8))
    if points is None:
        return 0.0
    _, (width, height), _ = cv2.minAreaRect(points)
    return float(min(1.0, mask.sum() / max((width + 1) * (height + 1), 1.0)))


def quadrilateral_share(mask: Bool) -> float:
    """How much of the smallest quadrilateral around it does a product fill? 0..1; 1 for a rectangle from any side."""
    small = _small(mask)
    points = cv2.findNonZero(small.astype(np.uint8))
    if points is None:
        return 0.0
    hull = cv2.convexHull(points)
    if len(hull) < 4:
        return 0.0
    around: F32 = cv2.approxPolyN(hull, 4).astype(np.float32)
    # Corners are pixel centres: the pixels themselves reach out by half of one all round.
    area = cv2.contourArea(around) + 0.5 * cv2.arcLength(around, True) + 1.0
    return float(min(1.0, small.sum() / max(area, 1.0)))


def corners(mask: Bool) -> int:
    """How many corners has a product's outline, hollows filled? 4 for a rectangle from any side; 0 where there is none."""
    points = cv2.findNonZero(_small(mask).astype(np.uint8))
    if points is None:
        return 0
    hull = cv2.convexHull(points)
    return len(cv2.approxPolyDP(hull, CORNER_SHARE * cv2.arcLength(hull, True), True))


def disc_share(mask: Bool) -> float:
    """How much do a product and the disc of its area about its middle share? Intersection over union; 1 for a disc."""
    ys, xs = np.nonzero(_small(mask))
    if not len(xs):
        return 0.0
    distance = np.hypot(xs - xs.mean(), ys - ys.mean())
    shared = int((distance <= np.sqrt(len(xs) / np.pi)).sum())
    return shared / (2 * len(xs) - shared)


def is_flat(mask: Bool) -> bool:
    """Is this the outline of a flat or boxy thing, one face of which is found again from most sides?

    A ring, a figure, a round bag or a chain looks another thing from another side, and what is not found again of it may have
    turned away.
    """
    return rectangle_share(mask) >= LEAST_RECTANGLE_SHARE


def is_one_face(mask: Bool) -> bool:
    """Is this the outline of one four-sided face, from edge to edge, from whatever side it is seen?"""
    return corners(mask) == 4 and quadrilateral_share(mask) >= LEAST_QUADRILATERAL_SHARE


def faces_front(mask: Bool) -> bool:
    """Is this a rectangle or a disc, as things of that shape show straight from the front alone?

    Notes
    -----
    A rectangle turned about one of its own axes, and seen from afar, is still one: what is seen so is taken for the front.
    """
    return max(rectangle_share(mask), disc_share(mask)) >= LEAST_FRONT_SHARE


def _small(mask: Bool) -> Bool:
    """`mask` at the work size."""
    scale = min(1.0, WORK_SIDE_PX / max(mask.shape))
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    small: Bool = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return small
