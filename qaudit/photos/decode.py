"""Bytes of a known format to upright sRGB pixels; one decoder a format, no registry of decoders, no global switch."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from ..model.errors import PhotoRefused
from ..model.language import chained, message, said
from ..model.photo import U8
from ..model.text import one_line
from . import jpeg
from .boxes import clean_aperture
from .faults import has_second_frame, silent_fault
from .limits import LARGEST_WEBP_MEGAPIXELS, check_size
from .profile import as_mode, to_srgb
from .sniff import Format, webp_size

_PLUGINS: dict[str, Callable[[BytesIO], Image.Image]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
}
# Pillow mode without alpha -> mode that a colour profile can describe.
_FLAT_MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBX": "RGB", "YCbCr": "RGB", "CMYK": "CMYK"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels and what was done to them; fields as in `Photo`."""

    pixels: U8
    width: int
    height: int
    applied: tuple[str, ...] = ()
    damaged: str | None = None
    notes: tuple[str, ...] = ()


def decode(data: bytes, format_: Format, max_side: int | None) -> Decoded:
    """What the photo in `data` shows, and what had to be done to it.

    Parameters
    ----------
    data
        The whole file.
    format_
        What it holds, by its content.
    max_side
        Longest side wanted, in px; None for all pixels. A smaller photo is left as it is.

    Returns
    -------
        Pixels, upright, sRGB, alpha over white.

    Raises
    ------
    PhotoRefused
        `photo_too_large`: more pixels or scans than the limits. `photo_broken`: the decoder fails on the data.
        `photo_unknown_format`: pixels of a kind that no camera writes, for example 32-bit numbers.
    """
    damage: list[str] = []
    with _decoder_guard(damage):
        image = opened = _opened(data, format_)
        header_size = image.size
        if format_ == "JPEG" and max_side is not None:
            image.draft(None, _reduced(header_size, max_side))
        orientation, bits = _orientation(image), _bits(image, data)
        image, cropped = _loaded(image, data, format_, damage)
        if fault := silent_fault(data, format_, image):
            damage.append(fault)
        # Pillow turns a TIFF upright while loading it, libheif a HEIC; nobody turns the others.
        turn = 1 if format_ in ("TIFF", "HEIC") else orientation
        full_size = header_size if format_ == "JPEG" else image.size
        width, height = full_size if turn < 5 else full_size[::-1]
        finished = finish(image, (width, height), max_side, turn=turn, bits=bits)
    applied = (*cropped, *((f"orientation {orientation}",) if orientation != 1 else ()))
    if _is_first_of_several(opened, data, format_):
        applied = ("first of several pictures", *applied)
    return replace(
        finished,
        applied=applied + finished.applied,
        damaged=chained(message("{first}; {next}"), list(dict.fromkeys(damage))) or None,
    )


def finish(image: Image.Image, full_size: tuple[int, int], max_side: int | None, *, turn: int = 1, bits: int = 8) -> Decoded:
    """What a loaded image shows: its upright sRGB pixels.

    Parameters
    ----------
    image
        Loaded, perhaps already smaller than the photo is.
    full_size
        (width, height) in px of the whole photo, upright.
    max_side
        As in `decode`.
    turn
        EXIF orientation that is still to be applied, 1..8.
    bits
        Bits per channel that the file holds.

    Returns
    -------
        Pixels, without the decoder's complaints.

    Raises
    ------
    PhotoRefused
        `photo_unknown_format`: pixels of a kind that no camera writes.
    """
    icc = image.info.get("icc_profile")
    applied = [f"{bits} bit to 8 bit"] if bits > 8 else []
    image, had_alpha = _over_white(_eight_bit(image, bits))
    if had_alpha:
        applied.append("alpha over white")
    if image.mode == "CMYK":
        applied.append("CMYK to RGB")
    image = image.resize(_reduced(image.size, max_side), Image.Resampling.HAMMING, reducing_gap=2.0) if max_side else image
    image, profile, note = to_srgb(image, icc)
    if profile:
        applied.append(profile)
    if turn != 1:
        image = image.transpose(_TURNS[turn])
    if max_side is not None and max(full_size) > max_side:
        applied.append(f"reduced to {max_side} px")
    return Decoded(np.asarray(image), *full_size, tuple(applied), None, (note,) if note else ())


