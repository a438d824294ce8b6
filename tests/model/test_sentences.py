"""A record in another language."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qaudit.model.language import Figure, said
from qaudit.model.record import ItemError
from qaudit.model.sentences import in_language, with_sentences

GLARE = said("{percent} of the product is under a reflection and was left out.", percent=said("{number} %", number="7"))
DAMAGED = said("the file ends early")
COLOUR = said(
    "The colour as a whole arrived {direction}: dE00 {value}, tolerance {tolerance}.",
    direction=said("{first} and {next}", first=said("paler"), next=said("redder")),
    value=Figure("14.2"),
    tolerance=Figure("5.0"),
)


def record() -> dict[str, Any]:
    """A record with a sentence in every place that has some, and the same words where they are none."""
    made = {
        "id": str(DAMAGED),
        "verdict": "review",
        "findings": [{"aspect": "colour", "text": COLOUR}],
        "explained": [GLARE],
        "next_step": said("Photograph the item again: it was not found in this photo."),
        "notes": [
            said("{path} is damaged: {reason}.", path="the file ends early", reason=DAMAGED),
            "a note from elsewhere 1.5",
        ],
        "photos": {"listing": [{"path": "paler", "damaged": DAMAGED}], "arrival": [{"path": "b.jpg", "damaged": None}]},
        "row": {"remark": str(DAMAGED)},
    }
    return json.loads(json.dumps(with_sentences(made)))


def test_every_sentence_is_said_in_the_language_and_nothing_else():
    told = in_language(record(), "id")
    assert told["findings"][0]["text"] == (
        "Warna barang secara keseluruhan lebih pucat dan lebih merah dari foto produk: dE00 14,2, toleransi 5,0."
    )
    assert told["explained"] == ["7% dari barangnya terkena pantulan cahaya dan tidak ikut dinilai."]
    assert told["next_step"].startswith("Foto ulang barangnya")
    assert told["notes"] == ["the file ends early rusak: filenya terpotong.", "a note from elsewhere 1.5"]
    assert [photo["damaged"] for side in told["photos"].values() for photo in side] == ["filenya terpotong", None]
    same = ("id", "verdict", "row")
    assert {name: told[name] for name in same} == {name: record()[name] for name in same}
    assert told["photos"]["listing"][0]["path"] == "paler"


def test_a_record_comes_back_from_another_language_as_it_was():
    assert in_language(in_language(record(), "id"), "en") == record()
    assert in_language(record(), "en") == record()


def test_an_error_says_its_way_out_in_the_language():
    problem = said("{name}: {problem}", name="a.jpg", problem=said("there is no such file"))
    message = said("{problem} ({way_out})", problem=problem, way_out=said("check the path"))
    told = in_language(json.loads(json.dumps(ItemError("7", "photo_missing", message).to_dict())), "id")
    assert told["error"] == {"slug": "photo_missing", "message": "a.jpg: filenya tidak ada (cek lokasi filenya)"}


def test_an_older_record_stays_as_it_is():
    older = {name: value for name, value in record().items() if name != "sentences"}
    assert in_language(older, "id") == older


@pytest.mark.parametrize(
    "forged",
    [
        {"message": "{a.__class__}", "values": {"a": "x"}},
        {"message": "{a:>99999999}", "values": {"a": "x"}},
        {"message": "{a!r}", "values": {"a": "x"}},
        {"message": "{a", "values": {"a": "x"}},
        {"message": "{b}", "values": {"a": "x"}},
        {"message": 7, "values": {}},
        {"message": "a", "values": []},
        {"values": {}},
        {"figure": 7},
        [],
    ],
)
def test_a_sentence_that_was_not_made_here_is_left_alone(forged):
    text = record()["next_step"]
    changed = record() | {"sentences": {text: forged}}
    assert in_language(changed, "id") == changed
