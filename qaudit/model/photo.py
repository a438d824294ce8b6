"""Photos and what is known about a photo by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A decoded photo: upright, sRGB, alpha over white.

    Parameters
    ----------
    pixels
        Shape (H, W, 3), uint8, RGB. At most the size asked of the reader; see `scale`.
    sha256
        Hex digest of the bytes that were read.
    format
        Name of the format found in the bytes, for example ``JPEG``; ``array`` for pixels given directly.
    width, height
        Size in px of the whole photo as displayed (orientation applied), before any reduction.
    applied
        What was done to it, for example ``orientation 6``, ``profile Display P3``.
    damaged
        Why the photo is not wholly as its maker wrote it; None when nothing is wrong.
    notes
        What a person should know, and is no evidence against the item.
    """

    pixels: U8
    sha256: str
    format: str
    width: int
    height: int
    applied: tuple[str, ...] = ()
    damaged: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
            raise ValueError(f"pixels must be uint8 of shape (H, W, 3), not {self.pixels.dtype} {shape}")
        if self.width < 1 or self.height < 1:
            raise ValueError("width and height must be positive")

    @property
    def scale(self) -> float:
        """`pixels` per pixel of the photo as displayed: 1.0 when nothing was reduced."""
        return float(self.pixels.shape[1] / self.width)


@dataclass(frozen=True, slots=True, eq=False)
class FiledPhoto:
    """A photo that was read, and the path it was read from."""

    photo: Photo
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Where the product lies in a photo.

    Parameters
    ----------
    mask
        Shape (H, W), bool, True on the product.
    method
        How it was found: ``plain background`` or ``whole picture``.
    confidence
        0..1: how well the product stands out from what is around it.
    """

    mask: Bool
    method: str
    confidence: float

    def __post_init__(self) -> None:
        if self.mask.ndim != 2 or self.mask.dtype != np.bool_:
            raise ValueError("mask must be bool of shape (H, W)")

    @property
    def area_share(self) -> float:
        """Share of the photo that the product covers, 0..1."""
        return float(self.mask.mean())


@dataclass(frozen=True, slots=True)
class PhotoQuality:
    """Whether an arrival photo can answer, and what to photograph again if it cannot.

    Parameters
    ----------
    sharpness_share
        Contrast of the finest detail beside that of coarse detail: 1 is as sharp as pixels allow, 0 is wholly blurred.
    clipped_share, dark_share, glare_share
        Share of the product's pixels that are burnt out, too dark to tell, or under a reflection.
    product_px
        Length of the product in pixels of the photo (square root of its area).
    advice
        Slugs of what to do about it, worst first; empty when the photo is usable.
    """

    sharpness_share: float
    clipped_share: float
    dark_share: float
    glare_share: float
    product_px: float
    advice: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether nothing speaks against judging from this photo."""
        return not self.advice

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {
            "usable": self.usable,
            "sharpness_share": round(self.sharpness_share, 3),
            "clipped_share": round(self.clipped_share, 4),
            "dark_share": round(self.dark_share, 4),
            "glare_share": round(self.glare_share, 4),
            "product_px": round(self.product_px, 1),
            "advice": list(self.advice),
        }


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a results record says of a photo: everything but its pixels."""

    path: str
    sha256: str
    format: str
    width: int
    height: int
    applied: tuple[str, ...] = ()
    damaged: str | None = None
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, photo: Photo, path: str) -> PhotoFacts:
        """Facts of `photo`, which was read from `path`."""
        return cls(path, photo.sha256, photo.format, photo.width, photo.height, photo.applied, photo.damaged, photo.notes)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "applied": list(self.applied),
            "damaged": self.damaged,
        }
