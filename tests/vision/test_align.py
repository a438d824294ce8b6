"""Alignment lays true pairs over each other to a pixel, and refuses what cannot be laid over."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from qaudit.model.alignment import Aligned, AlignmentFailed
from qaudit.model.options import Options
from qaudit.model.photo import Photo
from qaudit.vision.align import align
from qaudit.vision.sight import ArrivalSight, ListingSight
from samples.make.light import to_srgb
from tests.drawn.backdrop import table
from tests.drawn.defect import mirrored
from tests.drawn.drawing import Product
from tests.drawn.photography import Camera, Light
from tests.scenes import Scene, fish, kain, make_scene, map_error_px, painting, photo_of, printed_cloth, vase

OPTIONS = Options()


def aligned(listing: Photo, arrival: Photo, options: Options = OPTIONS) -> Aligned | AlignmentFailed:
    return align(ListingSight(listing, options), ArrivalSight(arrival, options), options.seed)


def laid_over(scene: Scene, options: Options = OPTIONS) -> Aligned | AlignmentFailed:
    return aligned(photo_of(scene.listing), photo_of(scene.arrival), options)


def assert_found(scene: Scene, within_px: float = 1.0) -> Aligned:
    found = laid_over(scene)
    assert isinstance(found, Aligned)
    assert map_error_px(found.H_arrival_to_listing, scene) < within_px
    return found


def assert_refused(scene: Scene) -> AlignmentFailed:
    found = laid_over(scene)
    assert isinstance(found, AlignmentFailed), (
        f"laid over with {found.inliers} inliers, 10^{found.significance:.0f} above chance"
    )
    assert not found
    assert found.reason in {"no_texture", "no_agreement", "not_plausible"}
    return found


@pytest.mark.parametrize("rotation_deg", [0, 45, 90, 180, 290])
def test_finds_a_turned_product_to_a_pixel(rotation_deg: float) -> None:
    assert_found(make_scene(painting(), rotation_deg=rotation_deg, scale=0.8, perspective=0.06))


@pytest.mark.parametrize(
    ("scale", "side", "photo"),
    [(1 / 3, 720, (480, 640)), (1.0, 480, (480, 640)), (3.0, 400, (1200, 1600))],
    ids=["1/3", "1", "3"],
)
def test_finds_a_product_at_a_third_to_three_times_its_size(scale: float, side: int, photo: tuple[int, int]) -> None:
    # At a third of the listing's resolution one arrival pixel is three listing pixels.
    assert_found(make_scene(painting(side=side), rotation_deg=25, scale=scale, photo=photo), within_px=max(1.0, 0.5 / scale))


@pytest.mark.parametrize("perspective", [0.05, 0.15, 0.25])
def test_finds_a_product_seen_at_an_angle(perspective: float) -> None:
    assert_found(make_scene(painting(), rotation_deg=-10, scale=0.8, perspective=perspective))


@pytest.mark.parametrize("margin_px", [0, 20], ids=["fills the picture", "on a backdrop"])
def test_finds_a_product_whose_listing_picture_is_200_px_wide(margin_px: int) -> None:
    scene = make_scene(
        painting(), listing_scale=1 / 3, listing_margin_px=margin_px, rotation_deg=40, scale=0.8, perspective=0.04
    )
    assert scene.listing.shape[1] <= 200
    assert_found(scene)


@pytest.mark.parametrize("clutter", [0, 24])
def test_finds_a_product_among_other_things(clutter: int) -> None:
    assert_found(make_scene(painting(), rotation_deg=60, scale=0.55, clutter=clutter))


@pytest.mark.parametrize(
    "light",
    [Light(2800, -1.2, 1.5), Light(9000, 0.4, 0.5), Light(4600, 0.0, 0.8, glare=(0.5, 0.4, 0.1))],
    ids=["lamp", "shade", "glare"],
)
def test_finds_a_product_in_another_light(light: Light) -> None:
    assert_found(make_scene(painting(), rotation_deg=12, scale=0.8, light=light))


def test_finds_hand_drawn_cloth_by_what_differs_from_motif_to_motif() -> None:
    assert_found(make_scene(kain(), rotation_deg=35, scale=0.8, perspective=0.05))


def test_finds_a_product_that_is_partly_outside_the_photo() -> None:
    found = assert_found(make_scene(painting(), rotation_deg=8, scale=0.9, centre=(0.8, 0.5)))
    assert 0.4 < found.overlap_share < 0.85


def test_overlap_is_whole_when_the_product_is_in_the_photo(painting_scene: Scene) -> None:
    assert assert_found(painting_scene).overlap_share > 0.97


def test_a_listing_photo_sent_back_lies_over_itself(painting_scene: Scene) -> None:
    photo = photo_of(painting_scene.listing)
    found = aligned(photo, photo)
    assert isinstance(found, Aligned)
    np.testing.assert_allclose(found.H_arrival_to_listing, np.eye(3), atol=2e-2)


def test_the_admitted_error_is_of_the_size_of_the_true_one(painting_scene: Scene) -> None:
    found = assert_found(painting_scene)
    assert map_error_px(found.H_arrival_to_listing, painting_scene) < 2 * found.rms_px + 0.3
    assert found.rms_px < 2


def test_the_same_seed_gives_the_same_map(painting_scene: Scene) -> None:
    first, again = laid_over(painting_scene, Options(seed=3)), laid_over(painting_scene, Options(seed=3))
    np.testing.assert_array_equal(first.H_arrival_to_listing, again.H_arrival_to_listing)


@pytest.mark.parametrize("scale", [0.1, 0.13, 0.17, 0.2])
@pytest.mark.parametrize("rotation_deg", [30, 80])
def test_a_very_small_product_is_laid_over_truly_or_not_at_all(scale: float, rotation_deg: float) -> None:
    scene = make_scene(painting(side=900), scale=scale, photo=(720, 960), rotation_deg=rotation_deg)
    found = laid_over(scene)
    if found:
        assert map_error_px(found.H_arrival_to_listing, scene) < 0.03 * scene.listing.shape[1]


@pytest.mark.parametrize("rotation_deg", [0, 20, 110])
def test_finds_a_plain_thing_on_a_plain_backdrop(rotation_deg: float) -> None:
    scene = make_scene(vase(), rotation_deg=rotation_deg, scale=0.8, plain=True)
    found = laid_over(scene)
    assert isinstance(found, Aligned)
    assert map_error_px(found.H_arrival_to_listing, scene) < 0.02 * max(scene.listing.shape)


@pytest.mark.parametrize(("listed", "sent"), [(painting(1), painting(2)), (fish(6), painting(2)), (kain(3), kain(9))])
def test_refuses_another_product(listed: Product, sent: Product) -> None:
    assert_refused(make_scene(listed, sent=sent, rotation_deg=10, scale=0.8))


def test_refuses_another_painting_of_the_same_format_on_a_plain_backdrop() -> None:
    assert_refused(make_scene(painting(1), sent=painting(2), rotation_deg=10, scale=0.8, plain=True))


def test_refuses_a_plain_thing_of_another_shape_on_a_plain_backdrop() -> None:
    bowl = Product(vase().pixels, np.roll(vase().mask, 200, axis=0) & vase().mask)
    found = assert_refused(make_scene(vase(), sent=bowl, scale=0.8, plain=True))
    assert found.outline_iou is not None


def test_a_slightly_other_outline_is_laid_over_and_told() -> None:
    shorter = Product(vase().pixels, np.roll(vase().mask, 60, axis=0) & vase().mask)
    found = laid_over(make_scene(vase(), sent=shorter, scale=0.8, plain=True))
    assert isinstance(found, Aligned)
    assert found.rung == "outline"
    assert 0.9 < found.outline_iou < 0.97


def test_refuses_a_table_without_the_product() -> None:
    empty = to_srgb(table(np.random.default_rng(5), 480, 640))
    scene = make_scene(painting())
    found = aligned(photo_of(scene.listing), photo_of(empty))
    assert isinstance(found, AlignmentFailed)


def test_refuses_a_plain_thing_among_plain_things() -> None:
    assert_refused(make_scene(vase(7), sent=vase(8), clutter=0))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_refuses_an_empty_photo_for_want_of_texture(level: int) -> None:
    scene = make_scene(painting())
    blank = photo_of(np.full((480, 640, 3), level, np.uint8))
    found = aligned(photo_of(scene.listing), blank)
    assert isinstance(found, AlignmentFailed)
    assert found.reason == "no_texture"


def test_refuses_noise() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    scene = make_scene(painting())
    found = aligned(photo_of(scene.listing), photo_of(noise))
    assert isinstance(found, AlignmentFailed)


@pytest.mark.parametrize("product", [painting(), fish(), kain()], ids=["painting", "fish", "kain"])
@pytest.mark.parametrize("plain", [False, True], ids=["on a table", "on a backdrop"])
def test_refuses_the_mirror_image(product: Product, plain: bool) -> None:
    assert_refused(make_scene(product, sent=mirrored(product), rotation_deg=15, scale=0.8, plain=plain))


def test_refuses_cloth_with_the_same_lattice_and_another_motif() -> None:
    assert_refused(make_scene(printed_cloth("kawung"), sent=printed_cloth("ceplok"), rotation_deg=20, scale=0.8))


def test_refuses_to_place_a_cut_out_of_a_lattice_that_has_no_unique_place() -> None:
    lattice = printed_cloth("kawung", 40, (9, 12)).pixels
    arrival = lattice[55:295, 75:395]
    found = aligned(photo_of(lattice), photo_of(np.ascontiguousarray(arrival)))
    assert isinstance(found, AlignmentFailed)


def test_refuses_a_lattice_that_goes_on_over_the_edges_of_the_photo() -> None:
    listed, endless = printed_cloth("kawung", 40, (6, 8)), printed_cloth("kawung", 40, (30, 30))
    scene = make_scene(listed, sent=endless, rotation_deg=20, scale=0.8, camera=Camera(0.6, 1.5))
    assert_refused(scene)


def test_a_failure_never_hands_out_a_map() -> None:
    found = assert_refused(make_scene(painting(1), sent=painting(2)))
    assert not hasattr(found, "H_arrival_to_listing")


def test_maps_are_between_pixels_whatever_the_side_at_which_features_are_looked_for() -> None:
    scene = make_scene(painting(side=900), photo=(960, 1280), rotation_deg=20, scale=1.0)
    found = laid_over(scene, Options(feature_side_px=500))
    assert isinstance(found, Aligned)
    assert map_error_px(found.H_arrival_to_listing, scene) < 1.5
    grown = cv2.resize(scene.listing, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    halved = aligned(photo_of(grown), photo_of(scene.arrival))
    assert isinstance(halved, Aligned)
    to_half = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
    expected = to_half @ found.H_arrival_to_listing
    corners = np.array([[400, 300, 1], [800, 300, 1], [640, 600, 1]]).T
    a, b = expected @ corners, halved.H_arrival_to_listing @ corners
    np.testing.assert_allclose(a[:2] / a[2], b[:2] / b[2], atol=1.0)
