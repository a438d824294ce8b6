"""One photo of the corpus in processes of its own: what was answered, whether that is right, the time and the memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

ROOT = Path(__file__).resolve().parent.parent
PROBE = Path(__file__).with_name("intake_probe.py")
SLOWEST_REFUSAL_S = 2.0
SLOWEST_S = 10.0
LARGEST_MIB = 600.0
GIVEN_UP_S = 60
LOSSLESS_LEVELS, LOSSY_LEVELS = 6, 12
LOSSY = {".jpg", ".jpeg", ".mpo", ".webp", ".avif", ".heic", ".heif"}
QUADRANTS = {"tl": (220, 30, 30), "tr": (30, 170, 40), "bl": (30, 40, 210), "br": (230, 220, 40)}
REFUSED_CODE = 4


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str
    seconds: float
    mib: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file: what is wrong with how it was answered (empty: nothing), and what it took."""

    name: str
    class_: str
    wrong: str
    seconds: float
    mib: float
    limit_s: float
    answer: str = ""
    flagged: str = ""


def finished(command: list[bytes | str], stdin: int = subprocess.DEVNULL) -> Finished:
    """Run a command of this checkout to its end, with its time and the memory of its largest process."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err, env=env)
        guard = threading.Timer(GIVEN_UP_S, process.kill)
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "backslashreplace"))
    return Finished(process.returncode, *texts, seconds, usage.ru_maxrss / 1024)


def outcome_of(row: dict[str, str], corpus: Path, made: Path) -> Outcome:
    """How one photo of the corpus was answered."""
    name = os.fsdecode(unquote_to_bytes(row["path"])) if row["path encoding"] == "percent" else row["path"]
    path = next((folder / name for folder in (corpus, made) if (folder / name).exists()), corpus / name)
    class_ = row["expected class"]
    limit_s = SLOWEST_REFUSAL_S if class_ == "refuse" else SLOWEST_S
    runs = [finished([sys.executable, str(PROBE), quote_from_bytes(os.fsencode(path))]) for _ in range(2)]
    wrong, answer = judged(row, runs)
    flagged = (json.loads(runs[0].out).get("damaged") or "") if not wrong and class_ == "read" else ""
    if class_ == "refuse" and not wrong:
        told = finished([sys.executable, "-m", "qaudit", "compare", "--", str(path), str(path)])
        wrong = wrong_refusal(told, path.name)
        runs.append(told)
    return Outcome(row["path"], class_, wrong, max(r.seconds for r in runs), max(r.mib for r in runs), limit_s, answer, flagged)


def judged(row: dict[str, str], runs: list[Finished]) -> tuple[str, str]:
    """What is wrong with the answer to a photo, and the answer in short."""
    if any(run.code != 0 or run.err for run in runs):
        return f"ended with {runs[0].code}: {runs[0].err.strip()[-300:]}", ""
    if runs[0].out != runs[1].out:
        return "two runs differ", runs[0].out
    found = json.loads(runs[0].out)
    class_, must_flag = row["expected class"], row["flag required"] == "yes"
    if "refused" in found:
        answer = f"{found['refused']}: {found['message']}"
        return (f"refused: {found['message']}" if class_ == "read" else ""), answer
    answer = f"{found['format']} {found['size']} {found['applied']} damaged={found['damaged']} {found['notes']}"
    if class_ == "refuse":
        return f"read, damaged: {found['damaged']}", answer
    if class_ == "either":
        return ("read without a flag" if must_flag and not found["damaged"] else ""), answer
    return wrong_pixels(row, found), answer


def wrong_pixels(row: dict[str, str], found: dict) -> str:
    """What is wrong with the size or the colours of a photo that was read."""
    expected = row["expected behaviour"]
    size = re.search(r"(\d+)x(\d+)", expected)
    if "cropped and upright" in expected:  # the size and the colours that follow are those of the whole
        cropped = f"cropped to {found['size'][0]} x {found['size'][1]} px"
        turned = f"cropped to {found['size'][1]} x {found['size'][0]} px"
        return "" if {cropped, turned} & set(found["applied"]) else f"not cropped: {found['size']}, {found['applied']}"
    if size and found["size"] != [int(size[1]), int(size[2])]:
        return f"size {found['size']}, not {size[0]}"
    suffix = Path(row["path"]).suffix.lower()
    limit = LOSSY_LEVELS if suffix in LOSSY or not suffix else LOSSLESS_LEVELS
    stated = {
        name: tuple(map(int, levels.split(","))) for name, levels in re.findall(r"\b(tl|tr|bl|br|c)\(([\d,]+)\)", expected)
    }
    measured = found["patches"]
    if not stated and "quadrants red" in expected:
        stated, measured, limit = QUADRANTS, found["quarters"], LOSSY_LEVELS
    off = {name: max(abs(a - b) for a, b in zip(measured[name], levels, strict=True)) for name, levels in stated.items()}
    worst = max(off, key=lambda name: off[name], default=None)
    if worst is not None and off[worst] > limit:
        return f"{worst} is {measured[worst]}, not {stated[worst]}"
    return ""


def wrong_refusal(told: Finished, name: str) -> str:
    """What is wrong with how `qaudit compare` refused a file."""
    lines = told.err.splitlines()
    if told.code != REFUSED_CODE:
        return f"exit code {told.code}: {told.err.strip()[-300:]}"
    if told.out or len(lines) != 1 or "Traceback" in told.err:
        return f"not one line: {told.err[-300:]}"
    if name not in lines[0] or not lines[0].startswith("qaudit: ") or not lines[0].endswith(")"):
        return f"does not name file, reason and way out: {lines[0]}"
    return ""
