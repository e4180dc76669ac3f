"""One ordered map: the same results in the same order, however many processes, and whichever of them dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial

sys.path.insert(0, str(Path(__file__).parent))
import executor_jobs as jobs


@pytest.mark.parametrize("executor", [Serial(), ProcessPool(1), ProcessPool(3)], ids=["serial", "one", "three"])
def test_results_come_in_the_order_of_the_items(executor: Serial | ProcessPool) -> None:
    numbers = list(range(20))
    assert list(executor.map(jobs.square_slowly, numbers, jobs.minus_one)) == [n * n for n in numbers]


def test_no_items_start_no_process() -> None:
    assert list(ProcessPool(2).map(jobs.square_slowly, [], jobs.minus_one)) == []


def test_a_killed_process_costs_only_the_item_that_killed_it() -> None:
    numbers = list(range(24))
    found = list(ProcessPool(2).map(jobs.die_on_seven, numbers, jobs.minus_one))
    assert found == [-1 if n == 7 else n * n for n in numbers]


def test_two_killers_are_both_found() -> None:
    numbers = [7, 1, 7, 2]
    assert list(ProcessPool(2).map(jobs.die_on_seven, numbers, jobs.minus_one)) == [-1, 1, -1, 4]


def test_an_error_of_the_function_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match="three"):
        list(ProcessPool(2).map(jobs.fail_on_three, list(range(8)), jobs.minus_one))


def test_workers_use_one_blas_thread_and_the_parent_keeps_its_own() -> None:
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    assert set(ProcessPool(2).map(jobs.blas_threads, [1, 2, 3], jobs.minus_one)) == {"1"}  # type: ignore[arg-type]
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before
