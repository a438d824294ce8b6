"""Photos on other file systems: which cells of a manifest mean one, and what comes of it."""

from __future__ import annotations

import asyncio
import datetime
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.model.errors import PhotoRefused, QauditError, SettingsError
from qaudit.photos import cloud as room
from qaudit.photos.cloud import Cloud, Looker, folder_at, is_address, path_below, shown_address

fsspec = pytest.importorskip("fsspec")
AsyncFileSystem: Any = pytest.importorskip("fsspec.asyn").AsyncFileSystem

ROOT = "s3://bucket/photos"


@pytest.fixture
def memory() -> Iterator[Any]:
    """The file system of fsspec that lies in memory, empty."""
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    yield fs
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]


@pytest.mark.parametrize(
    ("root", "answer"),
    [("s3://b/p", True), ("zip::file:///a.zip", True), ("zip://in::s3://b/a.zip", True), ("photos", False), ("/a/b", False),
     ("../x", False), ("a:b", False), ("", False)],
)  # fmt: skip
def test_an_address_is_told_from_a_folder(root: str, answer: bool) -> None:
    assert is_address(root) is answer


@pytest.mark.parametrize(
    ("root", "folder"),
    [("file:///a/b/", "/a/b"), ("local:///a", "/a"), ("file:///", "/"), ("file://a", None), ("s3://a/b", None),
     ("zip::file:///a", None), ("file:///a::b", None)],
)  # fmt: skip
def test_an_address_of_this_machine_is_its_folder(root: str, folder: str | None) -> None:
    assert folder_at(root) == folder


def test_a_password_in_an_address_is_not_shown() -> None:
    assert shown_address("ftp://me:secret@host/photos\n") == "ftp://host/photos\\n"


@pytest.mark.parametrize(
    ("text", "root", "path"),
    [
        ("a.jpg", ROOT, "a.jpg"),
        ("x/y z/ä%20#1?.jpg", ROOT, "x/y z/ä%20#1?.jpg"),
        ("..a/b..jpg", ROOT, "..a/b..jpg"),
        ("s3://bucket/photos/x/a.jpg", ROOT, "x/a.jpg"),
        ("s3://bucket/photos/a.jpg", f"{ROOT}/", "a.jpg"),
        ("zip://x/a.jpg::file:///p.zip", "zip::file:///p.zip", "x/a.jpg"),
        ("zip://in/a.jpg::file:///p.zip", "zip://in::file:///p.zip", "a.jpg"),
        ("bytes:a%C3%A4.jpg", ROOT, "aä.jpg"),
    ],
)
def test_a_cell_is_a_path_below_the_root_or_an_address_there(text: str, root: str, path: str) -> None:
    assert path_below(text, root) == path


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("../a.jpg", "row_outside_root"),
        ("x/../../a.jpg", "row_outside_root"),
        ("x/..", "row_outside_root"),
        ("/etc/passwd", "row_outside_root"),
        ("\\\\host\\share", "row_outside_root"),
        ("x\\..\\..\\a.jpg", "row_outside_root"),
        ("%2e%2e/a.jpg", "row_outside_root"),
        ("x%2f..%2fa.jpg", "row_outside_root"),
        ("%252e%252e/a.jpg", "row_outside_root"),
        ("bytes:%2E%2E/a.jpg", "row_outside_root"),
        ("s3://bucket/photos/../a.jpg", "row_outside_root"),
        ("s3://bucket/photos//etc", "row_outside_root"),
        ("s3://other/photos/a.jpg", "row_url"),
        ("s3://bucket/photos-of-others/a.jpg", "row_url"),
        ("s3://bucket/photos", "row_url"),
        ("S3://bucket/photos/a.jpg", "row_url"),
        ("s3a://bucket/photos/a.jpg", "row_url"),
        ("file:///etc/passwd", "row_url"),
        ("https://a.example/a.jpg", "row_url"),
        ("zip::s3://bucket/photos/a.zip", "row_url"),
        ("zip://a.jpg::s3://bucket/photos/a.zip", "row_url"),
        ("s3://bucket/photos/zip://x", "row_url"),
        ("x::file:///etc/passwd", "row_url"),
        ("bytes:s3%3A//other/a.jpg", "row_url"),
        ("a\0b", "row_bad_cell"),
        ("a\nb", "row_bad_cell"),
        ("a%0d%0ab", "row_bad_cell"),
        ("\x1b[2J", "row_bad_cell"),
        ("\ud800.jpg", "row_bad_cell"),
        ("bytes:%FF.jpg", "row_bad_cell"),
        ("a//b.jpg", "row_bad_cell"),
        ("./a.jpg", "row_bad_cell"),
        ("a/", "row_bad_cell"),
        ("a" * 5000, "row_bad_cell"),
        ("%25252525252525252e/a.jpg", "row_bad_cell"),
    ],
)
def test_a_cell_that_could_lead_elsewhere_is_refused_in_one_line(text: str, slug: str) -> None:
    with pytest.raises(QauditError) as refused:
        path_below(text, ROOT)
    assert (refused.value.slug, str(refused.value).isprintable()) == (slug, True)


