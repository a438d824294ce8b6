"""The rooms below the command line, replaced by stand-ins that remember how they were called; and a finished run."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import cv2
import pytest

from qaudit.batch.audit import audit
from qaudit.model.errors import PhotoRefused
from qaudit.model.photo import FiledPhoto
from qaudit.model.record import Item, Totals, Unpaired
from qaudit.model.tolerances import Tolerances
from tests.report.factory import comparison, views
from tests.scenes import make_scene, painting


@dataclass
class Rooms:
    """What the stand-ins answer, and what they were asked."""

    answer: Any = None
    items: list[Item] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    unpaired: Unpaired = field(default_factory=Unpaired)
    reports: list[tuple[Path, str, int]] = field(default_factory=list)

    def compare(self, listing: Any, arrival: Any, *, keep_views: bool = False, **settings: Any) -> Any:
        self.calls.append({"listing": listing, "arrival": arrival, "keep_views": keep_views, **settings})
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def read(self, path: str, *, max_side: int) -> str:
        if isinstance(self.answer, PhotoRefused):
            raise self.answer
        return path

    def audit(self, manifest: Path, out: Path, *, progress: Any, **settings: Any) -> Any:
        self.calls.append({"manifest": manifest, "out": out, **settings})
        if isinstance(self.answer, BaseException):
            raise self.answer
        out.mkdir(exist_ok=True)
        progress.start(len(self.items), 0)
        with (out / "results.jsonl").open("w", encoding="utf-8") as file:
            for item in self.items:
                file.write(json.dumps(item.to_dict()) + "\n")
                progress.finished(item)
        return SimpleNamespace(
            totals=Totals.of(item.verdict for item in self.items),
            records=lambda: (item.to_dict() for item in self.items),
            cards=None,
            lot=None,
            unpaired=self.unpaired,
            rulings={},
        )

    def report(self, run: Path, which: str, workers: int, time_limit_s: float) -> Path:
        self.reports.append((run, which, workers))
        return run / "report.html"


def paths_of(photos: list[FiledPhoto]) -> list[str]:
    """Where photos were read from."""
    return [photo.path for photo in photos]


@dataclass(frozen=True)
class FakeProfile:
    """A profile that tells where it came from and which base rate it was moved to."""

    id: str
    holds_for: float = 0.5
    categories: Tolerances = field(default_factory=Tolerances)

    def at_base_rate(self, rate: float) -> FakeProfile:
        return replace(self, holds_for=rate)


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Stand-ins for comparing, auditing and profiles."""
    made = Rooms(answer=comparison(views=views()))
    monkeypatch.setattr("qaudit.photos.read_photo", made.read)
    monkeypatch.setattr("qaudit.photos.start_reader", lambda: None)
    monkeypatch.setattr("qaudit.cli.audit.make_report", made.report)
    for name, members in {
        "qaudit.comparison": {"compare": made.compare},
        "qaudit.batch.audit": {"audit": made.audit},
        "qaudit.decision.profile": {"load_profile": lambda path: FakeProfile(f"profile of {path}")},
    }.items():
        module = ModuleType(name)
        module.__dict__.update(members)
        monkeypatch.setitem(sys.modules, name, module)
    return made


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with photos, and the finished run over them in ``run``."""
    folder = tmp_path_factory.mktemp("made")
    pair = make_scene(painting(), rotation_deg=17, scale=0.8, photo=(360, 480))
    other = make_scene(painting(), sent=painting(2), scale=0.8, photo=(360, 480))
    for name, pixels in (("listing", pair.listing), ("one", pair.arrival), ("two", other.arrival)):
        cv2.imwrite(str(folder / f"{name}.jpg"), pixels[..., ::-1])
    lines = ["id,listing,arrival,seller", "one,listing.jpg,one.jpg,Sri", "two,listing.jpg,two.jpg,Sri"]
    lines += ["<b>three,listing.jpg,listing.jpg,Wayan", "gone,listing.jpg,none.jpg,Wayan"]
    (folder / "pairs.csv").write_text("\n".join(lines) + "\n")
    audit(folder / "pairs.csv", folder / "run")
    return folder
