"""The scenes are what they say: places, light, colour differences and defects can be measured in their pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab

from samples.make.drawing import oval
from samples.make.light import illuminant_gain, to_linear, to_srgb
from tests.drawn.carving import fish_fin
from tests.drawn.defect import (
    inlay_missing,
    mirrored,
    part_missing,
    pattern_exchanged,
    recoloured,
    scratched,
    spot_mask,
    stained,
)
from tests.drawn.drawing import Product
from tests.drawn.photography import Camera, Light, expose, resized, view

from .scenes import (
    PERFECT,
    STUDIO,
    Scene,
    fish,
    kain,
    make_scene,
    map_error_px,
    mapped,
    painting,
    printed_cloth,
    rectified,
    vase,
)

SPOT = (0.4, 0.35, 0.12)


def marked_sheet() -> tuple[Product, np.ndarray]:
    """A black sheet with five white discs, and the discs' centres (x, y)."""
    centres = np.array([(60.0, 50.0), (330.0, 70.0), (200.0, 150.0), (80.0, 250.0), (310.0, 230.0)])
    pixels = np.zeros((300, 400, 3), np.uint8)
    for centre in centres:
        cv2.fillPoly(pixels, [np.rint(oval(tuple(centre), (12, 12)) * 16).astype(np.int32)], (255,) * 3, cv2.LINE_AA, 4)
    return Product(pixels, np.ones((300, 400), bool)), centres


def disc_centres(photo: np.ndarray, near: np.ndarray, reach: int = 24) -> np.ndarray:
    """Centroid of light within `reach` px of each place in `near`."""
    light = to_linear(photo).mean(axis=2)
    found = []
    for x, y in np.rint(near).astype(int):
        window = light[y - reach : y + reach + 1, x - reach : x + reach + 1]
        weight = np.where(window > 0.1, window, 0.0)
        dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        found.append((x + (weight * dx).sum() / weight.sum(), y + (weight * dy).sum() / weight.sum()))
    return np.array(found)


@pytest.mark.parametrize("rotation_deg", [0, 33, 90, 180, 270])
@pytest.mark.parametrize(("scale", "listing_scale"), [(1.0, 1.0), (0.6, 1.0), (1.1, 0.5)])
def test_homography_maps_places_of_the_arrival_onto_the_same_places_of_the_listing(
    rotation_deg: float, scale: float, listing_scale: float
) -> None:
    sheet, centres = marked_sheet()
    scene = make_scene(
        sheet,
        rotation_deg=rotation_deg,
        scale=scale,
        listing_scale=listing_scale,
        perspective=0.02,
        camera=PERFECT,
        light=STUDIO,
    )
    H_product_to_listing = np.array([[1, 0, 40], [0, 1, 40], [0, 0, 1.0]]) @ resized(listing_scale, listing_scale)
    in_listing = mapped(H_product_to_listing, centres)
    in_arrival = mapped(np.linalg.inv(scene.H_arrival_to_listing), in_listing)
    np.testing.assert_allclose(disc_centres(scene.listing, in_listing, 14), in_listing, atol=0.1)
    np.testing.assert_allclose(disc_centres(scene.arrival, in_arrival, 18), in_arrival, atol=0.25)


@given(
    rotation_deg=st.floats(-360, 360),
    scale=st.floats(1 / 3, 3),
    perspective=st.floats(-0.3, 0.3),
    x=st.floats(0.1, 0.9),
    y=st.floats(0.1, 0.9),
)
def test_view_puts_the_centre_in_its_place_at_its_scale_and_never_mirrors(
    rotation_deg: float, scale: float, perspective: float, x: float, y: float
) -> None:
    H = view((301, 401), (500, 700), rotation_deg=rotation_deg, scale=scale, perspective=perspective, centre=(x, y))
    step = 1e-4
    places = mapped(H, np.array([(200, 150), (200 + step, 150), (200, 150 + step)], dtype=float))
    np.testing.assert_allclose(places[0], (x * 699, y * 499), atol=1e-6)
    right, down = (places[1:] - places[0]) / step
    assert right[0] * down[1] - right[1] * down[0] == pytest.approx(scale**2, rel=1e-3)


def test_map_error_is_zero_for_the_truth_and_the_shift_for_a_shifted_map(painting_scene: Scene) -> None:
    assert map_error_px(painting_scene.H_arrival_to_listing, painting_scene) == pytest.approx(0, abs=1e-9)
    shift = np.array([[1, 0, 3], [0, 1, 4], [0, 0, 1.0]])
    assert map_error_px(shift @ painting_scene.H_arrival_to_listing, painting_scene) == pytest.approx(5)


