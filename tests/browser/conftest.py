"""One headless Chromium for all tests that open a page; where there is none they are skipped, and say so."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qaudit.model.language import speaking
from tests.report.pages import HOSTILE, inline, item_html, write_run

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
# A machine without a mouse says that nothing hovers.
MOUSE = "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"
DESKTOP, PHONE = (1280, 900), (390, 844)


class Browser:
    """A browser that remembers what a page logged and asked for."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self._marks = 0

    def open(self, page: Path, *, size: tuple[int, int] = DESKTOP, dark: bool = False) -> None:
        """Open a page from its file, at a size and in light or dark."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.forget()
        self.driver.get(page.as_uri())

    def forget(self) -> None:
        """Drop what was logged so far."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")

    def complaints(self) -> list[str]:
        """What the page wrote to the console, and what its policy refused, up to now."""
        self._marks += 1
        mark = f"mark {self._marks}"
        self.script(f"console.log('{mark}')")
        lines: list[str] = []
        while not any(mark in line for line in lines):  # the log comes in by itself, in order
            lines += [entry["message"] for entry in self.driver.get_log("browser")]
        return lines[: next(at for at, line in enumerate(lines) if mark in line)]

    def requests(self) -> list[str]:
        """Every address that was asked for, the inline ones left out."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if not url.startswith("data:")]

    def has_dialog(self) -> bool:
        """Whether a dialog is open."""
        from selenium.common.exceptions import NoAlertPresentException

        try:
            self.driver.switch_to.alert.dismiss()
        except NoAlertPresentException:
            return False
        return True

    def script(self, code: str, *values: Any) -> Any:
        """What a script returns in the page."""
        return self.driver.execute_script(code, *values)

    def all(self, selector: str) -> list[Any]:
        """Every element of a selector."""
        return list(self.driver.find_elements("css selector", selector))

    def one(self, selector: str) -> Any:
        """The first element of a selector."""
        return self.driver.find_element("css selector", selector)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def point_at(self, element: Any) -> None:
        """Move the pointer over an element."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).move_to_element(element).perform()

    def wait_for(self, condition: str) -> None:
        """Wait until an expression holds in the page."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 10, poll_frequency=0.02).until(lambda _: self.script(f"return {condition}"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser, with its console and its requests logged."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no chromium and chromedriver here: apt-get install chromium chromium-driver")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", MOUSE):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.set_capability("unhandledPromptBehavior", "ignore")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # of the driver's own sockets
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        yield Browser(driver)
        driver.quit()


@pytest.fixture(scope="session")
def item(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of one item, all in one file."""
    page = tmp_path_factory.mktemp("item") / "item.html"
    page.write_text(item_html(shots=inline()), encoding="utf-8")
    return page


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run of 12 items."""
    return write_run(tmp_path_factory.mktemp("run"), [f"item-{n}" for n in range(12)])


@pytest.fixture(scope="session")
def indonesian_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the same run in Indonesian, where verdicts are longest."""
    with speaking("id"):
        return write_run(tmp_path_factory.mktemp("indonesian"), [f"item-{n}" for n in range(12)])


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run whose ids, names and cells do harm where they are taken for anything but text."""
    return write_run(tmp_path_factory.mktemp("hostile"), HOSTILE)
