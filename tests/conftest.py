"""What every test may ask for."""

from __future__ import annotations

import cv2
import pytest

from .scenes import Scene, make_scene, painting


@pytest.fixture(scope="session", autouse=True)
def _one_opencv_thread() -> None:
    """One thread, as in the workers, so that results do not depend on the machine."""
    cv2.setNumThreads(1)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the person who runs the tests gets into no text."""
    monkeypatch.delenv("QAUDIT_LANG", raising=False)


@pytest.fixture(scope="session")
def painting_scene() -> Scene:
    """A painting on a cluttered table, turned, seen at an angle, under a lamp."""
    return make_scene(painting(), rotation_deg=17, scale=0.8, perspective=0.08)
