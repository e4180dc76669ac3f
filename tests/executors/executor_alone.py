"""Checks of the map in a process of their own, which has one thread: there, workers are copies of it.

`python executor_alone.py NAME [DIRECTORY]` runs one check and prints `held`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import executor_jobs as jobs

from qualitygate.executors import crew
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.starting import way


def lost(_: Any) -> Any:
    return -1


def order(_: str) -> None:
    assert list(ProcessPool(3).map(jobs.square_slowly, range(20), lost)) == [n * n for n in range(20)]


def deaths(_: str) -> None:
    found = list(ProcessPool(2).map(jobs.die_on_seven, range(24), lost))
    assert found == [-1 if n == 7 else n * n for n in range(24)]


def innocent(directory: str) -> None:
    items = [(directory, number) for number in range(8)]
    assert list(ProcessPool(2).map(jobs.die_once, items, lost)) == list(range(8))


def errors(_: str) -> None:
    with pytest.raises(ValueError, match="three") as caught:
        list(ProcessPool(2).map(jobs.fail_on_three, range(8), lost))
    assert "fail_on_three" in "".join(caught.value.__notes__)


def budget(directory: str) -> None:
    items = [(directory, number) for number in range(9)]
    assert max(ProcessPool(3, memory=210).map(jobs.hold, items, lost, cost=lambda _: 100)) <= 2


def threads(_: str) -> None:
    before = dict(os.environ)
    assert set(map(repr, ProcessPool(2).map(jobs.threads, [1, 2, 3], lost))) == {repr((1, {"1"}))}
    assert dict(os.environ) == before


def two_maps_at_once(_: str) -> None:
    """Workers of one map end by themselves although those of another were copied while they were at work."""
    killed: list[BaseProcess] = []

    def kill(process: BaseProcess) -> None:
        killed.append(process)
        process.terminate()

    crew._SECONDS = 30.0
    BaseProcess.kill = kill  # type: ignore[method-assign]
    one, other = (ProcessPool(1).map(jobs.number_of_process, range(3), lost) for _ in range(2))
    first, second = next(one), next(other)
    assert len({os.getpid(), first, second}) == 3
    assert list(one) == [first, first]
    assert list(other) == [second, second]
    assert killed == []


def many_at_once(_: str) -> None:
    """Each worker ends when it is let go, although copies of its connection were made with the later ones."""
    assert len(set(ProcessPool(6).map(jobs.own_number_slowly, range(60), lost))) == 6
    assert os.listdir(f"/proc/{os.getpid()}/task") == [str(os.getpid())]  # noqa: PTH208
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    assert children == []


def nothing_twice(directory: str) -> None:
    """What the original wants done at its end, and what it has not printed yet, is not done by a copy."""
    import atexit

    atexit.register((Path(directory) / "ends").open("a").write, "x")
    kept = tempfile.TemporaryDirectory(dir=directory)
    sys.stdout.write("once ")
    assert len(set(ProcessPool(2).map(jobs.number_of_process, range(20), lost))) > 0
    assert Path(kept.name).is_dir()


def another_thread(_: str) -> None:
    assert way() == "fork"
    halt = threading.Event()
    beside = threading.Thread(target=halt.wait)
    beside.start()
    assert way() == "spawn"
    halt.set()
    beside.join()
    while way() != "fork":  # the system takes a moment longer than Python to be done with a thread
        time.sleep(0.01)
    sys.modules["torch"] = sys
    assert way() == "spawn"
    del sys.modules["torch"]


def no_thread_to_be_had(_: str) -> None:
    """As below `ulimit -u`, or without memory for its stack: workers do without the one that looks after the parent."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    threading.Thread.start = start  # type: ignore[method-assign]
    assert list(ProcessPool(2).map(jobs.square_slowly, range(20), lost)) == [n * n for n in range(20)]


CHECKS = (
    order, deaths, innocent, errors, budget, threads, many_at_once, two_maps_at_once, nothing_twice, another_thread,
    no_thread_to_be_had,
)  # fmt: skip

if __name__ == "__main__":
    assert way() == "fork"
    next(check for check in CHECKS if check.__name__ == sys.argv[1])(sys.argv[2])
    print("held")
