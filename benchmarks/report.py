"""How heavy a report is: its size, how soon a browser shows it and answers, and what the pictures of an item cost.

    python benchmarks/report.py [--items 5000] [--write]

The page is that of made-up records; Debian's chromium and chromium-driver open it. Pictures are those of `samples/few.csv`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from qaudit.batch.audit import audit
from qaudit.batch.finished import items_in, manifest_start
from qaudit.batch.pictures import job_of, make
from qaudit.model.picture import ItemShots, PairShots, Shot
from qaudit.model.record import VERDICTS, ItemError, Totals
from qaudit.report.item_page import item_page
from qaudit.report.run_page import RunItem, run_page
from tests.report.pages import full_comparison, jpeg, summary

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
SELLERS = 40
ROUNDS = 3
MOST_S, MOST_MB = 3.0, 25.0
# To the frame in which the answer to a click stands on the screen.
CLICK = """
const done = arguments[arguments.length - 1];
const start = performance.now();
document.querySelector('.tile.mismatch').click();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""
SORT = CLICK.replace(".tile.mismatch", "[data-sort=id]")


def made_up(count: int, folder: Path) -> tuple[Path, int]:
    """The report of `count` items, each with its page and small picture; its page, and bytes of all pages of items."""
    beside = folder / "report"
    beside.mkdir(parents=True)
    small = jpeg(324, 160)
    bytes_ = 0
    items = []
    for number in range(count):
        verdict = VERDICTS[number % len(VERDICTS)]
        id_, row = f"SKU-{number:06d}-handwoven", {"seller": f"Seller {number % SELLERS}", "category": f"kind {number % 9}"}
        if verdict == "error":
            values = ItemError(id_, "photo_missing", f"photos/{id_}.jpg: there is no such file (check the path)", row).to_dict()
        else:
            values = full_comparison(verdict, id=id_, row=row).to_dict()
        shots = ItemShots([PairShots((0, 0), *(Shot(f"{number}-{side}.jpg", 800, 600) for side in "abcd"))])
        data = b"".join(item_page(values, shots, back="../report.html"))
        (beside / f"{number}.html").write_bytes(data)
        (beside / f"{number}.jpg").write_bytes(small)
        bytes_ += len(data)
        items.append(RunItem(values, None, f"report/{number}.html", Shot(f"report/{number}.jpg", 324, 160)))
    told = summary(Totals.of(item.record["verdict"] for item in items), [f"Seller {n}" for n in range(SELLERS)])
    page = folder / "report.html"
    counts = Counter(found["aspect"] for item in items for found in item.record.get("findings", ()))
    with page.open("wb") as file:
        file.writelines(run_page(told, items, aspects=counts, ruled=0, flagged_only=False, pictureless=0))
    return page, bytes_


def in_browser(page: Path) -> dict[str, float]:
    """Medians over fresh browsers: seconds to the load event, then to the answer to a filter and to a sort."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    found: dict[str, list[float]] = {"load": [], "filter": [], "sort": []}
    for _ in range(ROUNDS):
        options = webdriver.ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
        try:
            driver.get(page.as_uri())  # returns after the load event
            timing = "const t = performance.getEntriesByType('navigation')[0]; return t.loadEventEnd - t.startTime"
            found["load"].append(driver.execute_script(timing) / 1000)
            found["filter"].append(driver.execute_async_script(CLICK) / 1000)
            found["sort"].append(driver.execute_async_script(SORT) / 1000)
        finally:
            driver.quit()
    return {name: statistics.median(values) for name, values in found.items()}


def pictures_of(folder: Path) -> dict[str, float]:
    """Seconds an item of comparing and of its pictures, in this process, and bytes of the pictures."""
    audit(ROOT / "samples" / "few.csv", folder)
    timings = [json.loads(line) for line in (folder / "timings.jsonl").read_text().splitlines()]
    compared = statistics.median(sum(entry["seconds"].values()) for entry in timings)
    start = manifest_start(folder)
    jobs = [job for item in items_in(folder) if (job := job_of(item.record, start, folder / "report")) is not None]
    spent = []
    for job in jobs:
        begun = time.perf_counter()
        if make(job) is not None:
            raise RuntimeError("a picture could not be made")
        spent.append(time.perf_counter() - begun)
    files = list((folder / "report").rglob("*.jpg"))
    small = sum(path.stat().st_size for path in files if "thumbnail" in path.name)
    return {
        "compared": compared,
        "pictures": statistics.median(spent[1:]),
        "bytes": sum(path.stat().st_size for path in files) / len(jobs),
        "thumbnail": small / len(jobs),
    }


def table(count: int, page_mb: float, items_mb: float, shown: dict[str, float], pictures: dict[str, Any]) -> str:
    """The figures as Markdown."""
    opened = shown["load"] + shown["filter"]
    return f"""# Reports

Written by `python benchmarks/report.py --write`. Seconds are those of one machine on one day, medians of {ROUNDS} rounds.

| report of {count} items | | asked |
| --- | ---: | ---: |
| load event | {shown["load"]:.2f} s | |
| load event and the first answer to a filter | {opened:.2f} s | < {MOST_S:.0f} s |
| answer to a filter | {shown["filter"]:.2f} s | |
| answer to a sort of all rows | {shown["sort"]:.2f} s | |
| `report.html` | {page_mb:.1f} MB | < {MOST_MB:.0f} MB |
| all pages of items, each opened by itself | {items_mb:.1f} MB | |

| an item of `samples/few.csv`, one process | |
| --- | ---: |
| comparison | {pictures["compared"]:.2f} s |
| its pictures, beside that | {pictures["pictures"]:.2f} s |
| its pictures | {pictures["bytes"] / 1000:.0f} kB |
| of which the small one | {pictures["thumbnail"] / 1000:.0f} kB |
"""


def main() -> int:
    """Measure, print, and with ``--write`` keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        print("needs chromium and chromedriver", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page, bytes_ = made_up(asked.items, folder / "run")
        shown = in_browser(page)
        pictures = pictures_of(folder / "few")
        text = table(asked.items, page.stat().st_size / 1e6, bytes_ / 1e6, shown, pictures)
        held = shown["load"] + shown["filter"] < MOST_S and page.stat().st_size < MOST_MB * 1e6
    print(text)
    if asked.write:
        (HERE / "report.md").write_text(text, encoding="utf-8")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
