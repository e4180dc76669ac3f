"""Proofs over real commits: each cell can fail, and the gate is never that of the tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from proofs_repository import BAD, CHECK, GOOD, ID, LOOSE, TIGHT, Scratch, picture

from qualitygate.core.errors import ConfigError
from qualitygate.proving import Proven, prove

NOW = datetime(2025, 10, 1, 8, tzinfo=UTC)


def proved(scratch: Scratch, **options: object) -> Proven:
    chosen = {"now": NOW, "environ": {"PATH": os.environ["PATH"]}, "runs": 1, **options}
    return prove(ID, scratch.top, **chosen)  # type: ignore[arg-type]


def cells(proven: Proven) -> dict[str, bool]:
    return {one.cell.name: one.holds for one in proven.outcomes}


def commits(scratch: Scratch, **more: str) -> str:
    values = {"bad_commit": scratch.bad, "fixed_commit": scratch.fixed, "reference": "approved/a.png",
              "candidate": "build/a.png", **more}  # fmt: skip
    return "".join(f'{key} = "{value}"\n' for key, value in values.items() if value)


def test_four_cells_of_an_incident_that_escaped(scratch: Scratch) -> None:
    scratch.case()
    found = proved(scratch, runs=2)
    assert cells(found) == {"gap": True, "caught": True, "fixed": True, "parent": True}
    record = found.record
    assert (record.mode, record.result, record.unlocks, record.reproduced, record.runs) == (
        "commits", "passed", True, True, 2)  # fmt: skip
    assert {name: commit.commit for name, commit in record.commits.items()} == {
        "bad": scratch.bad, "fixed": scratch.fixed, "parent": scratch.parent}  # fmt: skip
    assert record.commits["bad"].tree == scratch.git("rev-parse", f"{scratch.bad}^{{tree}}")
    assert (record.thresholds["old"].commit, record.thresholds["new"].commit) == (scratch.bad, scratch.tight)
    old, new = (record.thresholds[name].files for name in ("old", "new"))
    assert set(old) == set(new) == {"thresholds/mine.toml", "qualitygate.toml"}
    assert old["thresholds/mine.toml"] != new["thresholds/mine.toml"]
    caught = record.cells[1].runs[0]
    assert caught.checks == ("QG-1001/delta_e_2000/p50",)
    assert caught.limit == 2.0 < caught.values["a.png"]
    assert set(caught.inputs) == {"approved/a.png", "build/a.png"}
    assert str(scratch.top.parent) not in json.dumps(record.cells[0].why) + "".join(caught.messages)


def test_a_set_of_the_configuration(scratch: Scratch) -> None:
    scratch.case(commits(scratch, reference="", candidate=""), CHECK.replace('profile = "mine"', 'set = "hero"'))
    found = proved(scratch)
    assert found.passed
    assert set(found.record.cells[0].runs[0].inputs) == {"approved/a.png", "build/a.png"}


@pytest.mark.parametrize("kind", ["near_miss", "drill"])
def test_what_the_old_gate_caught_has_three_cells(scratch: Scratch, kind: str) -> None:
    scratch.case(kind=kind)
    found = proved(scratch)
    assert list(cells(found)) == ["caught", "fixed", "parent"]
    assert found.passed
    assert set(found.record.thresholds) == {"new"}


def test_no_gap_where_the_old_thresholds_caught_it(scratch: Scratch) -> None:
    again = scratch.commit("Break it again", **{"build/a.png": BAD})
    scratch.case(commits(scratch, bad_commit=again, fixed_commit=scratch.repaired()))
    found = proved(scratch)
    assert cells(found) == {"gap": False, "caught": True, "fixed": True, "parent": True}
    assert not found.record.reproduced


def test_thresholds_that_do_not_catch_it(scratch: Scratch) -> None:
    scratch.case(commits(scratch, new_thresholds=scratch.bad))
    found = proved(scratch)
    assert cells(found) == {"gap": True, "caught": False, "fixed": True, "parent": True}
    assert not found.record.reproduced
    assert found.record.result == "failed"


def test_another_check_that_fails_is_not_this_one(scratch: Scratch) -> None:
    scratch.case(check=CHECK.replace("p50", "p95"))
    found = proved(scratch)
    assert not cells(found)["caught"]
    assert "fails with QG-1001/delta_e_2000/p50" in found.outcomes[1].why


def test_a_mended_picture_that_is_not_mended_and_a_false_alarm(scratch: Scratch) -> None:
    worse = scratch.commit("Not fixed", **{"build/a.png": picture(30)})
    scratch.case(commits(scratch, fixed_commit=worse))
    assert cells(proved(scratch)) == {"gap": True, "caught": True, "fixed": False, "parent": True}
    bad = scratch.commit("Broken", **{"build/a.png": BAD})
    scratch.case(
        commits(scratch, bad_commit=bad, fixed_commit=scratch.repaired(), parent=worse, old_thresholds=scratch.bad)
    )
    assert cells(proved(scratch)) == {"gap": True, "caught": True, "fixed": True, "parent": False}


def test_half_a_picture_is_no_pass_and_no_catch(scratch: Scratch) -> None:
    half = scratch.commit("Half", **{"build/a.png": GOOD[:60]})
    scratch.case(commits(scratch, bad_commit=half, fixed_commit=scratch.repaired(), parent=scratch.parent))
    found = proved(scratch)
    assert cells(found) == {"gap": False, "caught": False, "fixed": True, "parent": True}
    assert "cannot be measured" in found.outcomes[0].why


def test_before_there_was_a_gate_nothing_was_judged(scratch: Scratch) -> None:
    scratch.git("rm", "-rq", "thresholds", "qualitygate.toml")
    bare = scratch.commit("No gate")
    bad = scratch.commit("Bad", **{"build/a.png": BAD})
    scratch.git("checkout", "-q", scratch.tight, "--", "thresholds", "qualitygate.toml")
    gated = scratch.commit("A gate", **{"build/a.png": GOOD})
    scratch.case(commits(scratch, bad_commit=bad, fixed_commit=gated, parent=scratch.parent))
    found = proved(scratch)
    assert found.passed
    assert found.record.unlocks
    assert found.record.reason == "no gate judged it then: the gap was that there was none"
    assert found.record.cells[0].runs[0].verdict == "not_judged"
    assert "neither a configuration nor thresholds/" in found.outcomes[0].why
    later = scratch.commit("Bad again", **{"build/a.png": BAD})
    scratch.case(commits(scratch, bad_commit=later, fixed_commit=scratch.repaired(), old_thresholds=bare))
    with pytest.raises(
        ConfigError, match=r"old_thresholds: .* says nothing of the case, but the thresholds of bad_com"
    ):
        proved(scratch)  # a revision from before the gate does not make a gap


def test_a_lut_is_compared_with_the_one_before_the_bad_commit(scratch: Scratch) -> None:
    def cube(gain: float) -> str:
        steps = [0.0, 0.5, 1.0]
        rows = "\n".join(f"{r * gain:.6f} {g:.6f} {b:.6f}" for b in steps for g in steps for r in steps)
        return f"LUT_3D_SIZE 3\n{rows}\n"

    loose = 'extends = "lut"\n[drift.grid]\nmax = 90.0\np95 = 90.0\n[drift.colorchecker]\nmax = 90\nmean = 90\n'
    loose += "[drift.brand]\nmax = 90\n[drift.natural]\np95 = 90\n[quality.look]\n"
    loose += "neutral_change = 90\nblack_white_change = 90\nroughness_ratio = 90\nfold_change = 1\n"
    start = scratch.commit("LUT", **{"luts/a.cube": cube(1.0), "thresholds/lut.toml": loose})
    bad = scratch.commit("Update", **{"luts/a.cube": cube(0.8)})
    fixed = scratch.commit("Back", **{"luts/a.cube": cube(1.0)})
    scratch.commit("Tighten", **{"thresholds/lut.toml": loose.replace("p95 = 90.0", "p95 = 1.0", 1)})
    check = '[check]\ncode = "QG-1680"\nmetric = "lut_drift"\nstatistic = "grid_p95"\n'
    scratch.case(f'bad_commit = "{bad}"\nfixed_commit = "{fixed}"\nlut = "luts/a.cube"\n', check)
    found = proved(scratch)
    assert found.passed, [one.why for one in found.outcomes]
    assert found.record.commits["parent"].commit == start
    assert found.record.cells[1].runs[0].values["luts/a.cube"] > 1.0


def test_the_gate_is_never_that_of_the_tree(scratch: Scratch, tmp_path: Path) -> None:
    """The tree holds a gate of its own that lets everything pass, and files that Python runs by itself."""
    mark = tmp_path / "was-run"
    evil = f"import pathlib\npathlib.Path({str(mark)!r}).write_text('run')\nraise SystemExit(0)\n"
    names = ("qualitygate/__init__.py", "qualitygate/cli/__init__.py", "sitecustomize.py", "usercustomize.py",
             "conftest.py", "numpy/__init__.py", "PIL/__init__.py", "setup.py")  # fmt: skip
    bad = scratch.commit("Evil", **{"build/a.png": BAD, **dict.fromkeys(names, evil)})
    scratch.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {mark}\n").chmod(0o755)
    scratch.case(
        commits(
            scratch, bad_commit=bad, fixed_commit=scratch.repaired(), parent=scratch.parent, old_thresholds=scratch.bad
        )
    )
    command = Path(sys.executable).parent / "qualitygate"
    program = [str(command)] if command.exists() else [sys.executable, "-P", "-m", "qualitygate"]
    for arguments in (["prove", ID, "--runs", "1"], ["prove", "--all"]):
        done = subprocess.run([*program, *arguments], cwd=scratch.top, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert not mark.exists()


def test_the_users_checkout_and_index_are_not_touched(scratch: Scratch) -> None:
    scratch.case()
    scratch.write("approved/a.png", b"being worked on")
    scratch.write("staged.txt", "staged")
    scratch.git("add", "staged.txt")
    before = (scratch.git("status", "--porcelain"), scratch.git("ls-files", "-s"), scratch.git("rev-parse", "HEAD"))
    assert proved(scratch).passed
    assert before == (
        scratch.git("status", "--porcelain"),
        scratch.git("ls-files", "-s"),
        scratch.git("rev-parse", "HEAD"),
    )
    assert len(scratch.worktrees) == 1
    assert not (scratch.top / ".git" / "worktrees").exists() or not any((scratch.top / ".git" / "worktrees").iterdir())


def test_uncommitted_thresholds_are_said(scratch: Scratch) -> None:
    scratch.case()
    assert proved(scratch).notes == ()
    scratch.write("thresholds/mine.toml", LOOSE)
    found = proved(scratch)
    assert found.passed
    assert "commit them" in found.notes[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bad_commit": "no-such-branch"}, "bad_commit 'no-such-branch' is not in this repository"),
        ({"bad_commit": "--help"}, "bad_commit '--help' is not in this repository"),
        ({"new_thresholds": "v9"}, "new_thresholds 'v9'"),
        ({"candidate": "build/none.png"}, "has no build/none.png"),
        ({"candidate": "build/none.png"}, "as git ignores it, say why in `without_commits` in place of the commits"),
        ({"fixed_commit": "BAD"}, "proof.fixed_commit: is bad_commit"),
    ],
)
def test_what_cannot_be_had(scratch: Scratch, change: dict[str, str], said: str) -> None:
    scratch.case(commits(scratch, **{key: value.replace("BAD", scratch.bad) for key, value in change.items()}))
    with pytest.raises(ConfigError, match=r"^[^\n]*$") as caught:
        proved(scratch)
    assert said in str(caught.value)
    assert len(scratch.worktrees) == 1


def test_the_first_commit_has_no_parent(scratch: Scratch) -> None:
    scratch.case(commits(scratch, bad_commit=scratch.parent))
    with pytest.raises(ConfigError, match="the commit before") as caught:
        proved(scratch)
    assert caught.value.code == "QG-1761"


def test_a_shallow_clone_names_the_depth(scratch: Scratch, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{scratch.top}", str(clone)], check=True)
    shallow = Scratch(clone, scratch.parent, scratch.bad, scratch.fixed, scratch.tight)
    shallow.case()
    with pytest.raises(ConfigError, match="shallow clone; check out the whole history: `fetch-depth: 0`"):
        proved(shallow)


def test_outside_of_git(tmp_path: Path) -> None:
    alone = Scratch(tmp_path / "alone", "a", "b", "c")
    alone.case()
    with pytest.raises(ConfigError, match="no git repository"):
        proved(alone)


def test_a_pointer_without_its_content_is_said(scratch: Scratch) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12345\n"
    scratch.write(".gitattributes", "*.png filter=lfs\n")
    bad = scratch.commit("Pointer", **{"build/a.png": pointer})
    scratch.case(commits(scratch, bad_commit=bad, fixed_commit=scratch.repaired(), parent=scratch.parent))
    with pytest.raises(ConfigError, match="is a Git LFS pointer") as caught:
        proved(scratch)
    assert "git lfs fetch" in (caught.value.hint or "")


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../secret.png", "a.png"])
def test_a_link_must_stay_in_the_tree(scratch: Scratch, target: str) -> None:
    (scratch.top / "build/a.png").unlink()
    (scratch.top / "build/a.png").symlink_to(target)
    bad = scratch.commit("Link")
    (scratch.top / "build/a.png").unlink()
    scratch.case(commits(scratch, bad_commit=bad, fixed_commit=scratch.repaired(), parent=scratch.parent))
    with pytest.raises(ConfigError, match=r"leads (out of the tree|nowhere)"):
        proved(scratch)


def test_a_profile_that_the_revision_does_not_have(scratch: Scratch) -> None:
    """The one in the user's directory must not stand in for it."""
    scratch.write("other.toml", TIGHT)
    scratch.case(check=CHECK.replace('"mine"', '"other.toml"'))
    with pytest.raises(ConfigError, match=r"no profile 'other.toml' in new thresholds"):
        proved(scratch)


