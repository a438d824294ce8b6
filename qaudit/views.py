"""The views of one item: which photo shows which side of it, which of them are heard, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qaudit.decision.wording import say
from qaudit.model.alignment import Aligned, AlignmentFailed, Lighting
from qaudit.model.photo import F64, Bool, PhotoQuality, Region
from qaudit.model.verdict import Box, Evidence, NotApplicable, Placed
from qaudit.model.view import ViewFacts
from qaudit.vision.geometry import displayed_map
from qaudit.vision.ground import Ground
from qaudit.vision.homography import project

# Each is measured in about half a second; of a dozen photos the thirteenth shows hardly anything new.
MOST_VIEWS = 12
# An arrival photo that lies over another listing photo with this share of the significance shows that one's side as well:
# for rendered photos of one side of cloth and bowls it is 0.3 to 1, and drawn other sides give no map at all.
NEARLY_AS_SURE = 0.25
# One view can clear what another holds against the item where it shows at least this share of the place, and of the
# resolution, that the other shows.
SEEN_AS_WELL = 0.5
# A thing that is surely recognised on one side need not be recognised as surely on a plainer one.
ONE_SIDE_SETTLES = frozenset({"agreement"})


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """One listing photo and one arrival photo, and how they relate."""

    listing_index: int
    arrival_index: int
    region: Region
    alignment: Aligned | AlignmentFailed

    @property
    def photos(self) -> tuple[int, int]:
        """Index of the listing and of the arrival photo."""
        return self.listing_index, self.arrival_index

    @property
    def certainty(self) -> tuple[bool, float, float]:
        """Order of alignments: any map before none, then significance, then the overlap of outlines."""
        return bool(self.alignment), self.alignment.significance, self.alignment.outline_iou or 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a view shows of its listing photo.

    Parameters
    ----------
    mask
        Shape (H, W), bool: pixels of the rectified frame in which the product can be judged.
    H_frame_to_listing
        Shape (3, 3): from the frame to the listing photo's `pixels`.
    listing_scale
        `pixels` per pixel of the listing photo as displayed.
    """

    mask: Bool
    H_frame_to_listing: F64
    listing_scale: float

    def share(self, box: Box) -> float:
        """How much of `box`, in px of the listing photo as displayed, is shown, 0..1."""
        x, y, w, h = box
        corners = (np.array([[x, y], [x + w, y + h]], np.float64) + 0.5) * self.listing_scale - 0.5
        to_frame: F64 = np.linalg.inv(self.H_frame_to_listing).astype(np.float64)
        (x0, y0), (x1, y1) = np.rint(project(to_frame, corners)).astype(int)
        part = self.mask[max(0, y0) : max(0, y1) + 1, max(0, x0) : max(0, x1) + 1]
        return float(part.mean()) if part.size else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One pairing, measured. `shown` is None where no photo could be laid over the other, `ground` where it is not kept."""

    pairing: Pairing
    lighting: Lighting | None
    quality: PhotoQuality
    evidence: tuple[Evidence | NotApplicable, ...]
    places: Mapping[str, Sequence[Placed]]
    explained: tuple[str, ...]
    shown: Shown | None
    ground: Ground | None = None

    @property
    def values(self) -> dict[str, float]:
        """Value of each measure that could be taken."""
        return {item.measure: item.value for item in self.evidence if isinstance(item, Evidence)}


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Which photos are compared with which.

    Parameters
    ----------
    pairings
        At least one, the surest first: each arrival photo that lies over a listing photo, with the one that it lies over most
        surely, or nearly so where that one serves more arrival photos; the best attempt alone where none does.
    left_out
        Arrival photos that lie over a listing photo and are not measured, since many are surer.
    lies_over
        Every listing and arrival photo of which one lies over the other.
    """

    pairings: tuple[Pairing, ...]
    left_out: frozenset[int]
    lies_over: frozenset[tuple[int, int]]


def choose(attempts: Sequence[Pairing], most: int = MOST_VIEWS) -> Choice:
    """Which pairs of photos are worth measuring?

    Parameters
    ----------
    attempts
        Every listing photo with every arrival photo, at least one.
    most
        How many are measured. Each listing photo gets its surest arrival photo before any gets a second.
    """
    surest_first = sorted(attempts, key=lambda pairing: pairing.certainty, reverse=True)
    placed = _placed([pairing for pairing in surest_first if pairing.alignment])
    rank: dict[tuple[int, int], int] = {}
    of_listing: dict[int, int] = {}
    for pairing in placed:
        rank[pairing.photos] = of_listing[pairing.listing_index] = of_listing.get(pairing.listing_index, 0) + 1
    kept = {pairing.photos for pairing in sorted(placed, key=lambda pairing: rank[pairing.photos])[:most]}
    return Choice(
        tuple(pairing for pairing in placed if pairing.photos in kept) or (surest_first[0],),
        frozenset(pairing.arrival_index for pairing in placed if pairing.photos not in kept),
        frozenset(pairing.photos for pairing in attempts if pairing.alignment),
    )


def _placed(surest_first: Sequence[Pairing]) -> list[Pairing]:
    """For each arrival photo the pairing that counts, on as few listing photos as they fit nearly as well, the surest first.

    Listing photos from several angles mostly show one side: views of it can clear each other only on one listing photo.
    """
    best: dict[int, float] = {}
    for pairing in surest_first:
        best.setdefault(pairing.arrival_index, pairing.certainty[1])
    left = [p for p in surest_first if p.certainty[1] >= NEARLY_AS_SURE * best[p.arrival_index]]
    placed: list[Pairing] = []
    while left:
        together: dict[int, list[Pairing]] = {}
        for pairing in left:
            together.setdefault(pairing.listing_index, []).append(pairing)
        largest = max(together.values(), key=lambda side: (len(side), sum(pairing.certainty[1] for pairing in side)))
        placed += largest
        done = {pairing.arrival_index for pairing in largest}
        left = [pairing for pairing in left if pairing.arrival_index not in done]
    return sorted(placed, key=lambda pairing: pairing.certainty, reverse=True)


