"""``qaudit compare``: one listing photo, one arrival photo, one answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qaudit.model.errors import PhotoRefused, SettingsError
from qaudit.model.language import chained, message, said
from qaudit.model.text import shown

from .exits import exit_code, parse_fail_on
from .item_files import check_pages, write_pages
from .options import ALL, BaseRate, FailOn, Profile, judging_profile
from .origin import with_origin
from .output import STDOUT, check_writable, complain, json_line, write_output
from .settings import current

if TYPE_CHECKING:
    from qaudit.model.photo import FiledPhoto

OVERLAY_SUFFIXES = (".png", ".jpg", ".jpeg")


def compare(
    context: typer.Context,
    listing: Annotated[str, typer.Argument(metavar="LISTING", help="The listing's photo, or a folder of them.")],
    arrival: Annotated[str, typer.Argument(metavar="ARRIVAL", help="The photo of what arrived, or a folder of them.")],
    accepted: Annotated[
        str | None,
        typer.Option(
            "--accepted",
            metavar="PATH",
            help="A photo, or a folder of them, of pieces that were accepted as good: what they differ by is no finding.",
        ),
    ] = None,
    json_path: Annotated[
        str | None, typer.Option("--json", metavar="PATH", help="Write the record as JSON; - is standard output.")
    ] = None,
    overlay_path: Annotated[
        str | None,
        typer.Option(
            "--overlay", metavar="PATH", help="Write one picture of both photos with the differences boxed: .png or .jpg."
        ),
    ] = None,
    category: Annotated[
        str | None,
        typer.Option("--category", metavar="NAME", help="Category of the item; the settings may have tolerances for it."),
    ] = None,
    html_path: Annotated[
        str | None,
        typer.Option("--html", metavar="PATH", help="Write a page with photos, findings and evidence, all in one file."),
    ] = None,
    pdf_path: Annotated[
        str | None, typer.Option("--pdf", metavar="PATH", help="Write the same page as PDF; needs the extra pdf.")
    ] = None,
    profile: Profile = None,
    base_rate: BaseRate = None,
    fail_on: FailOn = ALL,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell every measure with its value, tolerance and weight in the verdict.")
    ] = False,
    timings: Annotated[bool, typer.Option("--timings", help="Tell the seconds of each stage, in the record too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print no text; files, errors and the exit code remain.")] = False,
) -> int:
    """Compare a listing's photo with the photo of what arrived."""
    failing = parse_fail_on(fail_on)
    from qaudit.photos import start_reader

    start_reader()  # it loads its decoders while this process loads what it needs itself
    sources = [source for name in (listing, arrival, accepted) for source in _read_from(name)]
    _check_outputs(sources, json_path, overlay_path)
    check_pages(sources, html_path, pdf_path)
    from qaudit.model.record import ItemError
    from qaudit.model.tool import tool_facts

    judged_by = judging_profile(profile, base_rate)
    options = current().options
    row = {} if category is None else {"category": category}
    start = time.perf_counter()
    try:
        listings = _read(listing, options.listing_side_px)
        arrivals = _read(arrival, options.arrival_side_px)
        pieces = _read(accepted, options.arrival_side_px) if accepted is not None else []
    except PhotoRefused as error:
        complain(with_origin(error, context).sentence)
        if json_path is not None:
            facts = tool_facts(options, judged_by.id, judged_by.holds_for, judged_by.categories)
            refused = ItemError.of("", error, row, facts)
            write_output(json_path, json_line(refused.to_dict()), "--json")
        return exit_code({"error": 1}, failing)

    read_s = time.perf_counter() - start
    from qaudit.comparison import compare as compare_photos  # the slow libraries only when there are photos to compare

    result = compare_photos(
        listings,
        arrivals,
        accepted=pieces,
        row=row,
        options=options,
        profile=judged_by,
        keep_views=overlay_path is not None,
        keep_pictures=html_path is not None or pdf_path is not None,
    )
    result = replace(result, seconds={**result.seconds, "read": read_s})
    if json_path is not None:
        seconds: dict[str, Any] = {"seconds": dict(result.seconds)} if timings else {}
        write_output(json_path, json_line(result.to_dict() | seconds), "--json")
    if overlay_path is not None:
        from qaudit.report.overlay import overlay_bytes

        write_output(overlay_path, overlay_bytes(result, Path(overlay_path).suffix), "--overlay")
    write_pages(result, html_path, pdf_path)
    if not quiet:
        from qaudit.report.terminal import print_comparison

        stream = sys.stderr if json_path == STDOUT else sys.stdout
        print_comparison(result, stream, explain=explain, timings=timings)
    return exit_code({result.verdict: 1}, failing)


def _read(name: str, side_px: int) -> list[FiledPhoto]:
    """The photo `name`, or the photos in it, as they are worked on."""
    from qaudit.model.photo import FiledPhoto
    from qaudit.photos import read_photo

    photos = photos_of(name)
    paths = [photos] if isinstance(photos, str) else photos
    read = []
    for path in paths:
        try:
            read.append(FiledPhoto(read_photo(path, max_side=side_px), path))
        except PhotoRefused as error:
            if len(paths) > 1:
                raise error.among_others() from error
            raise
    return read


def photos_of(name: str) -> str | list[str]:
    """The photo `name`, or the photos in it by name if it is a folder.

    Raises
    ------
    PhotoRefused
        `folder_without_photos`: nothing in the folder is named like a photo. `photo_unreadable`: it cannot be listed.
    """
    folder = Path(name)
    if not name or not folder.is_dir():
        return name
    from qaudit.photos.sniff import PHOTO_EXTENSIONS

    try:
        entries = sorted(folder.iterdir())
        photos = [str(entry) for entry in entries if _named_like_a_photo(entry, PHOTO_EXTENSIONS)]
    except OSError as error:
        raise PhotoRefused(
            "photo_unreadable",
            said("{name} cannot be listed: {reason}", name=shown(name), reason=error.strerror),
            said("check its permissions"),
        ) from error
    if not photos:
        raise PhotoRefused(
            "folder_without_photos",
            said("{name} has no photo in it", name=shown(name)),
            said("put JPEG, PNG, WebP, TIFF, HEIC, AVIF, GIF or BMP there"),
        )
    return photos


def _named_like_a_photo(entry: Path, extensions: frozenset[str]) -> bool:
    """Whether a folder's entry is a photo by its name; hidden files, such as ``._a.jpg`` of some systems, are none."""
    return entry.suffix.lower() in extensions and not entry.name.startswith(".") and not entry.is_dir()


def _read_from(name: str | None) -> Sequence[str]:
    """Files that will be read for `name`; what cannot be read is told when it is."""
    if name is None:
        return ()
    try:
        photos = photos_of(name)
    except PhotoRefused:
        return ()
    return (photos,) if isinstance(photos, str) else photos


def _check_outputs(sources: Sequence[str], json_path: str | None, overlay_path: str | None) -> None:
    """Refuse output paths that cannot work before anything is read."""
    if json_path is not None:
        check_writable(json_path, "--json", sources)
    if overlay_path is None:
        return
    if Path(overlay_path).suffix.lower() not in OVERLAY_SUFFIXES:
        raise SettingsError(
            "unknown_value",
            said("--overlay {path} is no picture's name", path=shown(overlay_path)),
            said("end it with {names}", names=chained(message("{first} or {next}"), OVERLAY_SUFFIXES)),
        )
    check_writable(overlay_path, "--overlay", sources)
