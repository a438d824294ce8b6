"""The pictures of a finished run: made from its records and photos by the engine's processes, each once."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..model.errors import PhotoRefused
from ..model.picture import ItemShots, PairShots, Shot
from ..model.text import path_from_text
from ..model.whole import put_whole
from ..photos.cloud import cloud_at, folder_at, is_address, path_below
from .engine import Engine, Loss
from .finished import Finished
from .row import is_fetched
from .schema import REPORT, told

# What is made of the same photos and maps; a change of what the pictures show makes them all anew.
VERSION: Final = 1
PICTURE_PX: Final = 800
THUMBNAIL_PX: Final = 160
# Differences are painted in 240 px, so a frame larger than twice that shows nothing more.
FRAME_PX: Final = 480
FOLDER: Final = "pictures"
# Refusals that say nothing of what a photo holds: it may be the one that was compared.
_UNREAD: Final = ("url_failed", "photo_unreadable", "photo_too_slow", "photo_reader_died")


@dataclass(frozen=True, slots=True)
class Job:
    """The pictures of one item.

    Parameters
    ----------
    name
        Digest of what they are made of: what the photos held, and how they lie over each other.
    folder
        Of the report.
    start
        Where relative paths of the manifest start: a folder, or the address of another file system.
    photos
        Listing or arrival and index -> path as in the record, and digest of what it held.
    pairs
        Indices of both photos, and the homography as in a record.
    """

    name: str
    folder: str
    start: str
    photos: Mapping[tuple[str, int], tuple[str, str]]
    pairs: tuple[tuple[tuple[int, int], tuple[float, ...] | None], ...]


def job_of(record: Mapping[str, Any], start: str, folder: Path) -> Job | None:
    """What is to be made for a results record; None for an error, of which there are no pictures.

    Parameters
    ----------
    record
        A results record.
    start
        As in `Job`.
    folder
        Of the report.
    """
    if "error" in record:
        return None
    maps = {_indices(view["photo"]): view.get("homography") for view in record["views"]}
    wanted = dict.fromkeys([_indices(record["pairing"]), *(_indices(found["photo"]) for found in record["findings"])])
    pairs = tuple((photos, tuple(maps[photos]) if maps.get(photos) else None) for photos in wanted)
    photos = {}
    for (i, j), _ in pairs:
        for side, index in (("listing", i), ("arrival", j)):
            fact = record["photos"][side][index]
            photos[side, index] = (fact["path"], fact["sha256"])
    made_of = [VERSION, PICTURE_PX, THUMBNAIL_PX, FRAME_PX, [[*key, digest] for key, (_, digest) in photos.items()], pairs]
    name = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]
    return Job(name, str(folder), start, photos, pairs)


def kept_shots(job: Job) -> ItemShots | None:
    """The pictures that were made for a job before; None unless all of them are there."""
    try:
        shots = ItemShots.from_dict(json.loads(_beside(job, "shots.json").read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return shots if all(Path(job.folder, shot.source).is_file() for shot in _each(shots)) else None


def _each(shots: ItemShots) -> Iterator[Shot]:
    """Every picture of an item."""
    for pair in shots.pairs:
        yield from (shot for shot in (pair.listing, pair.arrival, pair.laid_over, pair.heat) if shot is not None)
    if shots.thumbnail is not None:
        yield shots.thumbnail


def make_all(
    items: Iterator[Finished],
    start: str,
    folder: Path,
    engine: Engine,
    count: int,
    progress: Callable[[int], None],
) -> dict[str, str]:
    """Make the pictures that are not there yet.

    Parameters
    ----------
    items
        What the pictures are of.
    start, folder
        As in `job_of`.
    engine
        What does the work.
    count
        How many items there are at the most.
    progress
        Told how many items have been looked at.

    Returns
    -------
        Name of a job -> why it has no pictures, as in `ItemShots.missing`.

    Raises
    ------
    SettingsError
        `out_not_writable`.
    """
    seen = 0
    named: list[str] = []

    def jobs() -> Iterator[tuple[int, Job]]:
        nonlocal seen
        asked = set()
        for item in items:
            seen += 1
            job = job_of(item.record, start, folder)
            if job is None or job.name in asked or kept_shots(job) is not None:
                progress(seen)
                continue
            asked.add(job.name)
            named.append(job.name)
            yield len(named) - 1, job

    missing = {}
    with told(folder, REPORT):
        for place, reason in engine.run(jobs(), count, make, _lost):
            if reason is not None:
                missing[named[place]] = reason
            progress(seen)
    return missing


def make(job: Job) -> str | None:
    """Make the pictures of one item.

    Returns
    -------
        None when they are on the disk; else why there are none, as in `ItemShots.missing`.
    """
    from ..model.options import Options
    from ..photos import read_photo
    from ..pictures import jpeg, jpegs, pictures_again, thumbnail

    photos = {}
    for key, (text, digest) in job.photos.items():
        try:
            source = _source(job, text)
            if source is None:
                return "address"
            photo = read_photo(source, max_side=PICTURE_PX)
        except PhotoRefused as error:
            return "gone" if error.slug == "photo_missing" else "unread" if error.slug in _UNREAD else "changed"
        if photo.sha256 != digest:
            return "changed"
        photos[key] = photo
    try:
        pairs, small = [], None
        for number, ((i, j), homography) in enumerate(job.pairs):
            listing, arrival = photos["listing", i], photos["arrival", j]
            pictures = pictures_again((i, j), listing, arrival, homography, Options(frame_side_px=FRAME_PX))
            files = {
                name: _written(job, f"{number}-{name}.jpg", data, width, height)
                for name, (data, width, height) in jpegs(pictures, PICTURE_PX).items()
            }
            pairs.append(PairShots((i, j), **files, palette=pictures.palette))
            if small is None:
                picture = thumbnail(pictures, THUMBNAIL_PX)
                small = _written(job, "thumbnail.jpg", jpeg(picture), picture.shape[1], picture.shape[0])
    except OSError:
        raise
    except Exception:  # a picture that cannot be made is no reason to lose the report
        return "failed"
    _replace(_beside(job, "shots.json"), json.dumps(ItemShots(pairs, small).to_dict()).encode())
    return None


def _lost(job: Job, loss: Loss) -> str:
    """Of an item whose process died, or that took too long."""
    return "failed"


def _written(job: Job, name: str, data: bytes, width: int, height: int) -> Shot:
    """Keep a picture; its address starts at the folder of the report."""
    path = _beside(job, name)
    _replace(path, data)
    return Shot(path.relative_to(job.folder).as_posix(), width, height)


def _beside(job: Job, name: str) -> Path:
    """A file of an item, in one of 256 folders."""
    return Path(job.folder, FOLDER, job.name[:2], f"{job.name}-{name}")


def _replace(path: Path, data: bytes) -> None:
    """Put a file with `data` in the place of `path` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_whole(path, lambda file: file.write(data), f".{secrets.token_hex(8)}.tmp")


def _indices(photo: Mapping[str, int]) -> tuple[int, int]:
    """Index of the listing and of the arrival photo."""
    return photo["listing"], photo["arrival"]


def _source(job: Job, text: str) -> str | bytes | None:
    """The path to open for a photo of the manifest, or what it holds where it lies on another file system; None for the web."""
    if is_fetched(text):
        return None
    if not is_address(job.start):
        return os.path.join(job.start, path_from_text(text))  # noqa: PTH118  nothing is normalised
    path, folder = path_below(text, job.start), folder_at(job.start)
    return cloud_at(job.start).read(path) if folder is None else f"{folder.rstrip('/')}/{path}"
