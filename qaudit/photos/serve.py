"""The reader process: takes photos one at a time, decodes them within its limits, and hands back pixels or the refusal.

It is started by `isolated`, and lives for its owner alone: when the owner is gone, so is it.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import socket
from dataclasses import replace

from ..model.errors import PhotoRefused
from ..model.language import chained, message
from ..model.photo import Photo
from ..model.text import one_line
from .files import read_bytes, read_file
from .wire import READY, Refusal, Request, receive_request, send_answer

# What this process may hold, its libraries included. A 12 MP photo takes some 100 MiB.
MOST_MEBIBYTES = 600
# Code that is loaded with the first photo of a format is no data, and not counted by the system's limit on data.
_CODE_MEBIBYTES = 24
_LONGEST_COMPLAINT = 200


def main(connection: int, lifeline: int) -> None:
    """Serve one owner until it hangs up; does not return.

    Parameters
    ----------
    connection
        Descriptor of the socket on which requests come and answers go.
    lifeline
        Descriptor of a pipe whose other end the owner alone holds.
    """
    _end_with(lifeline)
    complaints = catch_complaints()
    from . import decode  # noqa: F401  before the limits are set and the first photo comes

    _limit()
    with socket.socket(fileno=connection) as owner:
        try:
            owner.sendall(READY)
            while (request := receive_request(owner)) is not None:
                send_answer(owner, answered(request, complaints))
        except OSError:
            pass  # the owner is gone
    os._exit(0)  # nothing here is worth the time of an orderly end


def answered(request: Request, complaints: int) -> Photo | Refusal:
    """What comes of one photo.

    Parameters
    ----------
    request
        The photo.
    complaints
        Descriptor from which to read what decoders write to standard error: libtiff reads on after most errors and tells
        them there alone.

    Returns
    -------
        The photo, `damaged` if its decoder complained; or why it is refused.
    """
    drained(complaints)
    try:
        if request.is_path:
            photo = read_file(request.payload, request.max_side)
        else:
            photo = read_bytes(request.payload, request.max_side)
    except PhotoRefused as error:
        return Refusal(error.slug, error.message, error.way_out)
    said = drained(complaints)
    return (
        replace(photo, damaged=chained(message("{first}; {next}"), [text for text in (photo.damaged, said) if text]))
        if said
        else photo
    )


def catch_complaints() -> int:
    """Turn standard error into a pipe and give its other end; a full one loses what comes and keeps no decoder waiting."""
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    os.dup2(write_end, 2)
    os.close(write_end)
    return read_end


def drained(complaints: int) -> str:
    """What came through the pipe since the last time: once each, on one line, and not too much of it."""
    try:
        told = os.read(complaints, 1 << 16).decode("utf-8", "replace").splitlines()
    except BlockingIOError:
        return ""
    return one_line("; ".join(dict.fromkeys(line.strip() for line in told)))[:_LONGEST_COMPLAINT]


def _end_with(lifeline: int) -> None:
    """Let the system end this process as soon as the other end of `lifeline` is closed, whatever a decoder is doing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    try:
        os.read(lifeline, 1)
    except BlockingIOError:
        return
    os._exit(0)  # it was closed before the signal was asked for


def _limit() -> None:
    """Bound the memory, and forbid what no decoder needs: core dumps and written files."""
    held = _held_mebibytes("VmData")
    if held:  # elsewhere than on Linux only the time is bounded
        _lower(resource.RLIMIT_DATA, held + MOST_MEBIBYTES - _CODE_MEBIBYTES - _held_mebibytes("VmRSS") << 20)
    _lower(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _lower(resource.RLIMIT_FSIZE, 0)


def _lower(kind: int, limit: int) -> None:
    """Set a limit of the system, unless it is lower already."""
    hard = resource.getrlimit(kind)[1]
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(kind, (limit, limit))


def _held_mebibytes(figure: str) -> int:
    """A figure of this process, 0 where the system does not tell it."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
            return next((int(line.split()[1]) >> 10 for line in status if line.startswith(figure)), 0)
    except OSError:
        return 0
