"""The README's pictures, made by the commands that it names: what the first one prints, and a page."""

from __future__ import annotations

import io
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from rich.console import Console
from rich.text import Text

TERMINAL, PAGE = Path("docs/try.svg"), Path("docs/report.jpg")
WIDTH = 80
PAGE_SIZE = (1105, 1060)


def on_a_terminal(*arguments: str) -> str:
    """What qaudit prints on a terminal of `WIDTH` columns, with its colours."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "qaudit", *arguments]
    environment = {**os.environ, "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    with subprocess.Popen(command, stdout=child, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(child)
        pieces = []
        while piece := _read(parent):
            pieces.append(piece)
        process.wait()
    os.close(parent)
    return b"".join(pieces).decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """Some of what was printed; nothing at its end, which Linux tells by an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def drawn(printed: str, title: str) -> str:
    """A terminal with what was `printed`, as SVG in which letters are letters."""
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(printed.rstrip("\n")))
    return console.export_svg(title=title, unique_id="try")


def photographed(page: Path, driver: Any) -> Image.Image:
    """The upper part of a page in a browser."""
    driver.set_window_size(*PAGE_SIZE)
    metrics = {"width": PAGE_SIZE[0], "height": PAGE_SIZE[1], "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.get(page.as_uri())
    return Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")


def main() -> int:
    """Write both pictures anew."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    with TemporaryDirectory() as folder:
        printed = on_a_terminal("audit", "samples/few.csv", "--out", f"{folder}/run")
        # The first command installs no extra: Parquet is not among what it writes.
        lines = [line for line in printed.replace(f"{folder}/run", "run").splitlines() if "results.parquet" not in line]
        TERMINAL.write_text(drawn("\n".join(lines), "sh dev try"), encoding="utf-8")
        page = Path(folder, "page.html")
        on_a_terminal("compare", "samples/listing/bag-1.jpg", "samples/arrival/bag-burst.jpg", "--html", str(page))
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for argument in ("--headless=new", "--no-sandbox", "--hide-scrollbars"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        photographed(page, driver).save(PAGE, quality=85)
        driver.quit()
    sys.stdout.write(f"{TERMINAL}\n{PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
