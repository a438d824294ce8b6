"""Work on a Dask cluster, which needs the extra `cluster`. Paths travel, pixels do not: every worker sees the same files."""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from multiprocessing import resource_tracker
from typing import Any, TypeVar

import dask
from distributed import Client, KilledWorker, LocalCluster, as_completed
from distributed.comm.addressing import resolve_address
from distributed.comm.core import CommClosedError

from ..model.errors import SettingsError
from ..model.language import said
from ..model.text import one_line
from .engine import LOCAL, Loss, one_thread

T = TypeVar("T")
R = TypeVar("R")

_CONNECT_S = 30
_WORKER_S = 30
_RECOUNT_S = 5.0
_LOST = (CommClosedError, CancelledError)
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
    ) -> Generator[tuple[int, R], None, None]:
        """As in `Engine`; SettingsError `cluster_unreachable`, `cluster_differs`, `cluster_lost`."""
        if not count:
            return
        waiting = iter(jobs)
        running: dict[Any, tuple[int, T]] = {}
        suspects: list[tuple[int, T]] = []
        with ExitStack() as opened, dask.config.set(_SETTINGS):
            client = self._client(opened)
            opened.enter_context(self._told())
            self._wait_for_one(client)
            _check_alike(client)
            work = partial(_worked, work, _versions())
            finished = as_completed(loop=client.loop)
            room = _Room(client)

            def start_next() -> None:
                while len(running) < room.jobs():
                    following = next(waiting, None)
                    if following is None:
                        return
                    future = client.submit(work, following[1], pure=False)
                    running[future] = following
                    finished.add(future)

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

    def _wait_for_one(self, client: Any) -> None:
        """Raise unless the cluster has a worker, or gets one in a while."""
        try:
            client.wait_for_workers(1, timeout=_WORKER_S)
        except TimeoutError as error:
            raise SettingsError(
                "cluster_unreachable",
                said("{address}: the cluster has no worker", address=one_line(self._address)),
                said("start its workers, such as with dask worker ADDRESS"),
            ) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say that the cluster has gone where its library says so in its own ways."""
        try:
            yield
        except _LOST as error:
            raise SettingsError(
                "cluster_lost",
                said("{address}: the cluster does not answer any more", address=one_line(self._address)),
                said("start it again and give the same command; what is finished is kept"),
            ) from error

    def _client(self, opened: ExitStack) -> Any:
        """A connection to the cluster, which is closed with `opened`."""
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # a worker that dies is told in its item's record
        try:
            if self._address != LOCAL:
                resolve_address(self._address)  # a client that fails at this waits a minute when it is thrown away
                return opened.enter_context(Client(self._address, timeout=_CONNECT_S, set_as_default=False))
            with _deaf_to_interrupts():
                cluster = LocalCluster(
                    n_workers=self._workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # else its one port is taken by the next run
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


class _Room:
    """How many jobs a cluster should have at a time; workers may join it and leave it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._counted_s = -math.inf
        self._threads = 0

    def jobs(self) -> int:
        """For the threads that it has now, or had a moment ago."""
        now = time.monotonic()
        if now - self._counted_s >= _RECOUNT_S:
            self._threads = sum(self._client.nthreads().values())
            self._counted_s = now
        return _AHEAD * max(1, self._threads)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What is started meanwhile does not hear Ctrl-C, which is for this process, and arrives here when this is over."""
    resource_tracker.ensure_running()  # which lets the signal through again when it starts with the first process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _alone(client: Any, work: Callable[[T], R], item: T, lost: Callable[[T, Loss], R]) -> R:
    """The result of an item that a worker died with, while nothing else is at work."""
    try:
        result: R = client.submit(work, item, pure=False).result()
    except KilledWorker:
        return lost(item, "worker_died")
    return result


def _check_alike(client: Any) -> None:
    """Raise unless every worker has the versions that this process has: else their results are none of this run."""
    for worker, there in client.run(_versions).items():
        _check_versions(_versions(), there, str(worker))


def _check_versions(here: Mapping[str, Any], there: Mapping[str, Any], worker: str) -> None:
    """Raise where a worker has other versions than the process that it works for."""
    if there == here:
        return
    differing = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
    raise SettingsError(
        "cluster_differs",
        said("worker {worker} has another version of {names}", worker=one_line(worker), names=", ".join(differing)),
        said("install the same versions on every machine"),
    )


@cache
def _versions() -> dict[str, Any]:
    """Of qaudit and of the libraries that results depend on."""
    from ..model.tool import versions

    return versions()


def _worked(work: Callable[[T], R], versions: Mapping[str, Any], item: T) -> R:
    """What a worker of the cluster does with an item, whenever it joined; `versions` are those that it must have."""
    _check_versions(versions, _versions(), f"{socket.gethostname()}, {os.getpid()}")
    one_thread()
    return work(item)
