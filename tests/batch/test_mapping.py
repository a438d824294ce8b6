"""Exports of shops, and tables with other names for their columns."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from qaudit.batch.manifest import Manifest
from qaudit.batch.mapping import PRESETS, ColumnMap, parse_map
from qaudit.batch.row import Row
from qaudit.model.errors import ManifestError, SettingsError
from qaudit.model.record import ItemError

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


def test_shopify_is_read_under_the_headers_of_newer_exports_too(tmp_path: Path) -> None:
    new = SHOPIFY.replace("Handle", "URL handle").replace("Image Src", "Product image URL").replace("Variant SKU", "SKU")
    new = new.replace("Variant Image", "Variant image URL")
    before = rows(tmp_path, "shopify", SHOPIFY, "mug.jpg", "B-1.heic")
    now = rows(tmp_path, "shopify", new, "mug.jpg", "B-1.heic")
    assert [(row.id, row.listing, row.arrival) for row in now] == [(row.id, row.listing, row.arrival) for row in before]


def plain(path: Path, map_: str, text: str) -> list[Row | ItemError]:
    """Rows of a table without a folder of arrival photos."""
    (path / "t.csv").write_text(text)
    return list(Manifest(path / "t.csv", columns=parse_map(map_)))


def test_own_columns_of_photos_stay_whole_where_rows_are_joined(tmp_path: Path) -> None:
    text = "Handle,Image Src,arrival,accepted\nmug,1.jpg,in/a.jpg|in/b.jpg,good.jpg\nmug,2.jpg,,\nmug,1.jpg,in/c.jpg,\n"
    (mug,) = plain(tmp_path, "shopify", text)
    assert isinstance(mug, Row)
    assert (mug.listing, mug.arrival) == (("1.jpg", "2.jpg"), ("in/a.jpg", "in/b.jpg", "in/c.jpg"))
    assert mug.accepted == ("good.jpg",)


def test_photos_that_are_none_are_an_error_of_the_joined_row(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"Handle": "mug", "Image Src": "a", "arrival": "b"}\n{"Handle": "mug", "Image Src": [{}], "arrival": 5}\n')
    (error,) = Manifest(path, columns=parse_map("shopify"))
    assert isinstance(error, ItemError)
    assert error.slug == "row_bad_cell"


def test_what_is_wrong_with_a_further_row_of_an_item_is_wrong_with_the_item(tmp_path: Path) -> None:
    text = "Handle,Image Src,arrival\nmug,1.jpg,a.jpg\nmug,2.jpg\nmug,3.jpg,,,\nbowl,4.jpg,b.jpg\n"
    mug, bowl = plain(tmp_path, "shopify", text)
    assert isinstance(mug, ItemError)
    assert (mug.id, mug.slug, mug.message[:18]) == ("mug", "row_cells", "row 3: it has 2 ce")
    assert isinstance(bowl, Row)


def test_rows_without_an_id_are_not_one_item(tmp_path: Path) -> None:
    text = "Handle,Image Src,arrival\n,1.jpg,a.jpg\n,2.jpg,b.jpg\n"
    assert [getattr(row, "slug", "") for row in plain(tmp_path, "shopify", text)] == ["row_no_id", "row_no_id"]


@pytest.mark.parametrize(
    "map_", ["id=SKU,seller=Makr", "id=SKU,listing=listing,listing=Makr", "id=SKU,id=Makr", "accepted=Makr"]
)
def test_every_column_that_a_map_names_has_to_be_there(tmp_path: Path, map_: str) -> None:
    with pytest.raises(ManifestError) as caught:
        plain(tmp_path, map_, "id,SKU,listing,arrival,Maker\n1,S,a,b,Sri\n")
    assert caught.value.slug == "manifest_columns"
    assert "column Makr missing, found: id, SKU, listing, arrival, Maker" in caught.value.message


def test_a_preset_needs_one_of_its_columns_for_each_of_ours(tmp_path: Path) -> None:
    (row,) = plain(tmp_path, "etsy", "TITLE,IMAGE3,arrival,seller\nMug,a,b,Sri\n")
    assert isinstance(row, Row)
    assert (row.id, row.listing, dict(row.extra)) == ("Mug", ("a",), {"seller": "Sri"})
    with pytest.raises(ManifestError) as caught:
        plain(tmp_path, "woocommerce", "Name,Images,arrival\nMug,a,b\n")
    assert "column SKU or ID missing" in caught.value.message


@pytest.mark.parametrize(
    ("map_", "header", "advice"),
    [
        ("shopify", "Handle,Image Src", "join a folder of arrival photos: --arrivals DIR"),
        ("id=Handle,listing=Foto,arrival=b", "Handle,a,b", "name columns in --map as the table has them"),
        (None, "Handle,Image Src", "name them id, listing, arrival, or say with --map which is which"),
        (None, "id,listing", "join a folder of arrival photos: --arrivals DIR"),
    ],
)
def test_a_column_that_is_missing_is_told_with_what_mends_it(
    tmp_path: Path, map_: str | None, header: str, advice: str
) -> None:
    (tmp_path / "t.csv").write_text(f"{header}\n1,2,3\n")
    with pytest.raises(ManifestError) as caught:
        list(Manifest(tmp_path / "t.csv", columns=None if map_ is None else parse_map(map_)))
    assert caught.value.way_out.endswith(advice)


def test_columns_that_were_not_taken_are_carried(tmp_path: Path) -> None:
    (woo,) = plain(tmp_path, "woocommerce", "ID,SKU,Images,arrival\n12,S,a,b\n")
    (mapped,) = plain(tmp_path, "id=No,seller=Maker", "id,No,table_id,seller,Maker,listing,arrival\n7,N,x,shop,Sri,a,b\n")
    assert isinstance(woo, Row)
    assert isinstance(mapped, Row)
    assert (woo.id, dict(woo.extra)) == ("S", {"ID": "12", "SKU": "S"})
    assert mapped.id == "N"
    assert dict(mapped.extra) == {"table_table_id": "7", "table_id": "x", "table_seller": "shop", "seller": "Sri"}


def test_a_row_of_json_without_the_column_of_the_id_has_none(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"SKU": "S", "listing": "a", "arrival": "b"}\n{"id": "7", "listing": "a", "arrival": "b"}\n')
    _, error = Manifest(path, columns=parse_map("id=SKU"))
    assert isinstance(error, ItemError)
    assert (error.slug, dict(error.row)) == ("row_no_id", {"table_id": "7"})


@pytest.mark.parametrize(
    ("cell", "photos"),
    [
        ("https://i/a,b.jpg, https://i/c.jpg", ("https://i/a,b.jpg", "https://i/c.jpg")),
        (r"https://i/a\,b.jpg,https://i/c.jpg", ("https://i/a,b.jpg", "https://i/c.jpg")),
        ("x.jpg,  y.jpg, ", ("x.jpg", "y.jpg")),
    ],
)
def test_commas_within_addresses_of_woocommerce_stay(tmp_path: Path, cell: str, photos: tuple[str, ...]) -> None:
    (tmp_path / "t.csv").write_text(f'SKU,Images,arrival\nS,"{cell}",b\n')
    (row,) = Manifest(tmp_path / "t.csv", columns=parse_map("woocommerce"), allow_url=True)
    assert isinstance(row, Row)
    assert row.listing == photos


def test_columns_can_be_named_one_by_one(tmp_path: Path) -> None:
    text = 'Item No,"Photo, main",more,came,Maker\n007,a.jpg|b.jpg,c,d.jpg,Sri\n'
    (tmp_path / "t.csv").write_text(text)
    columns = parse_map('id=Item No,listing="Photo, main",arrival=came,seller=Maker')
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


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('listing="Image Src",id=SKU', {"listing": ("Image Src",), "id": ("SKU",)}),
        ("listing=A, listing = B ,", {"listing": ("A", "B")}),
        ('listing="Photo, main",id= "No ""1""" ', {"listing": ("Photo, main",), "id": ('No "1"',)}),
        ('"listing=Photo, main",id=5" long', {"listing": ("Photo, main",), "id": ('5" long',)}),
        ("id=a\nb", {"id": ("a\nb",)}),
        ("id=a=b", {"id": ("a=b",)}),
    ],
)
def test_a_map_may_quote_a_column_or_a_whole_part(text: str, columns: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse_map(text).columns) == columns


def test_the_guide_shows_maps_that_are_understood() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text("utf-8")
    shown = [shlex.split(line) for line in guide.splitlines() if line.startswith("    qaudit audit") and " --map " in line]
    assert [parse_map(words[words.index("--map") + 1]) for words in shown] == [
        PRESETS["shopify"],
        ColumnMap({"id": ("Item No",), "listing": ("Photo, main",), "seller": ("Maker",)}),
    ]


@pytest.mark.parametrize(
    "text", ["", "amazon", "id=", "colour=X", "id", 'listing="Photo, main" x', "id=SKU,,seller=X", 'id=""']
)
def test_a_map_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_map(text)
    assert caught.value.slug == "map_unknown"
