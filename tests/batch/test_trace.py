import hashlib
import os
from pathlib import Path

import pytest

from qaudit.batch.row import Row
from qaudit.batch.trace import still_holds, traces_of, with_digests
from qaudit.photos.limits import LARGEST_MEBIBYTES

LARGEST = LARGEST_MEBIBYTES << 20


def row(folder: Path, name: str) -> Row:
    return Row(1, "1", (name,), (name,), {}, str(folder))


def digest_of(folder: Path, size: int) -> str | None:
    """What is kept of the bytes of a refused photo of `size` bytes."""
    with (folder / "a.jpg").open("wb") as file:
        file.truncate(size)
    item = row(folder, "a.jpg")
    traces = with_digests(item, traces_of(item), {"error": {"slug": "photo_broken"}})
    assert [trace and trace[0] for trace in traces] == [size, size]
    return traces[0] and traces[0][2]


def test_a_refused_photo_is_known_by_its_bytes(tmp_path: Path) -> None:
    assert digest_of(tmp_path, LARGEST) == hashlib.sha256(bytes(LARGEST)).hexdigest()


def test_a_file_larger_than_a_photo_may_be_is_not_read(tmp_path: Path) -> None:
    assert digest_of(tmp_path, LARGEST + 1) is None


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to("/dev/zero")
    item = row(tmp_path, "a.jpg")
    assert [trace and trace[2] for trace in with_digests(item, traces_of(item), {})] == [None, None]


def test_a_file_that_is_too_large_holds_as_long_as_it_lies_there_unchanged(tmp_path: Path) -> None:
    digest_of(tmp_path, LARGEST + 1)
    item = row(tmp_path, "a.jpg")
    kept = with_digests(item, traces_of(item), {})
    assert still_holds(item, kept) == kept
    os.utime(tmp_path / "a.jpg", ns=(0, 0))
    assert still_holds(item, kept) is None
