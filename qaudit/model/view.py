"""One view: an arrival photo laid over a listing photo, as a results record tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .alignment import Aligned, AlignmentFailed
from .photo import PhotoQuality
from .verdict import Evidence, NotApplicable, five_digits


@dataclass(frozen=True, slots=True, eq=False)
class ViewFacts:
    """What was measured on one pair of photos.

    Parameters
    ----------
    photos
        Index of the listing and of the arrival photo.
    alignment, quality
        How they lie over each other, and how good the arrival photo is.
    evidence
        What every measure said of this pair alone.
    counted
        Whether it was heard: a photo that cannot answer is not, where another can.
    homography
        Arrival to listing, row by row, in px of the photos as displayed; None where one could not be laid over the other.
    """

    photos: tuple[int, int]
    alignment: Aligned | AlignmentFailed
    quality: PhotoQuality
    evidence: Sequence[Evidence | NotApplicable]
    counted: bool
    homography: tuple[float, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        return {
            "photo": {"listing": self.photos[0], "arrival": self.photos[1]},
            "counted": self.counted,
            "alignment": self.alignment.to_dict(),
            "homography": None if self.homography is None else list(self.homography),
            "quality": self.quality.to_dict(),
            "values": {item.measure: five_digits(item.value) for item in self.evidence if isinstance(item, Evidence)},
        }


@dataclass(frozen=True, slots=True, eq=False)
class AcceptedPiece:
    """What was measured on a photo of a piece that was accepted as good before.

    Parameters
    ----------
    photos
        Index of the listing photo, and of the photo among the accepted ones.
    evidence
        What the measures said, with values as they stand in a record, so that a record decides as the photos did.
    """

    photos: tuple[int, int]
    evidence: Sequence[Evidence]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a results record."""
        measured = [
            {"aspect": item.aspect, "measure": item.measure, "version": item.version, "value": item.value, "unit": item.unit}
            for item in self.evidence
        ]
        return {"photo": {"listing": self.photos[0], "accepted": self.photos[1]}, "evidence": measured}