def heard(views: Sequence[View]) -> tuple[View, ...]:
    """The views that count, the surest first: those of usable photos; all of them only where no photo is usable."""
    return tuple(view for view in views if view.quality.usable) or tuple(views)


def joined(views: Sequence[View]) -> tuple[tuple[Evidence | NotApplicable, ...], dict[str, Sequence[Placed]]]:
    """What do the views say of the item together?

    Parameters
    ----------
    views
        Those that are heard, at least one.

    Returns
    -------
        Evidence and places, each measure as one view says it. Among views of one listing photo the smallest value counts:
        glare, shadow and blur are of the view, a defect is of the thing. A view that does not show the place clears nothing.
        Between listing photos, which show different sides, the largest counts.
    """
    evidence: list[Evidence | NotApplicable] = []
    places: dict[str, Sequence[Placed]] = {}
    for at, item in enumerate(views[0].evidence):
        speaking = [view for view in views if item.measure in view.values]
        view = _speaker(item.measure, speaking) if speaking else views[0]
        evidence.append(view.evidence[at])
        if item.measure in view.places:
            places[item.measure] = view.places[item.measure]
    return tuple(evidence), places


def _speaker(measure: str, views: Sequence[View]) -> View:
    """The view whose value of `measure` counts for the whole item."""
    sides: dict[int, list[View]] = {}
    for view in views:
        sides.setdefault(view.pairing.listing_index, []).append(view)
    of_side = [_clearest(measure, side) for side in sides.values()]
    decisive = min if measure in ONE_SIDE_SETTLES else max
    return decisive(of_side, key=lambda view: view.values[measure])


def _clearest(measure: str, views: Sequence[View]) -> View:
    """Of views of one side, the one with the smallest value that shows all places at which others find more."""
    rising = sorted(views, key=lambda view: view.values[measure])
    return next(view for k, view in enumerate(rising) if all(_shows_it(view, worse, measure) for worse in rising[k + 1 :]))


def _shows_it(view: View, worse: View, measure: str) -> bool:
    """Whether `view` shows the worst place of `worse` well enough to say that nothing is there."""
    box = next((place[0] for place in worse.places.get(measure, ())), None)
    if view.shown is None or worse.shown is None:
        return True
    if max(view.shown.mask.shape) < SEEN_AS_WELL * max(worse.shown.mask.shape):
        return False
    return box is None or view.shown.share(box) >= SEEN_AS_WELL * worse.shown.share(box)


def explained(views: Sequence[View], names: Sequence[str]) -> tuple[str, ...]:
    """What was put down to light, view or camera; of several views each under the name of its arrival photo."""
    if len(views) == 1:
        return views[0].explained
    return tuple(
        say("view.of", photo=names[view.pairing.arrival_index], text=text) for view in views for text in view.explained
    )


def view_facts(
    views: Sequence[View], counting: Sequence[View], listing_scales: Sequence[float], arrival_scales: Sequence[float]
) -> tuple[ViewFacts, ...]:
    """The views as a record tells of them; `counting` are those that were heard, the scales those of all photos."""
    counted = {view.pairing.photos for view in counting}
    return tuple(
        ViewFacts(
            view.pairing.photos,
            view.pairing.alignment,
            view.quality,
            view.evidence,
            view.pairing.photos in counted,
            displayed_map(view.pairing.alignment, listing_scales[i], arrival_scales[j]),
        )
        for view in views
        for i, j in [view.pairing.photos]
    )


def unjudged(
    choice: Choice,
    views: Sequence[View],
    counting: Sequence[View],
    resent: frozenset[int],
    names: tuple[Sequence[str], Sequence[str]],
    alone: Callable[[int], PhotoQuality],
) -> tuple[str, ...]:
    """A note for each photo that was read and not judged; nothing is left out in silence.

    Parameters
    ----------
    choice, views, counting
        What was chosen, what was measured, and what of it was heard.
    resent
        Arrival photos that are a listing photo themselves.
    names
        Of all listing and of all arrival photos.
    alone
        Quality of an arrival photo that lies over no listing photo.
    """
    judged = {view.pairing.photos for view in counting}
    quality = {view.pairing.arrival_index: view.quality for view in views}
    answering = {arrival for _, arrival in judged}
    said = []
    for index, name in enumerate(names[0]):
        if any(listing == index for listing, _ in judged):
            continue
        shown = not choice.lies_over or any((index, arrival) in choice.lies_over for arrival in answering)
        said.append(say("note.unused" if shown else "note.side_unseen", path=name))
    for index, name in enumerate(names[1]):
        if index in answering:
            continue
        if index in resent:
            said.append(say("note.arrival_is_listing", path=name))
        elif index in choice.left_out:
            said.append(say("note.enough_views", path=name, count=len(views)))
        elif advice := (quality[index] if index in quality else alone(index)).advice:
            said.append(say("note.arrival_unusable", path=name, reason=say(f"quality.{advice[0]}")))
        else:
            said.append(say("note.arrival_unplaced" if choice.lies_over else "note.unused", path=name))
    return tuple(said)
