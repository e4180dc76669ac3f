"""The change being judged has one name in every run over it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qualitygate.vcs import current_change


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"GITHUB_REF": "refs/pull/12/merge", "GITHUB_HEAD_REF": "fix", "GITHUB_REF_NAME": "12/merge"}, "pull/12"),
        ({"GITHUB_REF": "refs/pull/7/head"}, "pull/7"),
        ({"GITHUB_REF": f"refs/heads/gh-readonly-queue/main/pr-12-{'a' * 40}"}, "pull/12"),
        ({"GITHUB_REF": f"refs/heads/gh-readonly-queue/release/1.x/pr-3-{'0' * 40}"}, "pull/3"),
        ({"CI_MERGE_REQUEST_IID": "12", "CI_COMMIT_REF_NAME": "fix"}, "merge-request/12"),
        # pull_request_target: the ref is the branch merged into, the head is what is judged.
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_HEAD_REF": "fix"}, "branch/fix"),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_HEAD_REF": ""}, "branch/main"),
        ({"GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1", "GITHUB_REF_TYPE": "tag"}, "tag/v1"),
        ({"CI_COMMIT_TAG": "v1", "CI_COMMIT_REF_NAME": "v1"}, "tag/v1"),
        ({"CI_COMMIT_REF_NAME": "feature/ä"}, "branch/feature/ä"),
        ({}, None),
        ({"GITHUB_REF": "", "GITHUB_REF_NAME": "", "CI_MERGE_REQUEST_IID": ""}, None),
        # Nothing that is no ref name or number gets into an id, a message or a file.
        ({"GITHUB_HEAD_REF": "a\nb"}, None),
        ({"GITHUB_HEAD_REF": "a" * 300}, None),
        ({"GITHUB_REF": "refs/pull/12/merge\n"}, None),
        ({"CI_MERGE_REQUEST_IID": "12; rm -rf /"}, None),
        ({"CI_MERGE_REQUEST_IID": "१२"}, None),
    ],
)
def test_from_the_environment(environ: dict[str, str], expected: str | None, tmp_path: Path):
    assert current_change(environ, tmp_path) == expected


def test_from_git_where_the_environment_is_silent(tmp_path: Path):
    subprocess.run(["git", "init", "--quiet", "--initial-branch=topic"], cwd=tmp_path, check=True)
    assert current_change({}, tmp_path) == "branch/topic"
    assert current_change({"GITHUB_REF": "refs/pull/12/merge"}, tmp_path) == "pull/12"
