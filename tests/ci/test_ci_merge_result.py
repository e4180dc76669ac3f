"""Two pull requests that are each fine and are damage together: the merge is measured, and the queue stops it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from actions_steps import ACTION, Runner, inputs, step_of
from PIL import Image as Pillow

CONFIG = """
[[sets]]
name = "icons"
reference = "reference"
candidate = "candidate"
profile = "icons"
metrics = ["delta_e_2000"]
"""
LIMIT = """
schema = 1
description = "Icons of the shop"

[limits.delta_e_2000]
mean = {{ fail = {limit}, severity = "S2", why = "icons are set beside the logo" }}
"""

Git = Callable[..., str]


@pytest.fixture
def git(workspace: Path) -> Git:
    """A repository with one icon, a limit of 3, and two branches from it."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")

    def call(*arguments: str) -> str:
        done = subprocess.run(["git", *who, *arguments], cwd=workspace, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    call("init", "-q", "-b", "main")
    paint(workspace / "reference" / "icon.png", 128)
    paint(workspace / "candidate" / "icon.png", 128)
    (workspace / "qualitygate.toml").write_text(CONFIG)
    limit(workspace, 3.0)
    commit(call)
    call("update-ref", "refs/remotes/origin/main", "HEAD")
    call("checkout", "-qb", "tighter")
    limit(workspace, 1.0)
    commit(call)
    call("checkout", "-qb", "new-export", "main")
    paint(workspace / "candidate" / "icon.png", 134)
    commit(call)
    return call


def paint(path: Path, grey: int) -> None:
    path.parent.mkdir(exist_ok=True)
    Pillow.new("RGB", (64, 64), (grey, grey, grey)).save(path)


def limit(workspace: Path, most: float) -> None:
    (workspace / "thresholds").mkdir(exist_ok=True)
    (workspace / "thresholds" / "icons.toml").write_text(LIMIT.format(limit=most))


def commit(git: Git) -> None:
    git("add", "-A", "--", "qualitygate.toml", "reference", "candidate", "thresholds")
    git("commit", "-qm", "a")


def merged(git: Git, base: str, branch: str) -> None:
    """What `actions/checkout` gives: the merge of a branch into its target, detached."""
    git("checkout", "-q", "--detach", base)
    git("merge", "-q", "--no-ff", "-m", "merge", branch)


def gate(runner: Runner) -> tuple[int, str]:
    outcome = runner.run(step_of(ACTION, "Gate"), inputs(report=""))
    return outcome.code, outcome.log


def test_each_alone_passes_and_both_together_fail(runner: Runner, git: Git) -> None:
    for branch in ("tighter", "new-export"):
        merged(git, "origin/main", branch)
        code, log = gate(runner)
        assert code == 0, f"{branch}: {log}"
    # The first is merged. The second was reviewed beside it, and its own branch is still fine, as is its diff.
    merged(git, "origin/main", "tighter")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("checkout", "-q", "new-export")
    assert gate(runner)[0] == 0, "the head alone says nothing of what main will be"
    merged(git, "origin/main", "new-export")
    code, log = gate(runner)
    assert code == 1, log
    assert "candidate/icon.png" in log


def test_the_queue_stops_the_second(runner: Runner, git: Git, tmp_path: Path) -> None:
    """Both were queued before either was merged: the second stands upon the first, of which main knows nothing."""
    merged(git, "origin/main", "tighter")
    first = git("rev-parse", "HEAD")
    merged(git, first, "new-export")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"merge_group": {"base_sha": first, "base_ref": "refs/heads/main"}}))
    runner.environment |= {
        "GITHUB_EVENT_NAME": "merge_group",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_BASE_REF": "",
        "GITHUB_HEAD_REF": "",
        "GITHUB_REF": f"refs/heads/gh-readonly-queue/main/pr-13-{first}",
    }
    code, log = gate(runner)
    assert code == 1, log
    assert "1 failed" in log
