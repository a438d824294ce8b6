"""Pictures of one pair of photos, for a person to look at: as pixels, and as files that a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .photo import U8

Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Swatch:
    """One of the product's colours in both photos.

    Parameters
    ----------
    listing_lab, arrival_lab
        CIELAB (D65): the colour in the listing, and of the same places in the arrival, its light taken out.
    share
        Of the compared product, 0..1.
    de00
        CIEDE2000 between the two at equal lightness, as the measures of colour tell it.
    changes
        Slugs of how it changed, the largest first, such as ``redder``; empty where nothing is to be seen.
    as_lit_lab
        `arrival_lab` as photographed; None where it was not kept.
    """

    listing_lab: Lab
    arrival_lab: Lab
    share: float
    de00: float
    changes: tuple[str, ...] = ()
    as_lit_lab: Lab | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Swatch:
        """The swatch that `asdict` gave."""
        as_lit = values.get("as_lit_lab")
        changes = tuple(str(word) for word in values["changes"])
        return cls(
            _lab(values["listing_lab"]),
            _lab(values["arrival_lab"]),
            values["share"],
            values["de00"],
            changes,
            None if as_lit is None else _lab(as_lit),
        )


def _lab(values: Sequence[float]) -> Lab:
    """CIELAB from a list of three."""
    light, a, b = values
    return float(light), float(a), float(b)


@dataclass(frozen=True, slots=True, eq=False)
class PairPictures:
    """One pair of photos as pixels, uint8 RGB (H, W, 3).

    Parameters
    ----------
    photos
        Index of the listing and of the arrival photo.
    listing, arrival
        Both photos.
    laid_over
        The arrival laid over the listing, of the listing's shape; None where it could not be.
    heat
        Where they differ, of the listing's shape; None where they could not be compared place by place.
    palette
        The product's main colours, the largest first.
    """

    photos: tuple[int, int]
    listing: U8
    arrival: U8
    laid_over: U8 | None = None
    heat: U8 | None = None
    palette: tuple[Swatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that a page can show: its address, and its size in px."""

    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PairShots:
    """As `PairPictures`, with pictures that a page can show."""

    photos: tuple[int, int]
    listing: Shot
    arrival: Shot
    laid_over: Shot | None = None
    heat: Shot | None = None
    palette: tuple[Swatch, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> PairShots:
        """Turns `to_dict` round."""
        shots = {
            name: None if values[name] is None else Shot(**values[name]) for name in ("listing", "arrival", "laid_over", "heat")
        }
        if shots["listing"] is None or shots["arrival"] is None:
            raise ValueError("both photos are needed")
        palette = tuple(Swatch.from_dict(swatch) for swatch in values["palette"])
        listing, arrival = values["photos"]
        return cls((listing, arrival), shots["listing"], shots["arrival"], shots["laid_over"], shots["heat"], palette)


@dataclass(frozen=True, slots=True)
class ItemShots:
    """All pictures of one item.

    Parameters
    ----------
    pairs
        The surest pair of photos, and each pair that has a finding.
    thumbnail
        Listing and arrival beside each other, small.
    missing
        Why there are no pictures: ``gone``, ``unread``, ``changed``, ``address`` or ``failed``; None where there are.
    """

    pairs: Sequence[PairShots] = ()
    thumbnail: Shot | None = None
    missing: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "pairs": [pair.to_dict() for pair in self.pairs],
            "thumbnail": self.thumbnail and asdict(self.thumbnail),
            "missing": self.missing,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ItemShots:
        """Turns `to_dict` round."""
        thumbnail = values["thumbnail"]
        pairs = [PairShots.from_dict(pair) for pair in values["pairs"]]
        return cls(pairs, None if thumbnail is None else Shot(**thumbnail), values["missing"])
