"""Where the work is done: one small interface, and the engine that works in this process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterable
from typing import Literal, Protocol, TypeVar

from ..model.errors import SettingsError
from ..model.language import Figure, said

T = TypeVar("T")
R = TypeVar("R")
Loss = Literal["worker_died", "item_too_slow"]

MOST_WORKERS = 256
# The address of a cluster that is started here for the run.
LOCAL = "local"
# The slowest honest pair takes some seconds; a gallery of many photos may take minutes.
MOST_S = 300.0
# Some eleven days; the clocks of the system count no further than twice that.
LONGEST_S = 1_000_000
THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Engine(Protocol):
    """Does the work on many items."""

    def run(
        self, jobs: Iterable[tuple[int, T]], count: int, work: Callable[[T], R], lost: Callable[[T, Loss], R]
    ) -> Generator[tuple[int, R], None, None]:
        """What `work` makes of each job.

        Parameters
        ----------
        jobs
            Place and item of each, asked for one by one as there is room for them.
        count
            How many there will be at the most.
        work
            Called once an item, perhaps in another process; its errors pass through and end the run.
        lost
            What to say of an item whose process was killed under it twice, or that took too long; called in this process.

        Returns
        -------
            Place and result of each, in the order in which they are finished. Closing the iterator ends what is at work.
        """


class Serial:
    """Works in this process, one item after the other; an item that hangs or ends the process is not guarded against."""

    def run(
        self, jobs: Iterable[tuple[int, T]], count: int, work: Callable[[T], R], lost: Callable[[T, Loss], R]
    ) -> Generator[tuple[int, R], None, None]:
        """As in `Engine`."""
        return ((place, work(item)) for place, item in jobs)


def engine_for(workers: int, cluster: str | None, most_s: float) -> Engine:
    """The engine that was asked for.

    Parameters
    ----------
    workers
        1 works in this process; more start as many processes; with a cluster on this machine, how many it has.
    cluster
        Address of a Dask scheduler, ``local`` for a cluster that is started here, None for none.
    most_s
        How long an item may take in a process of its own, at most `LONGEST_S`.

    Raises
    ------
    SettingsError
        `workers_out_of_range`, `time_limit_out_of_range`; `extra_missing`: what a cluster needs is not installed.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise SettingsError(
            "workers_out_of_range", said("workers must be from 1 to {most}, not {workers}", most=MOST_WORKERS, workers=workers)
        )
    if not 0 < most_s <= LONGEST_S:
        reason = said(
            "the time limit must be more than 0 and at most {most} seconds, not {seconds}",
            most=LONGEST_S,
            seconds=Figure(f"{most_s:g}"),
        )
        raise SettingsError("time_limit_out_of_range", reason)
    if cluster is not None:
        try:
            from .cluster import Cluster
        except ImportError as error:
            way_out = said("install it: pip install 'qaudit[cluster]'")
            raise SettingsError("extra_missing", said("--cluster needs Dask, which is not installed"), way_out) from error
        return Cluster(cluster, workers)
    if workers == 1:
        return Serial()
    from .processes import Processes

    return Processes(workers, most_s)


def begin_worker() -> None:
    """Set a process up for work: one thread, as there is one worker a core; Ctrl-C is for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_thread()


def one_thread() -> None:
    """Let the libraries of vision use one thread."""
    os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))
    import cv2  # after the limits, which its libraries read when they are loaded

    cv2.setNumThreads(1)
