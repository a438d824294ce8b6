"""Engines: each item comes back once, and one that kills its process or hangs costs only itself."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qaudit.batch.engine import Engine, Serial, engine_for
from qaudit.batch.processes import Processes
from qaudit.model.errors import SettingsError

from .factory import dead, fail_at_three, slow_square, square, square_or_die, square_or_die_once, square_or_hang, worker_threads

LONG_S = 120.0
BOTH = pytest.mark.parametrize("engine", [Serial(), Processes(2, LONG_S)], ids=["serial", "processes"])


def run(engine: Engine, items: list[Any], work: Any) -> list[tuple[int, Any]]:
    return list(engine.run(enumerate(items), len(items), work, dead))


@BOTH
def test_every_item_comes_back_once_with_its_own_result(engine: Engine) -> None:
    items = list(range(30))
    assert sorted(run(engine, items, slow_square)) == [(n, n * n) for n in items]


@BOTH
def test_no_items_are_no_work(engine: Engine) -> None:
    assert run(engine, [], square) == []


@BOTH
def test_an_error_in_the_work_ends_the_run(engine: Engine) -> None:
    with pytest.raises(ValueError, match="three"):
        run(engine, [1, 2, 3, 4], fail_at_three)


def test_without_processes_the_order_is_kept_and_work_is_done_when_asked() -> None:
    assert list(islice(Serial().run(enumerate([1, 2, 3]), 3, fail_at_three, dead), 2)) == [(0, 1), (1, 2)]


def test_an_item_that_kills_its_process_twice_loses_only_itself() -> None:
    results = dict(run(Processes(2, LONG_S), list(range(20)), square_or_die))
    assert results == {n: ("7 worker_died" if n == 7 else n * n) for n in range(20)}


def test_an_item_whose_process_was_killed_once_is_tried_again(tmp_path: Path) -> None:
    jobs = [(n, str(tmp_path / str(n % 3))) for n in range(6)]
    assert dict(run(Processes(2, LONG_S), jobs, square_or_die_once)) == {n: n * n for n in range(6)}


def test_an_item_that_hangs_is_ended_and_the_others_go_on() -> None:
    results = dict(run(Processes(2, 1.0), list(range(12)), square_or_hang))
    assert results == {n: ("7 item_too_slow" if n == 7 else n * n) for n in range(12)}


def test_items_are_asked_for_only_as_there_is_room_for_them() -> None:
    asked: list[int] = []
    jobs = ((n, n) for n in range(100) if asked.append(n) is None)
    results = Processes(2, LONG_S).run(jobs, 100, square, dead)
    for finished, _ in enumerate(results, start=1):
        assert len(asked) <= finished + 2
    assert len(asked) == 100


def test_a_worker_keeps_to_one_thread() -> None:
    for _, (threads, limit, process) in run(Processes(2, LONG_S), [0, 1], worker_threads):
        assert (threads, limit) == (1, "1")
        assert process != os.getpid()


def test_closing_the_iterator_ends_the_processes() -> None:
    results = Processes(2, LONG_S).run(enumerate(range(50)), 50, square, dead)
    before = set(multiprocessing.active_children())
    next(results)
    started = set(multiprocessing.active_children()) - before
    results.close()
    assert len(started) == 2
    assert not started & set(multiprocessing.active_children())


def test_a_process_that_hangs_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    program = (
        "from qaudit.batch.processes import Processes\n"
        "from tests.batch.factory import dead, tell_and_hang\n"
        "if __name__ == '__main__':\n"
        f"    list(Processes(2, 999.0).run([(0, {str(fifo)!r})], 1, tell_and_hang, dead))\n"
    )
    (tmp_path / "parent.py").write_text(program)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(place for place in sys.path if place)}
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py"], env=environment)
    end = os.open(fifo, os.O_RDONLY)  # waits until the worker is at work
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    ended, _, _ = select.select([end], [], [], 60)
    os.close(end)
    assert ended


def test_an_item_that_kills_its_process_costs_a_cluster_only_itself() -> None:
    pytest.importorskip("distributed")
    results = dict(run(engine_for(2, "local", LONG_S), list(range(12)), square_or_die))
    assert results == {n: ("7 worker_died" if n == 7 else n * n) for n in range(12)}


@pytest.mark.parametrize("address", ["nonsense://nowhere", "nowhere", "tcp://host:port"])
def test_a_cluster_that_cannot_be_is_a_setting_to_correct_and_no_client_is_left_to_end(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    distributed = pytest.importorskip("distributed")
    begun: list[str] = []
    monkeypatch.setattr(distributed.Client, "__init__", lambda *_, **__: begun.append(address))
    with pytest.raises(SettingsError) as caught:
        run(engine_for(1, address, LONG_S), [1], square)
    assert (caught.value.slug, begun) == ("cluster_unreachable", [])


def test_without_dask_a_cluster_is_refused_with_the_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "qaudit.batch.cluster", raising=False)
    with pytest.raises(SettingsError) as caught:
        engine_for(1, "local", LONG_S)
    assert caught.value.slug == "extra_missing"
    assert "qaudit[cluster]" in str(caught.value)


@pytest.mark.parametrize("most_s", [0.0, -1.0, float("nan")])
def test_a_time_limit_that_cannot_be_is_refused(most_s: float) -> None:
    with pytest.raises(SettingsError) as caught:
        engine_for(2, None, most_s)
    assert caught.value.slug == "time_limit_out_of_range"


@contextmanager
def elsewhere(workers: int) -> Iterator[Any]:
    """A cluster that a run reaches by its address."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    ) as made:
        yield made


def test_a_cluster_without_workers_is_told_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("qaudit.batch.cluster._WORKER_S", 0.1)
    with elsewhere(0) as cluster, pytest.raises(SettingsError) as caught:
        run(engine_for(1, cluster.scheduler_address, LONG_S), [1], square)
    assert (caught.value.slug, "no worker" in str(caught.value)) == ("cluster_unreachable", True)


def test_a_cluster_that_goes_away_ends_the_run_in_one_line() -> None:
    with elsewhere(1) as cluster:
        results = engine_for(1, cluster.scheduler_address, LONG_S).run(enumerate(range(500)), 500, square, dead)
        next(results)
        cluster.close()
        with pytest.raises(SettingsError) as caught:
            list(results)
    assert caught.value.slug == "cluster_lost"


def test_a_worker_of_other_versions_refuses_work_whenever_it_joined() -> None:
    pytest.importorskip("distributed")
    from qaudit.batch.cluster import _versions, _worked

    assert _worked(square, _versions(), 3) == 9
    with pytest.raises(SettingsError) as caught:
        _worked(square, {**_versions(), "numpy": "0.1"}, 3)
    travelled = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  our own
    assert (travelled.slug, "numpy" in travelled.message) == ("cluster_differs", True)


def test_workers_that_join_a_cluster_later_get_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from qaudit.batch.cluster import _Room

    monkeypatch.setattr("qaudit.batch.cluster._RECOUNT_S", 0.0)
    threads = iter([{"a": 1}, {"a": 1, "b": 4}, {}])
    room = _Room(SimpleNamespace(nthreads=lambda: next(threads)))
    assert [room.jobs(), room.jobs(), room.jobs()] == [2, 10, 2]


def test_ctrl_c_while_a_cluster_starts_arrives_afterwards() -> None:
    pytest.importorskip("distributed")
    from qaudit.batch.cluster import _deaf_to_interrupts

    def start() -> None:
        with _deaf_to_interrupts():
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        start()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
