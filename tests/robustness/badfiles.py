"""Bad and awkward files, made here: one helper for each kind."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from tests.photos.factory import STORED, encoded, quadrants

FORMATS = ("JPEG", "PNG", "WebP", "TIFF", "HEIC", "AVIF", "GIF", "BMP")


def noisy(width: int = 160, height: int = 120) -> np.ndarray:
    """A picture with enough in it that a cut or a hole meets its pixels."""
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([x * 200 / width + 20, y * 200 / height + 20, ((x // 20 + y // 20) % 2) * 120 + 60], axis=-1)
    noise = np.random.default_rng(7).normal(0, 6, (height, width, 3))
    return (smooth + noise).clip(0, 255).astype(np.uint8)


def photo_file(format_: str, **settings: object) -> bytes:
    """A good photo of the format."""
    return encoded(noisy(), format_, **settings)


def cut(data: bytes, share: float) -> bytes:
    """The beginning of a file, as after a transfer that was cut short."""
    return data[: int(len(data) * share)]


def cut_and_closed(data: bytes, share: float) -> bytes:
    """A JPEG that was cut, and to which somebody put an end again: decoders read it without an error."""
    return cut(data, share) + b"\xff\xd9"


def with_hole(data: bytes, at: float = 0.5, share: float = 0.05) -> bytes:
    """A file in which a block is zero, as when one of its parts was never fetched."""
    start, length = int(len(data) * at), int(len(data) * share)
    return data[:start] + bytes(length) + data[start + length :]


def through_text_mode(data: bytes) -> bytes:
    """A file that went through a transfer in text mode."""
    return data.replace(b"\n", b"\r\n")


def with_bit_flipped(data: bytes, at: float = 0.5) -> bytes:
    """A file with one wrong bit."""
    place = int(len(data) * at)
    return data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


def with_film_behind(data: bytes) -> bytes:
    """A photo with a short film behind it, as phones write them: any bytes, many that look like markers of a JPEG."""
    return data + b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08abc" * 500


def with_stray_bytes(data: bytes) -> bytes:
    """A JPEG with bytes between the segments of its header that belong to none."""
    at = data.index(b"\xff\xdb")
    return data[:at] + b"\0stray" + data[at:]


def scan_bomb(scans: int) -> bytes:
    """A JPEG of few pixels that its decoder goes over again and again."""
    out = BytesIO()
    Image.new("L", (64, 64), 128).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xc4", 0, data.rindex(b"\xff\xda"))
    return data[:-2] + data[last:-2] * scans + b"\xff\xd9"


def jpeg_saying(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    data = photo_file("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of one bit a pixel that really holds all its pixels, all black."""
    line = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def png_with(kind: bytes, body: bytes) -> bytes:
    """A good PNG with one more chunk before its pixels."""
    data = photo_file("PNG")
    at = data.index(b"IDAT") - 4
    return data[:at] + png_chunk(kind, body) + data[at:]


def metadata_bomb(kind: bytes) -> bytes:
    """A PNG of which a piece of metadata unfolds to 64 MiB."""
    return png_with(kind, b"x\0\0" + zlib.compress(bytes(64 << 20), 9))


def webp_saying(width: int, height: int) -> bytes:
    """38 bytes that ask for a canvas."""
    return (
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )


def gif_saying(width: int, height: int) -> bytes:
    """A GIF of one pixel with a canvas of another size."""
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame + b";"


def many_frames(count: int) -> bytes:
    """A GIF of very many tiny frames."""
    frame = b"!\xf9\x04\x04\x01\0\0\0," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * count + b";"


def bmp_of_runs(runs: bytes, width: int = 8, height: int = 2, *, top_down: bool = False) -> bytes:
    """A BMP of run lengths, 8 bits a pixel."""
    palette = bytes(value for level in range(256) for value in (level, level, level, 0))
    pixels_at = 14 + 40 + len(palette)
    size = -height if top_down else height
    header = struct.pack("<IiiHHIIiiII", 40, width, size, 1, 8, 1, len(runs), 2835, 2835, 256, 0)
    return b"BM" + struct.pack("<IHHI", pixels_at + len(runs), 0, 0, pixels_at) + header + palette + runs


