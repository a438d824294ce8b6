"""Names that come from outside."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.model.text import one_line, path_from_text, path_to_text, shown


@given(st.binary(min_size=1))
def test_every_path_is_found_again_from_its_text(raw: bytes) -> None:
    text = path_to_text(raw)
    assert os.fsencode(path_from_text(text)) == raw
    text.encode()  # no lone surrogates


@pytest.mark.parametrize(
    ("raw", "text"),
    [(b"a b.jpg", "a b.jpg"), ("é".encode(), "é"), (b"caf\xe9/x.jpg", "bytes:caf%E9/x.jpg"), (b"bytes:a", "bytes:bytes%3Aa")],
)
def test_only_what_needs_it_is_encoded(raw: bytes, text: str) -> None:
    assert path_to_text(raw) == text


def test_a_shown_name_is_one_printable_line() -> None:
    assert shown(b"a\n\x1b\xff b") == "a\\n\\x1b\\udcff b"


@given(st.text())
def test_one_line_is_always_printable(text: str) -> None:
    assert one_line(text).isprintable()
