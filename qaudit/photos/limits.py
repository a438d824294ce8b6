"""What a photo may be at the most, checked before memory is spent on it."""

from __future__ import annotations

from ..model.errors import PhotoRefused
from ..model.language import said

# A 108 MP phone photo as JPEG is some 30 MB, a 12 MP TIFF 36 MB.
LARGEST_MEBIBYTES = 64
# Phones reach 108 MP (12032 x 9024) and 200 MP only on request; 120 MP are 360 MB of RGB.
LARGEST_MEGAPIXELS = 120
# Pillow takes 16 bytes a pixel for a WebP: as many as fit into the memory that the reader may have.
LARGEST_WEBP_MEGAPIXELS = 30
# The longest panoramas of phones are some 20,000 px.
LONGEST_SIDE_PX = 30_000


def check_count(count: int) -> None:
    """Raise `photo_too_many_bytes` for more bytes than a photo may have."""
    if count > LARGEST_MEBIBYTES << 20:
        raise PhotoRefused(
            "photo_too_many_bytes",
            said("it has {mebibytes} MiB, more than {most} MiB", mebibytes=count >> 20, most=LARGEST_MEBIBYTES),
            said("send a smaller copy"),
        )


def check_size(size: tuple[int, int], most_megapixels: int = LARGEST_MEGAPIXELS) -> None:
    """Raise `photo_too_large` unless a photo of `size` is within the limits."""
    width, height = size
    if width < 1 or height < 1:
        raise PhotoRefused(
            "photo_broken",
            said("it says that it is {width} x {height} px", width=width, height=height),
            said("send the photo again"),
        )
    if width * height > most_megapixels * 1_000_000 or max(size) > LONGEST_SIDE_PX:
        raise PhotoRefused(
            "photo_too_large",
            said(
                "it is {width} x {height} px, more than {megapixels} megapixels or {side} px a side",
                width=width,
                height=height,
                megapixels=most_megapixels,
                side=LONGEST_SIDE_PX,
            ),
            said("send a smaller copy"),
        )
