"""Work on a Dask cluster, which needs the extra `cluster`. Paths travel, pixels do not: every worker sees the same files."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import dask
from distributed import Client, KilledWorker, LocalCluster, as_completed

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import one_line
from .engine import Loss, one_thread

T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"
_CONNECT_S = 30
# Rows handed out for each thread of the cluster: the way to it takes longer than to a process of this machine.
_AHEAD = 2
# A worker takes down what waits for it too. All of these are done again in the end, each alone, so that the right one is told.
# A scheduler elsewhere has its own setting.
_SETTINGS = {"distributed.scheduler.allowed-failures": 0}


class Cluster:
    """A cluster elsewhere, or one that is started here for the run. It bounds no time: a task of Dask cannot be ended."""

    def __init__(self, address: str, workers: int) -> None:
        self._address = address
        self._workers = workers

    def run(
        self, jobs: Iterable[tuple[int, T]], count: int, work: Callable[[T], R], lost: Callable[[T, Loss], R]
    ) -> Iterator[tuple[int, R]]:
        """As in `Engine`; SettingsError `cluster_unreachable`, `cluster_differs`."""
        if not count:
            return
        waiting = iter(jobs)
        running: dict[Any, tuple[int, T]] = {}
        suspects: list[tuple[int, T]] = []
        with ExitStack() as opened, dask.config.set(_SETTINGS):
            client = self._client(opened)
            _check_alike(client)
            finished = as_completed(loop=client.loop)

            def start_next() -> None:
                following = next(waiting, None)
                if following is not None:
                    future = client.submit(_worked, work, following[1], pure=False)
                    running[future] = following
                    finished.add(future)

            for _ in range(_AHEAD * max(1, sum(client.nthreads().values()))):
                start_next()
            for future in finished:
                place, item = running.pop(future)
                try:
                    result = future.result()
                except KilledWorker:
                    suspects.append((place, item))
                    start_next()
                    continue
                future.release()
                start_next()
                yield place, result
            for place, item in suspects:
                yield place, _alone(client, work, item, lost)

    def _client(self, opened: ExitStack) -> Any:
        """A connection to the cluster, which is closed with `opened`."""
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # a worker that dies is told in its item's record
        try:
            if self._address != LOCAL:
                return opened.enter_context(Client(self._address, timeout=_CONNECT_S, set_as_default=False))
            with _deaf_to_interrupts():
                cluster = LocalCluster(
                    n_workers=self._workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            opened.enter_context(cluster)
            return opened.enter_context(Client(cluster, timeout=_CONNECT_S, set_as_default=False))
        except (OSError, ValueError) as error:
            reason = said(
                "{address}: no cluster answers there: {reason}", address=one_line(self._address), reason=one_line(str(error))
            )
            raise SettingsError(
                "cluster_unreachable", reason, said("name the scheduler as in tcp://host:8786, or local")
            ) from error


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What is started meanwhile does not hear Ctrl-C, which is for this process."""
    if threading.current_thread() is not threading.main_thread():  # where no signal can be set, and Ctrl-C is not heard
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _alone(client: Any, work: Callable[[T], R], item: T, lost: Callable[[T, Loss], R]) -> R:
    """The result of an item that a worker died with, while nothing else is at work."""
    try:
        result: R = client.submit(_worked, work, item, pure=False).result()
    except KilledWorker:
        return lost(item, "worker_died")
    return result


def _check_alike(client: Any) -> None:
    """Raise unless every worker has the versions that this process has: else their results are none of this run."""
    here = _versions()
    for worker, there in client.run(_versions).items():
        if there != here:
            differing = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
            raise SettingsError(
                "cluster_differs",
                said(
                    "worker {worker} has another version of {names}", worker=one_line(str(worker)), names=", ".join(differing)
                ),
                said("install the same versions on every machine"),
            )


def _versions() -> dict[str, Any]:
    """Of qaudit and of the libraries that results depend on."""
    from ..model.tool import versions

    return versions()


def _worked(work: Callable[[T], R], item: T) -> R:
    """What a worker of the cluster does with an item."""
    one_thread()
    return work(item)
