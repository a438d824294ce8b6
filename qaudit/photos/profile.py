"""Colours of a decoded image as sRGB, whatever profile its file carries."""

from __future__ import annotations

from io import BytesIO
from typing import cast

import numpy as np
from PIL import Image, ImageCms

from ..model.language import said
from ..model.text import one_line

# Image mode that a profile's colour space describes.
_MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
# The sRGB profiles in use (HP 1998, ICC v2 and v4 parametric, compact ones) differ from LittleCMS's own by rounding only.
_SAME_LEVELS = 2
_LONGEST_NAME = 60


def as_mode(image: Image.Image, mode: str) -> Image.Image:
    """`image` in a mode of Pillow; itself where it is in it already, which `convert` would copy."""
    return image if image.mode == mode else image.convert(mode)


def to_srgb(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, str | None, str | None]:
    """What the colours of `image` are in sRGB.

    Parameters
    ----------
    image
        Mode L, RGB or CMYK.
    icc
        The profile that its file carries; None or empty when it has none, which is taken for sRGB.

    Returns
    -------
        Image of mode RGB; name of the profile if it changed anything; a note if it could not be used.
    """
    if not icc:
        return as_mode(image, "RGB"), None, None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        mode = _MODE_OF_SPACE.get(profile.profile.xcolor_space.strip())
        if image.mode == "L" and mode == "RGB":
            image = image.convert("RGB")
        if image.mode != mode:
            return as_mode(image, "RGB"), None, said("its colour profile is for another kind of image and was left out")
        transform = ImageCms.buildTransform(
            profile, ImageCms.createProfile("sRGB"), image.mode, "RGB", ImageCms.Intent.PERCEPTUAL
        )
        if _changes_nothing(transform, image.mode):
            return as_mode(image, "RGB"), None, None
        converted = cast(Image.Image, ImageCms.applyTransform(image, transform))
    except (OSError, ImageCms.PyCMSError, ValueError):
        return as_mode(image, "RGB"), None, said("its colour profile is broken and was left out")
    return converted, f"profile {_name(profile)}", None


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether colours spread over the whole space come out as they went in."""
    steps = np.linspace(0, 255, 9).round().astype(np.uint8)
    channels = Image.getmodebands(mode)
    grid = np.stack(np.meshgrid(*[steps] * channels, indexing="ij"), axis=-1).reshape(1, -1, channels)
    probe = Image.frombytes(mode, (grid.shape[1], 1), grid.tobytes())
    before = np.asarray(probe.convert("RGB"), dtype=np.int16)
    after = np.asarray(ImageCms.applyTransform(probe, transform), dtype=np.int16)
    return bool(np.abs(after - before).max() <= _SAME_LEVELS)


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    """The profile's description, short and on one line."""
    try:
        name = ImageCms.getProfileDescription(profile)
    except ImageCms.PyCMSError:
        name = ""
    return one_line(name.strip())[:_LONGEST_NAME] or "without a name"
