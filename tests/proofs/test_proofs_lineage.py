"""Which commits a proof takes: those of one story, so that thresholds from elsewhere show no gap."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from proofs_repository import BAD, GOOD, ID, TIGHT, Scratch

from qualitygate.core.errors import ConfigError
from qualitygate.proving import Proven, prove
from qualitygate.vcs.ancestry import is_ancestor, is_shallow, share_history

NOW = datetime(2025, 10, 1, 8, tzinfo=UTC)


def proved(scratch: Scratch) -> Proven:
    return prove(ID, scratch.top, now=NOW, environ={"PATH": os.environ["PATH"]}, runs=1)


def case(scratch: Scratch, **changed: str) -> Path:
    values = {"bad_commit": scratch.bad, "fixed_commit": scratch.fixed, "reference": "approved/a.png",
              "candidate": "build/a.png", **changed}  # fmt: skip
    return scratch.case("".join(f'{key} = "{value}"\n' for key, value in values.items()))


@pytest.fixture
def orphan(scratch: Scratch) -> str:
    """A tag on a commit that has nothing to do with the story and holds no gate."""
    scratch.git("checkout", "-q", "--orphan", "elsewhere")
    scratch.git("rm", "-rqf", ".")
    name = scratch.commit("Unrelated", **{"approved/a.png": GOOD, "build/a.png": GOOD})
    scratch.git("tag", "unrelated")
    scratch.git("checkout", "-q", "main")
    return name


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("old_thresholds", "is no ancestor of bad_commit"),
        ("parent", "is no ancestor of bad_commit"),
        ("fixed_commit", "has no history in common with bad_commit"),
        ("new_thresholds", "has no history in common with bad_commit"),
    ],
)
def test_an_unrelated_commit_shows_nothing(scratch: Scratch, orphan: str, key: str, said: str, qg) -> None:
    path = case(scratch, **{key: "unrelated"})
    line = 1 + path.read_text().splitlines().index(f'{key} = "unrelated"')
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    for part in (f"case.toml:{line}: proof.{key}: ", f"unrelated ({orphan[:10]})", said, "[QG-1760]"):
        assert part in done.err
    assert len(scratch.worktrees) == 1


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("old_thresholds", "tight", "is no ancestor of bad_commit"),
        ("parent", "fixed", "is no ancestor of bad_commit"),
        ("parent", "bad", "is no ancestor of bad_commit"),
        ("fixed_commit", "parent", "so it fixed nothing"),
        ("fixed_commit", "bad", "is bad_commit"),
        ("new_thresholds", "parent", "is older than the old ones"),
    ],
)
def test_an_order_that_cannot_be(scratch: Scratch, key: str, value: str, said: str) -> None:
    case(scratch, **{key: getattr(scratch, value)})
    with pytest.raises(ConfigError, match=said) as caught:
        proved(scratch)
    assert caught.value.code == "QG-1760"
    assert "case.toml:" in (caught.value.where or "")


def test_what_was_mended_on_another_branch_is_taken(scratch: Scratch) -> None:
    """The bad commit was on a release branch that never came to main."""
    scratch.git("checkout", "-q", "-b", "release", scratch.parent)
    bad = scratch.commit("Broken on the branch", **{"build/a.png": BAD})
    scratch.git("checkout", "-q", "main")
    case(scratch, bad_commit=bad, old_thresholds=scratch.parent, parent=scratch.parent)
    assert proved(scratch).passed


def test_thresholds_before_the_bad_commit_are_taken(scratch: Scratch) -> None:
    case(scratch, old_thresholds=scratch.parent, new_thresholds="main")
    assert proved(scratch).passed


def test_ancestry(scratch: Scratch, orphan: str, tmp_path: Path) -> None:
    top = scratch.top
    assert is_ancestor(top, scratch.parent, scratch.tight)
    assert is_ancestor(top, scratch.bad, scratch.bad)
    assert not is_ancestor(top, scratch.tight, scratch.parent)
    assert share_history(top, scratch.tight, scratch.parent)
    assert not share_history(top, scratch.tight, orphan)
    assert not is_shallow(top)
    with pytest.raises(ConfigError, match="does not say"):
        is_ancestor(top, "0" * 40, scratch.bad)
    with pytest.raises(ConfigError, match="does not say"):
        is_ancestor(tmp_path, scratch.bad, scratch.tight)


def test_a_shallow_clone_is_told_apart(scratch: Scratch, orphan: str, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    more = scratch.commit("More", **{"thresholds/mine.toml": TIGHT + "# and more\n"})
    subprocess.run(["git", "clone", "-q", "--depth", "4", f"file://{scratch.top}", str(clone)], check=True)
    here = Scratch(clone, scratch.parent, scratch.bad, scratch.fixed, more)
    subprocess.run(["git", "fetch", "-q", "--depth", "1", "origin", orphan], cwd=clone, check=True)
    case(here, parent=orphan)
    with pytest.raises(ConfigError, match="as far as this shallow clone shows; check out the whole history"):
        proved(here)
