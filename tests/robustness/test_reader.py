"""The process that reads photos: ended when a photo is too much for it, started again, and never left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from qaudit.model.errors import PhotoRefused
from qaudit.photos import files, isolated
from qaudit.photos.isolated import Reader
from qaudit.photos.wire import Request
from tests.photos.factory import encoded, quadrants

ROOT = Path(__file__).resolve().parents[2]
GOOD = Request(encoded(quadrants(), "PNG"), is_path=False, max_side=None)
SAYS_READY = """
import json, os, signal, socket, sys
_, connection, _ = json.loads(sys.argv[1])
s = socket.socket(fileno=connection)
s.sendall(b'.')
"""


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def slug_of(reader: Reader, request: Request = GOOD, **settings: float) -> str:
    with pytest.raises(PhotoRefused) as refused:
        reader.read(request, **settings)
    return refused.value.slug


def pid_of(reader: Reader) -> int:
    assert reader._running is not None
    return reader._running.process.pid


def test_what_comes_back_is_what_would_be_read_here(reader: Reader) -> None:
    here, there = files.read_bytes(GOOD.payload, 48), reader.read(Request(GOOD.payload, is_path=False, max_side=48))
    assert np.array_equal(here.pixels, there.pixels)
    assert [getattr(here, name) for name in ("sha256", "format", "width", "height", "applied", "damaged", "notes")] == [
        getattr(there, name) for name in ("sha256", "format", "width", "height", "applied", "damaged", "notes")
    ]


def test_a_photo_that_takes_too_long_fails_alone(reader: Reader) -> None:
    reader.read(GOOD)
    slow = pid_of(reader)
    os.kill(slow, signal.SIGSTOP)
    assert slug_of(reader, most_s=0.2) == "photo_too_slow"
    assert reader.read(GOOD).width == 96
    assert pid_of(reader) != slow


def test_bytes_that_nobody_takes_are_too_slow_too(reader: Reader) -> None:
    reader.read(GOOD)
    os.kill(pid_of(reader), signal.SIGSTOP)
    assert slug_of(reader, Request(bytes(8 << 20), is_path=False, max_side=None), most_s=0.2) == "photo_too_slow"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os._exit(3)", "exit code 3"),
        ("s.sendall(bytes(3))", "exit code 0"),
        ("s.sendall(b'\\0\\0\\0\\x02' + bytes(8) + b'{')", "exit code 0"),
        ("s.sendall(b'\\0\\0\\0\\x02' + bytes(8) + b'{}')", "exit code 0"),
        ("s.sendall(b'\\0\\0\\0\\x02' + bytes(8) + b'no')", "exit code 0"),
        ("s.sendall(b'\\xff' * 12)", "exit code 0"),
        ("os.kill(os.getpid(), signal.SIGRTMIN + 1)", "signal"),
    ],
)
def test_a_photo_that_kills_the_reader_fails_alone(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, end: str, words: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(isolated, "_PROGRAM", f"{SAYS_READY}s.recv(1)\n{end}\n")
        with pytest.raises(PhotoRefused, match=words) as refused:
            reader.read(GOOD)
    assert refused.value.slug == "photo_reader_died"
    assert reader.read(GOOD).width == 96


def test_a_reader_that_was_killed_between_two_photos_is_started_again(reader: Reader) -> None:
    reader.read(GOOD)
    killed = pid_of(reader)
    os.kill(killed, signal.SIGKILL)
    os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
    assert reader.read(GOOD).width == 96
    assert pid_of(reader) != killed


def test_a_reader_that_does_not_start_says_so(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "_PROGRAM", "import sys; sys.exit(7)")
    with pytest.raises(PhotoRefused, match="does not start: exit code 7"):
        reader.read(GOOD)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(PhotoRefused, match="does not start: No such file"):
        reader.read(GOOD)


def test_after_a_photo_that_takes_too_much_memory_the_reader_is_a_fresh_one(reader: Reader) -> None:
    from .badfiles import png_bomb

    reader.start()
    full = pid_of(reader)
    assert slug_of(reader, Request(png_bomb(10_900, 10_900), is_path=False, max_side=None)) == "photo_too_much_memory"
    assert reader.read(GOOD).width == 96
    assert pid_of(reader) != full


def test_an_interrupt_leaves_no_answer_behind_for_the_next_photo(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    reader.read(GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(isolated, "receive_answer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reader.read(GOOD)
    other = Request(encoded(quadrants(32, 16), "PNG"), is_path=False, max_side=None)
    assert reader.read(other).width == 32


def test_several_threads_get_each_its_own_photo(reader: Reader) -> None:
    widths = list(range(16, 48))
    requests = [Request(encoded(quadrants(width, 16), "PNG"), is_path=False, max_side=None) for width in widths]
    with ThreadPoolExecutor(4) as threads:
        assert [photo.width for photo in threads.map(reader.read, requests)] == widths


def test_closing_leaves_no_process(reader: Reader) -> None:
    reader.read(GOOD)
    pid = pid_of(reader)
    reader.close()
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit()", "os._exit(0)"])
def test_the_reader_is_gone_when_its_owner_is(end: str) -> None:
    program = (
        "import os, signal, sys\n"
        "from qaudit.photos.isolated import Reader\n"
        "reader = Reader(); reader.start(); reader._ready()\n"
        "print(reader._running.process.pid, flush=True)\n"
        f"sys.stdin.read(1)\n{end}\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        handle = os.pidfd_open(int(owner.stdout.readline()))
        try:
            owner.communicate("x", timeout=30)
            assert select.select([handle], [], [], 30)[0], "the reader outlives its owner"
        finally:
            os.close(handle)


def test_a_fork_reads_with_a_process_of_its_own_and_leaves_the_first_alone() -> None:
    program = """
import os, warnings
warnings.simplefilter("ignore")
import qaudit
from qaudit.photos.read import _reader
data = open("samples/listing/painting-1.jpg", "rb").read()
qaudit.read_photo(data, max_side=64)
first = _reader()._running.process.pid
child = os.fork()
if child == 0:
    ok = qaudit.read_photo(data, max_side=64).pixels.shape[1] == 64 and _reader()._running.process.pid != first
    _reader().close()
    os._exit(0 if ok else 1)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert qaudit.read_photo(data, max_side=64).pixels.shape[1] == 64
assert _reader()._running.process.pid == first
raise SystemExit(code)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
