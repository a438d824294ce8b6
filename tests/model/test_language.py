import pickle

import pytest

from qaudit.model import language
from qaudit.model.language import Figure, Said, said, speaking, spoken, spoken_now

INDONESIAN = {
    ".": ",",
    "The colour arrived {direction}: dE00 {value}.": "Warna tiba {direction}: dE00 {value}.",
    "redder": "lebih merah",
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
