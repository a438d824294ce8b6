"""Photos on any file system that fsspec knows, below an address that the operator names; the extra `cloud`."""

from __future__ import annotations

import datetime
import hashlib
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from ..model.errors import PhotoRefused, QauditError, SettingsError
from ..model.language import said
from ..model.text import one_line, path_from_text
from .limits import LARGEST_MEBIBYTES, check_count

# Size in bytes, -1 where it is not told; and a number that is another one when the object is.
Look = tuple[int, int]

MOST_S = 30.0
# With more photos than this in a folder, one look at all of it is quicker than one at each.
_SINGLE_LOOKS = 16
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*(://|::)", re.IGNORECASE)
_HERE = re.compile(r"(?:file|local)://(?=/)")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_PASSWORD = re.compile(r"//[^/@]*:[^/@]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SEPARATORS = re.compile(r"[/\\]")
_LONGEST_PATH = 4096
_LONGEST_SHOWN = 200
_MOST_ENCODINGS = 3
# What file systems call the mark of an object's content: each tells it the same in a look at one object and in a listing.
_MARKS = ("ETag", "etag", "e_tag", "md5Hash", "content_md5", "md5", "checksum", "generation", "sha", "hash")
_STATES = ("CRC", "crc32c", "mtime", "LastModified", "last_modified", "updated", "modified", "date_time", "created")


def is_address(root: str) -> bool:
    """Whether a root of photos is the address of a file system: ``s3://bucket/photos``, ``zip::file:///photos.zip``."""
    return bool(_ADDRESS.match(root))


def folder_at(root: str) -> str | None:
    """The folder of this machine that an address such as ``file:///photos`` means, None for any other."""
    found = _HERE.match(root)
    return None if found is None or "::" in root else root[found.end() :].rstrip("/") or "/"


def shown_address(root: str) -> str:
    """`root` on one line, without a password."""
    return one_line(_PASSWORD.sub("//", root)[:_LONGEST_SHOWN])


def path_below(text: str, root: str) -> str:
    """Which photo below a root does a cell of a manifest mean?

    Parameters
    ----------
    text
        A relative path, or an address below `root`.
    root
        The address where relative paths start.

    Returns
    -------
        The path below `root`, without anything that a file system or a server could take for a way out of it.

    Raises
    ------
    QauditError
        `row_url`: another address. `row_outside_root`: it leads out of the root. `row_bad_cell`: it cannot be a path there.
    """
    path, name = path_from_text(text), one_line(text[:_LONGEST_PATH])
    if _ADDRESS.match(path) or "::" in path:
        inside = _inside(path, root)
        if inside is None or _ADDRESS.match(inside) or "::" in inside:
            raise QauditError(
                "row_url",
                said("{photo} is an address, and not one below the root of the photos", photo=name),
                said("name its path below the root that --root names"),
            )
        path = inside
    decoded = path
    for _ in range(_MOST_ENCODINGS):
        decoded = unquote(decoded)
    if path.startswith(("/", "\\")) or ".." in _SEPARATORS.split(decoded):
        raise QauditError(
            "row_outside_root",
            said("{photo} leads out of the photo root", photo=name),
            said("move the photo below the root, or name a wider one with --root"),
        )
    parts = path.split("/")
    if (
        "" in parts
        or "." in parts
        or _CONTROL.search(decoded)
        or unquote(decoded) != decoded
        or len(path) > _LONGEST_PATH
        or not _is_text(path)
    ):
        raise QauditError("row_bad_cell", said("{photo} cannot be a path", photo=name), said("check the path"))
    return path


def _inside(address: str, root: str) -> str | None:
    """What follows `root` in an address that is below it as it stands; of a chain the first link goes on."""
    head, link, rest = root.partition("::")
    if link:
        if not address.endswith(link + rest):
            return None
        address = address.removesuffix(link + rest)
        head = head if "://" in head else f"{head}://"
    start = head if head.endswith("/") else f"{head}/"
    return address.removeprefix(start) if address.startswith(start) else None


def _is_text(path: str) -> bool:
    """Whether a path can be sent anywhere: half a surrogate pair cannot."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


class Cloud:
    """A root of photos on another file system, which is connected to when it is first asked for something.

    Credentials come from the environment, as each file system looks for them.
    """

    def __init__(self, root: str) -> None:
        """`root`: an address that fsspec knows."""
        self._root = root
        self._opened: tuple[Any, str] | None = None
        self._lock = threading.RLock()  # an archive has one place to read at

    def check(self) -> None:
        """Look whether there is such a root.

        Raises
        ------
        SettingsError
            `extra_missing`: fsspec, or what it needs for this kind of address, is not installed. `root_missing`.
            `root_unreachable`: no such kind of file system is known, or it cannot be asked.
        """
        name = shown_address(self._root)
        try:
            found = self._info("")
        except ImportError as error:
            what = one_line(str(error))[:_LONGEST_SHOWN]
            raise SettingsError(
                "extra_missing",
                said("--root {root} needs a library that is not installed: {what}", root=name, what=what),
                said("install it: pip install 'qaudit[cloud]', and the library of the file system, such as s3fs or gcsfs"),
            ) from error
        except PermissionError:
            return  # who may read photos need not be allowed to look at their folder
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SettingsError(
                "root_missing", said("{root}: there is no such folder", root=name), said("name an existing one with --root")
            ) from error
        except Exception as error:  # each file system has its own
            raise SettingsError(
                "root_unreachable",
                said("{root}: it cannot be used: {reason}", root=name, reason=_reason(error)),
                said("check the address, the connection and the credentials"),
            ) from error
        if found.get("type") == "file":
            raise SettingsError("root_missing", said("{root}: it is no folder", root=name), said("name a folder with --root"))

    def look(self, path: str) -> Look | None:
        """How the photo at `path` below the root lies there now; None where that cannot be told."""
        try:
            return _look(self._info(path))
        except Exception:  # whoever reads it says what is wrong
            return None

    def looks_in(self, folder: str) -> Mapping[str, Look]:
        """How each file in `folder`, empty for the root itself, lies there now, by its name; empty where nobody can tell."""
        try:
            fs, place = self._at(folder)
            fs.invalidate_cache()
            entries = self._call("ls", place, detail=True)
            fs.invalidate_cache()  # a listing of a million photos is not kept twice
            return {entry["name"].rpartition("/")[2]: _look(entry) for entry in entries if entry.get("type") == "file"}
        except Exception:
            return {}

    def read(self, path: str) -> bytes:
        """What lies at `path` below the root.

        Returns
        -------
            The bytes, at most as many as a photo may have. Whether they are a photo is not looked at.

        Raises
        ------
        PhotoRefused
            `photo_missing`, `photo_is_directory`, `photo_not_regular`, `photo_unreadable`, `photo_too_many_bytes`;
            `url_failed`: anything else that goes wrong, or no answer in time where the file system can be told a time.
        """
        with _refused():
            found = self._info(path)
            if found.get("type") == "directory":
                raise PhotoRefused("photo_is_directory", said("it is a folder"), said("name a photo"))
            if found.get("type") != "file":
                raise PhotoRefused("photo_not_regular", said("it is no file"), said("name a photo"))
            size, _ = _look(found)
            if size == 0:
                return b""  # of which no part can be asked for
            check_count(size)  # before it is fetched
            _, place = self._at(path)
            data: bytes = self._call("cat_file", place, most_s=MOST_S, start=0, end=(LARGEST_MEBIBYTES << 20) + 1)
        check_count(len(data))
        return data

    def _info(self, path: str) -> Mapping[str, Any]:
        """What the file system tells of a path now."""
        fs, place = self._at(path)
        fs.invalidate_cache()
        found: Mapping[str, Any] = self._call("info", place, most_s=MOST_S)
        return found

    def _at(self, path: str) -> tuple[Any, str]:
        """The file system, and what it calls `path` below the root."""
        with self._lock:
            if self._opened is None:
                if _WEB.match(self._root):
                    raise ValueError("photos on the web are named in the manifest, with --allow-url")
                from fsspec.core import url_to_fs

                self._opened = url_to_fs(self._root)
        fs, start = self._opened
        place = f"{start.rstrip('/')}/{path}" if start else path
        if path and fs._strip_protocol(place).strip("/") != place.strip("/"):
            raise FileNotFoundError(place)  # the file system takes it for something else
        return fs, place if path else start

    def _call(self, name: str, *arguments: Any, most_s: float | None = None, **settings: Any) -> Any:
        """Ask the file system for something, within a time where it can be told one."""
        from fsspec.asyn import AsyncFileSystem, sync

        fs, _ = self._at("")
        if isinstance(fs, AsyncFileSystem):
            return sync(fs.loop, getattr(fs, f"_{name}"), *arguments, timeout=most_s, **settings)
        with self._lock:
            return getattr(fs, name)(*arguments, **settings)


class Looker:
    """Looks at many photos of one root: at each alone, and at all of a folder in which there are many."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._asked: Counter[str] = Counter()
        self._listed: dict[str, Mapping[str, Look]] = {}

    def look(self, path: str) -> Look | None:
        """As `Cloud.look`; of a folder in which there are many photos, as it was when this was first seen."""
        folder, _, name = path.rpartition("/")
        if folder not in self._listed:
            self._asked[folder] += 1
            if self._asked[folder] <= _SINGLE_LOOKS:
                return self._cloud.look(path)
            self._listed[folder] = self._cloud.looks_in(folder)
        return self._listed[folder].get(name)


@lru_cache(maxsize=4)
def cloud_at(root: str) -> Cloud:
    """The photos below `root`, for this process."""
    return Cloud(root)


def _look(found: Mapping[str, Any]) -> Look:
    """What tells an object from the one that lay there before."""
    mark = next((str(found[name]).strip('"') for name in _MARKS if found.get(name)), None)
    states = [(name, _plain(found[name])) for name in _STATES if found.get(name) is not None]
    told = repr(mark or states or sorted((name, _plain(value)) for name, value in found.items()))
    size = found.get("size")
    number = int.from_bytes(hashlib.sha256(told.encode("utf-8", "backslashreplace")).digest()[:8], "big", signed=True)
    return size if isinstance(size, int) else -1, number


def _plain(value: Any) -> str:
    """A value as text: some file systems tell a time as such in a look, and in seconds in a listing."""
    return str(value.timestamp() if isinstance(value, datetime.datetime) else value)


@contextmanager
def _refused() -> Iterator[None]:
    """Turn what a file system says into the refusal of a photo."""
    try:
        yield
    except PhotoRefused:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PhotoRefused("photo_missing", said("there is no such file"), said("check the path")) from error
    except IsADirectoryError as error:
        raise PhotoRefused("photo_is_directory", said("it is a folder"), said("name a photo")) from error
    except PermissionError as error:
        raise PhotoRefused("photo_unreadable", said("it may not be read"), said("check its permissions")) from error
    except Exception as error:
        raise PhotoRefused(
            "url_failed", said("it could not be fetched: {reason}", reason=_reason(error)), said("try again later")
        ) from error


def _reason(error: Exception) -> str:
    """What a library says, on one line."""
    if isinstance(error, TimeoutError):
        return said("it took too long")
    return _PASSWORD.sub("//", one_line(str(error)))[:_LONGEST_SHOWN] or type(error).__name__
