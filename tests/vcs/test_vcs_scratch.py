"""Earlier versions on the disk never outlive the run that wrote them."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from qualitygate.vcs.scratch import PREFIX, Scratch, sweep

HOLDER = """
import sys, time
from qualitygate.vcs.scratch import Scratch
made = Scratch()
print(made.write(b"old", ".png"), flush=True)
{then}
"""


@pytest.fixture(autouse=True)
def own_temporary_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def left(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"{PREFIX}*"))


def started(then: str) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER.format(then=then)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_it_goes_with_its_last_reference(tmp_path: Path) -> None:
    made = Scratch()
    one, other = made.write(b"1", ".png"), made.write(b"2", ".png")
    assert (one.read_bytes(), other.read_bytes(), one.suffix) == (b"1", b"2", ".png")
    del made
    gc.collect()
    assert left(tmp_path) == []


def test_closing_it_twice_is_closing_it_once(tmp_path: Path) -> None:
    made = Scratch()
    made.close()
    made.close()
    assert left(tmp_path) == []


@pytest.mark.parametrize("then", ["pass", "raise RuntimeError('boom')", "sys.exit(3)"])
def test_it_goes_with_the_interpreter(tmp_path: Path, then: str) -> None:
    process, path = started(then + "\n")
    process.communicate(timeout=60)
    assert path.name.endswith(".png")
    assert left(tmp_path) == []


def test_it_goes_when_the_run_is_interrupted(tmp_path: Path) -> None:
    process, _ = started("time.sleep(60)")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert left(tmp_path) == []


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    process, path = started("time.sleep(60)")
    process.kill()
    process.communicate(timeout=60)
    assert path.exists(), "nobody could remove it"
    made = Scratch()
    assert not path.exists()
    assert left(tmp_path) == [made.directory]


def test_those_of_runs_that_go_on_are_kept() -> None:
    process, path = started("time.sleep(60)")
    try:
        ours = Scratch()
        assert sweep() == 0
        assert path.exists()
        assert ours.directory.exists()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_one_that_is_only_being_made_is_kept_and_an_old_one_without_owner_is_not(tmp_path: Path) -> None:
    fresh, old = tmp_path / f"{PREFIX}fresh", tmp_path / f"{PREFIX}old"
    fresh.mkdir()
    old.mkdir()
    long_ago = time.time() - 3600
    os.utime(old, (long_ago, long_ago))
    assert sweep() == 1
    assert left(tmp_path) == [fresh]


def test_a_link_of_its_name_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "somebody's"
    target.mkdir()
    (target / "precious").write_text("x")
    (tmp_path / f"{PREFIX}link").symlink_to(target, target_is_directory=True)
    sweep()
    assert (target / "precious").exists()
