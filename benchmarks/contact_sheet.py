"""Look at pairs: listing, arrival with the findings boxed, the arrival laid over the listing, and the words, a row a pair.

usage: python benchmarks/contact_sheet.py MANIFEST OUT.jpg [--only ID ...] [--mask] [--columns N]

--mask draws the outline of the truth where the manifest has a column `mask`. The page has as many rows as there are pairs;
--columns puts several pairs side by side.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import qaudit

PANEL = (300, 300)
"""Width and height of each picture in px."""
GAP = 8
TEXT_PX, TEXT_ROWS = 15, 3
COLOURS = {"match": (24, 128, 56), "mismatch": (197, 34, 31), "review": (176, 96, 0), "retake": (18, 104, 150)}
BOX_COLOUR, TRUTH_COLOUR, INK = (255, 40, 40), (255, 0, 255), (40, 40, 40)


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--mask", action="store_true")
    parser.add_argument("--columns", type=int, default=1)
    asked = parser.parse_args()
    with asked.manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if not asked.only or row["id"] in asked.only]
    sheet_of([strip_of(asked.manifest.parent, row, asked.mask) for row in rows], asked.columns).save(asked.out, quality=88)


def sheet_of(strips: list[Image.Image], columns: int = 1) -> Image.Image:
    """The strips under each other, in so many columns."""
    height, width = strips[0].height, strips[0].width
    down = -(-len(strips) // columns)
    sheet = Image.new("RGB", (width * columns, height * down), "white")
    for k, strip in enumerate(strips):
        sheet.paste(strip, (width * (k // down), height * (k % down)))
    return sheet


def strip_of(folder: Path, row: dict[str, str], with_mask: bool) -> Image.Image:
    """One pair."""
    listings, arrivals = ([str(folder / name) for name in row[side].split("|")] for side in ("listing", "arrival"))
    result = qaudit.compare(listings, arrivals, keep_views=True)
    views = result.views
    arrival = views.arrival.copy()
    for number, finding in enumerate(result.findings[:3], 1):
        if finding.arrival_box:
            _box(arrival, finding.arrival_box, views.arrival_scale, number)
    if with_mask and row.get("mask") and row["mask_frame"] == "arrival":
        mask = cv2.imread(str(folder / row["mask"]), cv2.IMREAD_GRAYSCALE)
        mask = cv2.resize(mask, arrival.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        edges, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(arrival, edges, -1, TRUTH_COLOUR, 2)
    pictures = [views.listing, arrival]
    if views.arrival_over_listing is not None:
        pictures.append(views.arrival_over_listing)
    strip = Image.new("RGB", (3 * (PANEL[0] + GAP) + GAP, PANEL[1] + 2 * GAP + round(TEXT_ROWS * TEXT_PX * 1.4)), "white")
    for k, picture in enumerate(pictures):
        panel = Image.fromarray(picture)
        panel.thumbnail(PANEL, Image.Resampling.LANCZOS)
        strip.paste(panel, (GAP + k * (PANEL[0] + GAP) + (PANEL[0] - panel.width) // 2, GAP))
    _caption(strip, row, result)
    return strip


def _box(picture: np.ndarray, box: tuple[int, int, int, int], scale: float, number: int) -> None:
    x, y, w, h = (round(side * scale) for side in box)
    thickness = max(2, round(max(picture.shape) / 130))
    cv2.rectangle(picture, (x, y), (x + w, y + h), BOX_COLOUR, thickness)
    cv2.putText(
        picture,
        str(number),
        (x + 4, y - 6 if y > 30 else y + 28),
        cv2.FONT_HERSHEY_SIMPLEX,
        thickness / 3,
        BOX_COLOUR,
        thickness,
    )


def _caption(strip: Image.Image, row: dict[str, str], result: qaudit.Comparison) -> None:
    """What is true, what qaudit says, and its first finding or advice."""
    draw, font = ImageDraw.Draw(strip), ImageFont.load_default(TEXT_PX)
    y = PANEL[1] + GAP + 4
    truth = f"{row['id']}   truth: {row.get('what') or row['aspect']}"
    says = f"{result.verdict}  p {result.p_mismatch:.2f}  " + "  ".join(f"{f.aspect} {f.p:.2f}" for f in result.findings[:3])
    words = result.findings[0].text if result.findings else result.decision.next_step or ""
    for text, colour in ((truth, INK), (says, COLOURS[result.verdict]), (words[:130], INK)):
        draw.text((GAP, y), text, colour, font)
        y += round(TEXT_PX * 1.4)


if __name__ == "__main__":
    main()
