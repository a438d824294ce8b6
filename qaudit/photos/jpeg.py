"""What a JPEG file says about itself before it is decoded, and its pixels together with what its decoder complains of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import simplejpeg
from PIL import Image

from ..model.errors import PhotoRefused
from ..model.language import said
from ..model.text import one_line

# Progressive photos have about ten scans; each costs the time of decoding the whole.
MOST_SCANS = 100
_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9
_APP2 = 0xE2
_START_OF_IMAGE = b"\xff\xd8"
# In the compressed data a byte FF is followed by 00 or by a restart marker, D0 to D7.
_ANY_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# Segments that say how the colours are stored. All others before the first scan are metadata or tables.
_COLOUR_SEGMENTS = (0xE0, 0xEE)
_METADATA = range(0xE0, 0xF0)
_COMMENT = 0xFE
# Markers that stand alone, without a segment: TEM, SOI, EOI.
_ALONE = (0x01, 0xD8, 0xD9)
# Pillow's name of the pixels -> simplejpeg's name of the same.
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


def check_scans(data: bytes) -> None:
    """Raise `photo_too_large` for a JPEG that makes the decoder go over it again and again."""
    if scan_count(data) > MOST_SCANS:
        raise PhotoRefused(
            "photo_too_large", said("it holds more than {most} scans", most=MOST_SCANS), said("save it again as a plain JPEG")
        )


def scan_count(data: bytes) -> int:
    """How many scans the first picture of the file has; counted no further than one more than may be.

    What comes after the picture is not looked at: phones put a short film there.
    """
    scans, at = 0, 2
    while scans <= MOST_SCANS and (found := _ANY_MARKER.search(data, at)) and data[found.start() + 1] != _END_OF_IMAGE:
        at = found.end()
        if data[at - 1] == _START_OF_SCAN:
            scans += 1
        if data[at - 1] not in _ALONE:
            at += int.from_bytes(data[at : at + 2], "big")
    return scans


def is_one_of_several(data: bytes) -> bool:
    """Whether the file says that more pictures follow the first (MPO, as of stereo cameras and phones)."""
    return any(marker == _APP2 and data[at + 4 : at + 8] == b"MPF\0" for marker, at, _ in _header(data))


def load(image: Image.Image, data: bytes, damage: list[str]) -> Image.Image:
    """The pixels of a JPEG, at the size that `image` was drafted to.

    Parameters
    ----------
    image
        Opened by Pillow, not loaded.
    data
        The file it was opened from.
    damage
        What the decoder complains of is added to it: a file that was cut and closed again decodes without an error,
        its rest grey.

    Returns
    -------
        Loaded image. Pillow and simplejpeg both hand the data to libjpeg-turbo and give the same pixels, but only
        simplejpeg tells its warnings.

    Raises
    ------
    OSError
        Pillow's, where the data cannot be decoded; MemoryError where there is too little memory for it.
    """
    width, height = image.size
    try:
        pixels = simplejpeg.decode_jpeg(
            without_metadata(data), _SPACES.get(image.mode, "RGB"), min_height=height, min_width=width
        )
    except ValueError as error:
        if "memory" in str(error).lower():
            raise MemoryError from error
        image.load()
        damage.append(one_line(str(error)))
        return image
    if image.mode == "CMYK" or pixels.shape[:2] != (height, width):
        image.load()  # Pillow alone knows which way round Adobe wrote the inks
        return image
    loaded = Image.fromarray(pixels[..., 0] if image.mode == "L" else pixels)
    loaded.info = image.info
    return loaded


def without_metadata(data: bytes) -> bytes:
    """`data` with nothing before its first scan but what the decoder needs.

    Cameras and editors leave stray bytes and wrong lengths between the segments of the header. A decoder passes over them
    and complains; no pixel suffers. What is left complains of the pixels alone.
    """
    kept = [_START_OF_IMAGE]
    for marker, start, end in _header(data):
        if marker == _START_OF_SCAN:
            return b"".join((*kept, data[start:]))
        if marker in _COLOUR_SEGMENTS or not (marker in _METADATA or marker == _COMMENT):
            kept.append(data[start:end])
    return data


def _header(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the start of the first scan."""
    at = 2
    while found := _ANY_MARKER.search(data, at):
        at = found.end()
        marker = data[at - 1]
        if marker in _ALONE:
            continue
        start, at = found.start(), at + int.from_bytes(data[at : at + 2], "big")
        yield marker, start, at
        if marker == _START_OF_SCAN:
            return
