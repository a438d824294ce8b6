"""Local processes that can be ended: an item that kills its process or hangs costs only itself."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from multiprocessing import resource_tracker
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from ..model.errors import SettingsError
from ..model.language import said
from .engine import THREAD_LIMITS, Loss, begin_worker

T = TypeVar("T")
R = TypeVar("R")

# A fresh interpreter on a machine under load.
_START_S = 120.0


class _Job(Generic[T]):
    """An item at work, and whether a process died under it already."""

    __slots__ = ("item", "place", "was_lost")

    def __init__(self, place: int, item: T) -> None:
        self.place = place
        self.item = item
        self.was_lost = False


class Processes:
    """As many processes as asked for, each with one item at a time: nothing is handed out ahead, so nothing is done in vain."""

    def __init__(self, workers: int, most_s: float) -> None:
        self._workers = workers
        self._most_s = most_s

    def run(
        self, jobs: Iterable[tuple[int, T]], count: int, work: Callable[[T], R], lost: Callable[[T, Loss], R]
    ) -> Generator[tuple[int, R], None, None]:
        """As in `Engine`; SettingsError `workers_not_started` where processes die before they are given an item."""
        if not count:
            return
        workers = min(self._workers, count)
        waiting = iter(jobs)
        running: dict[Future[R], _Job[T]] = {}
        # The libraries of numbers count threads when they are loaded, which may be before a process is set up.
        before = {name: os.environ.get(name) for name in THREAD_LIMITS}
        os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))
        # Fresh processes: nothing of this one's threads and locks is copied into them.
        pool = ProcessPool(workers, context=multiprocessing.get_context("spawn"), initializer=_begin)

        def start(job: _Job[T]) -> None:
            running[pool.schedule(work, args=(job.item,), timeout=self._most_s)] = job

        def start_next() -> None:
            following = next(waiting, None)
            if following is not None:
                start(_Job(*following))

        try:
            _check_starts(pool)
            for _ in range(workers):
                start_next()
            while running:
                # One at a time: its process has the next item before this one is stored, and only this one.
                future = next(iter(wait(running, return_when=FIRST_COMPLETED).done))
                job = running.pop(future)
                try:
                    result = future.result()
                except ProcessExpired:
                    if not job.was_lost:
                        job.was_lost = True
                        start(job)
                        continue
                    result = lost(job.item, "worker_died")
                except TimeoutError:
                    result = lost(job.item, "item_too_slow")
                start_next()
                yield job.place, result
            pool.close()
        finally:
            pool.stop()  # after `close` and the last result nothing is at work
            pool.join()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _check_starts(pool: ProcessPool) -> None:
    """Raise unless a process of `pool` can do anything at all; else every single item would seem to kill one."""
    # Ctrl-C is for this process, also while another starts: what the pool starts, now and later, inherits this mask.
    resource_tracker.ensure_running()  # first: Python starts it with the first process, and lifts the mask then
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        first = pool.schedule(os.getpid)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        first.result(timeout=_START_S)
    except (ProcessExpired, TimeoutError, RuntimeError) as error:
        raise SettingsError(
            "workers_not_started", said("worker processes die as soon as they start"), said("use one worker")
        ) from error


def _begin() -> None:
    """Set up a process that ends with its parent, however that ends, whatever it is doing itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A pipe whose other end the parent alone holds: the system sends SIGIO when it is closed.
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
        if not parent.is_alive():
            os._exit(0)  # it was gone before the signal was asked for
    begin_worker()
