"""Filters that the user configured must not run what a commit brings along."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from proofs_repository import BAD, ID, Scratch

from qualitygate.core.errors import ConfigError
from qualitygate.proving import Proven, prove

NOW = datetime(2025, 10, 1, 8, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a git configuration of its own, since git is asked without any `GIT_` variable."""
    made = tmp_path / "home"
    made.mkdir()
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return made


def proved(scratch: Scratch) -> Proven:
    return prove(ID, scratch.top, now=NOW, environ={"PATH": os.environ["PATH"]}, runs=1)


def hostile(scratch: Scratch, mark: Path) -> None:
    """A commit whose attributes name the filter, and which holds the script that the filter runs."""
    scratch.write("bin/smudge.sh", f"#!/bin/sh\ntouch {mark}\ncat\n").chmod(0o755)
    bad = scratch.commit("Filter", **{".gitattributes": "* filter=team\n", "build/a.png": BAD})
    values = {"bad_commit": bad, "fixed_commit": scratch.repaired(), "parent": scratch.parent, "reference":
              "approved/a.png", "candidate": "build/a.png", "old_thresholds": scratch.bad}  # fmt: skip
    scratch.case("".join(f'{key} = "{value}"\n' for key, value in values.items()))


@pytest.mark.parametrize("key", ["smudge", "process"])
@pytest.mark.parametrize("where", ["local", "global", "included"])
def test_a_script_of_the_commit_is_not_run_by_a_filter(
    scratch: Scratch, tmp_path: Path, home: Path, key: str, where: str
) -> None:
    mark = tmp_path / "was-run"
    hostile(scratch, mark)
    body = f'[filter "team"]\n{key} = bin/smudge.sh\nrequired = true\n'
    if where == "local":
        (scratch.top / ".git/config").open("a").write(body)
    elif where == "global":
        (home / ".gitconfig").write_text(body)
    else:  # only for the worktrees: the user's own tree has another git directory
        (home / "more").write_text(body)
        (home / ".gitconfig").write_text('[includeIf "gitdir:**/worktrees/**"]\npath = more\n')
    found = proved(scratch)
    assert not mark.exists()
    assert found.passed, [one.why for one in found.outcomes]


def test_a_filter_that_cannot_be_switched_off_is_refused(scratch: Scratch, tmp_path: Path, home: Path) -> None:
    hostile(scratch, tmp_path / "was-run")
    (home / ".gitconfig").write_text('[filter "a=b"]\nsmudge = bin/smudge.sh\n')
    with pytest.raises(ConfigError, match="the filter 'a=b' cannot be switched off") as caught:
        proved(scratch)
    assert caught.value.code == "QG-1761"
    assert len(scratch.worktrees) == 1
