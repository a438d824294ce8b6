"""Names, special files and manifests of the corpus, each through a command in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_to_bytes

from intake_files import Finished, Outcome, finished, wrong_refusal

READ_CODES = (0, 1, 3)
ERROR_CODE, USAGE_CODE = 4, 2
SLOWEST_SPECIAL_S = 2.0
SLOWEST_RUN_S = 60.0
# Everything that steers a terminal: C0 but the newline, DEL, C1, and marks that turn the direction of text.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
RESULT_FILES = {"results.jsonl", "timings.jsonl", "summary.json", "journal.jsonl"}

Records = list[dict]


def made_files(corpus: Path, folder: Path) -> Path:
    """The folder with the files that the corpus' tools make; made once."""
    if not (folder / "hostile" / "names").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        tool = corpus / "tools" / "make_hostile.py"
        subprocess.run([sys.executable, tool, folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def special_outcomes(corpus: Path, folder: Path) -> list[Outcome]:
    """A pipe, a device, a socket, circles of links and the like: each through `qaudit compare`, then all in one manifest."""
    place = folder / "special"
    subprocess.run([sys.executable, corpus / "tools" / "make_special.py", place], check=True, stdout=subprocess.DEVNULL)
    names = sorted(entry.name for entry in place.glob("*.jpg"))
    if os.geteuid() == 0:
        names.remove("unreadable.jpg")  # root may read everything
    outcomes = []
    for name in names:
        run = finished([sys.executable, "-m", "qaudit", "compare", "--", str(place / name), str(place / name)])
        wrong = wrong_refusal(run, name)
        outcomes.append(Outcome(f"special/{name}", "special", wrong, run.seconds, run.mib, SLOWEST_SPECIAL_S, run.err.strip()))
    manifest = place / "all.csv"
    manifest.write_text("id,listing,arrival\n" + "".join(f"{name},{name},{name}\n" for name in names))
    run, records = audited(manifest, folder / "special-run")
    wrong = wrong_run(run, records, ERROR_CODE, len(names)) or _all_errors(records)
    outcomes.append(Outcome("special/all in a manifest", "special", wrong, run.seconds, run.mib, SLOWEST_RUN_S))
    return outcomes


def name_outcomes(made: Path, folder: Path) -> list[Outcome]:
    """Every hostile name as photo, id and cell of a CSV and of a JSON Lines manifest."""
    from qaudit.model.text import path_from_text, path_to_text

    place = made / "hostile" / "names"
    found = (os.fsencode(file.relative_to(place)) for file in place.rglob("*") if file.is_file())
    paths = sorted(path for path in found if not path.endswith((b".csv", b".jsonl")))
    texts = [path_to_text(path) for path in paths]
    table, lines = place / "all.csv", place / "all.jsonl"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "listing", "arrival", "title"])
        writer.writerows([text, text.replace("|", "\\|"), text.replace("|", "\\|"), text] for text in texts)
    rows = ({"id": text, "listing": [text], "arrival": [text], "title": text} for text in texts)
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    outcomes = []
    for manifest in (table, lines):
        run, records = audited(manifest, folder / f"names-{manifest.suffix[1:]}")
        wrong = wrong_run(run, records, READ_CODES, len(texts))
        for path, text, record in zip(paths, texts, records, strict=False):
            facts = [record.get("photos", {}).get(side, [{}])[0].get("path", "") for side in ("listing", "arrival")]
            back = [os.fsencode(path_from_text(fact)) for fact in facts]
            if back != [path, path] or record["id"] != text or record["row"] != {"title": text}:
                wrong = wrong or f"{text!r} came back as {record['id']!r}, {facts}, {record.get('error')}"
        name = f"hostile/names, all {len(texts)} in one {manifest.suffix[1:]}"
        outcomes.append(Outcome(name, "names", wrong, run.seconds, run.mib, SLOWEST_RUN_S * 2))
    for name in (table, lines):
        name.unlink()
    return outcomes


def manifest_outcomes(corpus: Path, rows: list[dict[str, str]], folder: Path) -> list[Outcome]:
    """Every manifest of the corpus with its root, and without, where its photos lead out of it."""
    outcomes = []
    for row in rows:
        if "/manifests/" not in row["path"]:
            continue
        manifest = corpus / os.fsdecode(unquote_to_bytes(row["path"]))
        name = manifest.stem
        codes, count, check = EXPECTED[name]
        run, records = audited(manifest, folder / f"m-{name}", corpus)
        wrong = wrong_run(run, records, codes, count) or check(run, records)
        outcomes.append(
            Outcome(row["path"], "manifest", wrong, run.seconds, run.mib, SLOWEST_RUN_S, f"{run.code} {run.err.strip()[:200]}")
        )
        run, records = audited(manifest, folder / f"n-{name}")
        refused = run.code == USAGE_CODE or not _all_errors(records)
        wrong = wrong_run(run, records, (ERROR_CODE, USAGE_CODE), (0, count)) or (
            "" if refused else "not refused without --root"
        )
        outcomes.append(
            Outcome(f"{row['path']} without --root", "manifest", wrong, run.seconds, run.mib, SLOWEST_RUN_S, f"{run.code}")
        )
    return outcomes


