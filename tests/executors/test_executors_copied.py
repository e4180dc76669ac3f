"""The map over copies of this process: all that holds for new interpreters, and what only copies could get wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import executor_alone as alone

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux copies processes safely")


def environ() -> dict[str, str]:
    # One thread in NumPy, as the command line loads it.
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


@pytest.mark.parametrize("check", [check.__name__ for check in alone.CHECKS])
def test_copies_keep_what_new_interpreters_keep(check: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, alone.__file__, check, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=120, env=environ(),
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == ("once held\n" if check == "nothing_twice" else "held\n")
    if check == "nothing_twice":
        assert (tmp_path / "ends").read_text() == "x"


SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
import executor_jobs as jobs
from qualitygate.executors.process_pool import ProcessPool
for done in ProcessPool(3).map(jobs.hold, [({directory!r}, number) for number in range(3000)], lambda item: -1):
    print("one", flush=True)
"""


def start(tmp_path: Path) -> subprocess.Popen[str]:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent), directory=str(tmp_path)))
    return subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ()
    )


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_script_without_a_guard_runs_as_it_is(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "one\n"
        assert len(children(process.pid)) == 3
        process.terminate()


def test_workers_end_with_their_parent_however_it_ends(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "one\n"
        ours = children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
    end = time.monotonic() + 60
    while any(alive(one) for one in ours):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert len(ours) == 3
