"""A small share of the fuzz target: whatever is done to a file, a photo or a refusal comes back."""

from __future__ import annotations

from itertools import islice

from qaudit.model.errors import PhotoRefused
from qaudit.photos import read_photo

from .mutations import mutations, seeds

MUTATIONS = 400
SEED = 1


def test_every_seed_is_a_good_photo() -> None:
    assert [name for name, data in seeds().items() if read_photo(data).damaged] == []


def test_damaged_files_give_photos_or_refusals_and_the_same_each_time() -> None:
    answers: list[list[str]] = [[], []]
    for answer in answers:
        for _, data in islice(mutations(SEED), MUTATIONS):
            try:
                photo = read_photo(data, max_side=64)
            except PhotoRefused as refused:
                answer.append(str(refused))
            else:
                assert max(photo.pixels.shape) <= 64
                answer.append(f"{photo.sha256} {photo.pixels.tobytes().hex()[:64]} {photo.damaged}")
    assert answers[0] == answers[1]
    assert all(answer.isprintable() for answer in answers[0])
