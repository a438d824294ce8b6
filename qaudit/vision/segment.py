"""Where the product lies in a photo by itself."""

from __future__ import annotations

import cv2
import numpy as np

from qaudit.model.photo import F32, U8, Bool, Region

from .colour import lab

# A backdrop is plain when two whole sides of the picture (nine tenths of their pixels) lie within PLAIN_SPREAD (CIE 1976)
# of the border's commonest colour: a product may touch the other two, yet paper, card and digital padding stay within
# the spread, and wood, cloth and streets do not.
PLAIN_SIDES = 2
PLAIN_SPREAD = 3.0
# A border that is plain nearly all round may vary more: a paper sweep under one lamp falls off towards the corners.
ALL_ROUND_SHARE = 0.85
ALL_ROUND_SPREAD = 7.0
WORK_SIDE_PX = 320
PLAIN, WHOLE = "plain background", "whole picture"


def product_region(pixels: U8) -> Region:
    """Where is the product in this photo, judged from the photo alone?

    Parameters
    ----------
    pixels
        Shape (H, W, 3), uint8 sRGB.

    Returns
    -------
        The part that differs from a plain backdrop; the whole picture when the border is not plain or nothing stands out.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, WORK_SIDE_PX / max(height, width))
    small = cv2.resize(pixels, (max(8, round(width * scale)), max(8, round(height * scale))), interpolation=cv2.INTER_AREA)
    colours = cv2.GaussianBlur(lab(small), (0, 0), 1.0)
    distance = np.linalg.norm(colours - _backdrop(colours), axis=2)
    sides = _sides(distance)
    border = np.concatenate(sides)
    plain_sides = sum(float((side < PLAIN_SPREAD).mean()) >= 0.9 for side in sides)
    if plain_sides >= PLAIN_SIDES:
        spread = PLAIN_SPREAD
    elif float((border < ALL_ROUND_SPREAD).mean()) >= ALL_ROUND_SHARE:
        spread = ALL_ROUND_SPREAD
    else:
        return Region(np.ones((height, width), bool), WHOLE, 0.0)
    mask = _stands_out(distance, spread + 2.0)
    share = float(mask.mean())
    if not 0.01 < share < 0.97:
        return Region(np.ones((height, width), bool), WHOLE, 0.0)
    full = cv2.resize(mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR) > 0
    return Region(full, PLAIN, float((border < spread).mean()))


def _backdrop(colours: F32) -> F32:
    """Colour of the backdrop at every pixel, shape (H, W, 3): a plane in Lab through the commonest colour of the border.

    Light falls off over a paper sweep; the plane follows it, from the pixels that are near to it already.
    """
    height, width = colours.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    basis = np.stack([np.ones_like(x), x, y], axis=-1)
    at = np.concatenate(_sides(basis))
    border = np.concatenate(_sides(colours))
    plane = np.zeros((3, 3))
    plane[0] = _commonest(border)
    for reach in (12.0, 8.0, 5.0):
        near = np.linalg.norm(border - at @ plane, axis=1) < reach
        if near.sum() < 30:
            break
        plane = np.linalg.lstsq(at[near], border[near], rcond=None)[0]
    backdrop: F32 = (basis @ plane).astype(np.float32)
    return backdrop


def _sides(image: F32) -> list[F32]:
    """Pixels of the outermost 3 % along each of the four sides of `image` (H, W[, C]), each of shape (N[, C])."""
    depth = max(1, round(0.03 * min(image.shape[:2])))
    strips = (image[:depth], image[-depth:], image[:, :depth], image[:, -depth:])
    return [strip.reshape(-1, *image.shape[2:]) for strip in strips]


def _commonest(colours: F32) -> F32:
    """The densest colour among `colours` (N, 3): median of the fullest Lab cell of 4 units and its neighbours."""
    cells = np.floor(colours / 4.0).astype(int)
    kinds, counts = np.unique(cells, axis=0, return_counts=True)
    fullest = kinds[counts.argmax()]
    near = (np.abs(cells - fullest) <= 1).all(axis=1)
    densest: F32 = np.median(colours[near], axis=0)
    return densest


def _stands_out(distance: F32, tolerance: float) -> Bool:
    """Pixels that cannot be reached from the border over backdrop colour; small specks dropped, holes filled."""
    like = (distance < tolerance).astype(np.uint8)
    padded = cv2.copyMakeBorder(like, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    product = (labels != labels[0, 0])[1:-1, 1:-1].astype(np.uint8)
    product = cv2.morphologyEx(product, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(product)
    if count < 2:
        return np.zeros(product.shape, bool)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    keep = 1 + np.flatnonzero(sizes >= 0.02 * sizes.max())
    kept: Bool = np.isin(labels, keep)
    return kept
