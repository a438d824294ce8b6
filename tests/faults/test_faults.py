"""Small forms of the faults that a long run meets; `benchmarks/scale.py` has them in full."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from qaudit.batch.rulings import rule

from .rig import ROOT, audited, cheap_catalogue, command, environment, held, little_memory, real_catalogue, records
from .scenes import harmed, killed_parent
from .work import GROUP

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills, mounts and /proc are those of Linux")


def test_a_parent_killed_at_any_moment_loses_nothing_and_repeats_little(tmp_path: Path) -> None:
    found = killed_parent(tmp_path, cheap_catalogue, 300, kills=4, workers=2, work="cheap", longest_s=1.6)
    assert found.kills == 4
    assert (found.lost, found.broken, found.same_bytes) == (0, 0, True)
    assert found.most_again <= 3


def test_only_items_that_kill_their_worker_fail(tmp_path: Path) -> None:
    bad = frozenset({"kill-3", "segv-9", "memory-15"})
    ids = [*(f"item-{n}" for n in range(25)), *sorted(bad)]
    found = harmed(tmp_path, cheap_catalogue, ids, bad, 2, "cheap", poison=False)
    assert (found.slugs, found.others_differ) == (Counter({"worker_died": 3}), 0)


def test_a_worker_that_the_system_kills_for_memory_costs_only_its_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with little_memory() as group:
        if group is None:
            pytest.skip("this system lets nobody limit the memory of a group of processes")
        monkeypatch.setenv(GROUP, str(group))
        bad = frozenset({"oom-7"})
        found = harmed(tmp_path, cheap_catalogue, [*(f"item-{n}" for n in range(12)), *bad], bad, 2, "cheap", poison=False)
    assert (found.slugs, found.others_differ) == (Counter({"worker_died": 1}), 0)


def test_poisoned_photos_leave_the_other_results_as_they_are(tmp_path: Path) -> None:
    ids = [f"item-{n}" for n in range(4)]
    found = harmed(tmp_path, real_catalogue, ids, frozenset({"item-2"}), 2, "real", poison=True)
    assert (found.slugs, found.others_differ) == (Counter({"photo_broken": 1}), 0)


@pytest.mark.parametrize("options", [["--workers", "1"], ["--workers", "2"], ["--workers", "2", "--cluster", "local"]])
def test_ctrl_c_ends_a_run_at_once_in_one_line_and_keeps_what_is_finished(tmp_path: Path, options: list[str]) -> None:
    if "--cluster" in options:
        pytest.importorskip("distributed")
    manifest, log = cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(2000)]), tmp_path / "log"
    run = subprocess.Popen(
        command(manifest, tmp_path / "out", *options),
        env=environment(log=log),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while run.poll() is None and not (log.exists() and log.read_bytes().count(b"\n") > 50):
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.02)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, told = run.communicate()
    assert run.returncode == 130
    kept = held(tmp_path / "out")
    [line] = told.splitlines()[1:]
    found = re.fullmatch(r"qaudit: interrupted; items done: (\d+) of 2000 \(to go on: (.*)\)", line)
    assert found is not None
    assert 40 < int(found[1]) <= len(kept.finished)
    assert shlex.split(found[2])[:3] == ["qaudit", "audit", str(manifest)]
    assert (len(kept.finished) > 40, kept.integrity) == (True, "ok")


SCRIPT = """
set -eu
mount -t tmpfs -o size=400k none "$1"
run() { status=0; "$PYTHON" -m tests.faults.driver "$2" --out "$1/run" --workers 2 2>&1 || status=$?; echo "exit $status"; }
run "$1" "$2"
mount -o remount,size=64m "$1"
if [ "$3" = read-only ]; then mount -o remount,ro "$1"; run "$1" "$2"; mount -o remount,rw "$1"; fi
"$PYTHON" -m tests.faults.rig "$1/run"
run "$1" "$2"
cp "$1"/run/results.jsonl "$4"
"""


@pytest.mark.parametrize("kind", ["full", "read-only"])
def test_a_disk_that_takes_no_more_ends_the_run_in_one_line_and_it_goes_on_later(tmp_path: Path, kind: str) -> None:
    manifest = cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(60)])
    done = on_a_disk(tmp_path, SCRIPT, manifest, kind, tmp_path / "results.jsonl")
    told = [line for line in done.stdout.splitlines() if "results cannot be written" in line]
    ends = [line for line in done.stdout.splitlines() if line.startswith("exit ")]
    assert done.returncode == 0, done.stderr
    assert ends == ["exit 2", *(["exit 2"] if kind == "read-only" else []), "exit 1"]
    assert len(told) == len(ends) - 1
    assert "\nok\n" in done.stdout
    audited(manifest, tmp_path / "undisturbed")
    assert (tmp_path / "results.jsonl").read_bytes() == (tmp_path / "undisturbed" / "results.jsonl").read_bytes()


def test_a_photo_that_is_missing_is_an_error_of_its_item_until_it_is_back(tmp_path: Path) -> None:
    manifest = cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(6)])
    photo, log = tmp_path / "in" / "a4", tmp_path / "log"
    data = photo.read_bytes()
    photo.unlink()
    audited(manifest, tmp_path / "out")
    assert records(tmp_path / "out")["item-4"]["error"]["slug"] == "photo_missing"
    photo.write_bytes(data)
    audited(manifest, tmp_path / "out", log=log)
    assert log.read_text().split() == ["item-4"]
    assert records(tmp_path / "out")["item-4"]["verdict"] == "match"
    assert held(tmp_path / "out").integrity == "ok"


def test_photos_that_go_or_change_while_they_are_at_work_are_judged_again_by_what_lies_there(tmp_path: Path) -> None:
    manifest = real_catalogue(tmp_path / "in", ["item-0", "gone-1", "left-2", "swapped-3"])
    out, log = tmp_path / "out", tmp_path / "log"
    audited(manifest, out, "--workers", "2", work="moving")
    first = records(out)
    assert [id_ for id_, record in first.items() if "error" in record] == ["gone-1"]
    assert first["gone-1"]["error"]["slug"] == "photo_missing"

    audited(manifest, out, "--workers", "2", work="real", log=log)
    assert sorted(log.read_text().split()) == ["left-2", "swapped-3"]
    audited(manifest, tmp_path / "fresh", "--workers", "2", work="real")
    assert (out / "results.jsonl").read_bytes() == (tmp_path / "fresh" / "results.jsonl").read_bytes()
    again = records(out)
    assert [again[id_].get("error", {}).get("slug") for id_ in ("gone-1", "left-2")] == ["photo_missing"] * 2
    assert again["swapped-3"]["triage"]["same_picture"]
    assert held(out).integrity == "ok"


READ_ONLY = """
mount -t tmpfs none "$1"
cp -r "$2" "$1/old"
mount -o remount,ro "$1"
"$PYTHON" -m qaudit export "$1/old" --labelled "$4/ruled.jsonl" 2>&1
"$PYTHON" -m tests.faults.driver "$3" --out "$4/new" --compare-to "$1/old" 2>/dev/null
"$PYTHON" -m qaudit rule "$1/old" item-0 match --by Sri --reason seen 2>&1
"""


def test_a_run_on_a_disk_that_cannot_be_written_can_be_read_and_says_why_it_takes_no_ruling(tmp_path: Path) -> None:
    manifest = cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(6)])
    audited(manifest, tmp_path / "old")
    rule(tmp_path / "old", "item-0", "match", "Sri", "seen")
    told = on_a_disk(tmp_path, READ_ONLY, tmp_path / "old", manifest, tmp_path).stdout
    assert "ruled items written: 1 " in told
    assert (tmp_path / "new" / "summary.json").exists()
    assert "no ruling can be written there" in told.splitlines()[-1]


def on_a_disk(folder: Path, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script that may mount disks, with a place for one and `arguments`."""
    alone = ["unshare", "--mount", "--map-root-user"]
    (folder / "disk").mkdir()
    try:
        subprocess.run([*alone, "mount", "-t", "tmpfs", "none", folder / "disk"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount")
    return subprocess.run(
        [*alone, "sh", "-c", script, "sh", folder / "disk", *map(str, arguments)],
        env=environment() | {"PYTHON": sys.executable},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
