"""A proof that is killed: the user's tree stays as it was, and what is left behind is removed by the next one."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from proofs_repository import ID, Scratch, quiet

from qualitygate.vcs.worktree import PREFIX, commit_of, sweep, worktrees

_SLOW = """
import sys, time
import qualitygate.proving.history as history
real = history.observe
def slow(*arguments, **options):
    time.sleep(30)
    return real(*arguments, **options)
history.observe = slow
from qualitygate.cli import main
main(["prove", sys.argv[1]])
"""


def state(scratch: Scratch) -> tuple[str, ...]:
    return (
        scratch.git("status", "--porcelain"),
        scratch.git("ls-files", "-s"),
        scratch.git("rev-parse", "HEAD"),
        scratch.git("branch", "--list"),
    )


def listening() -> None:
    """Hear signals, even where whoever runs the tests has had them ignored (`nohup`, a shell's background job)."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_killed_while_it_judges(scratch: Scratch, tmp_path: Path, number: signal.Signals) -> None:
    scratch.case()
    scratch.write("build/a.png", b"being worked on")
    before, temporary = state(scratch), tmp_path / "tmp"
    temporary.mkdir()
    environ = quiet() | {"TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW, ID],
        cwd=scratch.top,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=listening,
    )
    try:
        for _ in range(600):
            # Begun means checked out: the picture is in the detached worktree.
            if any(temporary.glob(f"{PREFIX}*/*/build/a.png")) or process.poll() is not None:
                break
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert state(scratch) == before
    if number == signal.SIGKILL:
        assert len(scratch.worktrees) > 1
        assert sweep(scratch.top) >= 1
    else:
        assert process.returncode == 130, err
        assert err.strip() == b"qualitygate: interrupted"
    assert len(scratch.worktrees) == 1
    assert list(temporary.glob(f"{PREFIX}*")) == []
    assert scratch.git("worktree", "prune", "--dry-run", "--verbose") == ""
    assert state(scratch) == before


def test_a_proof_that_goes_on_is_not_swept_up(scratch: Scratch) -> None:
    commit = commit_of(scratch.top, scratch.bad)
    with worktrees(scratch.top) as ours:
        path = ours.at(commit)
        assert ours.at(commit) == path
        assert sweep(scratch.top) == 0
        with worktrees(scratch.top) as theirs:
            assert theirs.at(commit) != path
        assert (path / "build/a.png").exists()
    assert not path.exists()
    assert len(scratch.worktrees) == 1


def test_worktrees_of_somebody_else_are_left_alone(scratch: Scratch, tmp_path: Path) -> None:
    """Also one on a drive that is not there just now, which `git worktree prune` would forget."""
    scratch.git("worktree", "add", "-q", "--detach", str(tmp_path / "theirs"))
    scratch.git("worktree", "add", "-q", "--detach", str(tmp_path / "away"))
    (tmp_path / "away").rename(tmp_path / "elsewhere")
    with worktrees(scratch.top) as ours:
        ours.at(commit_of(scratch.top, scratch.bad))
    assert len(scratch.worktrees) == 3


def test_what_is_half_there_is_removed(scratch: Scratch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    found = worktrees(scratch.top)
    ours = found.__enter__()
    path = ours.at(commit_of(scratch.top, scratch.bad))
    (path / ".git").unlink()
    found.__exit__(None, None, None)
    assert len(scratch.worktrees) == 1
    assert list(tmp_path.glob(f"{PREFIX}*")) == []
    assert list((scratch.top / ".git").glob("worktrees/*")) == []