def bmp_with(**fields: int) -> bytes:
    """A good BMP of a palette with some fields of its header set to other values."""
    places = {
        "planes": (26, "<H"),
        "count": (34, "<I"),
        "x_density": (38, "<i"),
        "y_density": (42, "<i"),
        "colours": (46, "<I"),
    }
    data = bytearray(encoded(Image.fromarray(noisy()).convert("L"), "BMP"))
    for name, value in fields.items():
        at, kind = places[name]
        struct.pack_into(kind, data, at, value)
    return bytes(data)


def short_palette(format_: str) -> bytes:
    """A picture that uses a colour which its palette lacks."""
    image = Image.new("P", (4, 4))
    image.putpalette([value for level in range(8) for value in (level, 20 * level, 255 - level)])
    image.putpixel((2, 2), 7)
    data = encoded(image, format_)
    if format_ == "BMP":
        cut_off = bytearray(data)
        struct.pack_into("<I", cut_off, 46, 4)
        return bytes(cut_off)
    at = data.index(b"PLTE")
    (length,) = struct.unpack_from(">I", data, at - 4)
    return data[: at - 4] + png_chunk(b"PLTE", data[at + 4 : at + 16]) + data[at + 8 + length :]


def animated_png(*, frames: int | None = None, second: int | None = None) -> bytes:
    """A PNG of two frames that says it has `frames`, the second of which has the number `second`."""
    settings = {"save_all": True, "append_images": [Image.fromarray(noisy()[::-1].copy())]}
    data = encoded(noisy(), "PNG", **settings)
    for kind, value in ((b"acTL", frames), (b"fcTL", second)):
        at = data.rindex(kind)
        (length,) = struct.unpack_from(">I", data, at - 4)
        body = struct.pack(">I", value) if value is not None else data[at + 4 : at + 8]
        data = data[: at - 4] + png_chunk(kind, body + data[at + 8 : at + 4 + length]) + data[at + 8 + length :]
    return data


def tiff_with_wrong_strips() -> bytes:
    """A packed TIFF whose data is nonsense in the middle: libtiff reads on, and complains to standard error alone."""
    return with_hole(encoded(Image.fromarray(noisy(320, 240)).convert("1"), "TIFF", compression="group4"), 0.2, 0.1)


