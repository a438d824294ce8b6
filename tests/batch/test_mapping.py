"""Exports of shops, and arrival photos joined from a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.manifest import Manifest
from qaudit.batch.mapping import PRESETS, parse_map
from qaudit.batch.row import Row
from qaudit.model.errors import ManifestError, SettingsError
from tests.faults.work import cheap_record

from .factory import photo

SHOPIFY = """Handle,Title,Vendor,Type,Variant SKU,Image Src,Image Position,Variant Image
mug,Mug,Studio A,Cups,M-1,https://cdn.example/mug-1.jpg?v=1,1,
mug,,,,M-2,https://cdn.example/mug-2.jpg,2,https://cdn.example/blue.jpg
bowl,Bowl,Studio B,Bowls,B-1,https://cdn.example/bowl.jpg,1,
"""
WOO = """ID,Type,SKU,Name,Categories,Images
12,simple,MUG,Mug,Cups,"https://cdn.example/a.jpg, https://cdn.example/b.jpg"
13,simple,,Bowl,Bowls,https://cdn.example/c.jpg
"""
ETSY = "TITLE,PRICE,IMAGE1,IMAGE2,IMAGE10,SKU\nMug,3,https://i.example/1.jpg,,https://i.example/10.jpg,M1\n"


def rows(path: Path, map_: str, text: str, *names: str) -> list[Row]:
    """Rows of an export with arrival photos of these names."""
    (path / "export.csv").write_text(text)
    for name in names:
        photo(path / "photos" / name)
    manifest = Manifest(path / "export.csv", columns=parse_map(map_), arrivals=path / "photos", allow_url=True)
    return [row for row in manifest if isinstance(row, Row)]


def test_an_export_of_shopify_has_one_item_a_handle_with_all_its_photos(tmp_path: Path) -> None:
    mug, bowl = rows(tmp_path, "shopify", SHOPIFY, "mug.jpg", "B-1.heic")
    assert (mug.id, mug.arrival, bowl.id, bowl.arrival) == ("mug", ("photos/mug.jpg",), "bowl", ("photos/B-1.heic",))
    assert mug.listing == (
        "https://cdn.example/mug-1.jpg?v=1",
        "https://cdn.example/mug-2.jpg",
        "https://cdn.example/blue.jpg",
    )
    assert (mug.extra["seller"], mug.extra["category"], mug.extra["Title"]) == ("Studio A", "Cups", "Mug")


def test_an_export_of_woocommerce_has_its_photos_in_a_cell(tmp_path: Path) -> None:
    mug, bowl = rows(tmp_path, "WooCommerce", WOO, "MUG.jpg", "13.jpg")
    assert (mug.id, mug.listing) == ("MUG", ("https://cdn.example/a.jpg", "https://cdn.example/b.jpg"))
    assert (bowl.id, bowl.listing, bowl.extra["category"]) == ("13", ("https://cdn.example/c.jpg",), "Bowls")


def test_an_export_of_etsy_has_its_photos_in_columns(tmp_path: Path) -> None:
    (mug,) = rows(tmp_path, "etsy", ETSY, "M1.jpg")
    assert (mug.id, mug.listing) == ("M1", ("https://i.example/1.jpg", "https://i.example/10.jpg"))


def test_columns_can_be_named_one_by_one(tmp_path: Path) -> None:
    text = 'Item No,"Photo, main",more,came,Maker\n007,a.jpg|b.jpg,c,d.jpg,Sri\n'
    (tmp_path / "t.csv").write_text(text)
    columns = parse_map('id=Item No,"listing=Photo, main",arrival=came,seller=Maker')
    (row,) = Manifest(tmp_path / "t.csv", columns=columns)
    assert isinstance(row, Row)
    assert (row.id, row.listing, row.arrival, dict(row.extra)) == (
        "007",
        ("a.jpg", "b.jpg"),
        ("d.jpg",),
        {"more": "c", "seller": "Sri"},
    )
    with pytest.raises(ManifestError) as caught:
        list(Manifest(tmp_path / "t.csv", columns=parse_map("id=Nummer,arrival=came,listing=more")))
    assert "Nummer missing" in caught.value.message


def test_a_map_may_quote_a_column() -> None:
    assert parse_map('listing="Image Src",id=SKU').columns == {"listing": ("Image Src",), "id": ("SKU",)}
    assert parse_map("listing=A,listing=B").columns == {"listing": ("A", "B")}


@pytest.mark.parametrize("text", ["", "amazon", "id=", "colour=X", "id"])
def test_a_map_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_map(text)
    assert caught.value.slug == "map_unknown"
    assert "shopify" in PRESETS


TABLE = "id,listing,SKU\nmug,l.jpg,S1\nmug-2,l.jpg,S2\npot,l.jpg,S3\njar,l.jpg,S3\ncan,l.jpg,\n"


def joined(path: Path, *names: str) -> tuple[dict[str, tuple[str, ...]], tuple[list[str], list[str]]]:
    """Id -> arrival photos of a table without any, and what found no partner."""
    (path / "t.csv").write_text(TABLE)
    for name in names:
        photo(path / "photos" / name)
    manifest = Manifest(path / "t.csv", arrivals=path / "photos")
    found = {row.id: row.arrival for row in manifest if isinstance(row, Row)}
    return found, manifest.unpaired()


def test_numbered_photos_are_of_the_same_item_unless_another_is_named_so(tmp_path: Path) -> None:
    found, unpaired = joined(
        tmp_path, "mug.jpg", "mug-2.jpg", "mug_3.png", "mug (4).jpg", "mug-2-2.jpg", "note.txt", ".mug.jpg"
    )
    assert {id_: sorted(photos) for id_, photos in found.items()} == {
        "mug": ["photos/mug (4).jpg", "photos/mug.jpg", "photos/mug_3.png"],
        "mug-2": ["photos/mug-2-2.jpg", "photos/mug-2.jpg"],
    }
    assert unpaired == (["pot", "jar", "can"], [])


def test_a_photo_named_after_two_items_belongs_to_neither(tmp_path: Path) -> None:
    found, unpaired = joined(tmp_path, "S3.jpg", "S1.jpg", "stranger.jpg")
    assert found == {"mug": ("photos/S1.jpg",)}
    assert unpaired == (["mug-2", "pot", "jar", "can"], ["photos/S3.jpg", "photos/stranger.jpg"])


def test_a_folder_named_after_an_item_holds_its_photos(tmp_path: Path) -> None:
    found, _ = joined(tmp_path, "can/front.jpg", "can/back.jpg", "can/list.txt")
    assert found == {"can": ("photos/can/back.jpg", "photos/can/front.jpg")}


def test_arrivals_outside_the_root_are_errors_of_their_rows(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.csv").write_text(TABLE)
    photo(tmp_path / "out" / "can.jpg")
    (error,) = Manifest(tmp_path / "in" / "t.csv", arrivals=tmp_path / "out")
    assert getattr(error, "slug", "") == "row_outside_root"
    (row,) = Manifest(tmp_path / "in" / "t.csv", tmp_path, arrivals=tmp_path / "out")
    assert isinstance(row, Row)


def test_what_found_no_partner_is_listed_and_the_rest_is_audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)
    (tmp_path / "t.csv").write_text(TABLE)
    for name in ("l.jpg", "photos/mug.jpg", "photos/can.jpg", "photos/stranger.jpg"):
        photo(tmp_path / name)
    report = audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos")
    assert (len(report.totals), len(report.unpaired.items)) == (2, 3)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["unpaired"] == {"items": ["mug-2", "pot", "jar"], "arrivals": ["photos/stranger.jpg"]}
    (tmp_path / "photos" / "mug.jpg").write_bytes(b"another")
    again = audit(tmp_path / "t.csv", tmp_path / "run", arrivals=tmp_path / "photos")
    assert again.unpaired == report.unpaired


def test_no_partner_at_all_or_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "photos").mkdir()
    with pytest.raises(ManifestError) as unmatched:
        list(Manifest(tmp_path / "t.csv", arrivals=tmp_path / "photos"))
    with pytest.raises(SettingsError) as missing:
        Manifest(tmp_path / "t.csv", arrivals=tmp_path / "nowhere")
    assert (unmatched.value.slug, missing.value.slug) == ("arrivals_unmatched", "arrivals_missing")
