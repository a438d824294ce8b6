"""The page of one item in a browser: slider, blinking, boxes, keyboard."""

from __future__ import annotations

import pytest

from qaudit.model.picture import ItemShots, PairShots
from tests.browser.conftest import PHONE
from tests.report.pages import inline, item_html, shot

SHOWN = "Number(document.querySelector('[data-part]').getAttribute('width'))"
PRESSED = "document.querySelector('[data-blink]').getAttribute('aria-pressed')"
LIT = "[...document.querySelectorAll('.lit')].map((part) => part.dataset.finding)"


def go_to(browser, item):
    """Open the page and put the focus on its findings and photos, where its keys work."""
    browser.open(item)
    browser.script("document.querySelector('.columns').focus()")


def test_the_slider_uncovers_the_arrival(browser, item):
    browser.open(item)
    assert browser.script(f"return {SHOWN}") == 200
    slider = browser.one("[data-slider]")
    slider.send_keys("\ue010")  # End
    assert browser.script(f"return {SHOWN}") == 400
    slider.send_keys("\ue011", "\ue014")  # Home, right
    assert browser.script(f"return {SHOWN}") == 4
    assert browser.one("[data-slider]").get_attribute("aria-valuetext") == "arrival 1 %"
    assert browser.complaints() == []


def test_the_blink_key_shows_one_photo_after_the_other(browser, item):
    go_to(browser, item)
    browser.press("b")
    for shows, width in (("arrival", 400), ("listing", 0), ("arrival", 400)):
        browser.wait_for(f"document.querySelector('[data-stage]').dataset.shows === '{shows}' && {SHOWN} === {width}")
    assert browser.script(f"return {PRESSED}") == "true"
    browser.press("b")
    assert browser.script(f"return {PRESSED}") == "false"
    assert browser.script(f"return {SHOWN}") == 200


def test_letters_and_digits_do_nothing_outside_of_photos_and_findings(browser, item):
    browser.open(item)
    browser.press("b", "2")
    assert browser.script(f"return {PRESSED}") == "false"
    assert browser.script("return document.activeElement.tagName") == "BODY"
    browser.one("#pictures").click()
    browser.press("2")
    assert browser.script("return document.activeElement.textContent") == "2missing"


def test_keys_are_told_where_there_is_a_slider_and_no_finger(browser, item, tmp_path):
    browser.open(item)
    assert browser.one(".keys").is_displayed()
    browser.open(item, size=PHONE)
    browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    browser.driver.execute_cdp_cmd("Emulation.setEmitTouchEventsForMouse", {"enabled": True, "configuration": "mobile"})
    browser.driver.refresh()
    shown = browser.one(".keys").is_displayed()
    browser.driver.execute_cdp_cmd("Emulation.setEmitTouchEventsForMouse", {"enabled": False})
    browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert not shown
    page = tmp_path / "item.html"
    page.write_text(item_html(shots=ItemShots([PairShots((0, 0), shot(), shot())])), encoding="utf-8")
    browser.open(page)
    assert browser.all(".keys") == []


def test_the_palette_fits_a_phone(browser, item):
    browser.open(item, size=PHONE)
    assert browser.one(".change").text == "paler and bluer"
    wide, seen = browser.script(
        "const box = document.querySelector('.change').closest('.scroll'); return [box.scrollWidth, box.clientWidth]"
    )
    assert wide <= seen


def test_the_slider_ends_the_blinking(browser, item):
    browser.open(item)
    browser.one("[data-blink]").click()
    browser.one("[data-slider]").send_keys("\ue011")
    assert browser.script(f"return {PRESSED}") == "false"
    assert browser.script(f"return {SHOWN}") == 0


def test_who_wants_no_motion_blinks_by_hand(browser, item):
    go_to(browser, item)
    browser.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    )
    for width in (400, 0, 400):
        browser.press("b")
        assert browser.script(f"return {SHOWN}") == width
    assert browser.script(f"return {PRESSED}") == "false"


def test_a_finding_and_its_boxes_light_up_together(browser, item):
    browser.open(item)
    assert browser.script(f"return {LIT}") == []
    browser.point_at(browser.one(".finding[data-finding='1'] p"))
    assert browser.script(f"return {LIT}") == ["1"] * 5  # the finding, and its box in four pictures
    browser.point_at(browser.one("h1"))
    assert browser.script(f"return {LIT}") == []
    browser.point_at(browser.one("g[data-finding='1'] .tag"))
    assert set(browser.script(f"return {LIT}")) == {"1"}


def test_findings_are_reached_and_kept_lit_with_the_keyboard(browser, item):
    go_to(browser, item)
    browser.press("2")
    assert browser.script("return document.activeElement.textContent") == "2missing"
    assert browser.script(f"return {LIT}") == ["2"] * 4
    browser.press("\ue007")  # Enter
    browser.press("1")
    assert set(browser.script(f"return {LIT}")) == {"1", "2"}
    assert browser.one(".finding[data-finding='2'] .number").get_attribute("aria-pressed") == "true"
    browser.press("\ue00c")  # Escape
    assert browser.script(f"return {LIT}") == []


def test_every_control_is_reached_by_tab(browser, item):
    browser.open(item)
    reached = set()
    for _ in range(30):
        browser.press("\ue004")
        reached.add(
            browser.script("const e = document.activeElement; return e.className + e.tagName + (e.dataset.blink ?? '-')")
        )
    assert {"skipA-", "numberBUTTON-", "BUTTON", "INPUT-", "scrollDIV-"} <= reached


def test_no_box_is_reached_by_tab(browser, item):
    browser.open(item)
    reached = []
    for _ in range(30):
        browser.press("\ue004")
        reached.append(browser.script("return document.activeElement.tagName"))
    assert "BUTTON" in reached
    assert "g" not in reached


@pytest.mark.parametrize("size", [PHONE, (1280, 900)])
def test_nothing_stands_beyond_the_side_of_the_screen(browser, item, size):
    browser.open(item, size=size)
    assert browser.script("return document.documentElement.scrollWidth") <= size[0]


def test_print_shows_all_of_the_arrival_and_no_controls(browser, item):
    browser.open(item)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.script("return getComputedStyle(document.querySelector('.over')).clipPath") == "none"
    assert not browser.one("[data-slider]").is_displayed()
    assert not browser.one(".hint").is_displayed()
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_page_is_readable_without_its_script(browser, tmp_path):
    page = tmp_path / "item.html"
    page.write_text(item_html(shots=inline()).replace("script-src &#39;sha256-", "script-src &#39;sha256-x"), encoding="utf-8")
    browser.open(page)
    assert any("Executing inline script violates" in line for line in browser.complaints())
    assert browser.script(f"return {SHOWN}") == 400
    assert not browser.one("[data-blink]").is_displayed()