def test_product_mask_is_where_the_product_is_seen(painting_scene: Scene) -> None:
    inside = cv2.warpPerspective(
        painting_scene.product_mask_arrival.astype(np.uint8),
        painting_scene.H_arrival_to_listing,
        painting_scene.product_mask_listing.shape[::-1],
    )
    both = (inside > 0) & painting_scene.product_mask_listing
    either = (inside > 0) | painting_scene.product_mask_listing
    assert both.sum() > 0.98 * either.sum()


def test_unchanged_product_looks_the_same_after_the_true_map() -> None:
    scene = make_scene(painting(), rotation_deg=20, scale=0.95, light=STUDIO, camera=PERFECT)
    over = cv2.warpPerspective(scene.arrival, scene.H_arrival_to_listing, scene.listing.shape[1::-1], flags=cv2.INTER_CUBIC)
    inner = cv2.erode(scene.product_mask_listing.astype(np.uint8), np.ones((9, 9))) > 0
    difference = np.abs(over[inner].astype(float) - scene.listing[inner])
    elsewhere = np.abs(np.roll(over, 5, axis=1)[inner].astype(float) - scene.listing[inner])
    assert difference.mean() < 0.4 * elsewhere.mean()


@pytest.mark.parametrize("cct_k", [2800, 3900, 5000, 6504, 9000])
def test_light_is_undone_by_its_inverse(cct_k: float) -> None:
    light = Light(cct_k, exposure_ev=-0.7, shading_ev=1.0, shading_deg=70)
    reflectance = to_linear(painting().pixels)
    photo = expose(reflectance, light, PERFECT, np.random.default_rng(0))
    undone = to_srgb(to_linear(photo) / light.factors(*photo.shape[:2]))
    unclipped = ((photo > 40) & (photo < 250)).all(axis=2)
    assert unclipped.mean() > 0.2
    assert np.abs(undone[unclipped].astype(int) - painting().pixels[unclipped]).max() <= 4


def test_warm_light_is_red_cold_light_is_blue_and_daylight_white_is_neutral() -> None:
    assert illuminant_gain(6504) == pytest.approx((1, 1, 1), abs=0.01)
    warm, cold = illuminant_gain(3000), illuminant_gain(10000)
    assert warm[0] > 1.3 > 0.6 > warm[2]
    assert cold[0] < 0.95 < 1.1 < cold[2]


def test_linear_light_round_trip_keeps_every_level() -> None:
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_srgb(to_linear(levels)), levels)


def test_exposure_of_one_ev_doubles_light_and_shading_falls_by_its_ev() -> None:
    assert Light(exposure_ev=1).factors(10, 10)[..., 1].mean() == pytest.approx(2, rel=1e-5)
    fall = Light(shading_ev=1.5, shading_deg=np.rad2deg(np.arctan2(299, 399))).factors(300, 400)[..., 1]
    assert np.log2(fall[0, 0] / fall[-1, -1]) == pytest.approx(1.5, rel=0.01)


def test_glare_burns_out_its_spot_and_nothing_far_from_it() -> None:
    with_glare = expose(
        np.full((200, 300, 3), 0.2, np.float32), Light(glare=(0.5, 0.3, 0.08)), PERFECT, np.random.default_rng(0)
    )
    assert with_glare[90, 150].min() == 255
    assert with_glare[10, 10].max() == to_srgb(np.float32(0.2))


def test_noise_and_blur_are_as_stated() -> None:
    flat = np.full((200, 200, 3), 0.2, np.float32)
    noisy = expose(flat, STUDIO, Camera(noise_levels=4), np.random.default_rng(0))
    assert noisy.std() == pytest.approx(4, rel=0.03)
    edge = np.zeros((60, 200, 3), np.float32)
    edge[:, 100:] = 1
    profile = to_linear(expose(edge, STUDIO, Camera(blur_px=3), np.random.default_rng(0)))[30, :, 1].astype(float)
    slope = np.diff(profile)
    x = np.arange(199) + 0.5
    assert np.sqrt((slope * (x - 99.5) ** 2).sum() / slope.sum()) == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("delta_e00", [2.0, 6.0, 14.0])
