"""What git knows of the files beside a manifest; git is called as a program, without a shell."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import one_line, shown

# Set by git for the hooks that it runs; they would lead to another place than the manifest's.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
_LONGEST_S = 120
_REASON_SHOWN = 300
_PRESENT = ("HEAD", "@")
_COMMIT = re.compile("[0-9a-f]{40,64}")
# What git puts between its refusal of files that belong to another user, as in containers, and the command that mends it.
_OF_ANOTHER = "\nTo add an exception for this directory, call:\n"
# Mode of a submodule among files.
_SUBMODULE = b"160000 "
# Whatever the repository and the settings of git say: what it holds may be a stranger's.
_DIFF = ("diff", "--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "-z")


@dataclass(frozen=True, slots=True)
class Repository:
    """A working tree of git. Paths in it are bytes, with ``/`` between folders, and start at its root."""

    root: str

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The working tree that `folder` lies in; SettingsError `git_unavailable`: there is none, or no git."""
        found = _git(folder, "rev-parse", "--show-toplevel")
        return cls(os.path.realpath(os.fsdecode(found.removesuffix(b"\n"))))

    def commit(self, ref: str) -> str:
        """Which commit `ref` names.

        Raises
        ------
        SettingsError
            `since_unknown`: none that is here.
        """
        way_out = said("name a branch, a tag or a commit that is here; a shallow clone has few: fetch-depth: 0")
        if not ref or ref.startswith("-") or "\0" in ref:
            raise SettingsError("since_unknown", said("--since {ref} names no commit", ref=shown(ref)), way_out)
        try:
            found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        except SettingsError as error:
            raise SettingsError(
                "since_unknown", said("--since {ref}: git knows no such commit", ref=shown(ref)), way_out
            ) from error
        name = found.decode().strip()
        if not _COMMIT.fullmatch(name):  # such as ^main, which is all that is not in it
            raise SettingsError("since_unknown", said("--since {ref} names no commit", ref=shown(ref)), way_out)
        return name

    def start(self, ref: str) -> str:
        """What changes since `ref` are told from: the last commit that it shares with the present one.

        What came to `ref` since is none of them. It is `ref` itself where the two share none, and the empty tree for the
        present commit before there is a first.

        Raises
        ------
        SettingsError
            `since_unknown`: no such commit is here, or none that is shared, in a clone without its history.
        """
        is_begun = self._knows("HEAD^{commit}")
        if not is_begun and ref in _PRESENT:
            return self._ask("hash-object", "-t", "tree", os.devnull).decode().strip()
        commit = self.commit(ref)
        try:
            return self._ask("merge-base", commit, "HEAD").decode().strip() if is_begun else commit
        except SettingsError as error:
            if self._ask("rev-parse", "--is-shallow-repository").strip() != b"true":
                return commit
            raise SettingsError(
                "since_unknown",
                said("--since {ref}: this shallow clone does not reach back to where its history parts", ref=shown(ref)),
                said("fetch the whole history: fetch-depth: 0, or git fetch --unshallow"),
            ) from error

    def changed(self, commit: str) -> set[bytes]:
        """Tracked files that differ from those of `commit`, also those that are in one of the two alone.

        A submodule stands for what is in it, also where the one that holds it tells git to pass over it.
        """
        listed = self._ask(*_DIFF, "--name-only", "--no-renames", commit, "--")
        return _names(listed) | set(_changed_submodules(Path(self.root), b""))

    def tracked(self) -> set[bytes]:
        """Files that git looks after, those of submodules too; of any other it cannot say whether it changed."""
        return _names(self._ask("ls-files", "--recurse-submodules", "-z", "--full-name"))

    def content(self, commit: str, path: bytes, *, beside: bool = False) -> bytes | None:
        """What a file held in `commit`, also if it had another name then; None if it was not there.

        `beside`: a name in another folder does not count.
        """
        before = self._name_before(commit, path)
        if beside and before is not None and os.path.dirname(before) != os.path.dirname(path):  # noqa: PTH120
            before = None
        for name in (path, before):
            if name is not None:
                try:
                    return self._ask("cat-file", "blob", f"{commit}:{os.fsdecode(name)}")
                except SettingsError:  # no such file in it
                    continue
        return None

    def user(self) -> str:
        """The name that commits are made under; SettingsError `git_unavailable` where there is none."""
        return self._ask("config", "user.name").decode("utf-8", "backslashreplace").strip()

    def path(self, file: str | os.PathLike[str]) -> bytes | None:
        """A file as a path in the working tree, links in its own name not followed; None for one outside."""
        folder, name = os.path.split(os.path.abspath(file))  # noqa: PTH100  links not followed
        inside = os.path.relpath(os.path.join(os.path.realpath(folder), name), self.root)  # noqa: PTH118
        return None if inside.split("/")[0] == os.pardir else os.fsencode(inside)

    def inside(self, place: str) -> bytes | None:
        """A place whose folder is its real one, as a path in the working tree; None for one outside."""
        start = f"{self.root.rstrip('/')}/"
        return os.fsencode(place.removeprefix(start)) if place.startswith(start) else None

    def _name_before(self, commit: str, path: bytes) -> bytes | None:
        """The name in `commit` of a file that was renamed since."""
        told = self._ask(*_DIFF, "-M", "--diff-filter=R", "--name-status", commit, "--")
        parts = told.split(b"\0")
        return next((old for old, new in zip(parts[1::3], parts[2::3], strict=False) if new == path), None)

    def _knows(self, name: str) -> bool:
        """Whether something is called so."""
        try:
            return bool(self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", name))
        except SettingsError:
            return False

    def _ask(self, *arguments: str) -> bytes:
        """What git prints."""
        return _git(Path(self.root), *arguments)


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints in `folder`; SettingsError `git_unavailable`."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  no shell; a reference that looks like an option was refused
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_LONGEST_S,
            env=environment | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SettingsError(
            "git_unavailable", said("git cannot be asked: {reason}", reason=reason), said("install git, or leave out --since")
        ) from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "backslashreplace").strip().removeprefix("fatal: ")
        way_out = said("run it in a clone of the repository, or leave out --since")
        reason, is_refused, mending = told.partition(_OF_ANOTHER)
        if is_refused:  # another clone would be of the same user
            way_out = said("if you trust whose it is: {command}", command=one_line(mending.strip()))
        raise SettingsError(
            "git_unavailable",
            said("{folder}: git says: {reason}", folder=shown(folder), reason=one_line(reason.strip()[:_REASON_SHOWN])),
            way_out,
        )
    return done.stdout


def _changed_submodules(folder: Path, above: bytes) -> Iterator[bytes]:
    """Submodules below `folder`, whose own path is `above`, that are not as they are recorded, or hold changes themselves."""
    for entry in _git(folder, "ls-files", "--stage", "-z").split(b"\0"):
        facts, _, name = entry.partition(b"\t")
        inner = folder / os.fsdecode(name)
        if not facts.startswith(_SUBMODULE) or not os.path.lexists(inner / ".git"):
            continue
        recorded = facts.split()[1]
        try:
            is_other = _git(inner, "rev-parse", "HEAD").strip() != recorded or _git(inner, *_DIFF, "--name-only", "HEAD", "--")
        except SettingsError:  # it has no commit, or is no repository
            is_other = True
        if is_other:
            yield above + name
        else:
            yield from _changed_submodules(inner, above + name + b"/")


def _names(listed: bytes) -> set[bytes]:
    """Names that git ended with zero bytes."""
    return set(filter(None, listed.split(b"\0")))
