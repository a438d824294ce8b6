"""Photos read by a process of their own, which is ended from outside when one of them takes too long or too much."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.errors import PhotoRefused
from ..model.language import Figure, said
from .wire import READY, Refusal, Request, receive_answer, send_request

if TYPE_CHECKING:
    from ..model.photo import Photo

MOST_S = 10.0
_START_S = 60.0
_SLICE_S = 0.1
_ENDING_S = 2.0
# One thread: the libraries of numbers are loaded, not used, and each thread of theirs takes memory.
_SMALL = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# The modules of this process are found again, wherever it had them from.
_PROGRAM = """
import json, sys
sys.path[:], connection, lifeline = json.loads(sys.argv[1])
from qaudit.photos.serve import main
main(connection, lifeline)
"""


@dataclass(frozen=True, slots=True)
class _Running:
    """A reader process and the two ends that lead to it."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    lifeline: int


class Reader:
    """Owns one reader process: starts it when it is needed, ends it when a photo is too much for it, starts it again.

    It may be used from several threads, which then wait for each other. After a fork the child gets a process of its own.
    The process never outlives this one, however this one ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._is_ready = False
        this = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: reader._forget() if (reader := this()) else None)

    def start(self) -> None:
        """Start the process, and do not wait until it is ready: it loads its decoders while the caller goes on."""
        with self._lock:
            self._start()

    def read(self, request: Request, most_s: float = MOST_S) -> Photo:
        """What a photo shows.

        Parameters
        ----------
        request
            The photo.
        most_s
            How long it may take, in seconds on the wall.

        Returns
        -------
            The photo.

        Raises
        ------
        PhotoRefused
            As in `read_photo`; and `photo_too_slow`, `photo_too_much_memory`, `photo_reader_died`.
        """
        with self._lock:
            answer = self._answer(request, most_s)
            if isinstance(answer, Refusal):
                if answer.slug == "photo_too_much_memory":
                    self._end()  # what is left of its memory is no good place for the next photo
                raise PhotoRefused(answer.slug, answer.message, answer.way_out)
            return answer

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _answer(self, request: Request, most_s: float) -> Photo | Refusal:
        """What the process says of a photo; the process is ended if it says nothing."""
        running = self._ready()
        try:
            running.connection.settimeout(most_s)
            send_request(running.connection, request)
            if not _speaks(running.connection, most_s):
                raise TimeoutError
            return receive_answer(running.connection)
        except TimeoutError:
            self._end()
            raise PhotoRefused(
                "photo_too_slow",
                said("reading it takes more than {seconds} seconds", seconds=Figure(f"{most_s:g}")),
                said("save it again as a plain JPEG"),
            ) from None
        except (OSError, EOFError, ValueError):
            reason = said("the process that read it died of it: {reason}", reason=self._end(patient=True))
            raise PhotoRefused("photo_reader_died", reason, said("save it again as a plain JPEG")) from None
        except BaseException:  # Ctrl-C: what comes next on the connection would be the answer to this photo
            self._end()
            raise

    def _ready(self) -> _Running:
        """A process that waits for a photo."""
        running = self._start()
        if not self._is_ready:
            running.connection.settimeout(_START_S)
            with suppress(OSError):
                self._is_ready = running.connection.recv(1) == READY
            if not self._is_ready:
                reason = self._end(patient=True)
                raise PhotoRefused(
                    "photo_reader_died",
                    said("the process that reads photos does not start: {reason}", reason=reason),
                    said("free some memory"),
                )
        return running

    def _start(self) -> _Running:
        """The process, started if there is none that lives."""
        running = self._running
        if running is not None and running.process.poll() is None:
            return running
        self._end()
        self._running = running = _started()
        self._is_ready = False
        atexit.register(self.close)
        return running

    def _end(self, *, patient: bool = False) -> str:
        """End the process, leave nothing of it, and say how it ended; `patient`: it ends by itself, as far as one can see."""
        running, self._running = self._running, None
        if running is None:
            return ""
        atexit.unregister(self.close)
        running.connection.close()
        if patient:
            with suppress(subprocess.TimeoutExpired):
                running.process.wait(_ENDING_S)
        os.close(running.lifeline)
        running.process.kill()
        running.process.wait()
        return _ended(running.process.returncode)

    def _forget(self) -> None:
        """In a forked child: leave the process to the parent, whose it is, and hold nothing that keeps it alive."""
        self._lock = threading.Lock()  # another thread of the parent may have held it
        running, self._running = self._running, None
        if running is not None:
            atexit.unregister(self.close)
            running.connection.close()
            os.close(running.lifeline)
            running.process.returncode = 0  # nobody here can reap it


def _started() -> _Running:
    """A new process, with a socket for photos and a pipe that closes when this process is gone."""
    ours, theirs = socket.socketpair()
    lifeline_end, lifeline = os.pipe()
    try:
        argument = json.dumps([[str(place) for place in sys.path], theirs.fileno(), lifeline_end])
        process = subprocess.Popen(  # noqa: S603  this Python, and nothing from outside
            [sys.executable, "-I", "-c", _PROGRAM, argument],
            pass_fds=(theirs.fileno(), lifeline_end),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | _SMALL,
        )
    except OSError as error:
        ours.close()
        os.close(lifeline)
        reason = said("the process that reads photos does not start: {reason}", reason=error.strerror)
        raise PhotoRefused("photo_reader_died", reason, said("free some memory")) from error
    finally:
        theirs.close()
        os.close(lifeline_end)
    return _Running(process, ours, lifeline)


def _speaks(connection: socket.socket, most_s: float) -> bool:
    """Whether something comes within the time.

    Waited for in slices, so that a stop (Ctrl-Z) of both processes counts as one slice and not as the photo's time.
    """
    waiting = select.poll()  # not `select`, which knows the first 1024 descriptors only
    waiting.register(connection, select.POLLIN)
    return any(waiting.poll(_SLICE_S * 1000) for _ in range(max(1, round(most_s / _SLICE_S))))


def _ended(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return said("exit code {code}", code=code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return said("signal {number}", number=-code)
