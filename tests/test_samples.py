"""The committed samples are small, complete and labelled; what was drawn without a renderer can be drawn here too."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.color import deltaE_ciede2000

from qaudit.model.record import VERDICTS
from qaudit.model.verdict import ASPECTS
from samples.make.colour import redyed
from samples.make.light import illuminant_gain
from samples.make.phone import developed, saved
from samples.make.shot import Phone

FOLDER = Path(__file__).parent.parent / "samples"
COLUMNS = ("id", "listing", "arrival", "product", "label", "aspect", "expected_verdict", "group", "mask", "mask_frame", "what")
LARGEST_BYTES = 12_000_000
LONGEST_PX = 1200


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = rows_of("manifest.csv")


def test_every_row_has_an_answer_that_qaudit_can_give() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert tuple(row) == COLUMNS
        assert row["label"] in {"match", "mismatch"}
        assert row["expected_verdict"] in VERDICTS
        assert (row["aspect"] == "none") == (row["label"] == "match")
        assert row["aspect"] in {"none", *ASPECTS}
        assert row["group"] == "sample-" + row["aspect"].replace("none", "match")
        assert row["what"]


def test_each_product_has_true_arrivals_ways_to_disappoint_and_one_photo_to_retake() -> None:
    products = defaultdict(Counter)
    for row in ROWS:
        products[row["product"]][row["expected_verdict"]] += 1
    assert len(products) >= 8
    for name, expected in products.items():
        assert expected["match"] == 2, name
        assert expected["mismatch"] >= 4, name
        assert expected["retake"] == 1, name
    assert {"identity", "colour", "pattern", "missing", "damage", "shape", "material"} <= {row["aspect"] for row in ROWS}


def test_the_few_that_the_readme_audits_are_rows_of_the_whole_manifest() -> None:
    few = rows_of("few.csv")
    assert {row["expected_verdict"] for row in few} == {"match", "mismatch", "retake"}
    assert all(row in ROWS for row in few)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_photos_are_small_jpegs_and_masks_lie_on_the_arrival_as_displayed(row: dict[str, str]) -> None:
    for path in [*row["listing"].split("|"), row["arrival"]]:
        with Image.open(FOLDER / path) as photo:
            assert photo.format == "JPEG"
            assert max(photo.size) <= LONGEST_PX
            orientation = photo.getexif().get(0x0112, 1)
    assert bool(row["mask"]) == (row["label"] == "mismatch")
    if row["mask"]:
        assert row["mask_frame"] == "arrival"
        assert orientation == 1  # the scorer reads sizes without EXIF
        mask = cv2.imread(str(FOLDER / row["mask"]), cv2.IMREAD_GRAYSCALE)
        assert mask.shape == cv2.imread(str(FOLDER / row["arrival"])).shape[:2]
        assert set(np.unique(mask)) == {0, 255}


def test_the_folder_stays_small_and_holds_no_picture_that_no_row_names() -> None:
    pictures = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in {".jpg", ".png"}}
    named = {path for row in ROWS for path in [*row["listing"].split("|"), row["arrival"], row["mask"]] if path}
    assert pictures == named
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < LARGEST_BYTES


def test_the_phone_leaves_a_cast_where_its_white_balance_is_wrong() -> None:
    grey = np.full((64, 64, 3), 0.4, np.float32) * np.array(illuminant_gain(3000), np.float32)
    right, wrong = (developed(grey, Phone(balanced_k=k, noise=0.2), seed=1).reshape(-1, 3).mean(axis=0) for k in (3000, 4200))
    assert np.ptp(right) < 2
    assert wrong[0] > wrong[1] + 10 > wrong[2] + 20


def test_the_phone_writes_exif_and_turns_what_it_stores() -> None:
    pixels = np.zeros((30, 40, 3), np.uint8)
    pixels[:10] = 255
    with Image.open(io.BytesIO(saved(pixels, Phone(model="A1", stored_turned=True), seed=3))) as photo:
        exif = photo.getexif()
        assert (exif[0x0112], exif[0x0110], photo.size) == (6, "Sawah A1", (30, 40))
    with Image.open(io.BytesIO(saved(pixels, Phone(model=""), seed=3))) as photo:
        assert (photo.size, dict(photo.getexif())) == ((40, 30), {})


@pytest.mark.parametrize("asked", [6.0, 14.0])
def test_a_dye_is_wrong_by_as_much_as_stated_and_only_where_stated(asked: float) -> None:
    rng = np.random.default_rng(4)
    cloth = rng.integers(70, 170, (40, 50, 3)).astype(np.uint8)
    where = np.zeros((40, 50), bool)
    where[:, 20:] = True
    dyed = redyed(cloth, where, asked, hue_deg=60.0)
    lab = [cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab) for picture in (cloth, dyed)]
    assert np.median(deltaE_ciede2000(*lab)[where]) == pytest.approx(asked, rel=0.05)
    assert (dyed[~where] == cloth[~where]).all()
