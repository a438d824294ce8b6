import re
from dataclasses import replace

import pytest

from qaudit.model.record import Totals
from qaudit.model.ruling import Ruling
from qaudit.model.text import one_line
from tests.report.pages import HOSTILE, run_html, run_items, summary, tags_of

ITEMS = run_items([f"item-{n}" for n in range(12)])
PAGE = run_html(ITEMS)


def test_every_item_has_a_row_with_its_page_and_verdict():
    rows = re.findall(r'<tr role="row" data-v="(\w+)".*?<a href="([^"]*)"><bdi>([^<]*)</bdi>', PAGE)
    assert rows == [(item.record["verdict"], item.page, item.record["id"]) for item in ITEMS]


def test_counts_stand_on_top():
    assert re.findall(r'<span class="count">(\d+)</span>', PAGE) == ["3", "3", "2", "2", "2"]


def test_small_pictures_are_loaded_as_they_come_into_view():
    pictures = re.findall(r"<img [^>]*>", PAGE)
    assert len(pictures) == 12
    assert all('loading="lazy"' in tag and 'alt="listing and arrival of item-' in tag for tag in pictures)


def test_errors_and_questions_tell_their_reason_in_the_table():
    assert "item-4: there is no such file" in PAGE
    assert 'data-v="review"' in PAGE


def test_nothing_is_styled_or_scripted_within_a_tag():
    tags = tags_of(PAGE)
    assert len(tags) > 100
    assert [tag for tag in tags if re.search(r"\s(style|on\w+)=", tag)] == []


def test_hostile_ids_sellers_and_reasons_are_text():
    hostile = run_html(run_items(HOSTILE, sellers=HOSTILE))
    plain = run_html(run_items([f"item-{n}" for n in range(len(HOSTILE))], sellers=[f"s{n}" for n in range(len(HOSTILE))]))
    names = [[re.match(r"</?!?\s*([\w-]+)", tag)[1] for tag in tags_of(page)] for page in (hostile, plain)]
    assert names[0] == names[1]
    assert one_line(hostile.replace("\n", "")) == hostile.replace("\n", "")


def test_score_cards_and_drawings_show_sellers_with_intervals():
    assert "6 to 55 %" in PAGE
    assert PAGE.count('<svg viewBox="0 0') == 2
    assert "Mismatches among the decided items of a seller" in PAGE


def test_many_sellers_stand_behind_a_line_that_opens_them():
    page = run_html(run_items([f"item-{n}" for n in range(15)], sellers=[f"seller-{n:02}" for n in range(15)]))
    open_, rest = page.split("<details><summary>5 more</summary>")
    assert open_.count('<tr><th scope="row"><bdi>seller-') == 10
    assert rest.count('<tr><th scope="row"><bdi>seller-') == 5


def test_where_nothing_was_decided_there_are_no_score_cards():
    assert 'class="cards"' in PAGE
    cards = summary(Totals(review=12), ["Sri", "Wayan"])["score_cards"]["sellers"]
    undecided = {"sellers": [card | {"rate": None} for card in cards], "categories": []}
    assert 'class="cards"' not in run_html(ITEMS, score_cards=undecided)


def test_a_run_without_sellers_has_no_column_for_them():
    items = run_items(["a", "b"], sellers=[""])
    page = run_html(items)
    assert 'class="c-seller"' not in page
    assert 'id="seller"' not in page


def test_what_was_not_audited_is_told_by_name():
    page = run_html(ITEMS, unpaired={"items": ["no-photo"], "arrivals": ["<b>left.jpg"]}, flagged_only=True, pictureless=2)
    assert "Items without an arrival photo, not audited: 1" in page
    assert "<bdi>&lt;b&gt;left.jpg</bdi>" in page
    assert "Items that match have no page of their own" in page
    assert "Items without pictures: 2" in page


def test_the_fate_of_a_lot_is_told_with_what_is_open():
    plan = {"aql": 2.5, "level": "II", "switch": "normal", "size": 8, "accept": 0, "reject": 1}
    lot = {
        "units": 50,
        "seed": "x",
        "sample": ["a"] * 8,
        "classes": {"major": {"plan": plan, "defective": 0, "open": 1}},
        "fate": "undecided",
        "open": ["item-2"],
    }
    page = run_html(ITEMS, lot=lot)
    assert "Lot of 50: sample of 8" in page
    assert "The lot is undecided" in page
    assert "<li><bdi>item-2</bdi></li>" in page


def test_a_ruling_stands_beside_the_verdict():
    assert "ruled match by item-1" in PAGE


@pytest.mark.parametrize("key", ["data-all", "data-some", "data-hidden"])
def test_what_the_script_says_comes_from_the_catalogue(key):
    assert re.search(rf'{key}="[^"]*{{\w+}}[^"]*"', PAGE)


def test_a_ruling_that_differs_gives_its_reason_in_the_table():
    items = run_items(["a", "b"])[1:]
    record = items[0].record
    assert record["verdict"] == "mismatch"
    (said,) = re.findall(
        r'class="c-why">([^<]*)</td>', run_html([replace(items[0], ruling=Ruling("match", "Sri", "seen", "2026"))])
    )
    assert said == "seen"
    (said,) = re.findall(
        r'class="c-why">([^<]*)</td>', run_html([replace(items[0], ruling=Ruling("mismatch", "Sri", "seen", "2026"))])
    )
    assert said == record["findings"][0]["text"]