def avif_cropped(left: int, top: int, width: int, height: int, *, turn: int = 1) -> bytes:
    """An AVIF of `quadrants`, stored as orientation `turn` needs it, with a clean aperture put into it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    stored = STORED[turn](quadrants())
    settings = {"exif": exif.tobytes()} if turn != 1 else {}
    data = encoded(stored, "AVIF", **settings)
    full_height, full_width = stored.shape[:2]
    over = (2 * left + width - full_width, 2 * top + height - full_height)
    clap = struct.pack(">I4sIIIIiIiI", 40, b"clap", width, 1, height, 1, over[0], 2, over[1], 2)
    return _with_property(data, clap)


def _with_property(data: bytes, box: bytes) -> bytes:
    """An AVIF with one more property of its primary picture; the offsets of what lies behind it are moved."""
    ipco, ipma, iloc = data.index(b"ipco") - 4, data.index(b"ipma") - 4, data.index(b"iloc") - 4
    (ipco_length,) = struct.unpack_from(">I", data, ipco)
    count, at = 0, ipco + 8
    while at < ipco + ipco_length:
        at += struct.unpack_from(">I", data, at)[0]
        count += 1
    held = data[ipma + 18]
    grown = bytearray(data)
    for name in (b"meta", b"iprp", b"ipco"):
        start = data.index(name) - 4
        grown[start : start + 4] = struct.pack(">I", struct.unpack_from(">I", data, start)[0] + len(box) + (name != b"ipco"))
    grown[ipma : ipma + 4] = struct.pack(">I", struct.unpack_from(">I", data, ipma)[0] + 1)
    grown[ipma + 18] = held + 1
    grown[ipma + 19 + held : ipma + 19 + held] = bytes([0x80 | (count + 1)])
    grown[ipco + ipco_length : ipco + ipco_length] = box
    _move_items(grown, iloc, len(box) + 1)
    return bytes(grown)


def _move_items(data: bytearray, iloc: int, by: int) -> None:
    """Add to the offsets in an item location box of version 0 with offsets and lengths of 4 bytes."""
    sizes, base = data[iloc + 12], data[iloc + 13] >> 4
    assert (sizes, data[iloc + 8]) == (0x44, 0), "libavif writes them so"
    (items,) = struct.unpack_from(">H", data, iloc + 14)
    at = iloc + 16
    for _ in range(items):
        at += 4 + base
        (extents,) = struct.unpack_from(">H", data, at)
        at += 2
        for _ in range(extents):
            struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + by)
            at += 8


def private_photo() -> tuple[bytes, list[str]]:
    """A photo with a position, an owner, a serial number and the like in its metadata; and what must never be told of it."""
    exif = Image.Exif()
    secrets = {"artist": "Wayan Pemilik", "copyright": "Hak Cipta Made Rahasia", "description": "rumah di Jalan Tersembunyi"}
    exif[ExifTags.Base.Artist] = secrets["artist"]
    exif[ExifTags.Base.Copyright] = secrets["copyright"]
    exif[ExifTags.Base.ImageDescription] = secrets["description"]
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.CameraOwnerName] = secrets["owner"] = "Ketut Pemegang"
    inner[ExifTags.Base.BodySerialNumber] = secrets["serial"] = "SN-9081726354"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps.update({1: "S", 2: (8.0, 30.0, 24.7531), 3: "E", 4: (115.0, 15.0, 46.5373)})
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><creator>{secrets['artist']}</creator></x:xmpmeta>"
    data = encoded(noisy(), "JPEG", exif=exif.tobytes(), xmp=xmp.encode())
    return data, [*secrets.values(), "24.7531", "46.5373", "8.506", "115.26"]


def special_files(folder: Path) -> dict[str, Path]:
    """Things that are no regular files, or are endless: by kind. The caller's folder has a short path, for the socket."""
    made = {kind: folder / f"{kind}.jpg" for kind in ("pipe", "zero", "circle", "nowhere", "folder", "sparse", "socket")}
    os.mkfifo(made["pipe"])
    made["zero"].symlink_to("/dev/zero")
    made["circle"].symlink_to(made["circle"].name)
    made["nowhere"].symlink_to("there-is-none.jpg")
    made["folder"].mkdir()
    made["sparse"].write_bytes(photo_file("JPEG"))
    os.truncate(made["sparse"], 20 << 30)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(made["socket"]))
    return made


HOSTILE_NAMES = tuple(
    name.encode() if isinstance(name, str) else name
    for name in (
        "line1\nline2.jpg",
        "carriage\rreturn.jpg",
        "tab\tseparated.jpg",
        "-rf.jpg",
        "--help.jpg",
        "@argument.jpg",
        " leading.jpg",
        "trailing.jpg ",
        "...",
        "\x1b[31mred\x1b[0m.jpg",
        "\x1b]0;title\x07.jpg",
        "\x7fdel\x08.jpg",
        "\u0085nel.jpg",
        "photo\u202egpj.exe.jpg",
        "\u2066isolated\u2069.jpg",
        "zero\u200bwidth.jpg",
        "\ufeffbom.jpg",
        "\U0001f4f7\U0001f469\u200d\U0001f4bb.jpg",
        "\u0639\u0631\u0628\u064a.jpg",
        "caf\u00e9.jpg",
        "cafe\u0301.jpg",
        "<script>alert(1)<\u2215script>.jpg",
        "<img src=x onerror=alert(1)>.jpg",
        '"onmouseover="alert(1).jpg',
        "'-alert(1)-'.jpg",
        "javascript:alert(1).jpg",
        "http:\u2044\u2044169.254.169.254\u2044x.jpg",
        "=1+1.jpg",
        '=HYPERLINK("x").jpg',
        "+1.jpg",
        "\uff1d1+1.jpg",
        'comma,quote".jpg',
        "semi;colon.jpg",
        "pipe|cat.jpg",
        "back\\slash.jpg",
        "bytes:x.jpg",
        "percent%00%2e%2e%2f.jpg",
        "$(touch owned).jpg",
        "{{7*7}}.jpg",
        "[bold]markup[\u2215bold].jpg",
        "NaN.jpg",
        "001.jpg",
        "a" * 251 + ".jpg",
        b"latin1-caf\xe9.jpg",
        b"\xff\xfe\x80.jpg",
        b"half-\xed\xa0\x80.jpg",
    )
)
