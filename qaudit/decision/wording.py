"""What an inspector would say: sentences for findings, explanations and next steps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from qaudit.decision.hues import sure_changes
from qaudit.model.alignment import Aligned, AlignmentFailed, Lighting
from qaudit.model.language import Figure, Said, chained, message, places
from qaudit.model.photo import PhotoFacts
from qaudit.model.verdict import Box, Evidence

EN: Final[dict[str, str]] = {
    # findings, by measure
    "finding.agreement.failed": message(
        "The listed product was not found in the arrival photo: it looks like another item, or another side of it."
    ),
    "finding.agreement.pattern": message(
        "The listing's repeating pattern was not found again in the arrival photo: it looks like a cloth of another pattern."
    ),
    "finding.agreement.weak": message("Little of the listing was found again in the arrival photo: it may be a similar item."),
    "finding.confirmation": message(
        "Of what the listing shows, {percent} was not found again at its place: it looks like a similar item, not this one."
    ),
    "finding.outline": message("The outline differs from the listing's: {percent} of both together is not shared."),
    "finding.proportion.wider": message(
        "Its proportions are not the listing's, whatever the lens: it is {value} % wider for its height."
    ),
    "finding.proportion.narrower": message(
        "Its proportions are not the listing's, whatever the lens: it is {value} % taller for its width."
    ),
    "finding.proportion.askew": message(
        "Its proportions are not the listing's, whatever the lens: it is stretched askew by {value} %."
    ),
    "finding.extent.left": message(
        "It ends before its listing does: of the width, the {lost} at the left is not there. It is narrower, folded under or covered."
    ),
    "finding.extent.right": message(
        "It ends before its listing does: of the width, the {lost} at the right is not there. It is narrower, folded under or covered."
    ),
    "finding.extent.top": message(
        "It ends before its listing does: of the height, the {lost} at the top is not there. It is shorter, folded under or covered."
    ),
    "finding.extent.bottom": message(
        "It ends before its listing does: of the height, the {lost} at the bottom is not there. It is shorter, folded under or covered."
    ),
    "finding.extent": message("It reaches as far as its listing shows it."),
    "finding.pieces": message("The listing shows {listed} pieces, the arrival {arrived}."),
    "finding.phash": message(
        "The product as a whole looks unlike its listing: {value} of 64 bits of its perceptual hash differ."
    ),
    "finding.histogram": message("The product's colours come in other shares than in the listing."),
    "finding.ssim": message("The product's structure as a whole is unlike its listing's."),
    "finding.hue.turned": message(
        "The product's hues differ from the listing in a way that no light explains: they are turned by about {turn} degrees."
    ),
    "finding.hue.other": message(
        "The product's colours do not go together as in the listing, in a way that no light explains: some are faded or of another hue."
    ),
    "finding.palette": message("The colour as a whole arrived {direction}: dE00 {value}, tolerance {tolerance}."),
    "finding.patch": message("The colour {place} arrived {direction}: dE00 {value}, tolerance {tolerance}."),
    "finding.cast.greener": message("The colour as a whole arrived greener than any ordinary light makes it."),
    "finding.cast.pinker": message("The colour as a whole arrived pinker than any ordinary light makes it."),
    "finding.colouring.colour": message("The colours {place} are not those of the listing, though the shapes are."),
    "finding.colouring.missing": message(
        "The part that the listing shows in colour {place} is not there in the arrival as it should be: it is missing, or another."
    ),
    "finding.colouring.damage": message(
        "The listing's colours {place} are covered or gone in the arrival: damage, dirt or something that lies upon it."
    ),
    "finding.pattern": message("The pattern {place} is not the one in the listing."),
    "finding.completeness": message("Something that the listing shows {place} is not there in the arrival."),
    "finding.damage": message(
        "There is something {place} in the arrival that the listing does not show: damage, dirt or an addition."
    ),
    "finding.damage.part": message(
        "The part that the listing shows {place} is not there in the arrival as it should be: it is missing, or another."
    ),
    "finding.pattern.part": message(
        "The part that the listing shows {place} is not there in the arrival as it should be: it is missing, or another."
    ),
    "finding.soiling.part": message(
        "The part that the listing shows {place} is not there in the arrival as it should be: it is missing, or another."
    ),
    "finding.soiling": message("The surface {place} looks dirty, scratched or worn beside the listing."),
    # places
    "place.": message("over the whole product"),
    "place.upper left": message("at the upper left"),
    "place.upper middle": message("at the top"),
    "place.upper right": message("at the upper right"),
    "place.middle left": message("at the left"),
    "place.middle middle": message("in the middle"),
    "place.middle right": message("at the right"),
    "place.lower left": message("at the lower left"),
    "place.lower middle": message("at the bottom"),
    "place.lower right": message("at the lower right"),
    # directions of colour
    "colour.stronger": message("stronger in colour"),
    "colour.paler": message("paler"),
    "colour.brown": message("browner"),
    "colour.redder": message("redder"),
    "colour.greener": message("greener"),
    "colour.yellower": message("yellower"),
    "colour.bluer": message("bluer"),
    "colour.other": message("different"),
    "colour.mixed": message("different, and not everywhere in the same way"),
    "and": message("{first} and {next}"),
    # figures
    "percent": message("{number} %"),
    # what was explained away
    "light.brighter": message("The arrival photo is brighter by {ev} EV; that is exposure, not the product."),
    "light.dimmer": message("The arrival photo is darker by {ev} EV; that is exposure, not the product."),
    "light.warmer": message(
        "The arrival was lit or rendered warmer by {mired} mired. That was taken for the light: a dye that is warmer all over looks the same."
    ),
    "light.cooler": message(
        "The arrival was lit or rendered cooler by {mired} mired. That was taken for the light: a dye that is cooler all over looks the same."
    ),
    "light.shading": message("Light falls off over the product by {ev} EV; that was evened out."),
    "view.turned": message("The product was photographed turned by {degrees} degrees; it was laid over the listing."),
    "view.outline": message("The product was laid over the listing by its outline, since it has little texture."),
    "camera.glare": message("{percent} of the product is under a reflection and was left out."),
    "view.of": message("{photo}: {text}"),
    # why a photo cannot answer
    "quality.product_not_in_photo": message("the item was not found in it"),
    "quality.too_small": message("the item is too small in it"),
    "quality.blurred": message("it is blurred"),
    "quality.too_dark": message("it is too dark"),
    "quality.burnt_out": message("large parts are burnt out"),
    "quality.glare": message("too much is under a reflection"),
    "quality.cut_off": message("much of the item lies outside it"),
    # what to do next
    "next.match": message("Nothing: the item agrees with its listing in what these photos can show."),
    "next.match.same_picture": message("Ask for a photo of the item that arrived: this one is the listing photo itself."),
    "next.mismatch": message(
        "Hold the item beside the listing at the places that were found before you accuse anyone: a photo is not the item."
    ),
    "next.mismatch.identity": message(
        "Check that this is the right parcel and the right side of the item, then compare it with the listing by hand."
    ),
    "next.review": message(
        "Let a person look at the places that were found, or take another photo straight from the front in daylight."
    ),
    "next.review.unaligned": message(
        "Let a person compare the two photos; a photo from the side that the listing shows, filling the picture, would settle it."
    ),
    "next.retake.product_not_in_photo": message("Photograph the item again: it was not found in this photo."),
    "next.retake.too_small": message("Photograph the item again from nearer: it should fill at least half of the picture."),
    "next.retake.blurred": message("Photograph the item again: hold still, tap on the item to focus, and use more light."),
    "next.retake.too_dark": message("Photograph the item again in more light, best beside a window."),
    "next.retake.burnt_out": message("Photograph the item again with less light on it: large parts are burnt out."),
    "next.retake.glare": message("Photograph the item again without flash, turned a little so that no lamp is reflected."),
    "next.retake.cut_off": message("Photograph the item again as a whole: much of it lies outside this photo."),
    # notes
    "note.same_picture": message(
        "The arrival photo is the listing photo itself (same framing, same noise): ask for a photo of the item that arrived."
    ),
    "note.damaged": message("{path} is damaged: {reason}."),
    "note.photo": message("{path}: {note}."),
    "note.unused": message("{path} was not judged: another photo of this side fitted better or came first."),
    "note.side_unseen": message("{path} was not judged: no arrival photo that can answer shows what it shows."),
    "note.arrival_unplaced": message("{path} was left out: it could not be laid over any listing photo."),
    "note.arrival_unusable": message("{path} was left out: {reason}."),
    "note.arrival_is_listing": message(
        "{path} was left out: it is a listing photo itself, not a photo of the item that arrived."
    ),
    "note.enough_views": message("{path} was not measured: {count} arrival photos that fit more surely were."),
    "note.accepted_unplaced": message("{path} counts for no accepted piece: it could not be laid over any listing photo."),
    "note.accepted_unusable": message("{path} counts for no accepted piece: {reason}."),
    "note.accepted_is_arrival": message("{path} counts for no accepted piece: it is the arrival photo itself."),
    "note.accepted_moved": message("The accepted pieces (photos used: {count}) move the tolerance of: {aspects}."),
    "note.category_tolerance": message(
        "For items of the category {category} the settings say a tolerance of {tolerance} for {measure}, where the profile has {usual}."
    ),
    "note.category_unpromised": message(
        "The error rates that the profile promises are not promised for the category {category}: its tolerances were moved."
    ),
    "note.accepted_within": message(
        "The accepted pieces (photos used: {count}) lie well within the usual tolerances, which stay."
    ),
    "list": message("{first}, {next}"),
    "aspect.identity": message("identity"),
    "aspect.variant": message("variant"),
    "aspect.colour": message("colour"),
    "aspect.pattern": message("pattern"),
    "aspect.missing": message("missing"),
    "aspect.damage": message("damage"),
    "aspect.shape": message("shape"),
    "aspect.size": message("size"),
    "aspect.material": message("material"),
    "aspect.count": message("count"),
    # photos that have no name
    "photo.listing": message("listing photo {number}"),
    "photo.arrival": message("arrival photo {number}"),
    "photo.accepted": message("accepted photo {number}"),
}

# A colour changed in one direction where the mean of its changes is this share of their size: below it they differ.
COHERENT = 0.5
# Light and view are mentioned from here on.
VISIBLE_EV, VISIBLE_MIRED, VISIBLE_TURN_DEG, VISIBLE_GLARE = 0.3, 20.0, 10.0, 0.01


def say(key: str, **values: object) -> Said:
    """The sentence named `key`, filled with `values`; an unknown key raises KeyError."""
    named = places(EN[key])
    return Said(EN[key], {name: value for name, value in values.items() if name in named})


def finding_text(evidence: Evidence, tolerance: float, box: Box | None, size: tuple[int, int]) -> str:
    """The sentence about `evidence`; `box` lies in a listing photo of `size` (width, height)."""
    values: dict[str, object] = {
        "value": figure(evidence.value),
        "tolerance": figure(tolerance),
        "percent": _percent(evidence.value),
        "place": say(f"place.{_place(box, size)}"),
        "direction": _direction(evidence.details),
        "turn": f"{abs(float(evidence.details.get('turn_deg', 0.0))):.0f}",
        "lost": _percent(float(evidence.details.get("lost", 0.0))),
        "listed": evidence.details.get("listed"),
        "arrived": evidence.details.get("arrived"),
    }
    key = f"finding.{evidence.measure}"
    if evidence.measure == "proportion":
        key += f".{evidence.details['arrived']}"
    if evidence.measure == "extent" and "end" in evidence.details:
        key += f".{evidence.details['end']}"
    if evidence.measure == "agreement":
        failed = ".pattern" if evidence.aspect == "pattern" else ".failed"
        key += ".weak" if evidence.details.get("aligned") else failed
    if evidence.measure in ("damage", "soiling", "pattern") and evidence.aspect == "missing":
        key += ".part"
    if evidence.measure == "hue":
        key += ".turned" if abs(float(evidence.details.get("turn_deg", 0.0))) >= VISIBLE_TURN_DEG else ".other"
    if evidence.measure == "colouring":
        key += f".{evidence.aspect}"
    if evidence.measure == "cast":
        key += ".greener" if evidence.details.get("greener") else ".pinker"
    return say(key, **values)


def figure(value: float) -> Figure:
    """A value with as many digits as it is worth."""
    return Figure(f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}")


def _percent(share: float) -> Said:
    """A share 0..1 in whole percent."""
    return say("percent", number=f"{100 * share:.0f}")


def explanations(
    alignment: Aligned | AlignmentFailed, lighting: Lighting | None, glare_share: float, centre: tuple[float, float]
) -> tuple[str, ...]:
    """What was put down to light, view or camera; `centre` is the middle of the product in the listing photo's `pixels`."""
    said = []
    if isinstance(alignment, Aligned):
        turn = _turn_deg(alignment, centre)
        if alignment.rung == "outline":
            said.append(say("view.outline"))
        elif abs(turn) >= VISIBLE_TURN_DEG:
            said.append(say("view.turned", degrees=f"{abs(turn):.0f}"))
    if lighting is not None:
        if abs(lighting.exposure_ev) >= VISIBLE_EV:
            key = "light.brighter" if lighting.exposure_ev > 0 else "light.dimmer"
            said.append(say(key, ev=Figure(f"{abs(lighting.exposure_ev):.1f}")))
        if abs(lighting.cct_shift_mired) >= VISIBLE_MIRED:
            key = "light.warmer" if lighting.cct_shift_mired > 0 else "light.cooler"
            said.append(say(key, mired=f"{abs(lighting.cct_shift_mired):.0f}"))
        if lighting.shading_ev >= VISIBLE_EV:
            said.append(say("light.shading", ev=Figure(f"{lighting.shading_ev:.1f}")))
    if glare_share >= VISIBLE_GLARE:
        said.append(say("camera.glare", percent=_percent(glare_share)))
    return tuple(said)


