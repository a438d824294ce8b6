"""What a photo may be at the most, checked before memory is spent on it."""

from __future__ import annotations

from ..model.errors import PhotoRefused

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
            "photo_too_many_bytes", f"it has {count >> 20} MiB, more than {LARGEST_MEBIBYTES} MiB", "send a smaller copy"
        )


def check_size(size: tuple[int, int], most_megapixels: int = LARGEST_MEGAPIXELS) -> None:
    """Raise `photo_too_large` unless a photo of `size` is within the limits."""
    width, height = size
    if width < 1 or height < 1:
        raise PhotoRefused("photo_broken", f"it says that it is {width} x {height} px", "send the photo again")
    if width * height > most_megapixels * 1_000_000 or max(size) > LONGEST_SIDE_PX:
        limit = f"{most_megapixels} megapixels or {LONGEST_SIDE_PX} px a side"
        raise PhotoRefused("photo_too_large", f"it is {width} x {height} px, more than {limit}", "send a smaller copy")