def test_recolouring_has_the_stated_colour_difference_and_keeps_lightness(delta_e00: float) -> None:
    product = kain()
    changed, mask = recoloured(product, spot_mask(product, SPOT), delta_e00, hue_deg=120)
    before, after = rgb2lab(product.pixels[mask][None]), rgb2lab(changed.pixels[mask][None])
    assert np.median(deltaE_ciede2000(before, after)) == pytest.approx(delta_e00, rel=0.06)
    assert np.abs(np.median(after[..., 0] - before[..., 0])) < 0.5
    np.testing.assert_array_equal(changed.pixels[~mask], product.pixels[~mask])


def test_recolouring_beyond_the_gamut_is_refused() -> None:
    white = Product(np.full((40, 40, 3), 255, np.uint8), np.ones((40, 40), bool))
    with pytest.raises(ValueError, match="cannot be dyed"):
        recoloured(white, white.mask, 60.0, 0.0)


CHANGES = {
    "inlay missing": lambda product: inlay_missing(product, spot_mask(product, SPOT)),
    "stained": lambda product: stained(product, SPOT),
    "scratched": lambda product: scratched(product, (0.2, 0.2), (0.7, 0.5)),
    "pattern exchanged": lambda product: pattern_exchanged(product, painting(2), SPOT),
    "recoloured": lambda product: recoloured(product, spot_mask(product, SPOT), 8.0, 200.0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_alters_its_mask_and_nothing_else(change) -> None:
    product = painting()
    changed, mask = change(product)
    differs = (changed.pixels != product.pixels).any(axis=2)
    assert not (differs & ~mask).any()
    assert (differs & mask).sum() > 0.9 * mask.sum() > 0
    scene = make_scene(product, change=change)
    x, y = scene.defect_mask_listing.nonzero()[1].mean(), scene.defect_mask_listing.nonzero()[0].mean()
    ys, xs = mask.nonzero()
    assert (x, y) == pytest.approx((xs.mean() + 40, ys.mean() + 40), abs=0.6)


def test_a_missing_part_leaves_the_table_in_its_place() -> None:
    product = fish()
    fin = fish_fin(480)
    whole = make_scene(product, light=STUDIO, camera=PERFECT, rotation_deg=30)
    broken = make_scene(product, change=lambda p: part_missing(p, fin), light=STUDIO, camera=PERFECT, rotation_deg=30)
    assert broken.product_mask_arrival.sum() == pytest.approx(whole.product_mask_arrival.sum() - fin.sum(), rel=0.02)
    assert fin.sum() == pytest.approx(broken.defect_mask_listing.sum(), rel=0.05)


def test_a_mirrored_product_is_the_product_turned_back() -> None:
    once = mirrored(fish())
    assert (once.pixels != fish().pixels).any()
    np.testing.assert_array_equal(mirrored(once).pixels, fish().pixels)


def test_printed_cloth_repeats_exactly_and_motifs_share_the_lattice() -> None:
    cloth, other = printed_cloth("kawung", 40), printed_cloth("ceplok", 40)
    for pixels in (cloth.pixels, other.pixels):
        np.testing.assert_array_equal(np.roll(pixels, 40, axis=1), pixels)
        np.testing.assert_array_equal(np.roll(pixels, 40, axis=0), pixels)
    assert np.abs(cloth.pixels.astype(int) - other.pixels).mean() > 10


def test_a_vase_offers_next_to_no_keypoints_and_a_painting_many() -> None:
    sift = cv2.SIFT_create()
    masked = np.where(vase().mask[..., None], vase().pixels, 240).astype(np.uint8)
    inner = cv2.erode(vase().mask.astype(np.uint8), np.ones((25, 25)))
    plain = len(sift.detect(cv2.cvtColor(masked, cv2.COLOR_RGB2GRAY), inner))
    textured = len(sift.detect(cv2.cvtColor(painting().pixels, cv2.COLOR_RGB2GRAY), None))
    assert 30 * plain < textured


def test_the_same_seed_gives_the_same_photos_and_another_seed_another_table() -> None:
    first, again, other = (make_scene(painting(), scale=0.6, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.arrival, again.arrival)
    table = ~first.product_mask_arrival
    assert np.abs(first.arrival[table].astype(int) - other.arrival[table]).mean() > 5
    np.testing.assert_array_equal(first.listing, other.listing)


def test_a_rectified_pair_without_change_holds_equal_pictures() -> None:
    pair = rectified(fish(), light=Light(3900))
    np.testing.assert_array_equal(pair.listing, pair.arrival)
    assert (pair.arrival_as_lit != pair.arrival).any()
