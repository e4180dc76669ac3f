"""The map as a stream: what is known, what fits in memory, what an interrupt leaves behind."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.executors import crew
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial
from qualitygate.executors.worker import Worker

sys.path.insert(0, str(Path(__file__).parent))
import executor_jobs as jobs


def lost(_: Any) -> Any:
    return -1


@pytest.mark.parametrize("executor", [Serial(), ProcessPool(2)], ids=["serial", "pool"])
def test_what_is_known_is_not_run_and_stands_in_its_place(executor: Serial | ProcessPool) -> None:
    known = {0: 100, 3: 103, 4: 104, 9: 109}
    found = list(executor.map(jobs.square_slowly, range(10), lost, known=known.get))
    assert found == [known.get(number, number * number) for number in range(10)]


def test_what_is_all_known_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "Worker", None)
    assert list(ProcessPool(2).map(jobs.square_slowly, range(1000), lost, known=lambda n: n + 1)) == list(
        range(1, 1001)
    )


def test_what_one_process_is_done_with_at_once_starts_no_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_GROWS_AFTER", 600.0)
    assert len(set(ProcessPool(3).map(jobs.number_of_process, range(50), lost))) == 1
    monkeypatch.setattr(crew, "_GROWS_AFTER", 0.0)
    assert len(set(ProcessPool(3).map(jobs.own_number_slowly, range(50), lost))) > 1


def test_a_second_process_joins_while_the_first_is_at_one_item(tmp_path: Path) -> None:
    """Nothing but time wakes the parent then."""
    items = [(str(tmp_path), number) for number in (0, 1)]
    assert list(ProcessPool(2).map(jobs.wait_for_the_second, items, lost)) == [0, 1]


def test_results_come_while_later_ones_are_not_even_looked_for() -> None:
    looked: list[int] = []

    def known(number: int) -> int | None:
        looked.append(number)
        return number + 1

    stream = ProcessPool(2).map(jobs.square_slowly, range(100_000), lost, known=known)
    assert next(stream) == 1
    assert len(looked) < 1000


@pytest.mark.parametrize(("memory", "most"), [(100, 1), (210, 2), (None, 3)])
def test_costs_under_way_stay_within_the_budget(tmp_path: Path, memory: int | None, most: int) -> None:
    items = [(str(tmp_path), number) for number in range(9)]
    beside = list(ProcessPool(3, memory=memory).map(jobs.hold, items, lost, cost=lambda _: 100))
    assert max(beside) <= most
    assert memory is not None or max(beside) > 1


def test_what_fits_beside_nothing_is_run_alone(tmp_path: Path) -> None:
    items = [(str(tmp_path), number) for number in range(7)]
    costs = {(str(tmp_path), 3): 10**12}
    beside = list(ProcessPool(3, memory=300).map(jobs.hold, items, lost, cost=lambda item: costs.get(item, 1)))
    assert beside[3] == 1


def test_an_innocent_item_whose_process_died_is_run_again(tmp_path: Path) -> None:
    items = [(str(tmp_path), number) for number in range(8)]
    assert list(ProcessPool(2).map(jobs.die_once, items, lost)) == list(range(8))
    assert (tmp_path / "died").exists()


def test_numeric_libraries_share_the_cores_among_the_processes() -> None:
    assert set(map(repr, ProcessPool(2).map(jobs.threads, [1, 2, 3], lost))) == {repr((1, {"1"}))}
    assert next(ProcessPool(1, threads=3).map(jobs.threads, [1], lost)) == (3, {"3"})


def test_those_who_are_there_do_it_all_where_the_system_allows_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    hired: list[Worker] = []

    def hire(*arguments: Any) -> Worker:
        if len(hired) == allowed:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        hired.append(Worker(*arguments))
        return hired[-1]

    monkeypatch.setattr(crew, "Worker", hire)
    monkeypatch.setattr(crew, "_GROWS_AFTER", 0.0)
    allowed = 2
    assert list(ProcessPool(4).map(jobs.square_slowly, range(20), lost)) == [n * n for n in range(20)]
    assert len(hired) == 2
    allowed = len(hired)
    with pytest.raises(ConfigError, match="do not start: Resource temporarily unavailable") as caught:
        list(ProcessPool(4).map(jobs.square_slowly, range(20), lost))
    assert caught.value.code == "QG-1446"


def test_an_error_that_cannot_travel_still_arrives() -> None:
    with pytest.raises(RuntimeError, match="UnpicklableError: cannot travel"):
        list(ProcessPool(2).map(jobs.raise_unpicklable, range(4), lost))


def test_an_error_tells_where_in_the_worker_it_was_raised() -> None:
    with pytest.raises(ValueError, match="three") as caught:
        list(ProcessPool(2).map(jobs.fail_on_three, range(8), lost))
    assert "fail_on_three" in "".join(caught.value.__notes__)


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_caller_who_wants_no_more_leaves_no_process() -> None:
    stream = ProcessPool(2).map(jobs.number_of_process, range(100), lost)
    first = next(stream)
    assert isinstance(stream, Iterator)
    stream.close()  # type: ignore[attr-defined]
    assert gone(first)


SCRIPT = """
import sys, time
from pathlib import Path
sys.path.insert(0, {folder!r})
import executor_jobs as jobs
from qualitygate.executors.process_pool import ProcessPool

if __name__ == "__main__":
    items = [({directory!r}, number) for number in range(3000)]
    try:
        for done in ProcessPool(2, how={how!r}).map(jobs.hold, items, lambda item: -1):
            print("one", flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of a process group")
@pytest.mark.parametrize("begun", [True, False], ids=["measuring", "starting"])
@pytest.mark.parametrize("how", ["spawn", "fork"] if sys.platform.startswith("linux") else ["spawn"])
def test_an_interrupt_ends_every_process_without_a_word(tmp_path: Path, begun: bool, how: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent), directory=str(tmp_path), how=how))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if begun:
            assert process.stdout.readline() == "one\n"
        else:
            wait_for(lambda: len(members(process.pid)) > 2)
        ours = members(process.pid)
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
        assert process.wait(60) == 130
        assert process.stderr.read() == ""
    assert len(ours) > 2
    wait_for(lambda: all(gone(each) for each in ours))


def members(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group:
                found.append(int(entry.name))
    return found


def wait_for(holds: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_processes_that_never_start_are_one_clear_error(tmp_path: Path) -> None:
    """A script without a guard: each new interpreter reads it again, and would start processes of its own."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        textwrap.dedent(
            """
            from qualitygate.core.errors import ConfigError
            from qualitygate.executors.process_pool import ProcessPool
            try:
                print(list(ProcessPool(2, how="spawn").map(abs, range(100), lambda item: -1)))
            except ConfigError as error:
                print(error)
            """
        )
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=300)
    assert "QG-1446" in done.stdout
    assert "__main__" in done.stdout