@contextmanager
def _decoder_guard(damage: list[str]) -> Iterator[None]:
    """Turn whatever a decoder raises into a refusal, and what it warns of into `damage`.

    Catching warnings is not safe between threads of one process; qaudit reads photos in processes.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except PhotoRefused:
            raise
        except Exception as error:  # decoders fed with broken bytes raise nearly every type there is
            reason = one_line(str(error).strip()) or type(error).__name__
            if isinstance(error, MemoryError) or "memory" in reason.lower():
                raise PhotoRefused(
                    "photo_too_much_memory", said("reading it takes too much memory"), said("send a smaller copy")
                ) from error
            raise PhotoRefused(
                "photo_broken", said("its data is broken: {reason}", reason=reason), said("send the photo again")
            ) from error
    told = (warning for warning in caught if not issubclass(warning.category, DeprecationWarning))
    damage.extend(dict.fromkeys(one_line(str(warning.message).strip()) for warning in told))


def _opened(data: bytes, format_: Format) -> Image.Image:
    """The image with its header read and its size checked, no pixels yet."""
    if format_ == "WebP":
        check_size(webp_size(data), LARGEST_WEBP_MEGAPIXELS)
    if format_ == "JPEG":
        jpeg.check_scans(data)
    image = _opened_heic(data) if format_ == "HEIC" else _PLUGINS[format_](BytesIO(data))
    check_size(image.size)
    return image


def _loaded(image: Image.Image, data: bytes, format_: Format, damage: list[str]) -> tuple[Image.Image, tuple[str, ...]]:
    """The image with its pixels, its first frame, and whether only a part of it was to be shown."""
    if format_ == "JPEG":
        return jpeg.load(image, data, damage), ()
    image.load()
    # libheif crops a HEIC itself, libavif leaves that to its caller.
    crop = clean_aperture(data, image.size) if format_ == "AVIF" else None
    return (image, ()) if crop is None else (image.crop(crop), (f"cropped to {crop[2] - crop[0]} x {crop[3] - crop[1]} px",))


def _is_first_of_several(image: Image.Image, data: bytes, format_: Format) -> bool:
    """Whether the file holds more pictures than the one that is shown, as far as its head tells; none of them is decoded."""
    if format_ == "JPEG":
        return jpeg.is_one_of_several(data)
    if format_ == "GIF":
        return has_second_frame(data)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return bool(image.tag_v2.next)
    return bool(getattr(image, "is_animated", False))


def _opened_heic(data: bytes) -> Image.Image:
    """The primary picture of a HEIC file, loaded after its size was checked."""
    import pillow_heif  # here, as most photos do not need it

    heif = pillow_heif.open_heif(data)
    check_size(heif.size)
    image: Image.Image = heif.to_pillow()
    return image


def _reduced(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """`size` with its longest side brought down to `max_side`; as it is when that is no reduction."""
    factor = max_side / max(size)
    return size if factor >= 1 else (max(1, round(size[0] * factor)), max(1, round(size[1] * factor)))


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1..8 that the file asks for; 1 where it is missing or nonsense."""
    value = image.info.get("original_orientation") or image.getexif().get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _bits(image: Image.Image, data: bytes) -> int:
    """Bits per channel that the file holds, where its format may hold more than 8."""
    if isinstance(image, PngImagePlugin.PngImageFile):
        return data[24]
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return int(max(image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (8,))))
    # pillow_heif spreads the 10 or 12 bits of deep grey over 16.
    return 16 if image.mode.startswith("I;16") else int(image.info.get("bit_depth", 8))


def _eight_bit(image: Image.Image, bits: int) -> Image.Image:
    """`image` with 8 bits per channel; Pillow's own conversion clips deep grey to white."""
    if not image.mode.startswith("I;16"):
        return image
    levels = np.asarray(image).astype(np.float32) * (255.0 / (2**bits - 1))
    return Image.fromarray(np.rint(np.minimum(levels, 255.0)).astype(np.uint8))


def _over_white(image: Image.Image) -> tuple[Image.Image, bool]:
    """`image` as L, RGB or CMYK, laid over white; and whether anything was transparent."""
    if image.has_transparency_data:
        rgba = as_mode(image, "RGBA")
        alpha = rgba.getchannel("A")
        if alpha.getextrema()[0] == 255:
            return rgba.convert("RGB"), False
        white = Image.new("RGB", image.size, "white")
        white.paste(rgba.convert("RGB"), mask=alpha)
        return white, True
    target = _FLAT_MODES.get(image.mode)
    if target is None:
        raise PhotoRefused(
            "photo_unknown_format",
            said("its pixels are of the kind {mode}", mode=image.mode),
            said("save it as a plain JPEG or PNG"),
        )
    return as_mode(image, target), False
