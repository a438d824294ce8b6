"""How an arrival photo lies over its listing photo, and what light explains between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .photo import F32, F64, U8, Bool

Rung = Literal["features", "affine features", "outline"]


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """The map from arrival pixels to listing pixels.

    Parameters
    ----------
    H_arrival_to_listing
        Shape (3, 3), float64: homography between the `pixels` of the two photos, points as (x, y, 1).
    rung
        Which step of the ladder found it.
    inliers
        Number of correspondences that agree with it, after the guided pass.
    significance
        -log10 of the number of false alarms: how often chance would give so many inliers; larger is surer.
    rms_px
        Root mean square distance of the inliers after mapping, in listing pixels.
    overlap_share
        Share of the listing's product that the arrival photo shows, 0..1.
    outline_iou
        Overlap of both outlines under the map, 0..1; only from the outline rung.
    keypoints
        Number of keypoints on the listing's product and in the arrival photo.
    """

    H_arrival_to_listing: F64
    rung: Rung
    inliers: int
    significance: float
    rms_px: float
    overlap_share: float
    outline_iou: float | None = None
    keypoints: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.H_arrival_to_listing.shape != (3, 3) or not np.isfinite(self.H_arrival_to_listing).all():
            raise ValueError("H_arrival_to_listing must be a finite (3, 3) matrix")

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {
            "status": "aligned",
            "rung": self.rung,
            "inliers": self.inliers,
            "rms_px": round(self.rms_px, 2),
            "overlap_share": round(self.overlap_share, 3),
        }


@dataclass(frozen=True, slots=True)
class AlignmentFailed:
    """No map was found that could be trusted.

    Parameters
    ----------
    reason
        Slug: ``no_texture``, ``no_agreement``, ``not_plausible``.
    inliers, significance
        Of the attempt with plain features, as in `Aligned`.
    keypoints
        Number of keypoints on the listing's product and in the arrival photo.
    outline_iou
        Best overlap of both outlines, 0..1; None where a product does not stand out from its backdrop.
    flat
        Whether the listing's outline is that of a flat or boxy thing, one face of which is found again from most sides.
    repeating
        Whether the listing is covered by a pattern that repeats: what was not found again is the pattern.
    """

    reason: str
    inliers: int = 0
    significance: float = 0.0
    keypoints: tuple[int, int] = (0, 0)
    outline_iou: float | None = None
    flat: bool = True
    repeating: bool = False

    def __bool__(self) -> bool:
        return False

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {"status": "failed", "reason": self.reason, "inliers": self.inliers}


@dataclass(frozen=True, slots=True)
class Lighting:
    """The light and camera difference that explains the two photos, arrival relative to listing.

    Parameters
    ----------
    gain
        Factors on linear red, green and blue, normalised to a green of 1.
    exposure_ev
        Overall brightness difference in EV (factors of two); positive means that the arrival is brighter.
    contrast
        Exponent of the tone curve between the photos; 1 when the cameras render alike.
    shading_ev
        Spread of the smooth shading field over the product, in EV (95th minus 5th percentile).
    duv
        Distance of the gain, as the chromaticity of a light, from the Planckian locus in CIE 1960 uv.
    cct_shift_mired
        Move along the locus in mired: positive means that the arrival was lit or rendered warmer.
    """

    gain: tuple[float, float, float]
    exposure_ev: float
    contrast: float
    shading_ev: float
    duv: float
    cct_shift_mired: float

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {
            "gain": [round(g, 3) for g in self.gain],
            "exposure_ev": round(self.exposure_ev, 2),
            "contrast": round(self.contrast, 2),
            "shading_ev": round(self.shading_ev, 2),
            "duv": round(self.duv, 4),
            "cct_shift_mired": round(self.cct_shift_mired),
        }


@dataclass(frozen=True, slots=True, eq=False)
class LocalMatch:
    """How well each place of the listing is found again at the same place of the arrival, as maps of one shape (h, w).

    Parameters
    ----------
    correlation
        float32, -1..1: normalised correlation of band-passed log luminance, or colour, at the best shift within the search.
    listing_energy, arrival_energy
        float32: variance of that band around each place, log2 units squared, or CIELAB units squared.
    mask
        bool: places whose window lies well inside the product.
    interior
        bool: the part of `mask` that lies within the face of the product that both photos show.
    scale
        Pixels of these maps per pixel of the rectified frame.
    window_px
        Side of the window in px of these maps.
    """

    correlation: F32
    listing_energy: F32
    arrival_energy: F32
    mask: Bool
    interior: Bool
    scale: float
    window_px: int


@dataclass(frozen=True, slots=True, eq=False)
class RectifiedPair:
    """Both photos in one frame: the listing's, at the resolution that both really have.

    Parameters
    ----------
    listing, arrival
        Shape (H, W, 3), uint8 sRGB. The arrival has been laid over the listing and its light taken out; outside `mask` it
        holds the listing's own pixels.
    arrival_as_lit
        The arrival laid over the listing, its own light kept.
    mask
        Shape (H, W), bool: pixels of the product that both photos show, glare and borders left out.
    glare
        Shape (H, W), bool: product pixels under a reflection in the arrival.
    confirmed
        Shape (H, W), bool: the part of `mask` where structure agrees so well that both photos surely show one place; all of
        `mask` where the product has no structure that could say so.
    fine
        Local structure of both pictures; None where the product is too small to have any.
    colouring
        The same of colour, whatever the light: shapes in CIELAB a and b.
    flat
        Whether the listing's outline is that of a flat or boxy thing.
    one_face
        Whether the listing shows one four-sided face of it, from edge to edge, on a plain ground.
    turned_away
        Whether most of what the listing shows of a thing that is neither was not found again in its place: the arrival shows
        it from another side.
    """

    listing: U8
    arrival: U8
    arrival_as_lit: U8
    mask: Bool
    glare: Bool
    confirmed: Bool
    fine: LocalMatch | None = None
    colouring: LocalMatch | None = None
    flat: bool = True
    one_face: bool = True
    turned_away: bool = False

    def __post_init__(self) -> None:
        shape = self.listing.shape
        if self.arrival.shape != shape or self.arrival_as_lit.shape != shape:
            raise ValueError(f"listing {shape} and arrival {self.arrival.shape} must have one shape")
        if {self.mask.shape, self.glare.shape, self.confirmed.shape} != {shape[:2]}:
            raise ValueError(f"mask {self.mask.shape} must have the photos' shape {shape[:2]}")
