"""The page of a run in a browser: filters, search, sorting, keyboard."""

from __future__ import annotations

import pytest

from qaudit.model.language import LANGUAGES, speaking
from tests.browser.conftest import PHONE
from tests.report.pages import run_html, run_items

SEEN = "[...document.querySelectorAll('#rows tr:not([hidden]) .c-id')].map((cell) => cell.textContent)"
SAID = "document.getElementById('shown').textContent"


def choose(browser, selector, text):
    """Choose an entry of a list by its words."""
    from selenium.webdriver.support.ui import Select

    Select(browser.one(selector)).select_by_visible_text(text)


def test_all_items_are_there_until_somebody_filters(browser, run):
    browser.open(run)
    assert browser.script(f"return {SEEN}") == [f"item-{n}" for n in range(12)]
    assert browser.script(f"return {SAID}") == "All items are shown (12)."


def test_verdicts_are_chosen_by_their_counts_and_what_is_hidden_is_told(browser, run):
    browser.open(run)
    browser.one(".tile.mismatch").click()
    assert browser.script(f"return {SEEN}") == ["item-1", "item-6", "item-11"]
    browser.one(".tile.error").click()
    assert browser.script(f"return {SEEN}") == ["item-1", "item-4", "item-6", "item-9", "item-11"]
    assert browser.script(f"return {SAID}") == "Items shown: 5 of 12. Hidden by the filters: 2 REVIEW, 2 RETAKE, 3 MATCH."
    assert browser.one(".tile.error").get_attribute("aria-pressed") == "true"
    browser.one("#clear").click()
    assert len(browser.script(f"return {SEEN}")) == 12


def test_aspect_seller_and_search_narrow_it_down_together(browser, run):
    browser.open(run)
    choose(browser, "#seller", "Sri")
    assert browser.script(f"return {SEEN}") == ["item-1", "item-3", "item-5", "item-7", "item-9", "item-11"]
    choose(browser, "#aspect", "missing")
    assert browser.script(f"return {SEEN}") == ["item-1", "item-3", "item-5", "item-7", "item-11"]
    browser.one("#search").send_keys("ITEM-1 mismatch")
    assert browser.script(f"return {SEEN}") == ["item-1", "item-11"]
    assert browser.complaints() == []


def test_rulings_are_found_whatever_the_verdict(browser, run):
    browser.open(run)
    choose(browser, "#ruling", "ruled match")
    assert browser.script(f"return {SEEN}") == ["item-1"]
    assert browser.script("return document.querySelector('#rows tr:not([hidden])').dataset.v") == "mismatch"
    choose(browser, "#ruling", "not ruled on")
    assert browser.script(f"return {SEEN}") == [f"item-{n}" for n in range(12) if n != 1]
    browser.one("#clear").click()
    assert len(browser.script(f"return {SEEN}")) == 12


def test_columns_sort_both_ways_and_say_so(browser, run):
    browser.open(run)
    head = browser.one("[data-sort='id']")
    head.click()
    assert browser.script(f"return {SEEN}") == [f"item-{n}" for n in range(12)]  # by number, not by letter
    assert browser.one("th.c-id").get_attribute("aria-sort") == "ascending"
    head.click()
    assert browser.script(f"return {SEEN}")[0] == "item-11"
    assert browser.one("th.c-id").get_attribute("aria-sort") == "descending"
    browser.one("[data-sort='verdict']").click()
    order = browser.script("return [...document.querySelectorAll('#rows tr')].map((row) => row.dataset.v)")
    assert list(dict.fromkeys(order)) == ["mismatch", "error", "review", "retake", "match"]
    assert browser.all("[aria-sort]")[0].get_attribute("class") == "c-verdict"


def test_the_keyboard_does_it_all(browser, run):
    browser.open(run)
    browser.press("/")
    assert browser.script("return document.activeElement.tagName") == "BODY"
    browser.script("document.getElementById('items').focus()")
    browser.press("/", "item-7")
    assert browser.script(f"return {SEEN}") == ["item-7"]
    browser.script("document.querySelector('.c-id a[href=\"report/7.html\"]').focus()")
    browser.press("\ue007")
    browser.wait_for("document.title.startsWith('item-7')")
    browser.one(".back").click()
    browser.wait_for("document.title.startsWith('Audit')")


def test_pictures_come_as_they_come_into_view(browser, run):
    browser.open(run, size=(1280, 400))
    browser.script("document.querySelector('#rows tr').scrollIntoView()")
    browser.wait_for("document.querySelector('#rows img').naturalWidth > 0")
    assert browser.script("return [...document.querySelectorAll('#rows img')].every((picture) => picture.loading === 'lazy')")
    browser.script("document.querySelector('#rows tr:last-child').scrollIntoView()")
    browser.wait_for("document.querySelector('#rows tr:last-child img').naturalWidth === 122")


@pytest.mark.parametrize("size", [PHONE, (1280, 900)])
def test_nothing_stands_beyond_the_side_of_the_screen(browser, run, size):
    browser.open(run, size=size)
    assert browser.script("return document.documentElement.scrollWidth") <= size[0]


def test_on_paper_the_head_of_the_table_is_one_that_every_page_repeats_and_paints(browser, run):
    browser.open(run)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [
        browser.script(f"return getComputedStyle(document.querySelector('.items {part}')).display")
        for part in ("thead", "thead tr", "thead button")
    ]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown == ["table-header-group", "table-row", "contents"]  # a button is left blank where a head is repeated


def test_print_has_every_row_and_no_filters(browser, run):
    browser.open(run)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.script("return getComputedStyle(document.querySelector('#rows tr')).contentVisibility") == "visible"
    assert not browser.one("#search").is_displayed()
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_and_names_have_the_room_that_they_need(browser, tmp_path, language):
    page = tmp_path / "run.html"
    with speaking(language):
        page.write_text(run_html(run_items([f"item-{n}" for n in range(6)])), encoding="utf-8")
    browser.open(page)
    heights = browser.script("return [...document.querySelectorAll('.items thead button')].map((head) => head.offsetHeight)")
    assert heights == [min(heights)] * 4
    left = "Math.min(...[...document.querySelectorAll('.drawings text')].map((text) => text.getBBox().x))"
    assert browser.script(f"return {left}") >= 0


@pytest.mark.parametrize("size", [PHONE, (1280, 900)])
def test_heads_that_sort_are_large_enough_for_a_finger(browser, run, size):
    browser.open(run, size=size)
    assert min(head.size["height"] for head in browser.all("[data-sort]")) >= 24


@pytest.mark.parametrize("size", [PHONE, (1280, 900)])
def test_a_verdict_stands_on_one_line(browser, indonesian_run, size):
    browser.open(indonesian_run, size=size)
    lines, over = browser.script(
        "const all = [...document.querySelectorAll('.said')];"
        "return [Math.max(...all.map((word) => new Set([...word.getClientRects()].map((part) => part.top)).size)),"
        " Math.max(...all.map((word) => word.getBoundingClientRect().right - word.parentNode.getBoundingClientRect().right))]"
    )
    assert browser.script("return document.querySelector('tr[data-v=mismatch] .said').textContent") == "✗ TIDAK COCOK"
    assert lines == 1
    assert over <= 0
