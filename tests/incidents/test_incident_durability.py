"""Many writers at once, writers killed in the act, a full disk: whole files, one incident per failure."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from incident_cases import draft, open_many, open_one, pixels
from killing import die_before, forked

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects
from qualitygate.incidents.markdown import render
from qualitygate.incidents.postmortem import to_json
from qualitygate.incidents.seeding import seed
from qualitygate.incidents.store import Store

POSTMORTEMS = "run/_/postmortems"


def assert_whole(root: Path) -> int:
    """Every visible file is complete and agrees with the log; returns the number of incidents."""
    ledger = Ledger(root)
    for incident_id in ledger.ids():
        assert not list(defects(incident_id, ledger.log(incident_id)))
        record, paths = ledger.record(incident_id), ledger.paths(incident_id)
        for item in record.evidence:
            assert item.path is not None
            assert (root / item.path).stat().st_size == item.bytes
        if paths.json.exists():
            assert paths.json.read_bytes() == to_json(record)
        if paths.markdown.exists():
            assert paths.markdown.read_text(encoding="utf-8") == render(record)
    made = {path.name.split(".")[0] for path in (root / POSTMORTEMS).glob("PM-*")}
    assert made == set(ledger.ids())
    return len(ledger.ids())


def opened(root: Path, pipelines: list[str]) -> list[tuple[str, bool]]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(len(pipelines)) as pool:
        jobs = [pool.apply_async(open_one, (str(root), name, 2 * place)) for place, name in enumerate(pipelines)]
        return [job.get(timeout=120) for job in jobs]


def test_ten_processes_with_one_failure_open_one_incident(tmp_path: Path):
    results = opened(tmp_path, ["hero-export"] * 10)
    assert len({incident_id for incident_id, _ in results}) == 1
    assert sum(created for _, created in results) == 1
    assert assert_whole(tmp_path) == 1
    assert len(list((tmp_path / POSTMORTEMS).glob("PM-*"))) == 3
    assert len(list((tmp_path / "evidence").iterdir())) == 1


def test_ten_failures_at_once_get_ten_ids(tmp_path: Path):
    results = opened(tmp_path, [f"pipeline-{number}" for number in range(10)])
    assert len({incident_id for incident_id, _ in results}) == 10
    assert all(created for _, created in results)
    assert assert_whole(tmp_path) == 10


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_killed_writer_leaves_nothing_half_written(tmp_path: Path):
    pause = random.Random(20261121)
    (tmp_path / POSTMORTEMS).mkdir(parents=True)
    written = 0
    for first in range(0, 360_000, 10_000):
        child = forked(lambda first=first: open_many(str(tmp_path), first))
        patience = time.monotonic() + 30
        while len(Ledger(tmp_path).ids()) <= written and time.monotonic() < patience:
            time.sleep(0.001)
        time.sleep(pause.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        before, written = written, assert_whole(tmp_path)
        assert written > before
    # Whoever meets an incident again completes it.
    for incident_id in Ledger(tmp_path).ids():
        Store(tmp_path).complete(incident_id)
        assert Ledger(tmp_path).paths(incident_id).markdown.exists()
        assert Ledger(tmp_path).paths(incident_id).json.exists()


@pytest.mark.skipif(os.name == "nt", reason="forks")
def test_a_writer_that_dies_before_any_one_step_is_made_good_by_the_next(tmp_path: Path):
    for step in range(1, 200):
        root = tmp_path / str(step)
        child = forked(lambda root=root, step=step: die_before(step, lambda: open_one(str(root), "hero-export", 0)))
        died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert assert_whole(root) <= 1
        open_one(str(root), "hero-export", 7)
        assert assert_whole(root) == 1
        assert len(list((root / POSTMORTEMS).glob("PM-*.md"))) == 1
        if not died:
            break
    assert step > 10


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_read_only_store_is_one_clear_error(tmp_path: Path):
    root = Path(tempfile.mkdtemp())  # below `tmp_path` another user could not even look
    root.chmod(0o555)

    def attempt() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            seed(draft(root), {})
        except ConfigError as error:
            os._exit(7 if error.code == "QG-1412" and "Permission denied" in str(error) else 1)

    try:
        assert os.waitstatus_to_exitcode(os.waitpid(forked(attempt), 0)[1]) == 7
        assert list(root.iterdir()) == []
    finally:
        root.rmdir()


_FULL_DISK = """
import resource, sys
from pathlib import Path
from incident_cases import draft, pixels
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.seeding import seed
found = draft(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
try:
    seed(found, pixels(found, size=0))
except ConfigError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs RLIMIT_FSIZE")
def test_a_write_cut_short_by_the_system_leaves_nothing(tmp_path: Path):
    path = os.pathsep.join(entry for entry in (str(Path(__file__).parent), *sys.path) if entry)
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "[QG-1412]" in done.stdout
    assert list((tmp_path / POSTMORTEMS).glob("*PM-*")) == []


def test_a_disk_without_room_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    found = draft(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        seed(found, pixels(found))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    found = draft(tmp_path)
    assert seed(found, pixels(found)).created
    assert assert_whole(tmp_path) == 1
    target = tmp_path / "file"
    assert durable.create_file(target, b"first")
    assert not durable.create_file(target, b"second")
    assert target.read_bytes() == b"first"


def test_what_killed_writers_left_is_swept_up_after_an_hour(tmp_path: Path):
    folder = tmp_path / POSTMORTEMS
    folder.mkdir(parents=True)
    names = (".PM-1.json", ".PM-1.events.jsonl", ".PM-1.md", ".reports.csv", "..gitattributes")
    old = [folder / f"{name}.{number:016x}.tmp" for number, name in enumerate(names)]
    fresh = [folder / f"{name}.{number + 9:016x}.tmp" for number, name in enumerate(names)]
    others = [folder / "notes.tmp", folder / ".swap.tmp", folder / ".draft.md.new"]
    for path in (*old, *fresh, *others):
        path.write_text("{")
    stale = tmp_path / "evidence" / ".pm-1.00ff.tmp"
    stale.mkdir(parents=True)
    (stale / "a.png").write_bytes(b"")
    for path in (*old, *others, stale):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    found = draft(tmp_path)
    seed(found, pixels(found))
    assert not [path for path in (*old, stale) if path.exists()]
    assert all(path.exists() for path in (*fresh, *others))


def test_whoever_replaces_a_file_sweeps_up_too(tmp_path: Path):
    left = tmp_path / ".reports.csv.0123456789abcdef.tmp"
    left.write_text("id")
    os.utime(left, (time.time() - 3700, time.time() - 3700))
    durable.replace_file(tmp_path / "reports.csv", b"id\n")
    assert [path.name for path in tmp_path.iterdir()] == ["reports.csv"]


def test_thousands_of_incidents_are_searched_quickly(
    tmp_path: Path, bounded: Callable[[float], AbstractContextManager[None]]
):
    ref = seed(draft(tmp_path), {})
    record = json.loads((tmp_path / ref.json).read_text())
    for number in range(10, 2_010):
        name = f"PM-2025-01-01-{number}"
        text = json.dumps(record | {"id": name, "state": "closed"})
        (tmp_path / POSTMORTEMS / f"{name}.json").write_text(text)
    with bounded(5):
        assert draft(tmp_path).ref.id == ref.id
