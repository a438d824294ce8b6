"""Small, quick renders of one product, to look at while modelling: ``python -m samples.make.preview ring --only match-1``."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

import cv2

from . import render
from .shot import Listing, seed_of, shots_of


def main() -> None:
    """Write PNG pictures of the chosen photos, each mask drawn around, into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("product")
    parser.add_argument("--only", nargs="*", help="names of arrivals, or listing-1, listing-2")
    parser.add_argument("--scale", type=float, default=0.4)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--no-mask", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("run/preview"))
    asked = parser.parse_args()
    product = importlib.import_module(f"samples.make.products.{asked.product}")
    render.SAMPLES = asked.samples
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, shot in shots_of(product).items():
        if asked.only and name not in asked.only:
            continue
        start, seed = time.monotonic(), seed_of(asked.product, name)
        if isinstance(shot, Listing):
            picture, mask = render.listing_photo(product, shot, seed, asked.scale), None
        else:
            picture = render.arrival_photo(product, shot, seed, asked.scale)
            mask = None if asked.no_mask else render.change_mask(product, shot, seed, asked.scale)
        if mask is not None:
            edges, _ = cv2.findContours(mask.astype("uint8"), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            picture = cv2.drawContours(picture.copy(), edges, -1, (255, 0, 255), 1)
        path = asked.out / f"{asked.product}-{name}.png"
        cv2.imwrite(str(path), picture[..., ::-1])
        sys.stdout.write(f"{path} {time.monotonic() - start:.0f} s\n")


if __name__ == "__main__":
    main()
