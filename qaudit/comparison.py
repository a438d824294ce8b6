"""One item from end to end: read, find the product, lay it over, take the light out, measure, decide."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import cv2
import numpy as np

from qaudit.decision.categories import category_notes, for_category
from qaudit.decision.decide import Case, decide
from qaudit.decision.profile import Profile, load_profile
from qaudit.decision.spread import moved_aspects, widened
from qaudit.decision.wording import EN, explanations, photo_notes, say
from qaudit.measures import LOCAL, MEASURES
from qaudit.measures.agreement import agreement_deficit, outline_difference
from qaudit.measures.cast import implausible_light
from qaudit.measures.hashing import raw_distance_bits
from qaudit.measures.pieces import count_difference, pieces
from qaudit.measures.proportion import stretched
from qaudit.model.alignment import Aligned, AlignmentFailed, Lighting, RectifiedPair
from qaudit.model.errors import PhotoRefused
from qaudit.model.language import chained
from qaudit.model.options import Options
from qaudit.model.photo import U8, Bool, FiledPhoto, Photo, PhotoFacts, PhotoQuality
from qaudit.model.picture import PairPictures
from qaudit.model.record import Comparison, Views
from qaudit.model.text import path_to_text
from qaudit.model.tool import tool_facts
from qaudit.model.verdict import Evidence, NotApplicable, Placed, Verdict, five_digits
from qaudit.model.view import AcceptedPiece
from qaudit.photos import read_photo
from qaudit.vision.align import align
from qaudit.vision.geometry import Camera, middle, place_box, region_in_arrival
from qaudit.vision.ground import Ground, common_ground
from qaudit.vision.quality import Seen, clipped_share, dark_share, photo_quality
from qaudit.vision.rectify import Frame
from qaudit.vision.resend import is_same_picture
from qaudit.vision.segment import product_region
from qaudit.vision.sight import ArrivalSight, ListingSight

from .pictures import pair_pictures, pairs_shown
from .sights import Sights
from .views import Pairing, Shown, View, choose, explained, heard, joined, unjudged, view_facts

Source = str | os.PathLike[str] | bytes | np.ndarray | Photo | FiledPhoto


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


def compare(
    listing: Source | Sequence[Source],
    arrival: Source | Sequence[Source],
    *,
    accepted: Source | Sequence[Source] = (),
    id: str = "",  # noqa: A002 - the name in the manifest and the record
    row: Mapping[str, Any] | None = None,
    options: Options | None = None,
    profile: Profile | None = None,
    keep_views: bool = False,
    keep_pictures: bool = False,
    sights: Sights | None = None,
) -> Comparison:
    """Is the thing that arrived the thing that was promised?

    Parameters
    ----------
    listing, arrival
        A path, the bytes of a file, pixels (uint8 sRGB, (H, W, 3)), a `Photo` or a `FiledPhoto`; or a list of them. Each
        arrival photo is laid over the listing photo that it fits most surely, and what these views say is joined.
    accepted
        Photos of pieces of the same product that were accepted as good: what they differ by from the listing is natural, and
        only what lies outside it is a finding.
    id, row
        Carried into the record; a column ``category`` also says which tolerances of the profile hold.
    options
        Settings; the defaults when None.
    profile
        What decides; the one that ships with qaudit when None.
    keep_views
        Whether the result keeps pictures for an overlay.
    keep_pictures
        Whether the result keeps pictures for a page: of the surest pair of photos, and of each pair that has a finding.
    sights
        Listing photos that earlier calls looked at; the result does not depend on it.

    Raises
    ------
    PhotoRefused
        A photo could not be read; ValueError when listing or arrival has no photo.
    """
    options = options or Options()
    profile = profile or load_profile()
    category = (row or {}).get("category")
    usual = for_category(profile, category)
    known = sights or Sights(most_photos=0)
    read_arrival = partial(read_photo, max_side=options.arrival_side_px)
    clock = Clock()
    with clock.stage("read"):
        listings = _read_all(listing, partial(known.photo, options=options))
        arrivals = _read_all(arrival, read_arrival)
        if not listings or not arrivals:
            raise ValueError("each side needs at least one photo")
        good = _read_all(accepted, read_arrival)
    names = _names(listings, "listing"), _names(arrivals, "arrival")
    seen = [known.sight(photo, options) for photo, _ in listings]
    with clock.stage("triage"):
        resent = _resent(listings, arrivals)
    sent = {j: ArrivalSight(photo, options) for j, (photo, _) in enumerate(arrivals) if j not in resent}
    choice = choose(_attempts(seen, sent, options, clock))
    views = [
        _view(listings[p.listing_index][0], arrivals[p.arrival_index][0], p, options, clock, keep_ground=keep_pictures)
        for p in choice.pairings
    ]
    pieces, piece_notes = _accepted(seen, arrivals, good, options, clock)
    counting = heard(views)
    surest = counting[0]
    with clock.stage("decide"):
        judged_by = widened(usual, [piece.evidence for piece in pieces])
        evidence, places = joined(counting)
        case = Case(
            evidence=evidence,
            places=places,
            aligned=bool(surest.pairing.alignment),
            quality=surest.quality,
            listing_sizes=tuple((photo.width, photo.height) for photo, _ in listings),
            explained=explained(counting, names[1]),
        )
        verdict = decide(case, judged_by)
    first, second = listings[surest.pairing.listing_index][0], arrivals[surest.pairing.arrival_index][0]
    with clock.stage("triage"):
        same, bits = _same_picture(first, second), raw_distance_bits(first.pixels, second.pixels)
    if same and verdict.name == "match":
        verdict = replace(verdict, next_step=say("next.match.same_picture"))
    facts = [tuple(PhotoFacts.of(photo, path) for photo, path in photos) for photos in (listings, arrivals, good)]
    notes: tuple[str, ...] = (say("note.same_picture"),) if same else ()
    notes += photo_notes([fact for side in facts for fact in side])
    notes += unjudged(choice, views, counting, resent, names, lambda index: _quality_alone(arrivals[index][0]))
    notes += category_notes(profile, usual, category) + _spread_notes(usual, judged_by, pieces) + piece_notes
    return Comparison(
        id=id,
        listing=facts[0],
        arrival=facts[1],
        quality=surest.quality,
        alignment=surest.pairing.alignment,
        lighting=surest.lighting,
        evidence=evidence,
        places=places,
        decision=verdict,
        pairing=surest.pairing.photos,
        notes=notes,
        tool=tool_facts(options, profile.id, profile.holds_for, profile.categories),
        triage={"raw_phash_bits": bits, "same_picture": same},
        row=dict(row or {}),
        seconds=clock.seconds,
        views=_pictures(listings, arrivals, counting, verdict) if keep_views else None,
        pictures=_pictures_of_pairs(listings, arrivals, counting, verdict) if keep_pictures else (),
        measured=view_facts(views, counting, _scales(listings), _scales(arrivals)),
        accepted=facts[2],
        pieces=pieces,
    )


def _read_all(sources: Source | Sequence[Source], read_one: Callable[[Any], Photo]) -> list[tuple[Photo, str]]:
    """Every photo of one side, with the path it came from."""
    alone = isinstance(sources, (str, bytes, os.PathLike, np.ndarray, Photo, FiledPhoto))
    listed: list[Source] = [sources] if alone else list(sources)  # type: ignore[list-item, arg-type]
    read = []
    for source in listed:
        if isinstance(source, Photo):
            read.append((source, ""))
            continue
        if isinstance(source, FiledPhoto):
            read.append((source.photo, path_to_text(source.path)))
            continue
        path = path_to_text(source) if isinstance(source, (str, os.PathLike)) else ""
        try:
            read.append((read_one(source), path))
        except PhotoRefused as error:
            if len(listed) > 1:
                raise error.among_others() from error
            raise
    return read


def _names(photos: Sequence[tuple[Photo, str]], side: str) -> tuple[str, ...]:
    """What each photo is called in a note."""
    return tuple(path or say(f"photo.{side}", number=number) for number, (_, path) in enumerate(photos, start=1))


def _same_picture(one: Photo, other: Photo) -> bool:
    """Whether both are files of one photo."""
    return one.sha256 == other.sha256 or is_same_picture(one.pixels, other.pixels)


def _resent(listings: Sequence[tuple[Photo, str]], arrivals: Sequence[tuple[Photo, str]]) -> frozenset[int]:
    """Which arrival photos are a listing photo sent in again beside photos that are not; none where all are, or it is alone."""
    if len(arrivals) == 1:
        return frozenset()
    again = frozenset(j for j, (photo, _) in enumerate(arrivals) if any(_same_picture(own, photo) for own, _ in listings))
    return again if len(again) < len(arrivals) else frozenset()


def _attempts(
    listings: Sequence[ListingSight], arrivals: Mapping[int, ArrivalSight], options: Options, clock: Clock
) -> list[Pairing]:
    """Every listing photo with every arrival photo, by their indices."""
    attempts = []
    for i, listing in enumerate(listings):
        with clock.stage("segment"):
            region = listing.region
        for j, arrival in arrivals.items():
            with clock.stage("align"):
                alignment = align(listing, arrival, options.seed)
            attempts.append(Pairing(i, j, region, alignment))
    return attempts


def _view(first: Photo, second: Photo, pairing: Pairing, options: Options, clock: Clock, *, keep_ground: bool = False) -> View:
    """All that one pair of photos says."""
    ground: Ground | None = None
    if isinstance(pairing.alignment, Aligned):
        ground = common_ground(first, second, pairing.region, pairing.alignment, options, clock.stage)
    frame, pair, lighting = (None, None, None) if ground is None else (ground.frame, ground.pair, ground.lighting)
    with clock.stage("measure"):
        evidence = tuple(
            replace(item, photos=pairing.photos) if isinstance(item, Evidence) else item
            for item in _evidence(pairing, second, pair, lighting)
        )
    with clock.stage("quality"):
        quality = _quality(second, pairing, frame, pair)
    said = explanations(pairing.alignment, lighting, quality.glare_share, middle(pairing.region))
    shown = None if frame is None or pair is None else Shown(pair.mask, frame.H_frame_to_listing, first.scale)
    placed = _places(evidence, frame, first, second)
    return View(pairing, lighting, quality, evidence, placed, said, shown, ground if keep_ground else None)


def _accepted(
    listings: Sequence[ListingSight],
    arrivals: Sequence[tuple[Photo, str]],
    accepted: Sequence[tuple[Photo, str]],
    options: Options,
    clock: Clock,
) -> tuple[tuple[AcceptedPiece, ...], tuple[str, ...]]:
    """What each accepted photo that can be used differs by from the listing, and a note for each that cannot."""
    pieces, notes = [], []
    for index, ((photo, _), name) in enumerate(zip(accepted, _names(accepted, "accepted"), strict=True)):
        if any(_same_picture(own, photo) for own, _ in arrivals):
            notes.append(say("note.accepted_is_arrival", path=name))
            continue
        pairing = choose(_attempts(listings, {index: ArrivalSight(photo, options)}, options, clock)).pairings[0]
        if not pairing.alignment:
            advice = _quality_alone(photo).advice
            reason = {"reason": say(f"quality.{advice[0]}")} if advice else {}
            notes.append(say("note.accepted_unusable" if advice else "note.accepted_unplaced", path=name, **reason))
            continue
        view = _view(listings[pairing.listing_index].photo, photo, pairing, options, clock)
        if not view.quality.usable:
            notes.append(say("note.accepted_unusable", path=name, reason=say(f"quality.{view.quality.advice[0]}")))
            continue
        values = [replace(e, value=five_digits(e.value), boxes=()) for e in view.evidence if isinstance(e, Evidence)]
        pieces.append(AcceptedPiece(pairing.photos, values))
    return tuple(pieces), tuple(notes)


def _spread_notes(profile: Profile, judged_by: Profile, pieces: Sequence[AcceptedPiece]) -> tuple[str, ...]:
    """What the accepted pieces did to the tolerances."""
    if not pieces:
        return ()
    aspects = chained(EN["list"], [say(f"aspect.{aspect}") for aspect in moved_aspects(profile, judged_by)])
    key = "note.accepted_moved" if aspects else "note.accepted_within"
    return (say(key, count=len(pieces), aspects=aspects),)


def _evidence(
    pairing: Pairing, arrival: Photo, pair: RectifiedPair | None, lighting: Lighting | None
) -> tuple[Evidence | NotApplicable, ...]:
    """What every measure says; nothing of the inside of the product where it could not be laid over its listing."""
    alignment, region = pairing.alignment, pairing.region
    listed = pieces(region)
    outside: tuple[Evidence | NotApplicable, ...] = (
        agreement_deficit(alignment),
        outline_difference(alignment),
        stretched(alignment, region, arrival.pixels.shape),
        # The arrival's own outline is looked for only where there is something to count.
        count_difference(listed, pieces(product_region(arrival.pixels)) if listed > 1 else 0),
    )
    if pair is None:
        return outside
    inside = [measure(pair) for measure in MEASURES.values()]
    if pair.turned_away:
        inside = [NotApplicable(e.aspect, e.measure, "turned_away") if e.measure in LOCAL else e for e in inside]
    return (*outside, implausible_light(lighting), *inside)


def _quality(arrival: Photo, pairing: Pairing, frame: Frame | None, pair: RectifiedPair | None) -> PhotoQuality:
    """Quality of the arrival photo on the product."""
    if isinstance(pairing.alignment, AlignmentFailed) or frame is None or pair is None:
        return _quality_alone(arrival)
    mask: Bool = region_in_arrival(pairing.region, pairing.alignment, arrival.pixels.shape[:2])
    product = frame.product & frame.seen
    glare_share = float((pair.glare & product).sum()) / max(1, int(product.sum()))
    dark = dark_share(frame.listing, frame.arrival, product)
    clipped = clipped_share(frame.listing, frame.arrival, product)
    seen = Seen(dark, clipped, glare_share, pairing.alignment.overlap_share)
    return photo_quality(arrival.pixels, mask, arrival.scale, seen)


def _quality_alone(photo: Photo) -> PhotoQuality:
    """Quality of a photo that lies over no listing photo."""
    return photo_quality(photo.pixels, product_region(photo.pixels).mask, photo.scale)


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


def _pictures(
    listings: Sequence[tuple[Photo, str]], arrivals: Sequence[tuple[Photo, str]], views: Sequence[View], verdict: Verdict
) -> Views:
    """Pictures for a person: of the view that shows the surest finding, or of the surest view."""
    shown = [(finding.listing_photo, finding.arrival_photo) for finding in verdict.findings[:1]]
    pairing = next((view.pairing for view in views if view.pairing.photos in shown), views[0].pairing)
    listing, arrival = listings[pairing.listing_index][0], arrivals[pairing.arrival_index][0]
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


def _scales(photos: Sequence[tuple[Photo, str]]) -> list[float]:
    """Pixels that were worked on per pixel as displayed, of each photo."""
    return [photo.scale for photo, _ in photos]


def _pictures_of_pairs(
    listings: Sequence[tuple[Photo, str]], arrivals: Sequence[tuple[Photo, str]], views: Sequence[View], verdict: Verdict
) -> tuple[PairPictures, ...]:
    """Pictures for a page: of the surest view, then of each that shows a finding."""
    of_pair = {view.pairing.photos: view for view in views}
    shown = pairs_shown(views[0].pairing.photos, [(f.listing_photo, f.arrival_photo) for f in verdict.findings])
    return tuple(
        pair_pictures((i, j), listings[i][0], arrivals[j][0], of_pair[i, j].pairing.alignment, of_pair[i, j].ground)
        for i, j in shown
        if (i, j) in of_pair
    )
