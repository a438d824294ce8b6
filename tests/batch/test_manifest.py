"""Manifests in every form, and what is wrong with them in one line."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.batch.manifest import read_manifest
from qaudit.batch.row import Row
from qaudit.model.errors import ManifestError, SettingsError
from qaudit.model.record import ItemError

from .factory import photo


def manifest(folder: Path, text: str | bytes, name: str = "pairs.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def only(rows: list[Row | ItemError]) -> Row:
    (row,) = rows
    assert isinstance(row, Row)
    return row


def only_error(rows: list[Row | ItemError]) -> ItemError:
    (row,) = rows
    assert isinstance(row, ItemError)
    assert "\n" not in row.message
    return row


def refusal(path: Path, **settings: Any) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        read_manifest(path, **settings)
    assert "\n" not in str(caught.value)
    assert caught.value.message.startswith(str(path).split("\n")[0][:20])
    assert caught.value.way_out
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "id,listing,arrival,seller\n007,a.jpg,b.jpg,Toko\n",
        "\ufeffid,listing,arrival,seller\r\n007,a.jpg,b.jpg,Toko\r\n",
        'seller;id;"listing";arrival\nToko;007;a.jpg;"b.jpg"',
        "\nid,listing,arrival,seller\n\n007,a.jpg,b.jpg,Toko\n\n",
    ],
    ids=["plain", "byte order mark", "semicolons and quotes", "empty lines"],
)
def test_a_csv_file_is_read(tmp_path: Path, text: str) -> None:
    row = only(read_manifest(manifest(tmp_path, text)))
    assert (row.id, row.listing, row.arrival, dict(row.extra)) == ("007", ("a.jpg",), ("b.jpg",), {"seller": "Toko"})
    assert row.paths("arrival") == [str(tmp_path / "b.jpg")]


@pytest.mark.parametrize("id_", ["007", "1e5", "NA", " x ", "é", "=1+1", "TRUE", '"', "a\nb"])
def test_ids_survive_as_they_are(tmp_path: Path, id_: str) -> None:
    quoted = id_.replace('"', '""')
    assert only(read_manifest(manifest(tmp_path, f'id,listing,arrival\n"{quoted}",a,b\n'))).id == id_
    line = json.dumps({"id": id_, "listing": "a", "arrival": "b"})
    assert only(read_manifest(manifest(tmp_path, line, "pairs.jsonl"))).id == id_


def test_other_columns_are_carried_through_in_their_order(tmp_path: Path) -> None:
    row = only(read_manifest(manifest(tmp_path, "z,id,y,listing,arrival,label\n1,a,2,l,r,match\n")))
    assert list(row.extra.items()) == [("z", "1"), ("y", "2"), ("label", "match")]


def test_rows_keep_their_order_and_know_their_line(tmp_path: Path) -> None:
    rows = read_manifest(manifest(tmp_path, 'id,listing,arrival,note\nb,l,r,"two\nlines"\n\na,l,r,x\n'))
    assert [(row.id, row.number) for row in rows if isinstance(row, Row)] == [("b", 2), ("a", 5)]


@pytest.mark.parametrize(
    ("cell", "photos"),
    [("a.jpg|b.jpg", ("a.jpg", "b.jpg")), (r"a\|b.jpg|c", ("a|b.jpg", "c")), ("bytes:caf%E9.jpg", ("bytes:caf%E9.jpg",))],
)
def test_a_cell_holds_several_photos(tmp_path: Path, cell: str, photos: tuple[str, ...]) -> None:
    assert only(read_manifest(manifest(tmp_path, f"id,listing,arrival\n1,{cell},x\n"))).listing == photos


def test_a_percent_encoded_path_opens_the_very_bytes(tmp_path: Path) -> None:
    row = only(read_manifest(manifest(tmp_path, "id,listing,arrival\n1,bytes:caf%E9.jpg,x\n")))
    assert os.fsencode(row.paths("listing")[0]) == os.fsencode(tmp_path) + b"/caf\xe9.jpg"


def test_json_lines_are_read(tmp_path: Path) -> None:
    text = '{"id": "1", "listing": ["a|b.jpg", "c.jpg"], "arrival": "d|e", "price": 1.5}\n\n'
    text += '{"id": 2, "listing": "a", "arrival": "b"}'
    first, second = read_manifest(manifest(tmp_path, text, "pairs.jsonl"))
    assert isinstance(first, Row)
    assert (first.listing, first.arrival, first.extra) == (("a|b.jpg", "c.jpg"), ("d", "e"), {"price": 1.5})
    assert second.id == "2"


def test_a_folder_is_read_item_by_item(tmp_path: Path) -> None:
    for name in ["2/listing.jpg", "2/Arrival-b.PNG", "2/arrival-a.webp", "10/listing.heic", "10/arrival.gif", "10/notes.txt"]:
        photo(tmp_path / name)
    for name in [".git/listing.jpg", "out/results.jsonl", "loose.jpg"]:
        photo(tmp_path / name)
    rows = read_manifest(tmp_path)
    assert [row.id for row in rows] == ["10", "2"]
    assert isinstance(rows[1], Row)
    assert (rows[1].listing, rows[1].arrival) == (("2/listing.jpg",), ("2/Arrival-b.PNG", "2/arrival-a.webp"))


def test_a_folder_item_without_an_arrival_photo_is_an_error_of_its_own(tmp_path: Path) -> None:
    photo(tmp_path / "a/listing.jpg")
    error = only_error(read_manifest(tmp_path))
    assert (error.id, error.slug) == ("a", "row_no_photo")
    assert "arrival" in error.message


def test_a_folder_whose_name_is_not_utf8_has_an_id(tmp_path: Path) -> None:
    os.mkdir(os.fsencode(tmp_path) + b"/caf\xe9")  # noqa: PTH102  Path does not take bytes
    for side in (b"listing", b"arrival"):
        os.close(os.open(os.fsencode(tmp_path) + b"/caf\xe9/" + side + b".jpg", os.O_CREAT | os.O_WRONLY))
    row = only(read_manifest(tmp_path))
    assert (row.id, row.listing) == ("bytes:caf%E9", ("bytes:caf%E9/listing.jpg",))
    assert Path(row.paths("listing")[0]).is_file()


@pytest.mark.parametrize(
    ("text", "slug", "words"),
    [
        ("", "manifest_empty", "no items"),
        ("id,listing,arrival\n", "manifest_empty", "no items"),
        ("id,listing,foto\n1,a,b\n", "manifest_columns", "column arrival missing, found: id, listing, foto"),
        ("a.jpg\tb.jpg\n", "manifest_columns", "columns id, listing, arrival missing"),
        ("id,listing,arrival,id\n1,a,b,2\n", "manifest_columns", "'id' is there twice"),
        ('id,listing,arrival\n1,a,b\n2,"a,b\n3,a,b\n', "manifest_broken", "row 3: a quote is never closed"),
        ('id,listing,arrival\n1,"a"x,b\n', "manifest_broken", "row 2"),
        (f"id,listing,{'x' * 200_000}\n1,a,b\n", "manifest_columns", "found: id, listing, xxx"),
        ("id,listing,arrival\n1,caf\u00e9,b\n".encode("latin-1"), "manifest_not_text", "byte 24 is not UTF-8"),
        ("id,listing,arrival\n1,a,b\n".encode("utf-16"), "manifest_not_text", "UTF-16"),
        (b"id,listing,arrival\n1,a\0,b\n", "manifest_not_text", "zero bytes"),
    ],
)
def test_a_csv_file_that_cannot_be_used_is_refused_as_a_whole(tmp_path: Path, text: str | bytes, slug: str, words: str) -> None:
    error = refusal(manifest(tmp_path, text))
    assert error.slug == slug
    assert words in error.message


@pytest.mark.parametrize(
    ("text", "slug", "words"),
    [
        ("\n", "manifest_empty", "no items"),
        ('{"id": "1", "listing": "a"}\n', "manifest_columns", "column arrival missing"),
        ('{"id": "1"\n', "manifest_broken", "line 1 is not JSON"),
        ("\n[1]\n", "manifest_broken", "line 2 is not a JSON object"),
        ('{"id": "1", "listing": "a", "arrival": "b", "x": NaN}', "manifest_broken", "NaN"),
        ('{"id": "1", "listing": "a", "arrival": "b", "x": 1e999}', "manifest_broken", "1e999"),
        ("[" * 100_000, "manifest_broken", "line 1"),
    ],
)
def test_json_lines_that_cannot_be_used_are_refused_as_a_whole(tmp_path: Path, text: str, slug: str, words: str) -> None:
    error = refusal(manifest(tmp_path, text, "pairs.jsonl"))
    assert error.slug == slug
    assert words in error.message


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.csv").slug == "manifest_missing"
    assert refusal(tmp_path / "no" / "no.csv").slug == "manifest_missing"


def test_a_folder_without_items_is_refused(tmp_path: Path) -> None:
    photo(tmp_path / "loose.jpg")
    assert refusal(tmp_path).slug == "manifest_empty"


@pytest.mark.parametrize("name", ["pairs.ods", "pairs.XLS", "pairs.json"])
def test_a_format_that_is_not_read_says_which_are(tmp_path: Path, name: str) -> None:
    error = refusal(manifest(tmp_path, b"PAR1", name))
    assert error.slug == "manifest_format"
    assert "CSV" in error.way_out


@pytest.mark.parametrize(
    ("cells", "slug"),
    [
        (",a,b", "row_no_id"),
        ("1,,b", "row_no_photo"),
        ("1,a|,b", "row_no_photo"),
        ("1,a", "row_cells"),
        ("1,a,b,c", "row_cells"),
        ("id,listing,arrival", "row_is_header"),
        ("1,https://example.org/a.jpg,b", "row_url"),
        ("1,FILE:///etc/passwd,b", "row_url"),
        ("1,/etc/passwd,b", "row_outside_root"),
        ("1,a,../b.jpg", "row_outside_root"),
        ("1,a,link/b.jpg", "row_outside_root"),
        ("1,bytes:%2Fetc%2Fpasswd,b", "row_outside_root"),
        ("1,bytes:a%00b,b", "row_bad_cell"),
    ],
)
def test_a_row_that_cannot_be_used_is_an_error_and_the_others_go_on(tmp_path: Path, cells: str, slug: str) -> None:
    (tmp_path / "link").symlink_to("/usr")
    bad, good = read_manifest(manifest(tmp_path, f"id,listing,arrival\n{cells}\n2,a,b\n"))
    assert isinstance(good, Row)
    error = only_error([bad])
    assert error.slug == slug
    assert error.message.startswith("row 2: ")


def test_a_root_that_does_not_hold_the_manifests_folder_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    file = manifest(tmp_path, "id,listing,arrival\n1,a,b\n2,/etc/a,b\n")
    inside, outside = read_manifest(file, tmp_path / "photos")
    assert "which is not in --root: name one that holds both" in only_error([inside]).message
    assert "or name a wider folder with --root" in only_error([outside]).message


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"id": None}, "row_bad_cell"),
        ({"id": True}, "row_bad_cell"),
        ({"listing": 3}, "row_bad_cell"),
        ({"listing": ["a", None]}, "row_bad_cell"),
        ({"listing": []}, "row_no_photo"),
        ({"listing": "\ud800"}, "row_bad_cell"),
    ],
)
def test_a_json_line_with_a_wrong_cell_is_an_error_of_its_own(tmp_path: Path, values: dict[str, Any], slug: str) -> None:
    line = json.dumps({"id": "1", "listing": "a", "arrival": "b", "seller": "s"} | values)
    error = only_error(read_manifest(manifest(tmp_path, line, "pairs.jsonl")))
    assert error.slug == slug
    assert error.row == {"seller": "s"}


def test_rows_without_an_id_are_errors_not_duplicates(tmp_path: Path) -> None:
    rows = read_manifest(manifest(tmp_path, "id,listing,arrival\n,a,b\n,a,b\n"))
    assert [row.message[:6] for row in rows if isinstance(row, ItemError)] == ["row 2:", "row 3:"]


def test_an_id_that_is_none_is_not_the_one_that_is_written_so(tmp_path: Path) -> None:
    rest = '"listing": "a", "arrival": "b"}\n'
    text = "".join(f'{{"id": {id_}, {rest}' for id_ in ("null", '"None"', "null", "true", '"True"', "7", '"7"'))
    rows = read_manifest(manifest(tmp_path, text, "p.jsonl"))
    assert [row.slug if isinstance(row, ItemError) else row.id for row in rows] == [
        "row_bad_cell",
        "None",
        "row_bad_cell",
        "row_bad_cell",
        "True",
        "7",
        "row_duplicate_id",
    ]


def test_an_id_belongs_to_the_first_row_that_has_it_also_when_that_is_an_error(tmp_path: Path) -> None:
    first, again = read_manifest(manifest(tmp_path, "id,listing,arrival\n7,a\n7,a,b\n"))
    assert (only_error([first]).slug, only_error([again]).slug) == ("row_cells", "row_duplicate_id")


def test_dots_that_stay_inside_are_fine(tmp_path: Path) -> None:
    assert only(read_manifest(manifest(tmp_path, "id,listing,arrival\n1,x/../a.jpg,./b.jpg\n"))).listing == ("x/../a.jpg",)


def test_a_wider_root_lets_paths_lead_out_of_the_manifests_folder(tmp_path: Path) -> None:
    inner = tmp_path / "lists"
    inner.mkdir()
    path = manifest(inner, f"id,listing,arrival\n1,../a.jpg,{tmp_path}/b.jpg\n2,../../c.jpg,a\n")
    inside, outside = read_manifest(path, root=tmp_path)
    assert isinstance(inside, Row)
    assert only_error([outside]).slug == "row_outside_root"
    assert inside.paths("arrival") == [f"{tmp_path}/b.jpg"]


def test_a_sister_folder_with_a_longer_name_is_outside(tmp_path: Path) -> None:
    inner = tmp_path / "a"
    inner.mkdir()
    assert only_error(read_manifest(manifest(inner, "id,listing,arrival\n1,../ab/x.jpg,y\n"))).slug == "row_outside_root"


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_manifest(manifest(tmp_path, "id,listing,arrival\n1,a,b\n"), root=tmp_path / "no")
    assert caught.value.slug == "root_missing"


def test_paths_start_at_the_manifest_wherever_it_is_read_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest(tmp_path, "id,listing,arrival\n1,a,b\n")
    monkeypatch.chdir(tmp_path)
    assert only(read_manifest("pairs.csv")).paths("listing") == ["a"]


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_a_manifest_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = manifest(tmp_path_factory.getbasetemp(), b"id,listing,arrival\n" + data)
    try:
        rows = read_manifest(path)
    except ManifestError as refused:
        message = str(refused)
        assert "\n" not in message
    else:
        assert rows


@pytest.mark.parametrize(
    ("cell", "accepted"), [("", ()), ("good.jpg", ("good.jpg",)), (r"1.jpg|a\|b.jpg", ("1.jpg", "a|b.jpg"))]
)
def test_accepted_pieces_are_named_like_photos(tmp_path: Path, cell: str, accepted: tuple[str, ...]) -> None:
    row = only(read_manifest(manifest(tmp_path, f"id,listing,arrival,accepted,x\n1,l,r,{cell},y\n")))

    assert row.accepted == accepted
    assert row.paths("accepted") == [str(tmp_path / name) for name in accepted]
    assert dict(row.extra) == {"x": "y"}


@pytest.mark.parametrize(
    ("cell", "accepted"), [([], ()), (None, ()), ("", ()), (["a.jpg", "b|c.jpg"], ("a.jpg", "b|c.jpg")), ("a.jpg", ("a.jpg",))]
)
def test_accepted_pieces_in_json_may_be_a_list_or_nothing(tmp_path: Path, cell: Any, accepted: tuple[str, ...]) -> None:
    line = json.dumps({"id": "1", "listing": "l", "arrival": "r", "accepted": cell})
    assert only(read_manifest(manifest(tmp_path, line, "pairs.jsonl"))).accepted == accepted


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("../x.jpg", "row_outside_root"),
        ("http://a/b.jpg", "row_url"),
        ("a.jpg|", "row_no_photo"),
        (5, "row_bad_cell"),
        (["a", 1], "row_bad_cell"),
    ],
)
def test_accepted_pieces_are_held_to_the_rules_of_photos(tmp_path: Path, cell: Any, slug: str) -> None:
    line = json.dumps({"id": "1", "listing": "l", "arrival": "r", "accepted": cell})
    assert only_error(read_manifest(manifest(tmp_path, line, "pairs.jsonl"))).slug == slug


def test_a_folder_of_an_item_may_hold_accepted_pieces(tmp_path: Path) -> None:
    for name in ("listing.jpg", "arrival.jpg", "accepted-1.jpg", "accepted-2.jpg"):
        photo(tmp_path / "pot" / name)
    assert only(read_manifest(tmp_path)).accepted == ("pot/accepted-1.jpg", "pot/accepted-2.jpg")


def test_a_row_that_repeats_an_id_is_an_error_and_the_first_is_not(tmp_path: Path) -> None:
    first, other, again = read_manifest(manifest(tmp_path, "id,listing,arrival,title\n7,a,b,x\n8,a,b,y\n7,c,d,=1+1\n"))
    assert isinstance(first, Row)
    assert isinstance(other, Row)
    error = only_error([again])
    assert (error.id, error.slug, dict(error.row)) == ("7", "row_duplicate_id", {"title": "=1+1"})
    assert error.message.startswith("row 4: row 2 has the id 7 already")


def test_a_cell_that_is_far_too_long_is_an_error_of_its_row_and_cut_there(tmp_path: Path) -> None:
    long = "A" * 10_000_000
    first, second = read_manifest(manifest(tmp_path, f"id,listing,arrival,title\n1,a,b,{long}\n2,a,b,{'B' * 200_000}\n"))
    error = only_error([first])
    assert (error.slug, len(error.row["title"])) == ("row_cell_too_long", 200)
    assert isinstance(second, Row)
    assert len(second.extra["title"]) == 200_000


def test_reading_a_manifest_leaves_the_limits_of_others_alone(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    read_manifest(manifest(tmp_path, "id,listing,arrival\n1,a,b\n"))
    assert csv.field_size_limit() == before


def test_a_name_that_is_twice_in_one_object_is_refused(tmp_path: Path) -> None:
    text = '{"id": "1", "listing": "a", "arrival": "b", "id": "2"}'
    assert "twice" in refusal(manifest(tmp_path, text, "pairs.jsonl")).message


def test_a_manifest_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qaudit.batch.tables.MOST_MEBIBYTES", 1)
    (tmp_path / "endless.csv").symlink_to("/dev/zero")
    assert refusal(tmp_path / "endless.csv").slug == "manifest_too_large"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("https://a.example/x.jpg", None),
        ("HTTP://a.example/x.jpg", None),
        ("file:///etc/passwd", "row_url"),
        ("../x", "row_outside_root"),
    ],
)
def test_addresses_are_taken_only_when_they_are_allowed(tmp_path: Path, text: str, slug: str | None) -> None:
    path = manifest(tmp_path, f"id,listing,arrival\n1,{text},b\n")
    allowed = read_manifest(path, allow_url=True)
    if slug is None:
        assert [photo.path for photo in only(allowed).elsewhere()] == [text]
        assert only_error(read_manifest(path)).slug == "row_url"
    else:
        assert only_error(allowed).slug == slug
