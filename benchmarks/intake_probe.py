"""Reads one photo and prints what was found as one line of JSON; a process of its own for each file of `intake.py`.

usage: python benchmarks/intake_probe.py PERCENT-ENCODED-PATH
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from urllib.parse import unquote_to_bytes

PLACES = {"tl": (0.1, 0.1), "tr": (0.9, 0.1), "bl": (0.1, 0.9), "br": (0.9, 0.9), "c": (0.5, 0.5)}
QUARTERS = {"tl": (0.25, 0.25), "tr": (0.75, 0.25), "bl": (0.25, 0.75), "br": (0.75, 0.75)}
BOX_SHARE = 0.05


def main() -> None:
    import qaudit

    try:
        photo = qaudit.read_photo(os.fsdecode(unquote_to_bytes(sys.argv[1])))
    except qaudit.PhotoRefused as refused:
        print(json.dumps({"refused": refused.slug, "message": str(refused)}))
        return
    pixels = photo.pixels
    found = {
        "size": [photo.width, photo.height],
        "patches": {name: patch(pixels, *place) for name, place in PLACES.items()},
        "quarters": {name: patch(pixels, *place) for name, place in QUARTERS.items()},
        "format": photo.format,
        "applied": photo.applied,
        "damaged": photo.damaged,
        "notes": photo.notes,
        "pixels": hashlib.sha256(pixels.tobytes()).hexdigest(),
    }
    print(json.dumps(found))


def patch(pixels, x_share: float, y_share: float) -> list[float]:
    """Mean colour of a box around a place, a share of the shorter side wide."""
    height, width = pixels.shape[:2]
    reach = int(min(height, width) * BOX_SHARE / 2)
    spans = []
    for length, share in ((height, y_share), (width, x_share)):
        middle = int((length - 1) * share)
        spans.append(slice(max(0, middle - reach), middle + reach + 1))
    return [round(float(level), 1) for level in pixels[spans[0], spans[1]].reshape(-1, 3).mean(axis=0)]


if __name__ == "__main__":
    main()
