"""Photo files with known content, and a colour profile made by hand."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import AvifImagePlugin, ExifTags, Image, WebPImagePlugin  # noqa: F401  the plugins, so that `save` knows them

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 170, 40), (30, 40, 210), (230, 220, 40)
# EXIF orientation -> how the upright pixels are stored.
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a[:, ::-1].swapaxes(0, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a[::-1].swapaxes(0, 1),
}
LOSSLESS = {"WebP": {"lossless": True}, "JPEG": {"quality": 95, "subsampling": 0}, "AVIF": {"quality": 95}}


def quadrants(width: int = 96, height: int = 64) -> np.ndarray:
    """Red and green above blue and yellow."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2], pixels[: height // 2, width // 2 :] = RED, GREEN
    pixels[height // 2 :, : width // 2], pixels[height // 2 :, width // 2 :] = BLUE, YELLOW
    return pixels


def quadrant_colours(pixels: np.ndarray) -> np.ndarray:
    """Colours at the middle of the four quadrants, shape (4, 3), in the order of `quadrants`."""
    h, w = pixels.shape[:2]
    return np.array([pixels[y, x] for y in (h // 4, 3 * h // 4) for x in (w // 4, 3 * w // 4)], dtype=int)


def encoded(pixels: np.ndarray | Image.Image, format_: str, **settings: object) -> bytes:
    """A photo file, as bytes."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.ascontiguousarray(pixels))
    out = BytesIO()
    if format_ == "HEIC":
        heif = pillow_heif.from_pillow(image)
        heif.save(out, quality=-1, **settings)
    else:
        image.save(out, format_, **{**LOSSLESS.get(format_, {}), **settings})
    return out.getvalue()


def turned(format_: str, orientation: int) -> bytes:
    """`quadrants`, stored in such a way that `orientation` brings them upright."""
    image = Image.fromarray(np.ascontiguousarray(STORED[orientation](quadrants())))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return encoded(image, format_, exif=exif.tobytes())


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file with `data`."""
    path = folder / name
    path.write_bytes(data)
    return path


def rgb_profile(name: str, matrix: np.ndarray, gamma: float) -> bytes:
    """An ICC version 2 display profile: columns of `matrix` are the D50 XYZ of the primaries."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(column: np.ndarray) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(v) for v in column)

    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {b"desc": description, b"wtpt": xyz(np.array([0.9642, 1.0, 0.8249])), b"cprt": b"text\0\0\0\0none\0"}
    tags |= {tag: xyz(matrix[:, i]) for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return header + bytes(128 - len(header)) + table + body


# Adobe RGB (1998): primaries adapted to D50, and its gamma.
ADOBE_RGB = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])


def adobe_rgb_to_srgb(rgb: tuple[int, int, int]) -> np.ndarray:
    """The colour worked out by hand."""
    linear = np.clip(np.linalg.solve(SRGB, ADOBE_RGB @ (np.array(rgb) / 255) ** (563 / 256)), 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
