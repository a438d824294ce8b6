"""Names, special files and manifests of the corpus, each through a command in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

from intake_files import Finished, Outcome, finished, wrong_refusal

READ_CODES = (0, 1, 3)
ERROR_CODE, USAGE_CODE = 4, 2
ANY = (*READ_CODES, ERROR_CODE)
SLOWEST_SPECIAL_S = 2.0
SLOWEST_RUN_S = 60.0
# Everything that steers a terminal: C0 but the newline, DEL, C1, and marks that turn the direction of text.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
RESULT_FILES = {"results.jsonl", "timings.jsonl", "summary.json", "results.csv", "results.parquet", "run.sqlite", "run.lock"}
RESULT_FILES |= {"report.html", "report"}

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
    entries = [entry for entry in place.glob("*.jpg") if os.geteuid() or entry.is_symlink() or entry.stat().st_mode & 0o777]
    names = sorted(entry.name for entry in entries)  # root may read what nobody may
    outcomes = []
    for name in names:
        run = finished([sys.executable, "-m", "qaudit", "compare", "--", str(place / name), str(place / name)])
        wrong = wrong_refusal(run, name)
        outcomes.append(Outcome(f"special/{name}", "special", wrong, run.seconds, run.mib, SLOWEST_SPECIAL_S, run.err.strip()))
    manifest = place / "all.csv"
    manifest.write_text("id,listing,arrival\n" + "".join(f"{name},{name},{name}\n" for name in names))
    run, records = audited(manifest, folder / "special-run")
    wrong = wrong_run(run, records, (ERROR_CODE,), len(names)) or wrong_unrooted(run, records)
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
    for place, row in enumerate(row for row in rows if row["category"].endswith("manifests")):
        manifest = corpus / os.fsdecode(unquote_to_bytes(row["path"]))
        for out, root in ((folder / f"m-{place}", corpus), (folder / f"n-{place}", None)):
            beside = set(folder.iterdir())
            run, records = audited(manifest, out, root)
            wrong = wrong_manifest(row, manifest, run, records) if root else wrong_unrooted(run, records)
            if set(folder.iterdir()) - beside - {out} or {file.name for file in out.glob("*")} - RESULT_FILES:
                wrong = wrong or "something was written beside the results"
            name = row["path"] if root else f"{row['path']} without --root"
            answer = f"{run.code} {run.err.strip()[:200]}"
            outcomes.append(Outcome(name, "manifest", wrong, run.seconds, run.mib, SLOWEST_RUN_S, answer))
    return outcomes


def wrong_manifest(row: dict[str, str], manifest: Path, run: Finished, records: Records) -> str:
    """What is wrong with the answer to a manifest, by its class and what the corpus expects."""
    class_, expected = row["expected class"], row["expected behaviour"]
    codes = {"read": ANY, "refuse": (ERROR_CODE, USAGE_CODE), "rule": (ERROR_CODE, USAGE_CODE)}.get(class_, (*ANY, USAGE_CODE))
    wrong = wrong_run(run, records, codes)
    if wrong or run.code == USAGE_CODE:
        return wrong or ("" if len(run.err.splitlines()) == 1 else f"not one line: {run.err[:200]}")
    if class_ == "refuse" and not any(re.match(r"row \d+: ", r.get("error", {}).get("message", "")) for r in records):
        return "no row is refused with its number"
    if class_ == "rule" and any(record["verdict"] != "error" for record in records):
        return "a row was not refused"
    pairs = re.search(r"read: (\d+) pair", expected)
    if pairs and len(records) != int(pairs[1]):
        return f"{len(records)} results, not {pairs[1]}"
    if "identical file" in expected and not (records[0]["triage"]["same_picture"] and records[0]["notes"]):
        return "the same file on both sides is not told"
    return wrong_cells(manifest, records) if class_ == "read" else ""


def wrong_cells(manifest: Path, records: Records) -> str:
    """Which id or cell did not come through as Python's own reader finds it in the file."""
    text = manifest.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    if [record["id"] for record in records] != [row["id"] for row in rows]:
        return f"ids are {[record['id'] for record in records]}"
    carried = [{name: cell for name, cell in row.items() if name not in ("id", "listing", "arrival")} for row in rows]
    return next(
        (f"cells are {record['row']}" for record, row in zip(records, carried, strict=True) if record["row"] != row), ""
    )


def wrong_unrooted(run: Finished, records: Records) -> str:
    """What is wrong with a run whose photos lead out of their root: all of its rows have to be errors."""
    wrong = wrong_run(run, records, (ERROR_CODE, USAGE_CODE))
    return wrong or next((f"{r['id']} was not refused" for r in records if r["verdict"] != "error"), "")


def audited(manifest: Path, out: Path, root: Path | None = None) -> tuple[Finished, Records]:
    """A run of `qaudit audit`, and its records."""
    rooted = [] if root is None else ["--root", str(root)]
    run = finished([sys.executable, "-m", "qaudit", "audit", str(manifest), "--out", str(out), *rooted])
    results = out / "results.jsonl"
    return run, [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def wrong_run(run: Finished, records: Records, codes: tuple[int, ...], count: int | None = None) -> str:
    """What is wrong with the exit code, the number of results, or what was printed."""
    if run.code not in codes:
        return f"exit code {run.code}, not one of {codes}: {run.err.strip()[-300:]}"
    if count is not None and len(records) != count:
        return f"{len(records)} results, not {count}"
    if "Traceback" in run.err + run.out:
        return "a traceback"
    steering = STEERING.search(run.out + run.err)
    return f"{steering[0]!r} reached the terminal" if steering else ""
