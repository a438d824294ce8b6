"""One item from end to end: read, find the product, lay it over, take the light out, measure, decide."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from qaudit.decision.decide import Case, decide
from qaudit.decision.profile import Profile, load_profile
from qaudit.decision.wording import explanations, photo_notes, say
from qaudit.measures import MEASURES
from qaudit.measures.agreement import agreement_deficit, outline_difference
from qaudit.measures.hashing import raw_distance_bits
from qaudit.model.alignment import Aligned, AlignmentFailed, Lighting, RectifiedPair
from qaudit.model.options import Options
from qaudit.model.photo import U8, Bool, Photo, PhotoFacts, PhotoQuality, Region
from qaudit.model.record import Comparison, Views
from qaudit.model.text import path_to_text
from qaudit.model.tool import tool_facts
from qaudit.model.verdict import Evidence, NotApplicable, Placed
from qaudit.photos import read_photo
from qaudit.vision.align import align
from qaudit.vision.geometry import Camera, middle, place_box, region_in_arrival
from qaudit.vision.glare import glare_mask
from qaudit.vision.lighting import fit_light
from qaudit.vision.quality import Seen, clipped_share, dark_share, photo_quality
from qaudit.vision.rectify import Frame, only_product, rectify
from qaudit.vision.resend import is_same_picture
from qaudit.vision.segment import product_region
from qaudit.vision.structure import COARSE, FINE, confirmed_mask, local_match

Source = str | os.PathLike[str] | bytes | np.ndarray | Photo


@dataclass(slots=True)
class Clock:
    """Seconds per stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time within to `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """One listing photo and one arrival photo, and how they relate."""

    listing_index: int
    arrival_index: int
    region: Region
    alignment: Aligned | AlignmentFailed


def compare(
    listing: Source | Sequence[Source],
    arrival: Source | Sequence[Source],
    *,
    id: str = "",  # noqa: A002 - the name in the manifest and the record
    row: Mapping[str, Any] | None = None,
    options: Options | None = None,
    profile: Profile | None = None,
    keep_views: bool = False,
) -> Comparison:
    """Is the thing that arrived the thing that was promised?

    Parameters
    ----------
    listing, arrival
        A path, the bytes of a file, pixels (uint8 sRGB, (H, W, 3)) or a `Photo`; or a list of them, of which the pair
        that lies over each other best is judged.
    id, row
        Carried into the record.
    options
        Settings; the defaults when None.
    profile
        What decides; the one that ships with qaudit when None.
    keep_views
        Whether the result keeps pictures for an overlay.

    Raises
    ------
    PhotoRefused
        A photo could not be read; ValueError when a side has no photo.
    """
    options = options or Options()
    profile = profile or load_profile()
    clock = Clock()
    with clock.stage("read"):
        listings = _read_all(listing, options.listing_side_px)
        arrivals = _read_all(arrival, options.arrival_side_px)
    pairing = _best_pairing(listings, arrivals, options, clock)
    first, second = listings[pairing.listing_index][0], arrivals[pairing.arrival_index][0]
    frame, pair, lighting = _common_ground(first, second, pairing, options, clock)
    with clock.stage("measure"):
        evidence = _evidence(pairing.alignment, pair)
    with clock.stage("quality"):
        quality = _quality(second, pairing, frame, pair)
    listing_facts = tuple(PhotoFacts.of(photo, path) for photo, path in listings)
    arrival_facts = tuple(PhotoFacts.of(photo, path) for photo, path in arrivals)
    with clock.stage("decide"):
        places = _places(evidence, frame, first, second)
        case = Case(
            evidence=evidence,
            places=places,
            aligned=bool(pairing.alignment),
            quality=quality,
            listing_size=(first.width, first.height),
            explained=explanations(pairing.alignment, lighting, quality.glare_share, middle(pairing.region)),
            photos=(pairing.listing_index, pairing.arrival_index),
        )
        verdict = decide(case, profile)
    with clock.stage("triage"):
        resent, bits = _triage(first, second)
    notes: tuple[str, ...] = (say("note.same_picture"),) if resent else ()
    notes += photo_notes(listing_facts + arrival_facts) + _unused(pairing, listing_facts, arrival_facts)
    return Comparison(
        id=id,
        listing=listing_facts,
        arrival=arrival_facts,
        quality=quality,
        alignment=pairing.alignment,
        lighting=lighting,
        evidence=evidence,
        places=places,
        decision=verdict,
        pairing=(pairing.listing_index, pairing.arrival_index),
        notes=notes,
        tool=tool_facts(options, profile.id, profile.holds_for),
        triage={"raw_phash_bits": bits, "same_picture": resent},
        row=dict(row or {}),
        seconds=clock.seconds,
        views=_views(first, second, pairing) if keep_views else None,
    )


def _read_all(sources: Source | Sequence[Source], side_px: int) -> list[tuple[Photo, str]]:
    """Every photo of one side, with the path it came from."""
    alone = isinstance(sources, (str, bytes, os.PathLike, np.ndarray, Photo))
    listed: list[Source] = [sources] if alone else list(sources)  # type: ignore[list-item, arg-type]
    if not listed:
        raise ValueError("each side needs at least one photo")
    read = []
    for source in listed:
        if isinstance(source, Photo):
            read.append((source, ""))
            continue
        path = path_to_text(source) if isinstance(source, (str, os.PathLike)) else ""
        read.append((read_photo(source, max_side=side_px), path))
    return read


def _best_pairing(
    listings: list[tuple[Photo, str]], arrivals: list[tuple[Photo, str]], options: Options, clock: Clock
) -> Pairing:
    """The pair of photos that lies over each other most surely; the first pair where none does."""
    best: Pairing | None = None
    for i, (listing, _) in enumerate(listings):
        with clock.stage("segment"):
            region = product_region(listing.pixels)
        for j, (arrival, _) in enumerate(arrivals):
            with clock.stage("align"):
                alignment = align(listing, arrival, region, options)
            pairing = Pairing(i, j, region, alignment)
            if best is None or _certainty(alignment) > _certainty(best.alignment):
                best = pairing
    if best is None:
        raise ValueError("each side needs at least one photo")
    return best


def _certainty(alignment: Aligned | AlignmentFailed) -> tuple[bool, float, float]:
    """Order of alignments: any map before none, then significance, then the overlap of outlines."""
    return bool(alignment), alignment.significance, alignment.outline_iou or 0.0


def _common_ground(
    first: Photo, second: Photo, pairing: Pairing, options: Options, clock: Clock
) -> tuple[Frame | None, RectifiedPair | None, Lighting | None]:
    """Both photos in one frame and one light; None where they could not be laid over each other."""
    if isinstance(pairing.alignment, AlignmentFailed):
        return None, None, None
    with clock.stage("rectify"):
        frame = rectify(first, second, pairing.region, pairing.alignment, options)
        glare = glare_mask(frame.listing, frame.arrival, ~frame.product & frame.seen) & frame.product
        mask = frame.inner & ~glare
    with clock.stage("light"):
        light = fit_light(frame.listing, frame.arrival, mask)
        relit = frame.arrival if light is None else light.take_out(frame.arrival)
        relit = only_product(frame.listing, relit, mask)
    with clock.stage("measure"):
        fine, coarse = (local_match(frame.listing, relit, mask, band) for band in (FINE, COARSE))
    confirmed = confirmed_mask(fine, mask)
    pair = RectifiedPair(frame.listing, relit, frame.arrival, mask, glare, confirmed, fine, coarse)
    return frame, pair, None if light is None else light.summary()


def _evidence(alignment: Aligned | AlignmentFailed, pair: RectifiedPair | None) -> tuple[Evidence | NotApplicable, ...]:
    """What every measure says; nothing of the inside of the product where it could not be laid over its listing."""
    outside = (agreement_deficit(alignment), outline_difference(alignment))
    if pair is None:
        return outside
    return outside + tuple(measure(pair) for measure in MEASURES.values())


def _quality(arrival: Photo, pairing: Pairing, frame: Frame | None, pair: RectifiedPair | None) -> PhotoQuality:
    """Quality of the arrival photo on the product."""
    if isinstance(pairing.alignment, AlignmentFailed) or frame is None or pair is None:
        return photo_quality(arrival.pixels, product_region(arrival.pixels).mask, arrival.scale)
    mask: Bool = region_in_arrival(pairing.region, pairing.alignment, arrival.pixels.shape[:2])
    product = frame.product & frame.seen
    glare_share = float((pair.glare & product).sum()) / max(1, int(product.sum()))
    dark = dark_share(frame.listing, frame.arrival, product)
    clipped = clipped_share(frame.listing, frame.arrival, product)
    seen = Seen(dark, clipped, glare_share, pairing.alignment.overlap_share)
    return photo_quality(arrival.pixels, mask, arrival.scale, seen)


def _places(
    evidence: tuple[Evidence | NotApplicable, ...], frame: Frame | None, listing: Photo, arrival: Photo
) -> dict[str, tuple[Placed, ...]]:
    """Where each measure points, in both photos as displayed."""
    if frame is None:
        return {}
    to_listing = Camera(frame.H_frame_to_listing, None, listing.scale, (listing.width, listing.height))
    to_arrival = Camera(frame.H_frame_to_arrival, frame.flow, arrival.scale, (arrival.width, arrival.height))
    return {
        item.measure: tuple((place_box(box, to_listing), place_box(box, to_arrival)) for box in item.boxes)
        for item in evidence
        if isinstance(item, Evidence) and item.boxes
    }


def _triage(listing: Photo, arrival: Photo) -> tuple[bool, int]:
    """Whether the listing photo itself was sent in, and the distance of the raw photos' hashes in bits."""
    same = listing.sha256 == arrival.sha256 or is_same_picture(listing.pixels, arrival.pixels)
    return same, raw_distance_bits(listing.pixels, arrival.pixels)


def _unused(pairing: Pairing, listing: tuple[PhotoFacts, ...], arrival: tuple[PhotoFacts, ...]) -> tuple[str, ...]:
    """A note for each photo that was read and not judged."""
    said = []
    for side, photos, judged in (("listing", listing, pairing.listing_index), ("arrival", arrival, pairing.arrival_index)):
        for index, facts in enumerate(photos):
            if index != judged:
                said.append(say("note.unused", path=facts.path or f"{side} photo {index + 1}"))
    return tuple(said)


def _views(listing: Photo, arrival: Photo, pairing: Pairing) -> Views:
    """Pictures for a person."""
    laid_over: U8 | None = None
    if isinstance(pairing.alignment, Aligned):
        H = pairing.alignment.H_arrival_to_listing
        size = listing.pixels.shape[1::-1]
        laid_over = cv2.warpPerspective(arrival.pixels, H, size, flags=cv2.INTER_LINEAR, borderValue=(128, 128, 128))
    return Views(
        listing=listing.pixels,
        arrival=arrival.pixels,
        arrival_over_listing=laid_over,
        listing_scale=listing.scale,
        arrival_scale=arrival.scale,
        listing_photo=pairing.listing_index,
        arrival_photo=pairing.arrival_index,
    )
