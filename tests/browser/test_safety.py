"""Pages do nothing but show themselves, whatever the names in them, and everybody can read them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.report.pages import HOSTILE


def opened(browser, page):
    """Open a page and try all that could set off what hides in a name."""
    browser.open(page)
    browser.script("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    browser.script("window.scrollTo(0, document.body.scrollHeight)")
    for element in browser.all("a, button")[:12]:
        browser.script(
            "arguments[0].focus(); arguments[0].dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))", element
        )


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_page_of_a_hostile_item_runs_or_fetches_anything(browser, hostile_run, number):
    page = hostile_run.parent / "report" / f"{number}.html"
    opened(browser, page)
    assert not browser.has_dialog()
    assert browser.complaints() == []
    leaving = [url for url in browser.requests() if not urlsplit(url).path.startswith(str(hostile_run.parent))]
    assert leaving == []
    assert len(browser.all("script")) == 1


def test_no_page_of_a_hostile_run_runs_or_fetches_anything(browser, hostile_run):
    opened(browser, hostile_run)
    browser.one("#search").send_keys("<script>")
    for head in browser.all("[data-sort]"):
        head.click()
    for choice in browser.all("#seller option")[:5]:
        choice.click()
    assert not browser.has_dialog()
    assert browser.complaints() == []
    leaving = [url for url in browser.requests() if not urlsplit(url).path.startswith(str(hostile_run.parent))]
    assert leaving == []
    assert len(browser.all("script")) == 1


def test_a_page_by_itself_asks_for_nothing_but_itself(browser, item):
    browser.open(item)
    assert browser.requests() == [item.as_uri()]
    assert browser.complaints() == []


def test_the_log_of_requests_and_complaints_tells_what_leaves(browser, tmp_path):
    page = tmp_path / "leaky.html"
    page.write_text(
        "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">"
        "<img src=http://example.invalid/x.png><iframe src=http://example.invalid/></iframe>"
    )
    browser.open(page)
    assert any("example.invalid" in url for url in browser.requests())
    assert any("example.invalid" in line for line in browser.complaints())


def test_the_look_for_dialogs_finds_one(browser, tmp_path):
    page = tmp_path / "loud.html"
    page.write_text("<script>setTimeout(() => alert(1))</script>")
    browser.driver.get(page.as_uri())
    assert browser.has_dialog()
    assert not browser.has_dialog()


def axe() -> str:
    """The rules of axe-core."""
    found = importlib.util.find_spec("axe_core_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("axe-core-python is not installed")
    return (Path(next(iter(found.submodule_search_locations))) / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", ["item", "run", "hostile_run"])
def test_axe_finds_nothing_serious(browser, request, page, dark):
    rules = axe()
    browser.open(request.getfixturevalue(page), dark=dark)
    browser.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.driver.refresh()
    browser.driver.execute_script(rules)
    found = browser.driver.execute_async_script("axe.run(document, {resultTypes: ['violations']}).then(arguments[0])")
    browser.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    serious = [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:3]
    ]
    assert serious == []
    assert len(found["passes"]) > 10
