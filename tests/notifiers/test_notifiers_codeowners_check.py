"""`qualitygate codeowners check` as a user runs it: the working tree, a commit, the platform."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from github_server import REPOSITORY, Platform

OWNER = ("--owner", "@org/brand")


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """A repository with files and a commit."""

    def make(**files: str) -> Path:
        named = {"luts/a.cube": "1", "thresholds/hero.toml": "2", "src/main.py": "3", **files}
        subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
        for name, text in named.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())
        commit(tmp_path)
        return tmp_path

    return make


def commit(top: Path) -> None:
    subprocess.run(["git", "add", "-A"], cwd=top, check=True)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "commit", "-qm", "x"], cwd=top, check=True)


def test_without_codeowners_nobody_owns_anything(qg: Callable, tree: Callable) -> None:
    top = tree()
    told = qg("codeowners", "check", *OWNER)
    assert told.code == 1
    assert "QG-1780" in told.out
    assert "luts/a.cube: has no owner [QG-1783]" in told.out
    assert "src/main.py" not in told.out
    assert told.out.endswith(
        "append to .github/CODEOWNERS, or let --write do it:\n"
        "*.cube @org/brand\nthresholds/ @org/brand\n/.github/CODEOWNERS @org/brand\n"
    )
    told = qg("codeowners", "check", *OWNER, "--write")
    assert (told.code, "appended to .github/CODEOWNERS" in told.out) == (0, True)
    before = (top / ".github/CODEOWNERS").read_bytes()
    assert qg("codeowners", "check", *OWNER, "--write").code == 0
    assert (top / ".github/CODEOWNERS").read_bytes() == before


def test_codeowners_does_not_protect_itself(qg: Callable, tree: Callable) -> None:
    tree(CODEOWNERS="*.cube @org/brand\n/thresholds/ @org/brand\n")
    told = qg("codeowners", "check", *OWNER)
    assert told.code == 1
    assert "CODEOWNERS: has no owner: CODEOWNERS does not protect itself" in told.out
    assert told.out.endswith("\n/CODEOWNERS @org/brand\n")


def test_line_ends_stay_as_they_are(qg: Callable, tree: Callable) -> None:
    top = tree(CODEOWNERS="* @dev\r\n# end")
    assert qg("codeowners", "check", *OWNER, "--write").code == 0
    content = (top / "CODEOWNERS").read_bytes()
    assert content.startswith(b"* @dev\r\n# end\r\n\r\n# What")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert not (top / ".github").exists()


def test_the_first_place_counts_and_the_others_are_said(qg: Callable, tree: Callable) -> None:
    tree(**{".github/CODEOWNERS": "* @org/brand", "CODEOWNERS": "* @dev", "docs/CODEOWNERS": "* @dev"})
    told = qg("codeowners", "check", *OWNER)
    assert told.code == 0
    assert told.out.count("QG-1789") == 2
    assert qg("codeowners", "check", *OWNER, "--file", "docs/CODEOWNERS").code == 1


def test_at_the_commit_that_is_merged_into(qg: Callable, tree: Callable) -> None:
    """A pull request that takes the owners out is judged by the file before it."""
    top = tree(CODEOWNERS="* @org/brand\n")
    (top / "CODEOWNERS").write_text("* @attacker\n")
    commit(top)
    assert qg("codeowners", "check", *OWNER).code == 1
    told = qg("codeowners", "check", *OWNER, "--base", "HEAD~1")
    assert told.code == 0
    assert "CODEOWNERS at HEAD~1" in told.out
    assert "QG-1690" in qg("codeowners", "check", "--base", "nowhere").err
    assert "QG-1690" in qg("codeowners", "check", "--base=--output=x").err
    assert qg("codeowners", "check", "--base", "HEAD", "--write").code == 2


def test_the_configuration_names_paths_and_owners(
    qg: Callable, tree: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = '[codeowners]\nprotected = ["brand/**"]\nowners = ["@org/brand", "@org/colour"]\n'
    rules = "* @dev\n/site/brand/x @ORG/COLOUR\n"
    files = {"site/brand/x": "", "site/brand/y z": "", "brand/other": ""}
    top = tree(**files, **{"CODEOWNERS": rules, "site/qualitygate.toml": config})
    found = json.loads(qg("codeowners", "check", "--format", "json").out)
    assert found["protected"] == 3  # at the top there is no configuration: the defaults
    monkeypatch.chdir(top / "site")
    found = json.loads(qg("codeowners", "check", "--format", "json").out)
    assert (found["protected"], [gap["path"] for gap in found["gaps"]]) == (2, ["site/brand/y z"])
    assert found["proposed"] == ["/site/brand/y\\ z @org/brand @org/colour"]


def test_skipped_lines_as_annotations(qg: Callable, tree: Callable) -> None:
    files = {f"luts/{number}.cube": "" for number in range(30)}
    tree(**files, **{".github/CODEOWNERS": "* @dev\n!x @y\n"})
    out = qg("codeowners", "check", *OWNER, "--format", "github").out
    assert "::warning title=CODEOWNERS,file=.github/CODEOWNERS,line=2::" in out
    assert out.count("::error ") == 10
    assert "more like these" in out
    text = qg("codeowners", "check", *OWNER).out
    assert "… and 12 more like these" in text


def test_nothing_is_protected(qg: Callable, tree: Callable) -> None:
    top = tree()
    for name in ("luts/a.cube", "thresholds/hero.toml"):
        (top / name).unlink()
    commit(top)
    told = qg("codeowners", "check")
    assert (told.code, told.out) == (0, "no CODEOWNERS: no tracked file is protected\n")


@pytest.mark.parametrize("kind", ["link", "directory", "large"])
def test_files_that_github_does_not_read(qg: Callable, tree: Callable, kind: str) -> None:
    top = tree()
    if kind == "link":
        (top / "CODEOWNERS").symlink_to("/etc/passwd")
    elif kind == "directory":
        (top / "CODEOWNERS").mkdir()
    else:
        (top / "CODEOWNERS").write_text("# fill\n" * 500_000)
    told = qg("codeowners", "check")
    assert (told.code, "QG-1781" in told.err, len(told.err.splitlines())) == (2, True, 1)


def test_usage(qg: Callable, tree: Callable) -> None:
    assert "QG-1690" in qg("codeowners", "check").err
    tree()
    assert "QG-1785" in qg("codeowners", "check", "--owner", "brand").err
    assert "QG-1785" in qg("codeowners", "check", "--write").err
    assert "QG-1401" in qg("codeowners", "check", "--file", "nothing").err
    assert qg("codeowners", "check", "--branch", "main").code == 2


@pytest.mark.parametrize(
    ("rules", "errors", "code", "says"),
    [
        (True, [], 0, "required on main, by ruleset"),
        (False, [], 1, "neither a ruleset nor branch protection requires"),
        (
            True,
            [{"line": 1, "kind": "Unknown owner", "path": "CODEOWNERS"}],
            1,
            "CODEOWNERS:1: Unknown owner [QG-1788]",
        ),
    ],
)
def test_with_the_platform(
    qg: Callable, tree: Callable, platform: Platform, rules: bool, errors: list[dict], code: int, says: str
) -> None:
    tree(CODEOWNERS="* @org/brand\n")
    if rules:
        platform.rules = [{"type": "pull_request", "parameters": {"require_code_owner_review": True}}]
    platform.codeowners_errors = errors
    told = qg("codeowners", "check", "--api")
    assert (told.code, says in told.out) == (code, True), told.out


def test_what_cannot_be_told_is_no_pass(qg: Callable, tree: Callable, platform: Platform) -> None:
    tree(CODEOWNERS="* @org/brand\n")
    platform.admin, platform.protection = False, {}
    told = qg("codeowners", "check", "--api", "--repo", REPOSITORY)
    assert told.code == 3
    assert "cannot tell whether the review of code owners is required" in told.out
    told = qg("codeowners", "check", "--api", "--repo", "octo-org/secret")
    assert (told.code, told.out.count("cannot tell")) == (3, 2)