def photo_notes(photos: Sequence[PhotoFacts]) -> tuple[str, ...]:
    """What a person should know about the files."""
    said = [say("note.damaged", path=photo.path, reason=photo.damaged) for photo in photos if photo.damaged]
    said += [say("note.photo", path=photo.path, note=note) for photo in photos for note in photo.notes]
    return tuple(said)


def _turn_deg(alignment: Aligned, centre: tuple[float, float]) -> float:
    """Turn of the product in the arrival photo against the listing, at `centre` of the listing, in degrees."""
    H = np.linalg.inv(alignment.H_arrival_to_listing)
    x, y, w = H @ np.array([*centre, 1.0])
    across, down = ((H[:2, i] * w - np.array([x, y]) * H[2, i]) / w**2 for i in (0, 1))
    return math.degrees(math.atan2(across[1] - down[0], across[0] + down[1]))


def _place(box: Box | None, size: tuple[int, int]) -> str:
    """Which of nine places of the listing photo the middle of `box` lies in; empty without a box."""
    if box is None:
        return ""
    x, y = (box[0] + box[2] / 2) / size[0], (box[1] + box[3] / 2) / size[1]
    row = "upper" if y < 1 / 3 else "lower" if y > 2 / 3 else "middle"
    column = "left" if x < 1 / 3 else "right" if x > 2 / 3 else "middle"
    return f"{row} {column}"


def _direction(details: Mapping[str, Any]) -> str:
    """How a colour changed in strength and in hue, the larger first; lightness is light, and not spoken of."""
    if details.get("coherence", 1.0) < COHERENT:
        return say("colour.mixed")
    if "listing_lab" not in details:
        return say("colour.other")
    told = sure_changes(details["listing_lab"], details["arrival_lab"], details.get("arrival_as_lit_lab"))
    return chained(EN["and"], [say(f"colour.{word}") for word in told]) or say("colour.other")
