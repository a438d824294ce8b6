"""Perceptual hashes: of the rectified product as evidence, of raw photos as triage."""

from __future__ import annotations

import imagehash
import numpy as np
from PIL import Image

from qaudit.model.alignment import RectifiedPair
from qaudit.model.photo import U8
from qaudit.model.verdict import Evidence, NotApplicable
from qaudit.vision.scaling import shrunk

VERSION = 1
LEAST_PRODUCT_SHARE = 0.05


def phash_distance(pair: RectifiedPair) -> Evidence | NotApplicable:
    """How many bits of the perceptual hash differ once the product has been laid over its listing and relit?

    Returns
    -------
        Evidence in bits of 64, 0 for identical pictures, about 32 for unrelated ones; symmetric.
        What is not product is replaced by one grey in both pictures.

    References
    ----------
    Zauner (2010), Implementation and benchmarking of perceptual image hash functions; the ``imagehash`` package.
    """
    if pair.mask.mean() < LEAST_PRODUCT_SHARE:
        return NotApplicable("identity", "phash", "too_little_seen")
    pictures = [np.where(pair.mask[..., None], p, np.uint8(128)) for p in (pair.listing, pair.arrival)]
    return Evidence("identity", "phash", VERSION, float(raw_distance_bits(*pictures)), "bits")


def raw_distance_bits(first: U8, second: U8) -> int:
    """Hamming distance in bits of 64 of the pHashes of two RGB pictures, uint8 (H, W, 3), as they are; symmetric."""
    hashes = []
    for picture in (first, second):
        shrink = 256.0 / max(picture.shape[:2])
        small = shrunk(picture, shrink) if shrink < 1 else picture
        hashes.append(imagehash.phash(Image.fromarray(small)))
    return int(hashes[0] - hashes[1])
