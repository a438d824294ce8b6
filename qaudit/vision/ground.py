"""Common ground of two photos: one frame, one sharpness, one light."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from qaudit.model.alignment import Aligned, Lighting, RectifiedPair
from qaudit.model.options import Options
from qaudit.model.photo import Photo, Region

from .glare import glare_mask
from .lighting import fit_light
from .rectify import Frame, only_product, rectify
from .segment import PLAIN
from .silhouette import is_flat, is_one_face
from .structure import COLOURING, FINE, bounded, confirmed_mask, local_match, unconfirmed_share

# Of a thing that is neither flat nor boxy: with more of it not found again, what differs in a place is mostly the side.
MOST_TURNED_AWAY_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Two photos in one frame, before and after the light was taken out; `lighting` is None where none could be fitted."""

    frame: Frame
    pair: RectifiedPair
    lighting: Lighting | None


def _untimed(name: str) -> AbstractContextManager[None]:
    """A stage that nobody times."""
    return nullcontext()


def common_ground(
    first: Photo,
    second: Photo,
    region: Region,
    aligned: Aligned,
    options: Options,
    stage: Callable[[str], AbstractContextManager[None]] = _untimed,
) -> Ground:
    """What do both photos look like in one frame and one light?

    Parameters
    ----------
    first, second
        The listing's photo, and the arrival's.
    region
        Where the product lies in `first`.
    aligned
        How `second` lies over it.
    options
        Settings of the comparison.
    stage
        Opened round each stage of the work, by its name.
    """
    with stage("rectify"):
        frame = rectify(first, second, region, aligned, options)
        glare = glare_mask(frame.listing, frame.arrival, ~frame.product & frame.seen) & frame.product
        mask = frame.inner & ~glare
    with stage("light"):
        light = fit_light(frame.listing, frame.arrival, mask)
        relit = frame.arrival if light is None else light.take_out(frame.arrival)
        relit = only_product(frame.listing, relit, mask)
    with stage("measure"):
        bands = (local_match(frame.listing, relit, mask, band) for band in (FINE, COLOURING))
        fine, colouring = bounded(*bands)
    confirmed = confirmed_mask(fine, mask)
    flat = is_flat(region.mask)
    share = None if fine is None or flat else unconfirmed_share(fine)
    pair = RectifiedPair(
        frame.listing,
        relit,
        frame.arrival,
        mask,
        glare,
        confirmed,
        fine,
        colouring,
        flat,
        one_face=region.method == PLAIN and is_one_face(region.mask),
        turned_away=share is not None and share > MOST_TURNED_AWAY_SHARE,
    )
    return Ground(frame, pair, None if light is None else light.summary())
