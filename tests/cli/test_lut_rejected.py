"""A rejected change of a LUT names the command that approves it, and says of an earlier version that it is one."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
from pathlib import Path

import pytest
from test_validate_lut import cube, git

from qualitygate.cli import run
from qualitygate.cli.validate_lut import command
from qualitygate.vcs.earlier import stood_at


def darker(rows):
    return rows**1.3


@pytest.fixture
def judged(qg, capsys):
    """Findings by code, of `validate-lut … --format json`, and the exit code."""

    def call(*arguments: str):
        capsys.readouterr()
        code = run(command, [*arguments, "--format", "json"], "validate-lut")
        found = json.loads(capsys.readouterr().out)["files"]
        return code, {one["code"]: one["message"] for file in found for one in file["findings"]}

    return call


@pytest.fixture
def rolled_back(qg) -> Path:
    """A good version, a bad one that nobody approved, and the good one again, staged."""
    git("init", "-q")
    path = cube(Path("my luts/brand.cube"), size=5)
    for name, change in (("one", lambda v: v), ("bad", darker)):
        cube(path, change, size=5)
        git("add", ".")
        git("commit", "-qm", name)
    cube(path, size=5)
    git("add", ".")
    return path


def follow(qg, line: str) -> None:
    """Do what the message says, word for word, as a shell reads it."""
    words = shlex.split(line)
    first, second = (words[: words.index("&&")], words[words.index("&&") + 1 :]) if "&&" in words else (words, [])
    assert first[0] == "qualitygate"
    done = qg(*first[1:])
    assert done.code == 0, done.err
    if second:
        subprocess.run(second, check=True)


@pytest.mark.parametrize("options", [("--staged",), ("--base", "HEAD")])
def test_a_rollback_is_said_to_be_one_and_its_command_works_as_it_stands(qg, judged, rolled_back, options) -> None:
    code, found = judged(*options)
    assert code == 1  # what stood here before may have been bad: it is a change like any other
    assert found["QG-1694"].startswith(f"earlier version: {rolled_back.as_posix()}, the version of ")
    assert ", replaced on " in found["QG-1694"]
    line = found["QG-1695"].partition(f"{rolled_back.as_posix()}, ")[2]
    assert '--reason "back to the version of ' in line
    follow(qg, line)
    assert judged(*options)[0] == 0
    (record,) = Path("approvals/luts").iterdir()
    assert "back to the version of" in json.loads(record.read_text())["reason"]


def test_going_forward_again_to_what_was_rolled_back_is_rejected(qg, judged, rolled_back) -> None:
    follow(qg, judged("--staged")[1]["QG-1695"].partition(f"{rolled_back.as_posix()}, ")[2])
    git("commit", "-qm", "back")
    cube(rolled_back, darker, size=5)
    git("add", ".")
    code, found = judged("--staged")
    assert code == 1
    assert "replaced on" in found["QG-1694"]


def test_a_version_that_was_approved_once_is_said_to_be_approved(qg, judged) -> None:
    new, old = cube(Path("new.cube"), darker, size=5), cube(Path("old.cube"), size=5)
    assert qg("lut", "approve", new, "--against", old, "--reason", "A new grade").code == 0
    other = cube(Path("other.cube"), lambda v: v**0.7, size=5)
    _, found = judged("new.cube", "--against", other.as_posix())
    assert "approved on " in found["QG-1694"]
    assert "A new grade" in found["QG-1694"]


def test_an_unknown_version_is_called_none_and_needs_a_reason(qg, judged, rolled_back) -> None:
    cube(rolled_back, lambda v: v**0.7, size=5)
    git("add", ".")
    _, found = judged("--staged")
    assert "QG-1694" not in found
    line = found["QG-1695"].partition(f"{rolled_back.as_posix()}, ")[2]
    done = qg(*shlex.split(line)[1 : shlex.split(line).index("&&")])
    assert done.code == 2
    assert "must say why" in done.err
    assert not Path("approvals").exists()


def test_what_no_approval_answers_names_no_command(qg, judged) -> None:
    Path("thresholds").mkdir()
    Path("thresholds/lut.toml").write_text(
        'extends = "lut"\n[[assign]]\nfiles = ["**"]\nprofile = "technical"\noutput = "sRGB"\n'
    )
    cube(Path("new.cube"), lambda v: v * 3, size=5)
    cube(Path("old.cube"), size=5)
    code, found = judged("new.cube", "--against", "old.cube")
    assert code == 1
    assert {"QG-1672", "QG-1680"} <= set(found)
    assert "QG-1695" not in found


def test_other_threshold_files_and_configurations_are_named(qg, judged) -> None:
    Path("film").mkdir()
    Path("film/mine.toml").write_text('extends = "lut"\n')
    new, old = cube(Path("new.cube"), darker, size=5), cube(Path("old.cube"), size=5)
    _, found = judged(new.as_posix(), "--against", old.as_posix(), "--thresholds", "film/mine.toml")
    assert "--against old.cube --thresholds film/mine.toml --reason" in found["QG-1695"]


@pytest.mark.parametrize("stored", ["as it is", "CR LF", "pointer"])
def test_a_content_is_known_whatever_git_stores_of_it(tmp_path, monkeypatch, stored) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    data = b"one\ntwo\n"
    oid = hashlib.sha256(data).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(data)}\n".encode()
    for content in (pointer if stored == "pointer" else data, b"other\n"):
        Path("a.cube").write_bytes(content)
        git("add", ".")
        git("commit", "-qm", "one")
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    given = data.replace(b"\n", b"\r\n") if stored == "CR LF" else data
    assert stood_at(tmp_path, head, "a.cube", given) is not None
    assert stood_at(tmp_path, head, "a.cube", b"never\n") is None
    assert stood_at(tmp_path, head, "a.cube", b"other\n") is None  # it stands there still
    assert stood_at(tmp_path, head, "b.cube", given) is None


def test_a_set_of_luts_in_check_names_it_too_on_one_line(qg, rolled_back) -> None:
    Path("qualitygate.toml").write_text('[[luts]]\nname = "looks"\nfiles = ["my luts/**"]\nbase = "HEAD"\n')
    told = qg("check", "--no-incident")
    assert told.code == 1
    (line,) = (one for one in told.out.splitlines() if "QG-1695" in one)
    command_line = line.partition("if it is meant: ")[2].removesuffix(" (QG-1695)")
    follow(qg, command_line)
    assert qg("check", "--no-incident").code == 0
