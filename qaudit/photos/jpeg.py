"""What a JPEG file says about itself before it is decoded, and its pixels together with what its decoder complains of."""

from __future__ import annotations

import simplejpeg
from PIL import Image

from ..model.errors import PhotoRefused
from ..model.text import one_line

# Progressive photos have about ten scans; each costs the time of decoding the whole.
MOST_SCANS = 100
_START_OF_SCAN = b"\xff\xda"
_START_OF_IMAGE = b"\xff\xd8"
# Segments that say how the colours are stored. All others before the first scan are metadata or tables.
_COLOUR_SEGMENTS = (0xE0, 0xEE)
_METADATA = range(0xE0, 0xF0)
_COMMENT = 0xFE
# Markers that stand alone, without a segment: TEM, RST0 to RST7, SOI, EOI.
_ALONE = (0x01, *range(0xD0, 0xDA))
# Pillow's name of the pixels -> simplejpeg's name of the same.
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


def check_scans(data: bytes) -> None:
    """Raise `photo_too_large` for a JPEG that makes the decoder go over it again and again.

    A marker cannot stand in the compressed data itself, so counting start-of-scan markers needs no parsing.
    """
    if (scans := data.count(_START_OF_SCAN)) > MOST_SCANS:
        raise PhotoRefused(
            "photo_too_large", f"it holds {scans} scans, more than {MOST_SCANS}", "save it again as a plain JPEG"
        )


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
        Pillow's, where the data cannot be decoded.
    """
    width, height = image.size
    try:
        pixels = simplejpeg.decode_jpeg(
            without_metadata(data), _SPACES.get(image.mode, "RGB"), min_height=height, min_width=width
        )
    except ValueError as error:
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
    at = 2
    while True:
        at = _next_marker(data, at)
        if at < 0:
            return data
        marker = data[at + 1]
        if marker in _ALONE:
            at += 2
            continue
        if marker == _START_OF_SCAN[1]:
            return b"".join((*kept, data[at:]))
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _COLOUR_SEGMENTS or not (marker in _METADATA or marker == _COMMENT):
            kept.append(data[at:end])
        at = end


def _next_marker(data: bytes, start: int) -> int:
    """Where the next marker begins, -1 when there is none."""
    at = data.find(b"\xff", start)
    while at >= 0 and at + 1 < len(data):
        if data[at + 1] not in (0x00, 0xFF):
            return at
        at = data.find(b"\xff", at + 1)
    return -1
