from dataclasses import replace

import cv2
import numpy as np
import pytest

from qaudit.decision import wording
from qaudit.model.language import translated
from qaudit.model.record import Views
from qaudit.report import overlay
from qaudit.report.overlay import MARGIN_PX, SEVERITY_COLOURS, overlay_bytes, overlay_picture
from qaudit.report.words import EN

from .factory import COLOUR, comparison, views

RED = np.array(SEVERITY_COLOURS["major"])


def one_finding(**changes):
    """A comparison with the colour finding alone."""
    shown = changes.pop("views", views())
    return comparison(views=shown, decision={"findings": (replace(COLOUR, **changes),)})


def red_extent(picture, x_from, x_to, y_from, y_to):
    """Bounding box (left, top, right, bottom) of the frame's colour in a part of the picture."""
    part = np.abs(picture[y_from:y_to, x_from:x_to].astype(int) - RED).max(axis=2) < 30
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return columns[0] + x_from, rows[0] + y_from, columns[-1] + x_from, rows[-1] + y_from


def panel_top(picture):
    """First row of the photos: the paper is white, the photos of the factory are not."""
    column = picture[:, MARGIN_PX + 2].max(axis=1)
    runs = np.flatnonzero((column[8:] == 120) & (np.roll(column, -1)[8:] == 120) & (np.roll(column, -20)[8:] == 120))
    return int(runs[0]) + 8


def test_panels_stand_side_by_side_and_tall_enough_to_see():
    picture = overlay_picture(comparison(views=views()))
    assert picture.dtype == np.uint8
    assert picture.shape[1] == 2 * 800 + 3 * MARGIN_PX
    assert 600 < picture.shape[0] < 1000


@pytest.mark.parametrize("scale", [1.0, 0.5, 2.0])
def test_a_frame_is_drawn_where_the_finding_is_in_both_photos(scale):
    picture = overlay_picture(one_finding(views=views(scale=scale)))
    height = min(max(600, round(300 * scale)), 900)
    factor = height / 300  # from pixels of the photo as displayed
    width, top = round(400 * factor), panel_top(picture)
    x, y, w, h = COLOUR.listing_box
    for left in (MARGIN_PX, 2 * MARGIN_PX + width):
        right_of_tag = round(left + (x + w / 2) * factor)  # the number's tag stands at the left above the frame
        _, frame_top, frame_right, frame_bottom = red_extent(picture, right_of_tag, left + width, top, top + height)
        assert abs(frame_top - (top + y * factor)) <= 2
        assert abs(frame_bottom - (top + (y + h) * factor)) <= 2
        assert abs(frame_right - (left + (x + w) * factor)) <= 2
        frame_left, *_ = red_extent(picture, left, left + width, round(top + (y + h / 2) * factor), top + height)
        assert abs(frame_left - (left + x * factor)) <= 2


def test_an_arrival_that_could_not_be_laid_over_shows_its_own_boxes():
    picture = overlay_picture(one_finding(views=views(laid_over=False)))
    height = 750
    listing_width, arrival_width = 1000, 1000
    assert picture.shape[1] == listing_width + arrival_width + 3 * MARGIN_PX
    top, left = panel_top(picture), 2 * MARGIN_PX + listing_width
    x, y, w, h = COLOUR.arrival_box
    _, frame_top, frame_right, frame_bottom = red_extent(picture, left + x + w // 2, left + arrival_width, top, top + height)
    assert abs(frame_top - (top + y)) <= 2
    assert abs(frame_right - (left + x + w)) <= 2
    assert abs(frame_bottom - (top + y + h)) <= 2


def test_a_finding_without_a_place_is_told_in_words_only():
    with_place = overlay_picture(one_finding())
    without = overlay_picture(one_finding(listing_box=None, arrival_box=None))
    top = panel_top(without)
    assert with_place.shape == without.shape
    assert (without[top : top + 600, MARGIN_PX : MARGIN_PX + 800] == 120).all()


def test_boxes_beyond_the_photo_are_cut_and_draw_on_nothing_else():
    picture = overlay_picture(one_finding(listing_box=(-500, -500, 5000, 5000)))
    assert (picture[150:700, MARGIN_PX + 800 : 2 * MARGIN_PX + 800] == 255).all()


@pytest.mark.parametrize(("width", "height"), [(3000, 20), (20, 3000), (1, 1), (4000, 3000)])
def test_photos_of_any_shape_give_a_picture_of_sane_size(width, height):
    photo = np.zeros((height, width, 3), np.uint8)
    picture = overlay_picture(comparison(views=Views(photo, photo, photo, 1.0, 1.0)))
    assert picture.shape[1] < 3000
    assert picture.shape[0] < 12000


def test_the_caption_has_the_colour_of_the_verdict():
    for verdict, colour in overlay.VERDICT_COLOURS.items():
        assert tuple(overlay_picture(comparison(verdict, views=views()))[2, 2]) == colour


def test_long_sentences_are_wrapped_and_not_cut():
    short = overlay_picture(one_finding(text="word"))
    long = overlay_picture(one_finding(text="word " * 200 + "x" * 400))
    assert long.shape[1] == short.shape[1]
    assert long.shape[0] > short.shape[0] + 5 * overlay.TEXT_PX
    assert (long[:, -MARGIN_PX + 2 :][8:] == 255).all()


def test_the_picture_keeps_red_red_in_a_file():
    data = overlay_bytes(comparison(views=views()), ".png")
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert (decoded[..., ::-1] == overlay_picture(comparison(views=views()))).all()


def test_the_same_comparison_gives_the_same_bytes():
    assert overlay_bytes(comparison(views=views()), ".jpg") == overlay_bytes(comparison(views=views()), ".JPG")


def test_a_comparison_without_views_is_refused():
    with pytest.raises(ValueError, match="keep_views"):
        overlay_picture(comparison())


def test_a_finding_of_other_photos_is_told_and_not_drawn_into_these():
    shown = replace(views(), listing_photo=1, arrival_photo=2)
    elsewhere, here = (overlay_picture(one_finding(views=shown, arrival_photo=n, listing_photo=1)) for n in (0, 2))
    top = panel_top(here)
    frames = [np.abs(picture[top : top + 600].astype(int) - RED).max(axis=2).min() < 30 for picture in (elsewhere, here)]
    assert frames == [False, True]
    assert not np.array_equal(elsewhere[top + 600 :], here[top + 600 :])


def test_every_letter_of_every_language_is_drawn():
    def drawn(letter):
        picture = np.full((60, 60, 3), 255, np.uint8)
        overlay._write(picture, letter, (10, 40), 30, (0, 0, 0))
        return picture.tobytes()

    nothing = {drawn("\uf8ff"), drawn(" ")}
    letters = {c for words in (EN, wording.EN) for text in words.values() for c in text + translated(text, "id")} - {" "}
    assert {letter for letter in letters if drawn(letter) in nothing} == set()
