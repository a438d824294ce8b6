"""Which rows of a manifest are not as they were in a commit, in what is written there or in their photos."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.errors import ManifestError
from ..model.record import ItemError
from ..model.text import path_from_text
from .git import Repository
from .manifest import Manifest
from .row import Row

# Files by which a repository says how its other files are written out, and what of them git is to tell.
_RULES = (b".gitattributes", b".gitmodules")
# As many as Linux follows.
_MOST_LINKS = 40


class Changes:
    """What has changed since a commit. Where git cannot tell, as of a file that it does not look after, it has."""

    def __init__(self, items: Manifest, repository: Repository, commit: str, ids: Collection[str] = ()) -> None:
        """Ask git; `ids` are those of items that count as changed in any case.

        Raises
        ------
        SettingsError
            `git_unavailable`.
        """
        self._repository = repository
        self._ids = ids
        self._folder = os.path.realpath(items.folder)
        self._of_folders = items.path.is_dir()
        self._changed = repository.changed(commit)
        self._tracked = repository.tracked()
        # What lies around the repository, links too, as above a home folder, and leads to the manifest itself.
        around = takewhile(lambda step: repository.inside(step[0]) is None, _way(items.path))
        self._around = {place for place, _ in around}
        gone = [path for path in self._changed if not os.path.lexists(os.path.join(os.fsencode(repository.root), path))]  # noqa: PTH118
        arrivals = None if items.arrivals is None else repository.path(os.path.realpath(items.arrivals))
        # Which item a photo belonged to that is no longer among those joined by name cannot be told.
        joined = arrivals is not None and any(_begins(path, {arrivals}) for path in gone)
        joined = joined or (bool(gone) and items.arrivals is not None and _has_links(items.arrivals))
        rules = any(path.rpartition(b"/")[2] in _RULES for path in self._changed)
        named = [items.path, *([] if items.arrivals is None else [items.arrivals])]
        moved = any(self._is_led_elsewhere(path) for path in named)
        rows = set() if self._of_folders else _new_rows(items, repository, commit)
        self._all = joined or rules or moved or rows is None
        self._rows = rows or set()

    def include(self, row: Row | ItemError) -> bool:
        """Whether `row`, or a photo of it, is not as it was."""
        if self._all or row.id in self._ids or row.number in self._rows:
            return True
        if isinstance(row, ItemError):  # of what it asks for nothing is known, not even whether another row made it one
            return True
        if self._of_folders and self._touches(os.path.join(self._folder, path_from_text(row.id))):  # noqa: PTH118
            return True
        return any(self._is_other(photo.path) for photo in row.photos() if photo.place == "file")

    def _is_other(self, path: str) -> bool:
        """Whether the photo at `path` is not surely the one that it was."""
        real = self._repository.path(os.path.realpath(path))
        if real is None or not _begins(real, self._tracked) or _begins(real, self._changed):
            return True
        return self._is_led_elsewhere(path)

    def _is_led_elsewhere(self, path: str | os.PathLike[str]) -> bool:
        """Whether a folder or a link on the way to `path`, also one that a link leads over, is not surely the one it was."""
        for place, is_link in _way(path):
            inside = self._repository.inside(place)
            if inside is None:
                if is_link and place not in self._around:
                    return True
            elif (is_link and inside not in self._tracked) or inside in self._changed:
                return True
        return False

    def _touches(self, folder: str) -> bool:
        """Whether a file in `folder` changed, or one that is gone was there."""
        inside = self._repository.path(os.path.realpath(folder))
        return inside is None or any(path.startswith(inside + b"/") for path in self._changed)


def _new_rows(items: Manifest, repository: Repository, commit: str) -> set[int] | None:
    """Numbers of the rows that were not written so in `commit`; None where all are, since git does not know the manifest."""
    path = repository.path(os.path.realpath(items.path)) if items.path.is_file() else None
    before = None if path is None else repository.content(commit, path, beside=True)
    known: Counter[bytes] = Counter()
    if before is not None:
        with TemporaryDirectory(prefix="qaudit-") as folder:
            file = Path(folder) / f"manifest{items.path.suffix}"
            file.write_bytes(before)
            try:
                known.update(digest for _, digest in items.written(file))
            except ManifestError:  # it could not be used then: all of it is new
                known.clear()
    if not known:
        return None
    found = set()
    for number, digest in items.written():
        if known[digest]:
            known[digest] -= 1
        else:
            found.add(number)
    return found


def _has_links(folder: Path) -> bool:
    """Whether something in `folder` lies elsewhere."""
    return any(entry.is_symlink() for entry in folder.iterdir())


def _way(path: str | os.PathLike[str]) -> Iterator[tuple[str, bool]]:
    """Each folder and link that is passed on the way to `path`, one step after the other, and whether it is a link."""
    steps = f"{os.getcwd()}/{os.fspath(path)}" if not os.path.isabs(path) else os.fspath(path)  # noqa: PTH109, PTH117
    left = steps.split("/")[::-1]
    place = "/"
    links = 0
    while left:
        name = left.pop()
        if name in ("", ".", ".."):
            place = os.path.dirname(place) if name == ".." else place  # noqa: PTH120
            continue
        here = os.path.join(place, name)  # noqa: PTH118
        try:
            target = os.readlink(here)  # noqa: PTH115
        except OSError:
            place = here
            if left:
                yield here, False
            continue
        yield here, True
        links += 1
        if links > _MOST_LINKS:  # they lead in a circle
            return
        place = "/" if target.startswith("/") else place
        left += target.split("/")[::-1]


def _begins(path: bytes, among: Collection[bytes]) -> bool:
    """Whether `path`, or a folder that it lies in, is `among` these: a link or a submodule stands for what is in it."""
    parts = path.split(b"/")
    return any(b"/".join(parts[:count]) in among for count in range(1, len(parts) + 1))
