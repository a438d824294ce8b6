"""Which rows of a manifest are not as they were in a commit, in what is written there or in their photos."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.errors import ManifestError
from ..model.record import ItemError
from ..model.text import path_from_text
from .git import Repository
from .manifest import Manifest
from .row import Row


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
        self._start = str(items.folder)
        self._folder = os.path.realpath(self._start)
        self._of_folders = items.path.is_dir()
        self._changed = repository.changed(commit)
        self._tracked = repository.tracked()
        gone = [path for path in self._changed if not os.path.lexists(os.path.join(os.fsencode(repository.root), path))]  # noqa: PTH118
        arrivals = None if items.arrivals is None else repository.path(os.path.realpath(items.arrivals))
        # Which item a photo belonged to that is no longer among those joined by name cannot be told.
        joined = arrivals is not None and any(_begins(path, {arrivals}) for path in gone)
        rows = set() if self._of_folders else _new_rows(items, repository, commit)
        self._all = joined or rows is None
        self._rows = rows or set()

    def include(self, row: Row | ItemError) -> bool:
        """Whether `row`, or a photo of it, is not as it was."""
        if self._all or row.id in self._ids or row.number in self._rows:
            return True
        if isinstance(row, ItemError):
            return self._of_folders
        if self._of_folders and self._touches(os.path.join(self._folder, path_from_text(row.id))):  # noqa: PTH118
            return True
        return any(self._is_other(photo.path) for photo in row.photos() if photo.place == "file")

    def _is_other(self, path: str) -> bool:
        """Whether the photo at `path` is not surely the one that it was."""
        real = self._repository.path(os.path.realpath(path))
        if real is None or not _begins(real, self._tracked) or _begins(real, self._changed):
            return True
        link = self._repository.path(path)
        # As it is written, so that a link among its folders that leads elsewhere now is seen.
        inside = os.path.relpath(path, self._start)
        written = os.fsencode(os.path.relpath(os.path.join(self._folder, inside), self._repository.root))  # noqa: PTH118
        return any(name is not None and _begins(name, self._changed) for name in (link, written))

    def _touches(self, folder: str) -> bool:
        """Whether a file in `folder` changed, or one that is gone was there."""
        inside = self._repository.path(os.path.realpath(folder))
        return inside is None or any(path.startswith(inside + b"/") for path in self._changed)


def _new_rows(items: Manifest, repository: Repository, commit: str) -> set[int] | None:
    """Numbers of the rows that were not written so in `commit`; None where all are, since git does not know the manifest."""
    path = repository.path(os.path.realpath(items.path)) if items.path.is_file() else None
    before = None if path is None else repository.content(commit, path)
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


def _begins(path: bytes, among: Collection[bytes]) -> bool:
    """Whether `path`, or a folder that it lies in, is `among` these: a link or a submodule stands for what is in it."""
    parts = path.split(b"/")
    return any(b"/".join(parts[:count]) in among for count in range(1, len(parts) + 1))
