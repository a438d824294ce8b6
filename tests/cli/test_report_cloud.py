"""The report of a run whose photos lie on another file system: their pictures, or why there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qaudit.batch.audit import audit
from qaudit.cli.main import main
from qaudit.photos import cloud as cloud_module

fsspec = pytest.importorskip("fsspec")

ROOT = "memory://shop/photos"
# The arrival of the second cannot be laid over its listing.
ALL = {"one": 5, "two": 2}
UNREAD = "could not be fetched or read when this page was made"
NO_PICTURE = r'<p class="missing">([^<]*)</p>'


@pytest.fixture
def bucket(finished: Path, tmp_path: Path) -> Iterator[Any]:
    """A bucket in memory with the photos of a finished run."""
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    for path in finished.glob("*.jpg"):
        fs.pipe(f"/shop/photos/{path.name}", path.read_bytes())
    yield fs
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]


@pytest.fixture
def run(bucket: Any, tmp_path: Path) -> Path:
    """A finished run over two items in it, one of them named by its whole address."""
    rows = ["id,listing,arrival", "one,listing.jpg,one.jpg", f"two,listing.jpg,{ROOT}/two.jpg"]
    (tmp_path / "pairs.csv").write_text("\n".join(rows) + "\n")
    audit(tmp_path / "pairs.csv", tmp_path / "run", root=ROOT)
    return tmp_path / "run"


def pages(run: Path) -> dict[str, str]:
    """Id -> page."""
    texts = [path.read_text(encoding="utf-8") for path in (run / "report").glob("*.html")]
    return {re.findall(r"<h1><bdi>\w+ (.*?)</bdi>", text)[0]: text for text in texts}


def why_not(run: Path, id_: str) -> str:
    """What the page of an item says of the pictures that it lacks."""
    (said,) = re.findall(NO_PICTURE, pages(run)[id_])
    return str(said)


def shown(run: Path) -> dict[str, int]:
    """Id -> how many pictures its page shows, all of them beside it."""
    counts = {}
    for id_, page in pages(run).items():
        sources = re.findall(r'<image href="([^"]*)"', page)
        assert all((run / "report" / source).read_bytes()[:2] == b"\xff\xd8" for source in sources)
        counts[id_] = len(sources)
    return counts


def test_pages_show_the_photos_that_lie_elsewhere(run: Path) -> None:
    assert main(["report", str(run)]) == 0
    assert shown(run) == ALL
    thumbnails = re.findall(r'src="(report/pictures/[^"]*thumbnail.jpg)"', (run / "report.html").read_text())
    assert [(run / thumbnail).is_file() for thumbnail in thumbnails] == [True, True]


@pytest.mark.parametrize("error", [OSError("the connection was reset"), PermissionError("expired")])
def test_a_photo_that_cannot_be_fetched_is_not_called_another_one_and_is_asked_for_again(
    run: Path, bucket: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def failing(*_: object, **__: object) -> bytes:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(type(bucket), "cat_file", failing)
        assert main(["report", str(run)]) == 0
    assert UNREAD in why_not(run, "one")
    assert UNREAD in why_not(run, "two")
    assert main(["report", str(run)]) == 0
    assert shown(run) == ALL


def test_a_photo_that_is_gone_or_another_one_there_is_told_so(run: Path, bucket: Any, finished: Path) -> None:
    bucket.rm("/shop/photos/one.jpg")
    bucket.pipe("/shop/photos/two.jpg", (finished / "one.jpg").read_bytes())
    assert main(["report", str(run)]) == 0
    assert why_not(run, "one").startswith("A photo is not where it was any more")
    assert why_not(run, "two").startswith("A photo is not the one that was compared any more")


def test_a_file_system_that_is_not_known_here_costs_the_pictures_and_not_the_report(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise ImportError("install s3fs")

    cloud_module.cloud_at.cache_clear()
    monkeypatch.setattr("fsspec.core.url_to_fs", unknown)
    assert main(["report", str(run)]) == 0
    cloud_module.cloud_at.cache_clear()
    assert UNREAD in why_not(run, "one")
