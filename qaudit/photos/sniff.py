"""What format do these bytes hold? By content alone; the file's name only ever adds a note."""

from __future__ import annotations

import os
import struct
from pathlib import PurePath
from typing import Literal, cast

from ..model.errors import PhotoRefused
from ..model.language import said

Format = Literal["JPEG", "PNG", "WebP", "TIFF", "HEIC", "AVIF", "GIF", "BMP"]

_SIGNATURES: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
# What people send by mistake, so that the message can say what it is.
_NOT_ACCEPTED = (
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"8BPS", said("a Photoshop file")),
    (b"\x1f\x8b", said("a gzip archive")),
    (b"<", said("HTML, SVG or other markup")),
    (b"PK\x03\x04", said("a ZIP archive")),
    (b"version https://git-lfs", said("a Git LFS pointer instead of the photo")),
)
_EXTENSIONS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".mpo": "JPEG",
    ".png": "PNG",
    ".apng": "PNG",
    ".webp": "WebP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".heic": "HEIC",
    ".heif": "HEIC",
    ".hif": "HEIC",
    ".avif": "AVIF",
    ".gif": "GIF",
    ".bmp": "BMP",
    ".dib": "BMP",
}
# What a folder is searched for.
PHOTO_EXTENSIONS = frozenset(_EXTENSIONS)


def photo_format(data: bytes) -> Format:
    """Which accepted format `data` holds.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
        Name of the format.

    Raises
    ------
    PhotoRefused
        `photo_empty`: there are no bytes. `photo_unknown_format`: none of the accepted formats.
    """
    if not data:
        raise PhotoRefused("photo_empty", said("the file is empty"), said("send the photo again"))
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    return _container_format(data) or _refuse(data)


def _container_format(data: bytes) -> Format | None:
    """AVIF or HEIC by the brands of an ISO media file's first box."""
    if data[4:8] != b"ftyp":
        return None
    length = min(struct.unpack(">I", data[:4])[0], len(data), 512)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & _HEIC_BRANDS else None


def _refuse(data: bytes) -> Format:
    """Always raises; says what the bytes are where that is easily known."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    held = next((name for signature, name in _NOT_ACCEPTED if start.startswith(signature)), None)
    found = said("it holds {what}", what=held) if held else said("not a photo")
    raise PhotoRefused("photo_unknown_format", found, said("send it as JPEG, PNG, WebP, TIFF, HEIC, AVIF, GIF or BMP"))


def name_note(path: str | os.PathLike[str], format_: str) -> str | None:
    """Whether the file's name promises another format than it holds: a note for a person, or None."""
    extension = PurePath(os.fspath(path)).suffix.lower()
    if _EXTENSIONS.get(extension, format_) == format_:
        return None
    return said("named {extension}, but holds {format}", extension=extension, format=format_)


def webp_size(data: bytes) -> tuple[int, int]:
    """How large a WebP file says it is: (width, height) in px, read without its decoder.

    Notes
    -----
    Pillow's WebP reader allocates two whole canvases as soon as it opens a file, so its size has to be known before.

    Raises
    ------
    PhotoRefused
        `photo_broken`: the header ends too early or is of no known kind.
    """
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise PhotoRefused("photo_broken", said("the WebP header is cut off"), said("send the photo again"))
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = cast(tuple[int, int], struct.unpack("<HH", body[6:10]))
        return width & 0x3FFF, height & 0x3FFF
    raise PhotoRefused("photo_broken", said("the WebP header is of no known kind"), said("send the photo again"))