@given(st.text(st.sampled_from("./\\%2eEfFas:\n"), max_size=12))
def test_no_cell_leads_out_of_the_root(text: str) -> None:
    try:
        path = path_below(text, ROOT)
    except QauditError:
        return
    decoded = room.unquote(path)
    assert not path.startswith("/")
    assert ".." not in decoded.replace("\\", "/").split("/")
    assert "://" not in path


def test_what_lies_below_the_root_is_read(memory: Any) -> None:
    memory.pipe({"/shop/x/a.jpg": b"a photo", "/shop/empty": b""})
    assert Cloud("memory://shop").read("x/a.jpg") == b"a photo"
    assert Cloud("memory://").read("shop/x/a.jpg") == b"a photo"
    assert Cloud("memory://shop").read("empty") == b""


@pytest.mark.parametrize(("path", "slug"), [("gone.jpg", "photo_missing"), ("x", "photo_is_directory")])
def test_what_is_no_photo_is_refused(memory: Any, path: str, slug: str) -> None:
    memory.pipe({"/shop/x/a.jpg": b"a photo"})
    with pytest.raises(PhotoRefused) as refused:
        Cloud("memory://shop").read(path)
    assert refused.value.slug == slug


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (PermissionError("403"), "photo_unreadable"),
        (FileNotFoundError("404"), "photo_missing"),
        (TimeoutError(), "url_failed"),
        (OSError("reset\nby peer"), "url_failed"),
        (RuntimeError("no credentials"), "url_failed"),
    ],
)
def test_what_a_file_system_says_is_a_refusal_in_one_line(
    memory: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, slug: str
) -> None:
    def failing(*_: object, **__: object) -> bytes:
        raise error

    memory.pipe({"/shop/a.jpg": b"a photo"})
    monkeypatch.setattr(type(memory), "cat_file", failing)
    with pytest.raises(PhotoRefused) as refused:
        Cloud("memory://shop").read("a.jpg")
    assert (refused.value.slug, str(refused.value).isprintable()) == (slug, True)


