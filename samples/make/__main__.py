"""Render the sample photos, their masks and their manifest into ``samples/``: ``python -m samples.make``.

Runs in an environment of its own (requirements.txt beside this file). Photos that are there already are kept; --again renders
them anew. --only names products, or single photos as PRODUCT/NAME.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import sys
import time
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np

from . import render
from .phone import saved
from .shot import Arrival, Listing, seed_of, shots_of

PRODUCTS = ("endek", "songket", "batik", "painting", "ring", "earrings", "topeng", "bag", "bowl", "bracelet")
COLUMNS = ("id", "listing", "arrival", "product", "label", "aspect", "expected_verdict", "group", "mask", "mask_frame", "what")
FOLDER = Path(__file__).resolve().parent.parent


def main() -> None:
    """Render what is asked for; the manifest is written whole each time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    for part in ("listing", "arrival", "mask"):
        (asked.folder / part).mkdir(parents=True, exist_ok=True)
    rows = []
    for name in PRODUCTS:
        product = importlib.import_module(f"samples.make.products.{name}")
        for shot_name, shot in shots_of(product).items():
            if not asked.only or {name, f"{name}/{shot_name}"} & set(asked.only):
                _take(asked.folder, name, product, shot_name, shot, asked.again)
        rows += [_row(name, len(product.LISTINGS), arrival) for arrival in product.ARRIVALS]
    with (asked.folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _take(folder: Path, name: str, product: ModuleType, shot_name: str, shot: Listing | Arrival, again: bool) -> None:
    """Render one photo, and its mask, unless they are there."""
    seed = seed_of(name, shot_name)
    path = folder / "listing" / f"{name}-{shot_name.removeprefix('listing-')}.jpg"
    if isinstance(shot, Arrival):
        path = folder / "arrival" / f"{name}-{shot_name}.jpg"
    if path.exists() and not again:
        return
    start = time.monotonic()
    if isinstance(shot, Listing):
        path.write_bytes(saved(render.listing_photo(product, shot, seed), shot.camera, seed))
    else:
        mask = render.change_mask(product, shot, seed)
        if mask is not None:
            if not mask.any():
                raise ValueError(f"{name}/{shot_name}: the photo does not show what changed")
            path_of_mask = folder / "mask" / f"{name}-{shot_name}.png"
            cv2.imwrite(str(path_of_mask), mask.astype(np.uint8) * 255, [cv2.IMWRITE_PNG_BILEVEL, 1])
        path.write_bytes(saved(render.arrival_photo(product, shot, seed), shot.phone, seed))
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB, {time.monotonic() - start:.0f} s\n")
    sys.stdout.flush()


def _row(name: str, listings: int, arrival: Arrival) -> dict[str, str]:
    """The arrival's row of the manifest."""
    item, masked = f"{name}-{arrival.name}", arrival.change is not None
    values = (
        item, "|".join(f"listing/{name}-{k}.jpg" for k in range(1, listings + 1)), f"arrival/{item}.jpg", f"sample/{name}",
        arrival.label, arrival.aspect, arrival.expected_verdict, "sample-" + arrival.aspect.replace("none", "match"),
        f"mask/{item}.png" if masked else "", "arrival" if masked else "", arrival.what,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


if __name__ == "__main__":
    main()
