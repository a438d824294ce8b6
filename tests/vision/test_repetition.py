"""Cloth of repeating motifs repeats itself; a painting, a plain thing and noise do not."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.vision.repetition import repetition
from tests.scenes import painting


def tiled(period: tuple[int, int], shape: tuple[int, int] = (420, 560), seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    motif = np.kron(rng.integers(40, 220, (period[0] // 6, period[1] // 6, 3)), np.ones((6, 6, 1))).astype(np.uint8)
    repeats = (-(-shape[0] // motif.shape[0]), -(-shape[1] // motif.shape[1]), 1)
    return np.tile(motif, repeats)[: shape[0], : shape[1]]


EVERYWHERE = np.ones((420, 560), bool)


@pytest.mark.parametrize("period", [(72, 72), (96, 144), (60, 120)])
def test_a_repeat_is_found(period: tuple[int, int]) -> None:
    assert repetition(tiled(period), EVERYWHERE) > 0.9


def test_a_repeat_under_shading_and_noise_is_found() -> None:
    shading = np.linspace(0.5, 1.2, 560)[None, :, None]
    noise = np.random.default_rng(1).normal(0, 8, (420, 560, 3))
    assert repetition(np.clip(tiled((72, 96)) * shading + noise, 0, 255).astype(np.uint8), EVERYWHERE) > 0.6


def test_only_the_product_counts() -> None:
    mask = np.zeros((420, 560), bool)
    mask[60:360, 80:480] = True
    around = np.random.default_rng(2).integers(0, 256, (420, 560, 3), dtype=np.uint8)
    assert repetition(np.where(mask[..., None], tiled((72, 96)), around), mask) > 0.8


def test_what_does_not_repeat_is_not_called_a_repeat() -> None:
    picture = painting()
    noise = np.random.default_rng(3).integers(0, 256, (420, 560, 3), dtype=np.uint8)
    assert repetition(picture.pixels, picture.mask) < 0.5
    assert repetition(noise, EVERYWHERE) < 0.3
    assert repetition(np.full((420, 560, 3), 120, np.uint8), EVERYWHERE) < 0.5


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (40, 2)])
def test_a_tiny_or_empty_product_is_no_crash(shape: tuple[int, int]) -> None:
    pixels = np.zeros((*shape, 3), np.uint8)
    assert 0 <= repetition(pixels, np.ones(shape, bool)) <= 1
    assert repetition(pixels, np.zeros(shape, bool)) == 0
