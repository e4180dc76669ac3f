"""What the event of a workflow says, and what is built upon what in GitHub's merge queue."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.vcs import target_branch
from qualitygate.vcs.blobs import since
from qualitygate.vcs.event import pull_number, queue_base

SHA = "0f0e0d0c0b0a09080706050403020100ffeeddcc"
QUEUE = f"refs/heads/gh-readonly-queue/release/1.x/pr-12-{SHA}"


def event(directory: Path, payload: Any, name: str = "merge_group") -> dict[str, str]:
    path = directory / "event.json"
    path.write_text(payload if isinstance(payload, str) else json.dumps(payload), encoding="utf-8")
    return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), "GITHUB_BASE_REF": ""}


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ({"base_sha": SHA, "base_ref": "refs/heads/main"}, SHA),
        ({"base_sha": "a" * 64}, "a" * 64),
        ({"base_sha": None, "base_ref": "refs/heads/release/1.x"}, "origin/release/1.x"),
        ({"base_sha": "--upload-pack=sh", "base_ref": "refs/heads/main"}, "origin/main"),
    ],
)
def test_the_base_of_a_queue_is_that_of_its_event(tmp_path: Path, group: Any, expected: str) -> None:
    assert target_branch(event(tmp_path, {"merge_group": group})) == expected


@pytest.mark.parametrize(
    "group",
    [{"base_sha": f"{SHA}\n", "base_ref": "refs/heads/a b"}, {"base_ref": "refs/tags/v1"}, {"base_ref": 7}, "a", None],
)
def test_an_event_that_says_no_base_is_refused(tmp_path: Path, group: Any) -> None:
    with pytest.raises(ConfigError, match="QG-1439"):
        target_branch(event(tmp_path, {"merge_group": group}))


@pytest.mark.parametrize(
    "payload", ["", "{", "[]", "7", '"a"', "[" * 100_000, "\x00", '{"merge_group": {"base_sha": "x"}}']
)
def test_an_event_that_cannot_be_read_leaves_the_name_of_the_branch(tmp_path: Path, payload: str) -> None:
    environ = event(tmp_path, payload) | {"GITHUB_REF": QUEUE}
    assert target_branch(environ) == "origin/release/1.x"


@pytest.mark.parametrize("kind", ["absent", "directory", "pipe", "bytes"])
def test_an_event_that_is_no_file_is_none(tmp_path: Path, kind: str) -> None:
    environ = event(tmp_path, {}) | {"GITHUB_REF": QUEUE}
    path = Path(environ["GITHUB_EVENT_PATH"])
    path.unlink()
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "bytes":
        path.write_bytes(b"\xff\xfe\x00")
    assert queue_base(environ) == "origin/release/1.x"


@pytest.mark.parametrize("reference", [None, "", "refs/heads/main", "refs/heads/gh-readonly-queue/main/pr-0-1"])
def test_a_queue_without_a_base_is_refused(tmp_path: Path, reference: str | None) -> None:
    """None would mean that there is nothing to compare with, and what drifted would pass for new."""
    environ = {"GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(tmp_path / "nowhere.json")}
    environ |= {} if reference is None else {"GITHUB_REF": reference}
    for ask in (queue_base, target_branch):
        with pytest.raises(ConfigError, match="QG-1439") as caught:
            ask(environ)
        assert caught.value.where == environ["GITHUB_EVENT_PATH"]
    assert queue_base(environ | {"GITHUB_EVENT_NAME": "push"}) is None


def test_elsewhere_the_event_is_not_asked(tmp_path: Path) -> None:
    payload = {"merge_group": {"base_sha": SHA}}
    assert target_branch(event(tmp_path, payload, "push")) is None
    assert target_branch(event(tmp_path, payload, "pull_request") | {"GITHUB_BASE_REF": "main"}) == "origin/main"


def test_the_change_of_an_entry_is_its_own(tmp_path: Path) -> None:
    """`main`, one entry before ours in the queue, and ours upon it: only ours is judged."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    for name in ("main.txt", "before.txt", "ours.txt"):
        (tmp_path / name).write_text(name)
        git("add", name)
        git("commit", "-qm", name)
    git("update-ref", "refs/remotes/origin/main", "HEAD~2")
    environ = event(tmp_path, {"merge_group": {"base_sha": git("rev-parse", "HEAD~1"), "base_ref": "refs/heads/main"}})
    (tmp_path / "event.json").rename(tmp_path / ".git" / "event.json")
    environ["GITHUB_EVENT_PATH"] = str(tmp_path / ".git" / "event.json")
    base = target_branch(environ)
    assert base is not None
    assert [change.path for change in since(tmp_path, base).changes] == ["ours.txt"]
    assert len(since(tmp_path, "origin/main").changes) == 2


@pytest.mark.parametrize(
    ("environ", "payload", "expected"),
    [
        ({"GITHUB_REF": "refs/pull/12/merge"}, {}, 12),
        ({"GITHUB_REF": QUEUE}, {}, 12),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "pull_request_target"}, {"number": 7}, 7),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "pull_request_target"}, {"number": "7"}, None),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "pull_request_target"}, {"number": True}, None),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "pull_request_target"}, {"number": -1}, None),
        # An issue has a number as well, and a push has none.
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "issues"}, {"number": 7}, None),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "push"}, {}, None),
        ({}, {}, None),
    ],
)
def test_the_number_of_the_pull_request(
    tmp_path: Path, environ: dict[str, str], payload: Any, expected: int | None
) -> None:
    assert pull_number(event(tmp_path, payload, "") | environ) == expected
