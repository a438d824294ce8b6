"""Pictures of a comparison, for a person to look at: both photos, one laid over the other, and where they differ."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from qaudit.decision.hues import sure_changes
from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.options import Options
from qaudit.model.photo import U8, Photo
from qaudit.model.picture import ItemShots, Lab, PairPictures, PairShots, Shot, Swatch
from qaudit.vision.geometry import worked_map
from qaudit.vision.ground import Ground, common_ground
from qaudit.vision.heat import heat_picture, main_colours
from qaudit.vision.scaling import shrunk
from qaudit.vision.segment import product_region

# Where the arrival photo does not reach.
BEYOND = (128, 128, 128)
QUALITY = 85
SIDES = ("listing", "arrival", "laid_over", "heat")


def pairs_shown(surest: tuple[int, int], found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Which pairs of photos a page shows: the surest, then those of its findings, each once."""
    return list(dict.fromkeys([surest, *found]))


def pair_pictures(
    photos: tuple[int, int], listing: Photo, arrival: Photo, alignment: Aligned | AlignmentFailed, ground: Ground | None
) -> PairPictures:
    """What can be shown of one pair of photos?

    Parameters
    ----------
    photos
        Index of the listing and of the arrival photo.
    listing, arrival
        Both photos.
    alignment
        Between their `pixels`.
    ground
        Both in one frame and one light; None where that was not done.
    """
    if isinstance(alignment, AlignmentFailed):
        return PairPictures(photos, listing.pixels, arrival.pixels)
    size = listing.pixels.shape[1::-1]
    H = alignment.H_arrival_to_listing
    laid_over: U8 = cv2.warpPerspective(arrival.pixels, H, size, flags=cv2.INTER_LINEAR, borderValue=BEYOND)
    shown = PairPictures(photos, listing.pixels, arrival.pixels, laid_over)
    if ground is None:
        return shown
    heat = heat_picture(listing.pixels, ground.pair, ground.frame.H_frame_to_listing)
    return replace(shown, heat=heat, palette=_palette(ground))


def pictures_again(
    photos: tuple[int, int], listing: Photo, arrival: Photo, homography: Sequence[float] | None, options: Options
) -> PairPictures:
    """What can be shown of a pair that was compared before?

    Parameters
    ----------
    photos, listing, arrival
        As in `pair_pictures`; the photos may be smaller than those that were compared.
    homography
        As in a record: arrival to listing, in px of the photos as displayed.
    options
        Settings of the comparison.
    """
    if homography is None:
        return PairPictures(photos, listing.pixels, arrival.pixels)
    aligned = Aligned(worked_map(homography, listing.scale, arrival.scale), "features", 0, 0.0, 0.0, 1.0)
    ground = common_ground(listing, arrival, product_region(listing.pixels), aligned, options)
    return pair_pictures(photos, listing, arrival, aligned, ground)


def inline_shots(pictures: Sequence[PairPictures], side_px: int) -> ItemShots:
    """Pictures as addresses that hold all of them, for a page that is one file."""

    def shot(picture: U8 | None) -> Shot | None:
        if picture is None:
            return None
        small = _reduced(picture, side_px)
        source = "data:image/jpeg;base64," + base64.b64encode(jpeg(small)).decode()
        return Shot(source, small.shape[1], small.shape[0])

    return ItemShots([_shots(pair, {name: shot(getattr(pair, name)) for name in SIDES}) for pair in pictures])


def jpegs(pictures: PairPictures, side_px: int) -> dict[str, tuple[bytes, int, int]]:
    """Pictures of one pair as files: name of the picture -> bytes, width and height; what there is not is left out."""
    files = {}
    for name in SIDES:
        picture = getattr(pictures, name)
        if picture is not None:
            small = _reduced(picture, side_px)
            files[name] = jpeg(small), int(small.shape[1]), int(small.shape[0])
    return files


def thumbnail(pictures: PairPictures, side_px: int) -> U8:
    """Listing and arrival beside each other, the middle of each as a square of `side_px`."""
    gap = np.full((side_px, max(2, side_px // 40), 3), 128, np.uint8)
    return np.concatenate([_square(pictures.listing, side_px), gap, _square(pictures.arrival, side_px)], axis=1)


def jpeg(picture: U8) -> bytes:
    """`picture` as a JPEG file without any text in it; the same bytes for the same pixels."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise RuntimeError(f"OpenCV could not encode a picture of {picture.shape}")
    return bytes(data.tobytes())


def _shots(pair: PairPictures, shots: Mapping[str, Any]) -> PairShots:
    """The pair with pictures that a page can show."""
    return PairShots(pair.photos, palette=pair.palette, **shots)


def _reduced(picture: U8, side_px: int) -> U8:
    """`picture` with no side above `side_px`."""
    return shrunk(picture, min(1.0, side_px / max(picture.shape[:2])))


def _square(picture: U8, side_px: int) -> U8:
    """The middle of `picture` as a square."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    cut = picture[top : top + side, left : left + side]
    square: U8 = cv2.resize(cut, (side_px, side_px), interpolation=cv2.INTER_AREA if side > side_px else cv2.INTER_LINEAR)
    return square


def _palette(ground: Ground) -> tuple[Swatch, ...]:
    """The product's main colours, and what became of each."""
    swatches = []
    for colour in main_colours(ground.pair):
        listing, arrival = _rounded(colour.listing), _rounded(colour.arrival)
        as_lit = _rounded(colour.as_lit)
        changes = sure_changes(listing, arrival, as_lit)
        swatches.append(Swatch(listing, arrival, round(colour.share, 3), round(colour.de00, 2), changes, as_lit))
    return tuple(swatches)


def _rounded(lab: Any) -> Lab:
    """CIELAB to a tenth."""
    light, a, b = (round(float(value), 1) for value in lab)
    return light, a, b
