"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from qaudit.model.whole import put_whole


def test_a_file_takes_the_place_of_the_one_before_and_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    put_whole(tmp_path / "a", lambda file: file.writelines([b"one ", b"two"]), ".draft")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("a", b"one two")]


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_what_fails_amid_the_writing_leaves_the_file_as_it_was(tmp_path: Path, error: BaseException) -> None:
    def write(file: IO[bytes]) -> None:
        file.write(b"half")
        assert (tmp_path / "a").read_bytes() == b"before"
        raise error

    (tmp_path / "a").write_bytes(b"before")
    with pytest.raises(type(error)):
        put_whole(tmp_path / "a", write, ".draft")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("a", b"before")]


def test_a_draft_that_a_killed_process_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".draft").write_bytes(b"much longer than what comes now")
    put_whole(tmp_path / "a", lambda file: file.write(b"short"), ".draft")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("a", b"short")]
