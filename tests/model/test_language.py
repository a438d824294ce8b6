import json
import pickle

import pytest

from qaudit.model import language
from qaudit.model.language import (
    Figure,
    Said,
    chained,
    packed,
    reason_of,
    said,
    speaking,
    spoken,
    spoken_now,
    unpacked,
    with_values,
)

INDONESIAN = {
    ".": ",",
    "The colour arrived {direction}: dE00 {value}.": "Warna tiba {direction}: dE00 {value}.",
    "redder": "lebih merah",
    "{first} and {next}": "{first} dan {next}",
}


@pytest.fixture
def indonesian(monkeypatch):
    monkeypatch.setattr(language, "translated", lambda text, _: INDONESIAN.get(text, text))


def colour():
    return said("The colour arrived {direction}: dE00 {value}.", direction=said("redder"), value=Figure("14.2"))


def test_a_sentence_reads_as_english():
    assert colour() == "The colour arrived redder: dE00 14.2."


def test_a_sentence_is_said_in_another_language_with_its_words_and_figures(indonesian):
    assert spoken(colour(), "id") == "Warna tiba lebih merah: dE00 14,2."


def test_a_text_from_outside_is_left_alone(indonesian):
    assert spoken(said("{path}: redder", path="redder 1.5"), "id") == "redder 1.5: redder"


def test_a_sentence_travels_between_processes():
    arrived = pickle.loads(pickle.dumps(colour()))  # noqa: S301
    assert isinstance(arrived, Said)
    assert (arrived, arrived.message, arrived.values) == (colour(), colour().message, colour().values)
    assert isinstance(arrived.values["value"], Figure)


def test_a_language_is_spoken_for_a_while():
    with speaking("id"):
        assert spoken_now() == "id"
    assert spoken_now() == "en"


def test_a_language_that_there_is_none_of_is_not_spoken():
    with pytest.raises(KeyError), speaking("xx"):
        pass


def test_parts_are_joined_in_both_languages(indonesian):
    words = [said("redder"), said("paler"), said("bluer")]
    assert chained("{first} and {next}", words) == "redder and paler and bluer"
    assert spoken(chained("{first} and {next}", words), "id") == "lebih merah dan paler dan bluer"
    assert chained("{first} and {next}", words[:1]) is words[0]
    assert chained("{first} and {next}", []) == ""


def test_many_parts_are_not_nested_too_deeply_to_travel():
    many = chained("{first}; {next}", [str(number) for number in range(3000)])
    assert unpacked(packed(many)) == many == "; ".join(map(str, range(3000)))


def test_what_a_sentence_has_from_outside_can_be_changed_and_nothing_else():
    text = said("{path}: redder, {text}, {value}", path="redder", text=said("by {name}", name="redder"), value=Figure("1.0"))
    changed = with_values(text, lambda name: name.upper())
    assert changed == "REDDER: redder, by REDDER, 1.0"
    assert isinstance(changed, Said)
    assert with_values("redder", str.upper) == "REDDER"


def test_an_exception_keeps_the_sentence_that_it_was_given():
    assert reason_of(ValueError(said("redder"))).message == "redder"
    assert reason_of(OSError("two\nlines")) == "two\\nlines"


def test_a_sentence_survives_json():
    back = unpacked(json.loads(json.dumps(packed(colour()))))
    assert (back, back.message, back.values) == (colour(), colour().message, colour().values)
    assert isinstance(back.values["value"], Figure)
    assert (unpacked("plain"), unpacked(7), unpacked(None)) == ("plain", 7, None)


def test_a_sentence_that_is_nested_without_end_is_refused():
    nested = {"message": "end", "values": {}}
    for _ in range(50):
        nested = {"message": "{a}", "values": {"a": nested}}
    with pytest.raises(ValueError, match="no sentence"):
        unpacked(nested)
