"""Work over many rows, here or in processes, in such a way that one item that kills its process costs only itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from ..model.errors import SettingsError

T = TypeVar("T")
R = TypeVar("R")

# Rows handed out ahead of each worker: enough that none waits, few enough that little is lost with a process.
_AHEAD = 2
_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_items(rows: Sequence[T], work: Callable[[T], R], workers: int, died: Callable[[T], R]) -> Iterator[tuple[int, R]]:
    """What `work` makes of each of the rows.

    Parameters
    ----------
    rows
        Anything that can be pickled, when there are several workers.
    work
        Called once a row; its errors pass through and end the run.
    workers
        1 works in this process; more start as many processes.
    died
        What to say of a row whose process was killed under it, twice; called in this process.

    Returns
    -------
        Pairs of the row's index and its result, each index once, in the order in which they are finished.
        Closing the iterator, or Ctrl-C, lets the rows at work finish and starts no others.

    Raises
    ------
    SettingsError
        `workers_not_started`: processes die before they are given a row.
    """
    if workers == 1 or len(rows) <= 1:
        yield from ((index, work(row)) for index, row in enumerate(rows))
        return
    left = dict(enumerate(rows))
    while left:
        suspects: list[int] = []
        for index, result in _pooled(left, work, workers, suspects):
            del left[index]
            yield index, result
        for index in suspects:
            yield index, _alone(left.pop(index), work, died)


def _pooled(rows: dict[int, T], work: Callable[[T], R], workers: int, suspects: list[int]) -> Iterator[tuple[int, R]]:
    """Results until all are done or a process dies; then `suspects` holds the rows that were handed out."""
    waiting = iter(list(rows.items()))
    running: dict[Future[R], int] = {}
    pool = _pool(min(workers, len(rows)))
    try:
        while True:
            while len(running) < workers * _AHEAD and (following := next(waiting, None)) is not None:
                running[pool.submit(work, following[1])] = following[0]
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                result = future.result()
                yield running.pop(future), result
    except BrokenProcessPool:
        suspects.extend(sorted(running.values()))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(row: T, work: Callable[[T], R], died: Callable[[T], R]) -> R:
    """The result of `row` in a process of its own."""
    pool = _pool(1)
    try:
        _check_starts(pool)
        return pool.submit(work, row).result()
    except BrokenProcessPool:
        return died(row)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _check_starts(pool: ProcessPoolExecutor) -> None:
    """Raise unless a process of `pool` can do anything at all; else every single row would seem to kill one."""
    try:
        pool.submit(os.getpid).result()
    except BrokenProcessPool as error:
        raise SettingsError("workers_not_started", "worker processes die as soon as they start", "use one worker") from error


def _pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes: nothing of this one's threads and locks is copied into them."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker)


def _begin_worker() -> None:
    """One thread a worker, as there is one worker a core; Ctrl-C is for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))
    import cv2  # after the limits, which its libraries read when they are loaded

    cv2.setNumThreads(1)
