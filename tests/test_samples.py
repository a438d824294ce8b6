"""The committed samples are small, complete, and what their script draws."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from qaudit.model.record import VERDICTS
from qaudit.model.verdict import ASPECTS
from samples.make_samples import COLUMNS, JPEG_QUALITY, PAIRS, PRODUCTS, arrival_photo, listing_photo
from samples.photography import jpeg

FOLDER = Path(__file__).parent.parent / "samples"
with (FOLDER / "manifest.csv").open(newline="", encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


def decoded(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)


def test_the_manifest_has_one_row_a_pair_and_answers_that_qaudit_can_give() -> None:
    assert [row["id"] for row in ROWS] == [pair.id for pair in PAIRS]
    for row in ROWS:
        assert tuple(row) == COLUMNS
        assert row["label"] in {"match", "mismatch"}
        assert row["expected_verdict"] in VERDICTS
        assert (row["aspect"] == "none") == (row["label"] == "match")
        assert row["aspect"] in {"none", *ASPECTS}


def test_the_samples_show_matches_mismatches_of_four_kinds_and_retakes() -> None:
    expected = [row["expected_verdict"] for row in ROWS]
    assert min(expected.count(verdict) for verdict in ("match", "mismatch", "retake")) >= 2
    assert {"identity", "colour", "missing", "damage"} <= {row["aspect"] for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_photos_are_small_and_masks_fit_them(row: dict[str, str]) -> None:
    photos = {side: cv2.imread(str(FOLDER / row[side])) for side in ("listing", "arrival")}
    assert all(photo is not None and max(photo.shape) <= 1000 for photo in photos.values())
    assert bool(row["mask"]) == (row["aspect"] in {"colour", "missing", "damage"})
    if row["mask"]:
        mask = cv2.imread(str(FOLDER / row["mask"]), cv2.IMREAD_GRAYSCALE)
        assert mask.shape == photos[row["mask_frame"]].shape[:2]
        assert set(np.unique(mask)) == {0, 255}


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 3_000_000


def test_the_script_draws_the_committed_pictures_and_the_same_bytes_twice() -> None:
    seed, pair = next((seed, pair) for seed, pair in enumerate(PAIRS) if pair.id == "fish-match")
    pictures = []
    for _ in range(2):
        product = PRODUCTS[pair.product]()
        pictures.append([jpeg(listing_photo(product), JPEG_QUALITY), jpeg(arrival_photo(pair, product, seed), JPEG_QUALITY)])
    assert pictures[0] == pictures[1]
    # Another processor may round the last bit of a logarithm otherwise: pictures are compared, not bytes.
    for data, path in zip(pictures[0], (f"listing/{pair.product}.jpg", f"arrival/{pair.id}.jpg"), strict=True):
        committed = decoded((FOLDER / path).read_bytes())
        assert np.abs(decoded(data).astype(int) - committed).mean() < 0.5
