"""Outlines are laid over each other without any texture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from qaudit.vision.outline import fit_outline
from tests.drawn.drawing import Product
from tests.drawn.photography import view
from tests.scenes import fish, mapped, vase


def seen_as(product: Product, rotation_deg: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """The product's mask in a photo, and the true map to it."""
    H = view(product.mask.shape, (500, 600), rotation_deg=rotation_deg, scale=scale)
    return cv2.warpPerspective(product.mask.astype(np.uint8), H, (600, 500), flags=cv2.INTER_NEAREST) > 0, H


@pytest.mark.parametrize("rotation_deg", [0, 40, 90, 180, 260])
@pytest.mark.parametrize("scale", [0.4, 0.9])
def test_finds_a_turned_outline(rotation_deg: float, scale: float) -> None:
    mask, H = seen_as(fish(), rotation_deg, scale)
    fit = fit_outline(fish().mask, mask)
    assert fit is not None
    assert fit.iou > 0.93
    places = np.array([(60.0, 150), (400, 100), (250, 160)])
    error = np.linalg.norm(mapped(fit.H_listing_to_arrival, places) - mapped(H, places), axis=1)
    assert error.max() < 8 * scale


def test_an_outline_lies_over_itself() -> None:
    fit = fit_outline(vase().mask, vase().mask)
    assert fit.iou > 0.99
    np.testing.assert_allclose(fit.H_listing_to_arrival, np.eye(3), atol=0.8)


def test_another_outline_overlaps_less() -> None:
    same, _ = seen_as(vase(7), 10, 0.8)
    other, _ = seen_as(fish(), 10, 0.8)
    assert fit_outline(vase(7).mask, other).iou < 0.85 < 0.95 < fit_outline(vase(7).mask, same).iou


def test_the_map_never_mirrors() -> None:
    fit = fit_outline(fish().mask, np.ascontiguousarray(fish().mask[:, ::-1]))
    assert np.linalg.det(fit.H_listing_to_arrival[:2, :2]) > 0
    assert fit.iou < 0.9


def test_an_empty_mask_has_no_outline() -> None:
    empty = np.zeros((100, 100), bool)
    assert fit_outline(empty, fish().mask) is None
    assert fit_outline(fish().mask, empty) is None