@pytest.mark.parametrize("told", [True, False])
def test_no_more_is_fetched_than_a_photo_may_have(memory: Any, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    asked: list[int] = []
    fetched = type(memory).cat_file

    def counted(self: Any, path: str, start: int, end: int) -> bytes:
        asked.append(end)
        return bytes(fetched(self, path, start=start, end=end))

    memory.pipe({"/shop/a.jpg": bytes(3 << 20)})
    monkeypatch.setattr("qaudit.photos.cloud.LARGEST_MEBIBYTES", 1)
    monkeypatch.setattr("qaudit.photos.limits.LARGEST_MEBIBYTES", 1)
    monkeypatch.setattr(type(memory), "cat_file", counted)
    if not told:
        monkeypatch.setattr(type(memory), "info", lambda *_: {"name": "/shop/a.jpg", "type": "file", "size": None})
    with pytest.raises(PhotoRefused) as refused:
        Cloud("memory://shop").read("a.jpg")
    assert refused.value.slug == "photo_too_many_bytes"
    assert asked == ([] if told else [(1 << 20) + 1])


def test_a_root_that_cannot_be_used_is_said_at_once(memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe({"/shop/a.jpg": b"a photo"})
    Cloud("memory://shop").check()
    (tmp_path / "a.zip").write_bytes(b"no archive")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    for root, slug in (
        ("memory://none", "root_missing"),
        ("memory://shop/a.jpg", "root_missing"),
        ("nonsense://x", "root_unreachable"),
        ("https://a.example/x", "root_unreachable"),
        (f"zip::file://{tmp_path}/a.zip", "root_unreachable"),
        (f"zip::file://{tmp_path}/none.zip", "root_missing"),
        ("s3://bucket/x", "extra_missing"),
    ):
        with pytest.raises(SettingsError) as refused:
            Cloud(root).check()
        assert (root, refused.value.slug, str(refused.value).isprintable()) == (root, slug, True)


def test_who_may_not_look_at_a_folder_may_read_photos_in_it(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError("403")

    monkeypatch.setattr(type(memory), "info", refused)
    Cloud("memory://shop").check()
    assert Cloud("memory://shop").look("a.jpg") is None


def test_an_object_that_was_put_in_the_place_of_another_looks_otherwise(memory: Any) -> None:
    memory.pipe({"/shop/a.jpg": b"one"})
    before = Cloud("memory://shop").look("a.jpg")
    assert before == Cloud("memory://shop").look("a.jpg")
    memory.pipe({"/shop/a.jpg": b"two"})
    after = Cloud("memory://shop").look("a.jpg")
    assert before is not None
    assert after is not None
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_a_mark_of_the_content_is_the_same_in_a_listing_as_in_a_look_and_the_time_plays_no_part() -> None:
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    head = {"name": "b/a", "size": 3, "type": "file", "ETag": '"abc"', "LastModified": now, "ContentType": "image/jpeg"}
    listed = {"Key": "b/a", "name": "b/a", "size": 3, "type": "file", "ETag": '"abc"', "StorageClass": "STANDARD"}
    assert room._look(head) == room._look(listed)
    assert room._look(head) != room._look({**head, "ETag": '"abd"'})


def test_a_folder_of_many_photos_is_looked_at_once(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{n}.jpg" for n in range(60)]
    memory.pipe({f"/shop/x/{name}": name.encode() for name in names})
    cloud = Cloud("memory://shop")
    alone = [cloud.look(f"x/{name}") for name in names]
    asked = 0
    info = type(memory).info

    def counted(self: Any, path: str, **settings: Any) -> Any:
        nonlocal asked
        asked += 1
        return info(self, path, **settings)

    monkeypatch.setattr(type(memory), "info", counted)
    looker = Looker(cloud)
    assert [looker.look(f"x/{name}") for name in names] == alone
    assert looker.look("x/gone.jpg") is None
    assert asked < len(names) / 2


def test_an_archive_is_a_root_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("in/a.jpg", b"a photo")
        made.writestr("b.jpg", b"another")
    whole = f"zip::file://{tmp_path}/a.zip"
    assert Cloud(whole).read("in/a.jpg") == b"a photo"
    assert Cloud(f"zip://in::file://{tmp_path}/a.zip").read("a.jpg") == b"a photo"
    cloud = Cloud(whole)
    assert [cloud.look("in/a.jpg"), cloud.look("b.jpg")] == [*cloud.looks_in("in").values(), *cloud.looks_in("").values()]


class Asynchronous(AsyncFileSystem):
    """A file system with one photo, which comes, or does not."""

    protocol = "asynchronous"
    comes = True

    async def _info(self, path: str, **settings: Any) -> dict[str, Any]:
        if path.endswith("gone.jpg"):
            raise FileNotFoundError(path)
        return {"name": path, "size": 7, "type": "file" if path.endswith(".jpg") else "directory", "ETag": '"1"'}

    async def _cat_file(self, path: str, start: int | None = None, end: int | None = None, **settings: Any) -> bytes:
        if not self.comes:
            await asyncio.Event().wait()
        return b"a photo"[start:end]


def test_a_file_system_that_works_asynchronously_has_so_much_time(monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.register_implementation("asynchronous", Asynchronous, clobber=True)
    cloud = Cloud("asynchronous://shop")
    cloud.check()
    assert cloud.read("a.jpg") == b"a photo"
    assert cloud.look("gone.jpg") is None
    monkeypatch.setattr(Asynchronous, "comes", False)
    monkeypatch.setattr(room, "MOST_S", 0.1)
    with pytest.raises(PhotoRefused, match="too long") as refused:
        cloud.read("a.jpg")
    assert refused.value.slug == "url_failed"


def test_a_pipe_behind_an_address_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PhotoRefused) as refused:
        Cloud(f"simplecache::file://{tmp_path}").read("pipe")
    assert refused.value.slug == "photo_not_regular"


def test_fsspec_is_loaded_only_where_it_is_needed() -> None:
    program = "import sys, qaudit.batch.audit; sys.exit('fsspec' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(filter(None, sys.path))})
