"""Seeded damage to files made here, for the fuzz target and for its small share in the suite."""

from __future__ import annotations

import random
from collections.abc import Iterator

from PIL import Image

from tests.photos.factory import ADOBE_RGB, encoded, quadrants, rgb_profile, turned

from . import badfiles as bad

# Numbers that headers go wrong with.
EDGES = (b"\0\0", b"\xff\xff", b"\x7f\xff", b"\x80\0", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xda\0\x08")


def seeds() -> dict[str, bytes]:
    """Good files of every format and of many kinds, small, so that many mutations go into a minute."""
    found = {format_: encoded(quadrants(), format_) for format_ in bad.FORMATS}
    found |= {f"{format_} turned": turned(format_, 6) for format_ in ("JPEG", "PNG", "WebP", "TIFF", "AVIF", "HEIC")}
    profile = rgb_profile("Wide", ADOBE_RGB, 2.2)
    found |= {f"{format_} with a profile": encoded(quadrants(), format_, icc_profile=profile) for format_ in ("JPEG", "PNG")}
    found["JPEG progressive"] = encoded(quadrants(), "JPEG", progressive=True)
    found["JPEG of inks"] = encoded(Image.fromarray(quadrants()).convert("CMYK"), "JPEG")
    found["JPEG with private metadata"] = bad.private_photo()[0]
    found["PNG of a palette"] = encoded(Image.fromarray(quadrants()).convert("P"), "PNG", transparency=0)
    found["PNG with alpha"] = encoded(Image.fromarray(quadrants()).convert("RGBA"), "PNG")
    found["WebP lossy"] = encoded(quadrants(), "WebP", lossless=False)
    for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        found[f"TIFF {packing}"] = encoded(quadrants(), "TIFF", compression=packing)
    found["TIFF group4"] = encoded(Image.fromarray(quadrants()).convert("1"), "TIFF", compression="group4")
    found["GIF of frames"] = bad.many_frames(3)
    found["BMP of runs"] = bad.bmp_of_runs(b"\x04\x10\0\4\1\2\3\4\0\0\0\2\4\0\4\x20\0\1")
    found["AVIF cropped"] = bad.avif_cropped(12, 8, 60, 40)
    return found


def mutations(seed: int) -> Iterator[tuple[str, bytes]]:
    """Name of a seed file and a damaged copy of it, without end; the same for the same `seed`."""
    rng = random.Random(seed)  # noqa: S311  no secret
    files = seeds()
    names = sorted(files)
    while True:
        name = rng.choice(names)
        data = bytearray(files[name])
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            _damage(rng, data, files[rng.choice(names)])
        yield name, bytes(data)


def _damage(rng: random.Random, data: bytearray, other: bytes) -> None:
    """One piece of damage: most of it near the start, where the headers are."""
    at = min(int(rng.random() ** rng.choice((1, 3)) * len(data)), max(0, len(data) - 1))
    kind = rng.randrange(8)
    if kind == 0 and data:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at : at + 1] = bytes([rng.randrange(256)])
    elif kind == 2:
        edge = rng.choice(EDGES)
        data[at : at + len(edge)] = edge
    elif kind == 3:
        del data[at : at + rng.choice((1, 2, 7, 64, 999))]
    elif kind == 4:
        data[at:at] = rng.randbytes(rng.choice((1, 2, 7, 64)))
    elif kind == 5:
        data[at:at] = data[at : at + rng.choice((4, 32, 256))] * rng.choice((1, 2, 50))
    elif kind == 6:
        start = rng.randrange(len(other))
        data[at : at + 32] = other[start : start + rng.choice((8, 32, 200))]
    else:
        del data[at:]
