"""Work in processes, and what a killed one costs."""

from __future__ import annotations

import os
from itertools import islice

import pytest

from qaudit.batch.engine import run_items

from .factory import dead, fail_at_three, slow_square, square, square_or_die, worker_threads


@pytest.mark.parametrize("workers", [1, 2])
def test_every_row_comes_back_once_with_its_own_result(workers: int) -> None:
    rows = list(range(30))
    results = list(run_items(rows, slow_square, workers, dead))
    assert sorted(results) == [(n, n * n) for n in rows]


def test_one_worker_keeps_the_order_and_works_when_asked() -> None:
    assert list(islice(run_items([1, 2, 3], fail_at_three, 1, dead), 2)) == [(0, 1), (1, 2)]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_rows_are_no_work(workers: int) -> None:
    assert list(run_items([], square, workers, dead)) == []


def test_a_row_that_kills_its_process_loses_only_itself() -> None:
    rows = list(range(20))
    results = dict(run_items(rows, square_or_die, 2, dead))
    assert results == {n: (-7 if n == 7 else n * n) for n in rows}


def test_an_error_in_a_worker_ends_the_run() -> None:
    with pytest.raises(ValueError, match="three"):
        list(run_items([1, 2, 3, 4], fail_at_three, 2, dead))


def test_a_worker_keeps_to_one_thread() -> None:
    for _, (threads, limit, process) in run_items([0, 1], worker_threads, 2, lambda _: (0, "", 0)):
        assert (threads, limit) == (1, "1")
        assert process != os.getpid()


def test_closing_the_iterator_ends_the_processes() -> None:
    results = run_items(list(range(50)), square, 2, dead)
    next(results)
    results.close()
    assert list(results) == []