def test_names_in_any_script(scratch: Scratch) -> None:
    start = scratch.commit("Names", **{"画像/ä b.png": GOOD, "承認/ä b.png": GOOD})
    bad = scratch.commit("Bad", **{"画像/ä b.png": BAD})
    fixed = scratch.commit("Fixed", **{"画像/ä b.png": GOOD})
    scratch.case(f'bad_commit = "{bad}"\nfixed_commit = "{fixed}"\nreference = "承認"\ncandidate = "画像"\n'
                 f'old_thresholds = "{scratch.bad}"\n')  # fmt: skip
    found = proved(scratch)
    assert found.passed
    assert found.record.commits["parent"].commit == start
    assert set(found.record.cells[0].runs[0].inputs) == {"承認/ä b.png", "画像/ä b.png"}


def test_another_configuration_further_down(scratch: Scratch) -> None:
    config = (scratch.top / "qualitygate.toml").read_text()
    first = {"shop/approved/a.png": GOOD, "shop/build/a.png": GOOD, "shop/qualitygate.toml": config,
             "shop/thresholds/mine.toml": LOOSE}  # fmt: skip
    scratch.commit("Shop", **first)
    bad = scratch.commit("Bad", **{"shop/build/a.png": BAD})
    fixed = scratch.commit("Fixed", **{"shop/build/a.png": GOOD})
    scratch.commit("Tight", **{"shop/thresholds/mine.toml": TIGHT})
    check = CHECK.replace('profile = "mine"', 'set = "hero"\nconfig = "shop/qualitygate.toml"')
    scratch.case(f'bad_commit = "{bad}"\nfixed_commit = "{fixed}"\n', check)
    assert proved(scratch).passed
    assert proved(scratch, stored_only=True).record.result == "passed"


def test_a_pointer_is_resolved_by_git_lfs_once_it_is_judged(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where LFS is set up, the other pictures of the commit are not downloaded."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12345\n"
    start = scratch.commit("Set up", **{".gitattributes": "*.png filter=lfs -text\n"})
    bad = scratch.commit("Pointers", **{"build/a.png": pointer, "build/other.png": pointer})
    fixed = scratch.repaired()
    picture_file = tmp_path / "content.png"
    picture_file.write_bytes(BAD)
    program = tmp_path / "bin" / "git-lfs"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\ncat >/dev/null\ncat {picture_file}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    scratch.git("config", "filter.lfs.smudge", "git-lfs smudge -- %f")
    scratch.git("config", "filter.lfs.required", "true")
    scratch.case(commits(scratch, bad_commit=bad, fixed_commit=fixed, parent=start, old_thresholds=scratch.bad))
    assert proved(scratch).passed
    assert (tmp_path / "asked").read_text().splitlines() == ["smudge -- build/a.png"]
