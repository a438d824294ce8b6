"""One row to its result: what a worker does, and what it hands back."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..model.errors import PhotoRefused
from ..model.language import said, with_values
from ..model.options import Options
from ..model.photo import PhotoFacts
from ..model.record import Comparison, ItemError, Record
from ..model.text import one_line, path_to_text, shown
from ..photos.cloud import cloud_at
from .row import Named, Row
from .trace import traces_of, with_digests

if TYPE_CHECKING:
    from ..decision.profile import Profile
    from ..sights import Sights

# The extension of a name, as far as it can stand in any other.
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def item_of(
    row: Row,
    *,
    options: Options,
    profile: Profile | None,
    tool: Mapping[str, Any],
    sights: Sights | None = None,
    scratch: str | None = None,
) -> Comparison | ItemError:
    """Whether what arrived is what was listed, for one row.

    Parameters
    ----------
    row
        A usable row of a manifest.
    options, profile, sights
        As in `qaudit.comparison.compare`.
    tool
        What an error's record says under ``tool``.
    scratch
        Folder in which photos that are fetched lie meanwhile; the system's own for such things when None.

    Returns
    -------
        The comparison; or an error with the slug of the refused photo, or `internal_error` for a fault of qaudit's
        own, so that one item never ends a run of many. Paths in it are those of the manifest.
    """
    from ..comparison import compare  # the libraries of vision are loaded by whoever does the work

    try:
        with ExitStack() as copies:
            if row.elsewhere():
                row = _fetched(row, Path(copies.enter_context(TemporaryDirectory(prefix="qaudit-", dir=scratch))))
            result = compare(
                row.paths("listing"),
                row.paths("arrival"),
                accepted=row.paths("accepted"),
                id=row.id,
                row=row.extra,
                options=options,
                profile=profile,
                sights=sights,
            )
    except PhotoRefused as error:
        named = PhotoRefused(error.slug, _with_manifest_paths(error.message, row), error.way_out)
        return ItemError.of(row.id, named, row.extra, tool)
    except Exception as error:
        return ItemError(row.id, "internal_error", _with_manifest_paths(_fault(error), row), row.extra, tool)
    return replace(
        result,
        listing=_facts(result.listing, row),
        arrival=_facts(result.arrival, row),
        accepted=_facts(result.accepted, row),
        notes=_named(result.notes, row),
        decision=replace(result.decision, explained=_named(result.decision.explained, row)),
    )


def record_of(
    row: Row, *, options: Options, profile: Profile | None, tool: Mapping[str, Any], scratch: str | None = None
) -> Record:
    """What `item_of` says, as plain values that travel between processes."""
    before = traces_of(row)
    item = item_of(row, options=options, profile=profile, tool=tool, sights=_sights(), scratch=scratch)
    values, seconds = item.to_dict(), {} if isinstance(item, ItemError) else dict(item.seconds)
    try:
        json.dumps(values, allow_nan=False)
    except (TypeError, ValueError) as error:
        values, seconds = ItemError(row.id, "internal_error", _fault(error), row.extra, tool).to_dict(), {}
    return Record(values, seconds, with_digests(row, before, values), len(row.listing) + len(row.arrival))


@cache
def _sights() -> Sights:
    """What this process has seen of listing photos."""
    from ..sights import Sights

    return Sights()


def forget_sights() -> None:
    """Let go of what this process has seen of listing photos: the run is over."""
    _sights.cache_clear()


def _fetched(row: Row, folder: Path) -> Row:
    """`row` with the photos that lie elsewhere as files in `folder`; the first that cannot be fetched is the row's error."""
    copies = {}
    for number, photo in enumerate(row.elsewhere()):
        try:
            data = _bytes_of(photo, row)
        except PhotoRefused as error:
            message = said("{name}: {problem}", name=one_line(photo.text), problem=error.message)
            raise PhotoRefused(error.slug, message, error.way_out) from error
        # A name that promises a format is part of a file system's photo, and not of an address.
        ending = _ENDING.search(photo.path) if photo.place == "cloud" else None
        file = folder / f"{number}{ending[0] if ending else ''}"
        file.write_bytes(data)
        copies[photo.path] = str(file)
    return replace(row, copies=copies)


def _bytes_of(photo: Named, row: Row) -> bytes:
    """What a photo that lies elsewhere holds."""
    if photo.place == "cloud":
        return cloud_at(row.address).read(photo.path)
    from ..photos.fetch import fetch

    return fetch(photo.path)


def _facts(facts: tuple[PhotoFacts, ...], row: Row) -> tuple[PhotoFacts, ...]:
    """`facts` with paths as they stand in the manifest, so that a result does not depend on where it is computed."""
    texts = {path_to_text(path): text for path, text in row.opened().items()}
    return tuple(replace(fact, path=texts.get(fact.path, fact.path)) for fact in facts)


def _named(sentences: tuple[str, ...], row: Row) -> tuple[str, ...]:
    """`sentences` of a record with photos named as in the manifest."""
    names = {path_to_text(path): text for path, text in row.opened().items()}
    return tuple(_replaced(sentence, names) for sentence in sentences)


def _with_manifest_paths(message: str, row: Row) -> str:
    """`message` with photos named as in the manifest."""
    return _replaced(message, {shown(path): one_line(text) for path, text in row.opened().items()})


def _replaced(sentence: str, names: Mapping[str, str]) -> str:
    """`sentence` with each name in it replaced, at once, the longest that fits first: one path may begin like another."""
    if not names:
        return sentence
    either = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    return with_values(sentence, lambda text: either.sub(lambda found: names[found[0]], text))


def _fault(error: Exception) -> str:
    """An unforeseen error on one line: type, place and words."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return said(
        "{kind} in {file}, line {number}: {reason} (please report this)",
        kind=type(error).__name__,
        file=one_line(Path(last.filename).name),
        number=last.lineno,
        reason=one_line(str(error)),
    )
