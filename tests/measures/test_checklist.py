"""What every registered measure must keep, whatever it measures. A new measure states its promise here and is tested."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from qaudit.measures import MEASURES
from qaudit.model.alignment import RectifiedPair
from qaudit.model.verdict import ASPECTS, Evidence, NotApplicable
from qaudit.vision.structure import COLOURING, FINE, bounded, confirmed_mask, local_match
from tests.drawn.defect import inlay_missing, pattern_exchanged, recoloured, spot_mask, stained
from tests.drawn.drawing import Product
from tests.drawn.photography import U8, Bool, Camera, Light
from tests.scenes import Change, painting, rectified

CENTRE = (0.45, 0.4)
NUISANCE_SHARE = 0.2
"""How much of what its worst defect gives a measure may give for a nuisance that it claims to ignore."""


def exchanged(radius: float) -> Change:
    return lambda product: pattern_exchanged(product, painting(2), (*CENTRE, radius))


def other_product(product: Product) -> tuple[Product, Bool]:
    return painting(2), product.mask


def end_exchanged(share: float) -> Change:
    """Another picture from the right end on, as a table would show where the product ends early."""

    def change(product: Product) -> tuple[Product, Bool]:
        gone = np.broadcast_to(np.arange(product.mask.shape[1]) >= (1 - share) * product.mask.shape[1], product.mask.shape)
        pixels = np.where(gone[..., None], painting(2).pixels, product.pixels)
        return replace(product, pixels=pixels), gone & product.mask

    return change


def dyed(delta_e00: float) -> Change:
    return lambda product: recoloured(product, product.mask, delta_e00, 330)


def dyed_half(delta_e00: float) -> Change:
    def change(product: Product) -> tuple[Product, Bool]:
        left = np.broadcast_to(np.arange(product.mask.shape[1]) < 0.5 * product.mask.shape[1], product.mask.shape)
        return recoloured(product, left, delta_e00, 330)

    return change


def inlay_gone(radius: float) -> Change:
    return lambda product: inlay_missing(product, spot_mask(product, (*CENTRE, radius)))


def spilled(strength: float, radius: float = 0.1) -> Change:
    return lambda product: stained(product, (*CENTRE, radius), strength=strength)


CAMERA_NUISANCES: dict[str, Callable[[], RectifiedPair]] = {
    "misregistration": lambda: rectified(painting(), shift_px=(0.7, -0.5)),
    "noise": lambda: rectified(painting(), camera=Camera(noise_levels=3)),
    "blur": lambda: rectified(painting(), camera=Camera(blur_px=0.8)),
    "compression": lambda: rectified(painting(), camera=Camera(jpeg_quality=80)),
}
LIGHT_NUISANCES: dict[str, Callable[[], RectifiedPair]] = {
    "cast": lambda: rectified(painting(), light_left=Light(5600)),
    "exposure": lambda: rectified(painting(), light_left=Light(exposure_ev=0.2)),
    "shading": lambda: rectified(painting(), light_left=Light(shading_ev=0.3)),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """What a measure claims: its largest value, whether the photos may be exchanged, its own defect from slight to bad."""

    largest: float
    symmetric: bool
    defects: tuple[Change, ...]
    ignores_light: bool = False


PROMISES = {
    "phash": Promise(64, True, (exchanged(0.16), exchanged(0.3), other_product)),
    "histogram": Promise(1, True, (dyed(4), dyed(8), dyed(12))),
    "ssim": Promise(2, True, (exchanged(0.08), exchanged(0.16), exchanged(0.3), other_product)),
    "hue": Promise(2, True, (dyed_half(4), dyed_half(8), dyed_half(12)), ignores_light=True),
    "palette": Promise(200, True, (dyed(4), dyed(8), dyed(12))),
    "patch": Promise(200, True, (dyed_half(4), dyed_half(8), dyed_half(12))),
    "confirmation": Promise(1, False, (exchanged(0.16), exchanged(0.3), other_product), ignores_light=True),
    "colouring": Promise(np.inf, False, (exchanged(0.08), exchanged(0.16), exchanged(0.3)), ignores_light=True),
    "pattern": Promise(3, False, (exchanged(0.16), exchanged(0.3), other_product), ignores_light=True),
    "completeness": Promise(np.inf, False, (inlay_gone(0.03), inlay_gone(0.06), inlay_gone(0.12)), ignores_light=True),
    "damage": Promise(np.inf, False, (spilled(0.3), spilled(0.6), spilled(0.95)), ignores_light=True),
    "extent": Promise(1, False, (end_exchanged(0.15), end_exchanged(0.25), end_exchanged(0.4)), ignores_light=True),
    "soiling": Promise(np.inf, False, (spilled(0.3, 0.2), spilled(0.6, 0.2), spilled(0.95, 0.2)), ignores_light=True),
}
EVERY = pytest.mark.parametrize("name", MEASURES)


@cache
def changed_pair(change: Change | None) -> RectifiedPair:
    return rectified(painting(), change)


@cache
def worst_value(name: str) -> float:
    return value_of(name, changed_pair(PROMISES[name].defects[-1]))


def value_of(name: str, pair: RectifiedPair) -> float:
    found = MEASURES[name](pair)
    assert isinstance(found, Evidence), found
    return found.value


def with_pictures(pair: RectifiedPair, listing: U8, arrival: U8, mask: Bool) -> RectifiedPair:
    """`pair` with other pictures and mask, its local structure matched anew."""
    fine, colouring = bounded(*(local_match(listing, arrival, mask, band) for band in (FINE, COLOURING)))
    return replace(
        pair,
        listing=listing,
        arrival=arrival,
        arrival_as_lit=arrival,
        mask=mask,
        glare=np.zeros_like(mask),
        confirmed=confirmed_mask(fine, mask),
        fine=fine,
        colouring=colouring,
    )


def test_every_registered_measure_has_made_its_promise() -> None:
    assert PROMISES.keys() == MEASURES.keys()


@EVERY
def test_evidence_names_its_measure_its_aspect_and_its_unit(name: str) -> None:
    found = MEASURES[name](changed_pair(PROMISES[name].defects[-1]))
    assert isinstance(found, Evidence)
    assert found.measure == name
    assert found.aspect in ASPECTS
    assert found.unit
    assert found.version >= 1
    assert isinstance(found.value, float)
    json.dumps(dict(found.details), allow_nan=False)


@EVERY
def test_identical_pictures_give_zero(name: str) -> None:
    assert value_of(name, changed_pair(None)) == pytest.approx(0, abs=1e-3)


@EVERY
def test_worse_damage_never_gives_a_lower_value(name: str) -> None:
    values = [value_of(name, changed_pair(change)) for change in (None, *PROMISES[name].defects)]
    slack = 0.02 * values[-1]
    assert all(slight <= bad + slack for slight, bad in pairwise(values)), values
    assert values[-1] > 0


@EVERY
def test_values_stay_within_their_bounds(name: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2, *painting().pixels.shape), dtype=np.uint8)
    pairs = [changed_pair(change) for change in PROMISES[name].defects]
    pairs.append(with_pictures(changed_pair(None), noise[0], noise[1], painting().mask))
    pairs.append(with_pictures(changed_pair(None), painting().pixels, 255 - painting().pixels, painting().mask))
    found = [MEASURES[name](pair) for pair in pairs]
    values = [item.value for item in found if isinstance(item, Evidence)]
    assert len(values) >= len(PROMISES[name].defects)
    assert all(0 <= value <= PROMISES[name].largest for value in values)


@pytest.mark.parametrize("name", [name for name, promise in PROMISES.items() if promise.symmetric])
def test_listing_and_arrival_may_be_exchanged(name: str) -> None:
    pair = changed_pair(PROMISES[name].defects[-1])
    turned = with_pictures(pair, pair.arrival, pair.listing, pair.mask)
    assert value_of(name, turned) == pytest.approx(value_of(name, pair), rel=1e-6)


@EVERY
def test_an_empty_mask_is_not_applicable_and_says_why(name: str) -> None:
    pair = changed_pair(None)
    found = MEASURES[name](with_pictures(pair, pair.listing, pair.arrival, np.zeros_like(pair.mask)))
    assert isinstance(found, NotApplicable)
    assert found.measure == name
    assert found.reason


@EVERY
@pytest.mark.parametrize("nuisance", CAMERA_NUISANCES)
def test_what_a_camera_does_is_not_taken_for_a_defect(name: str, nuisance: str) -> None:
    assert value_of(name, CAMERA_NUISANCES[nuisance]()) < NUISANCE_SHARE * worst_value(name)


@pytest.mark.parametrize("name", [name for name, promise in PROMISES.items() if promise.ignores_light])
@pytest.mark.parametrize("nuisance", LIGHT_NUISANCES)
def test_light_that_was_not_taken_out_is_not_taken_for_a_defect(name: str, nuisance: str) -> None:
    assert value_of(name, LIGHT_NUISANCES[nuisance]()) < NUISANCE_SHARE * worst_value(name)


@EVERY
def test_light_that_was_taken_out_does_not_count(name: str) -> None:
    change = PROMISES[name].defects[-1]
    assert value_of(name, rectified(painting(), change, light=Light(3000, -1, 1.5))) == value_of(name, changed_pair(change))


@EVERY
@pytest.mark.parametrize("shape", [(8, 8), (9, 200), (200, 9), (64, 64)])
def test_small_frames_are_measured_or_not_applicable(name: str, shape: tuple[int, int]) -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (2, *shape, 3), dtype=np.uint8)
    mask = np.ones(shape, bool)
    matches = [local_match(pictures[0], pictures[1], mask, band) for band in (FINE, COLOURING)]
    found = MEASURES[name](RectifiedPair(pictures[0], pictures[1], pictures[1], mask, ~mask, mask, *matches))
    assert isinstance(found, NotApplicable) or np.isfinite(found.value)


@EVERY
@pytest.mark.parametrize("level", [0, 128, 255])
def test_plain_things_are_measured_or_not_applicable(name: str, level: int) -> None:
    plain = np.full_like(painting().pixels, level)
    found = MEASURES[name](with_pictures(changed_pair(None), plain, plain, painting().mask))
    assert isinstance(found, NotApplicable) or found.value == pytest.approx(0, abs=1e-3)


@EVERY
def test_boxes_lie_in_the_frame(name: str) -> None:
    for change in PROMISES[name].defects:
        pair = changed_pair(change)
        height, width = pair.mask.shape
        for x, y, w, h in MEASURES[name](pair).boxes:
            assert all(isinstance(number, int) for number in (x, y, w, h))
            assert 0 <= x < x + w <= width
            assert 0 <= y < y + h <= height


@pytest.mark.parametrize(
    ("name", "change"),
    [("pattern", exchanged(0.16)), ("completeness", inlay_gone(0.1)), ("damage", spilled(0.95)), ("patch", exchanged(0.2))],
)
def test_the_surest_box_points_at_the_defect(name: str, change: Change) -> None:
    _, defect = change(painting())
    x, y, w, h = MEASURES[name](changed_pair(change)).boxes[0]
    ys, xs = defect.nonzero()
    nearest = np.hypot(xs - (x + w / 2), ys - (y + h / 2)).min()
    assert nearest <= 0.02 * max(defect.shape)


@EVERY
def test_the_same_pair_gives_the_same_evidence(name: str) -> None:
    pair = changed_pair(PROMISES[name].defects[-1])
    assert MEASURES[name](pair) == MEASURES[name](pair)
