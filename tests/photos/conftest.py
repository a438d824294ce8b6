"""Photos are read in the process of the tests; `tests/robustness` reads them as they are read outside."""

from __future__ import annotations

import pytest

from .here import Here


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qaudit.photos.read._reader", Here)
