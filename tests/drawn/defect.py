"""What can be wrong with a product: each function gives it as it arrives, and the mask of what changed."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

from samples.make.drawing import cloud, stroke

from .drawing import Product
from .photography import F32, U8, Bool

Point = tuple[float, float]
Spot = tuple[float, float, float]
"""A round place on a product: centre x, y and radius, in shares of its width."""


def spot_mask(product: Product, spot: Spot, ragged: float = 0.0, seed: int = 0) -> Bool:
    """Mask (H, W) of the product inside `spot`; `ragged` moves its edge by that share of the radius."""
    height, width = product.mask.shape
    x, y = np.meshgrid(np.arange(width) / width - spot[0], np.arange(height) / width - spot[1])
    edge = 1 + ragged * cloud(np.random.default_rng(seed), height, width, spot[2] * width) if ragged else 1.0
    return (np.hypot(x, y) < spot[2] * edge) & product.mask


def recoloured(product: Product, region: Bool, delta_e00: float, hue_deg: float) -> tuple[Product, Bool]:
    """Dyed otherwise within `region`: a*b* moved towards `hue_deg` until the median CIEDE2000 over the region is `delta_e00`.

    Lightness and drawing stay. Raises ValueError where sRGB cannot show so large a change.
    """
    region = region & product.mask
    before = cv2.cvtColor(product.pixels[region][None].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    some = before[:, :: max(1, before.shape[1] // 4000)]
    towards = np.array([0.0, np.cos(np.deg2rad(hue_deg)), np.sin(np.deg2rad(hue_deg))], np.float32)

    def dyed(lab: F32, amount: float) -> U8:
        return np.rint(np.clip(cv2.cvtColor(lab + amount * towards, cv2.COLOR_Lab2RGB), 0, 1) * 255).astype(np.uint8)

    low, high = 0.0, 120.0
    for _ in range(20):
        amount = (low + high) / 2
        after = cv2.cvtColor(dyed(some, amount).astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
        reached = float(np.median(deltaE_ciede2000(some, after)))
        low, high = (amount, high) if reached < delta_e00 else (low, amount)
    if abs(reached - delta_e00) > 0.05 * delta_e00:
        raise ValueError(f"the region cannot be dyed by {delta_e00} towards {hue_deg} degrees: {reached:.1f} at most")
    pixels = product.pixels.copy()
    pixels[region] = dyed(before, high)[0]
    return Product(pixels, product.mask), region


def part_missing(product: Product, part: Bool) -> tuple[Product, Bool]:
    """Without `part`: what lies behind the product shows in its place."""
    part = part & product.mask
    return Product(product.pixels, product.mask & ~part), part


def inlay_missing(product: Product, region: Bool, colour: tuple[int, int, int] = (150, 112, 74)) -> tuple[Product, Bool]:
    """Without what was set into `region`: bare ground of one `colour` shows."""
    region = region & product.mask
    pixels = product.pixels.copy()
    pixels[region] = colour
    return Product(pixels, product.mask), region


def stained(product: Product, spot: Spot, seed: int = 0, strength: float = 0.85) -> tuple[Product, Bool]:
    """With a spill of coffee: darker and browner inside a ragged spot, darkest at its rim."""
    spill = spot_mask(product, spot, ragged=0.16, seed=seed)
    depth = cv2.distanceTransform(spill.astype(np.uint8), cv2.DIST_L2, 5) / (spot[2] * spill.shape[1])
    rim = np.exp(-depth / 0.08)[..., None]
    brown = np.array((0.62, 0.42, 0.24))
    stain = 1 - strength * (0.75 + 0.5 * rim) * (1 - brown)
    pixels = np.where(spill[..., None], np.clip(product.pixels * stain, 0, 255), product.pixels)
    return Product(pixels.astype(np.uint8), product.mask), spill


def scratched(product: Product, start: Point, end: Point, width_share: float = 0.006) -> tuple[Product, Bool]:
    """With a bare scratch from `start` to `end`, in shares of the product's width."""
    height, width = product.mask.shape
    line = np.linspace(start, end, 20) * width + np.random.default_rng(0).normal(0, 0.002 * width, (20, 2))
    drawn = np.zeros((height, width), np.uint8)
    stroke(drawn, line, 255, width_share * width)
    scratch = (drawn > 0) & product.mask
    pixels = product.pixels.copy()
    stroke(pixels, line, (226, 214, 196), width_share * width)
    pixels[~product.mask] = product.pixels[~product.mask]
    return Product(pixels, product.mask), scratch


def pattern_exchanged(product: Product, other: Product, spot: Spot) -> tuple[Product, Bool]:
    """With the drawing of `other`, of the same size, inside `spot`."""
    region = spot_mask(product, spot) & other.mask
    return Product(np.where(region[..., None], other.pixels, product.pixels), product.mask), region


def mirrored(product: Product) -> Product:
    """Left and right exchanged."""
    return Product(np.ascontiguousarray(product.pixels[:, ::-1]), np.ascontiguousarray(product.mask[:, ::-1]))
