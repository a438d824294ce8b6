"""What tests of runs may ask for."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.model.record import Comparison

from .factory import FakeProfile, fake_compare, photo


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A comparison without vision; the list of ids that it was asked for."""
    asked: list[str] = []

    def compare(*args: Any, **settings: Any) -> Comparison:
        asked.append(settings["id"])
        return fake_compare(*args, **settings)

    monkeypatch.setitem(sys.modules, "qaudit.comparison", SimpleNamespace(compare=compare))  # type: ignore[arg-type]
    profiles = SimpleNamespace(load_profile=lambda _: FakeProfile(), Profile=FakeProfile)
    monkeypatch.setitem(sys.modules, "qaudit.decision.profile", profiles)  # type: ignore[arg-type]
    return asked


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Five rows: match, mismatch, missing photo, path outside, match."""
    photo(tmp_path / "in" / "a.jpg", b"a")
    photo(tmp_path / "in" / "b.jpg", b"b")
    text = "id,listing,arrival,seller\nok,a.jpg,a.jpg,s\nbad,a.jpg,b.jpg,s\ngone,a.jpg,c.jpg,t\nout,a.jpg,../x.jpg,t\n"
    text += "last,b.jpg,b.jpg,\n"
    (tmp_path / "in" / "pairs.csv").write_text(text)
    return tmp_path / "in" / "pairs.csv"