def audited(manifest: Path, out: Path, root: Path | None = None) -> tuple[Finished, Records]:
    """A run of `qaudit audit`, and its records."""
    rooted = [] if root is None else ["--root", str(root)]
    run = finished([sys.executable, "-m", "qaudit", "audit", str(manifest), "--out", str(out), *rooted])
    results = out / "results.jsonl"
    return run, [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def wrong_run(run: Finished, records: Records, codes: int | tuple[int, ...], count: int | tuple[int, ...]) -> str:
    """What is wrong with the exit code, the number of results, or what was printed."""
    codes = (codes,) if isinstance(codes, int) else codes
    counts = (count,) if isinstance(count, int) else count
    if run.code not in codes:
        return f"exit code {run.code}, not one of {codes}: {run.err.strip()[-300:]}"
    if len(records) not in (counts if run.code != USAGE_CODE else (0,)):
        return f"{len(records)} results, not {counts}"
    if "Traceback" in run.err + run.out:
        return "a traceback"
    steering = STEERING.search(run.out + run.err)
    return f"{steering[0]!r} reached the terminal" if steering else ""


def _all_errors(records: Records) -> str:
    """Which result is no error; empty when all are."""
    return next((f"{record['id']}: {record['verdict']}" for record in records if record["verdict"] != "error"), "")


def _nothing(run: Finished, records: Records) -> str:
    return ""


def _ids(*ids: str) -> Callable[[Finished, Records], str]:
    return lambda run, records: "" if [r["id"] for r in records] == list(ids) else f"ids {[r['id'] for r in records]}"


def _says(text: str) -> Callable[[Finished, Records], str]:
    return lambda run, records: "" if text in run.err else f"{text!r} is not in: {run.err}"


def _slugs(*slugs: str) -> Callable[[Finished, Records], str]:
    def check(run: Finished, records: Records) -> str:
        found = [record.get("error", {}).get("slug", "") for record in records]
        return "" if found == list(slugs) else f"slugs {found}"

    return check


def _titles_of(name: str) -> Callable[[Finished, Records], str]:
    """Whether the cells of the column title came through as they were written."""

    def check(run: Finished, records: Records) -> str:
        found = [record["row"]["title"] for record in records]
        return "" if found and all(found) and found[0].startswith(name) else f"titles {found}"

    return check


def _same_picture(run: Finished, records: Records) -> str:
    return "" if records[0]["triage"]["same_picture"] and records[0]["notes"] else "the same file is not told"


def _stays_inside(run: Finished, records: Records) -> str:
    outside = [path for path in ("/var/qaudit-escape",) if Path(path).exists()]
    return f"written outside: {outside}" if outside else ""


ANY = (*READ_CODES, ERROR_CODE)
# Manifest -> exit codes, number of results, and what else has to hold.
EXPECTED: dict[str, tuple[int | tuple[int, ...], int, Callable[[Finished, Records], str]]] = {
    "bare-cr": ((*ANY, USAGE_CODE), 2, _nothing),
    "bom-crlf": (READ_CODES, 1, _ids("1")),
    "duplicate-ids": ((ERROR_CODE, USAGE_CODE), 3, _nothing),
    "empty": (USAGE_CODE, 0, _says("holds no items")),
    "field-200KB": (ANY, 1, _nothing),
    "formula-cells": (ANY, 14, _titles_of("=1+1")),
    "header-only": (USAGE_CODE, 0, _says("holds no items")),
    "header-twice": (ERROR_CODE, 2, _slugs("row_is_header", "")),
    "html-cells": (ANY, 3, _titles_of("<script>")),
    "id-path": (READ_CODES, 3, _stays_inside),
    "latin1": (USAGE_CODE, 0, _says("byte 1")),
    "missing-column": (USAGE_CODE, 0, _says("arrival")),
    "nan-ids": (READ_CODES, 3, _ids("NaN", "null", "NA")),
    "newline-in-cell": (READ_CODES, 1, _titles_of("line1\nline2")),
    "nul-bytes": ((ERROR_CODE, USAGE_CODE), 1, _nothing),
    "numeric-ids": (READ_CODES, 3, _ids("007", "1e5", "12345678901234567890")),
    "ragged": (ERROR_CODE, 2, _slugs("row_cells", "row_cells")),
    "same-file-both-sides": (READ_CODES, 1, _same_picture),
    "semicolon": (READ_CODES, 1, _ids("1")),
    "traversal-paths": (ERROR_CODE, 15, lambda run, records: _all_errors(records)),
    "unclosed-quote": (USAGE_CODE, 0, _says("quote")),
    "utf16": ((*READ_CODES, USAGE_CODE), 1, _nothing),
}
