"""Draw the sample pairs, their masks and their manifest into this folder: ``python -m samples.make_samples``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from .backdrop import studio, table
from .carving import fish, fish_fin
from .craft import SOGA, kain, mat, painting
from .defect import part_missing, recoloured, stained
from .drawing import Product
from .photography import F64, U8, Bool, Camera, Light, expose, jpeg, lay_down, view

PHOTO = (720, 960)
"""Height and width of every sample photo in px."""
JPEG_QUALITY = 82
COLUMNS = ("id", "listing", "arrival", "product", "label", "aspect", "expected_verdict", "group", "mask", "mask_frame")
LISTING_SCALE = 0.86
PHONE = Camera(blur_px=0.7, noise_levels=1.8)

PRODUCTS: dict[str, Callable[[], Product]] = {
    "painting": lambda: painting(1),
    "coast": lambda: painting(2),
    "kain": lambda: kain(3),
    "sogan": lambda: kain(4, motif="truntum", palette=SOGA),
    "fish": lambda: fish(6),
    "mat": lambda: mat(5),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of the manifest and how its arrival photo is taken; `changed` turns the product into what was sent."""

    id: str
    product: str
    label: str
    aspect: str
    expected_verdict: str
    light: Light
    rotation_deg: float = 0.0
    scale: float = 0.7
    perspective: float = 0.0
    centre: tuple[float, float] = (0.5, 0.5)
    camera: Camera = PHONE
    sent: str | None = None
    changed: Callable[[Product], tuple[Product, Bool]] | None = field(default=None, repr=False)


PAIRS = (
    Pair("painting-match", "painting", "match", "none", "match", Light(3900, -0.2, 1.2, 20), -17, 0.72, 0.1),
    Pair("kain-match", "kain", "match", "none", "match", Light(7600, 0.15, 0.7, 140), 84, 0.66, 0.07),
    Pair("fish-match", "fish", "match", "none", "match", Light(4600, 0.1, 0.9, 200, (0.52, 0.3, 0.04), 0.6), 152, 0.78, 0.08),
    Pair("mat-match", "mat", "match", "none", "match", Light(5200, 0.1, 1.0, 310), 8, 0.72, 0.13),
    Pair("painting-other", "painting", "mismatch", "identity", "mismatch", Light(4300, 0, 0.8), 11, 0.74, 0.08, sent="coast"),
    Pair("kain-other", "kain", "mismatch", "identity", "mismatch", Light(5600, 0, 0.8, 80), -9, 0.74, 0.06, sent="sogan"),
    Pair(
        "sogan-colour", "sogan", "mismatch", "colour", "mismatch", Light(5600, 0.2, 0.6, 250), -12, 0.74, 0.08,
        changed=lambda product: recoloured(product, _right_half(product), 14, 150),
    ),
    Pair(
        "fish-missing", "fish", "mismatch", "missing", "mismatch", Light(5200, 0.1, 0.7), 21, 0.76, 0.06,
        changed=lambda product: part_missing(product, fish_fin(product.mask.shape[1])),
    ),
    Pair(
        "mat-stain", "mat", "mismatch", "damage", "mismatch", Light(4600, 0, 0.8, 60), -14, 0.74, 0.1,
        changed=lambda product: stained(product, (0.34, 0.3, 0.11), seed=2),
    ),
    Pair("painting-blurred", "painting", "match", "none", "retake", Light(4300, 0, 0.6), 9, 0.7, 0.05, camera=Camera(9.0, 1.8)),
    Pair("fish-dark", "fish", "match", "none", "retake", Light(3600, -6.0, 1.0), -14, 0.7, 0.05, camera=Camera(1.0, 4.0)),
    Pair("painting-tiny", "painting", "match", "none", "retake", Light(6000, 0, 0.6), 30, 0.09, 0.05, (0.62, 0.45)),
)  # fmt: skip


def main() -> None:
    """Write every sample beside this file."""
    folder = Path(__file__).parent
    rows = write_samples(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in {".jpg", ".png", ".csv"})
    sys.stdout.write(f"{len(rows)} pairs, {size / 1e6:.2f} MB in {folder}\n")


def write_samples(folder: Path) -> list[dict[str, str]]:
    """Write photos, masks and ``manifest.csv`` into `folder`; returns the manifest's rows."""
    draw = cache(lambda name: PRODUCTS[name]())
    for part in ("listing", "arrival", "mask"):
        (folder / part).mkdir(exist_ok=True)
    for name in sorted({pair.product for pair in PAIRS}):
        (folder / "listing" / f"{name}.jpg").write_bytes(jpeg(listing_photo(draw(name)), JPEG_QUALITY))
    rows = []
    for seed, pair in enumerate(PAIRS):
        product, change = draw(pair.sent or pair.product), None
        if pair.changed:
            product, change = pair.changed(product)
        (folder / "arrival" / f"{pair.id}.jpg").write_bytes(jpeg(arrival_photo(pair, product, seed), JPEG_QUALITY))
        if change is not None:
            shown = cv2.warpPerspective(change.astype(np.uint8) * 255, _listing_view(product), PHOTO[::-1])
            cv2.imwrite(str(folder / "mask" / f"{pair.id}.png"), (shown > 127).astype(np.uint8) * 255)
        rows.append(_row(pair, change is not None))
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def listing_photo(product: Product) -> U8:
    """The product as its shop shows it: on a plain backdrop, from straight above, in even light."""
    scene, _ = lay_down(product.pixels, product.mask, _listing_view(product), studio(*PHOTO), shadow_px=7)
    return expose(scene, Light(), Camera(blur_px=0.5, noise_levels=0.8), np.random.default_rng(100))


def arrival_photo(pair: Pair, product: Product, seed: int) -> U8:
    """The product as its buyer photographs it, on a table, with a phone."""
    rng = np.random.default_rng(1000 + seed)
    pose = {"rotation_deg": pair.rotation_deg, "scale": pair.scale, "perspective": pair.perspective, "centre": pair.centre}
    H = view(product.mask.shape, PHOTO, **pose)
    scene, _ = lay_down(product.pixels, product.mask, H, table(rng, *PHOTO), shadow_px=9)
    return expose(scene, pair.light, pair.camera, rng)


def _right_half(product: Product) -> Bool:
    """Mask of the half that was dyed in another bath."""
    return np.arange(product.mask.shape[1])[None] > 0.52 * product.mask.shape[1]


def _listing_view(product: Product) -> F64:
    """Homography from a product to its listing photo."""
    return view(product.mask.shape, PHOTO, scale=LISTING_SCALE)


def _row(pair: Pair, masked: bool) -> dict[str, str]:
    """The pair's row of the manifest."""
    values = (
        pair.id, f"listing/{pair.product}.jpg", f"arrival/{pair.id}.jpg", f"sample/{pair.product}", pair.label, pair.aspect,
        pair.expected_verdict, "sample-" + ("match" if pair.aspect == "none" else pair.aspect),
        f"mask/{pair.id}.png" if masked else "", "listing" if masked else "",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


if __name__ == "__main__":
    main()
