"""Accepting a candidate: which file is written, how the command is told, and who else may be writing."""

from __future__ import annotations

import hashlib
import json
import re
import shlex

import numpy as np
import pytest
from PIL import Image
from testing_project import Project, text

pytest_plugins = ["pytester"]

HERO = """\
def test_hero(image_gate):
    image_gate.assert_matches(picture(int(os.environ.get("SHIFT", "0"))))
"""
FOLDER = "tests/__references__/test_look"


@pytest.fixture
def approved(project: Project) -> Project:
    project.tests(HERO)
    assert project.run("--qualitygate-update").ret == 0
    return project


def folder_of(project: Project) -> dict[str, str]:
    """Digest of every file of the references, by path."""
    top = project.top / FOLDER
    return {path.relative_to(top).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in top.rglob("*") if path.is_file()}  # fmt: skip


def accepted(project: Project, name: str, shift: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SHIFT", str(shift))
    return text(project.run("--qualitygate-update", f"--qualitygate-as={name}"))


def test_one_is_accepted_beside_the_reference(approved: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = folder_of(approved)
    said = accepted(approved, "h100", 40, monkeypatch)
    assert f"{FOLDER}/test_hero.png.accepted/h100.png" in said
    after = folder_of(approved)
    assert {name: after[name] for name in before} == before, "the first reference stays"
    sidecar = json.loads((approved.top / FOLDER / "test_hero.png.accepted/h100.png.provenance.json").read_text())
    assert (sidecar["file"], sidecar["previous_sha256"]) == ("h100.png", None)
    assert sidecar["sha256"] == after["test_hero.png.accepted/h100.png"]
    assert approved.run().ret == 0
    accepted(approved, "h100", 120, monkeypatch)
    assert approved.run().ret == 0, "an accepted one is replaced by its name"
    assert len(folder_of(approved)) == 4


def test_the_failure_says_which_file_each_command_writes(approved: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIFT", "60")
    assert f"writes {FOLDER}/test_hero.png\n" in text(approved.run())
    accepted(approved, "h100", 40, monkeypatch)
    monkeypatch.setenv("SHIFT", "60")
    said = text(approved.run())
    assert "--qualitygate-as h100 tests/test_look.py::test_hero" in said
    assert f"writes {FOLDER}/test_hero.png.accepted/h100.png\n" in said
    before = folder_of(approved)
    (command,) = re.findall(r": pytest (--qualitygate-update --qualitygate-as.*)", said)
    approved.run(*shlex.split(command))
    after = folder_of(approved)
    written = {name for name in after if before.get(name) != after[name]}
    assert written == {"test_hero.png.accepted/h100.png", "test_hero.png.accepted/h100.png.provenance.json"}


def test_names_that_differ_in_case_alone_are_one_name(approved: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(approved, "h100", 40, monkeypatch)
    before = folder_of(approved)
    said = accepted(approved, "H100", 120, monkeypatch)
    assert "QG-1465" in said
    assert "--qualitygate-as h100" in said
    assert folder_of(approved) == before


def test_nothing_is_accepted_beside_a_reference_that_is_not_there(project: Project) -> None:
    project.tests(HERO)
    assert "no reference yet" in text(project.run("--qualitygate-update", "--qualitygate-as=h100"))
    assert project.references == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--qualitygate-as=h100"], "without --qualitygate-update"), (["--qualitygate-as=../x"], "is no name"),
     (["--qualitygate-update", "--qualitygate-as="], "is no name")],
)  # fmt: skip
def test_a_wrong_name_stops_the_run(approved: Project, arguments: list[str], said: str) -> None:
    done = approved.run(*arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert said in text(done)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["below", "beside"])
def test_command_and_paths_hold_where_pytest_was_started(
    approved: Project, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    monkeypatch.setenv("SHIFT", "40")
    started = approved.top / ("tests" if not elsewhere else "o t h e r")
    started.mkdir(exist_ok=True)
    arguments = ["--rootdir=..", "../tests"] if elsewhere else []
    if elsewhere:
        arguments = ["-c", "../pytest.ini", *arguments]
    monkeypatch.chdir(started)
    said = text(approved.run(*arguments))
    (kept,) = re.findall(r"kept +(.*)", said)
    assert (started / kept).is_file()
    (picture,) = re.findall(r"heat map +(.*)", said)
    assert (started / picture).is_file()
    (command,) = re.findall(r": pytest (--qualitygate-update.*)", said)
    assert "1 reference written" in text(approved.run(*shlex.split(command)))
    assert approved.run(*arguments).ret == 0


def test_names_that_differ_in_case_alone_across_workers(project: Project) -> None:
    project.tests("""\
def test_hero(image_gate):
    image_gate.assert_matches(picture())

def test_Hero(image_gate):
    image_gate.assert_matches(picture())
""")
    for arguments in ([], ["-n", "2"]):
        done = project.apart("--qualitygate-update", *arguments)
        done.assert_outcomes(failed=1)
        assert "QG-1463" in text(done)
        assert len(project.references) == 1
        for path in (project.top / FOLDER).iterdir():
            path.unlink()


def test_what_somebody_else_wrote_meanwhile_stays(approved: Project) -> None:
    approved.tests("""\
def test_hero(image_gate, monkeypatch):
    from qualitygate.testing import check
    measure = check.judge_task
    def late(task):
        found = measure(task)
        Image.fromarray(picture(90)).save(image_gate.reference_path())
        return found
    monkeypatch.setattr(check, "judge_task", late)
    image_gate.assert_matches(picture(40))
""")
    done = approved.run("--qualitygate-update")
    assert done.ret == 1
    assert "QG-1466" in text(done)
    with Image.open(approved.top / FOLDER / "test_hero.png") as found:
        assert np.asarray(found)[20, 20, 0] == 20 * 3 + 90


@pytest.mark.parametrize("where", ["keyword", "marker"])
def test_an_empty_profile_is_no_profile_of_somebody_else(project: Project, where: str) -> None:
    mark = '@pytest.mark.image_gate(profile="")\n' if where == "marker" else ""
    said = ', profile=""' if where == "keyword" else ""
    project.tests(f"{mark}def test_it(image_gate):\n    image_gate.assert_matches(picture(), picture(){said})\n")
    done = project.run()
    assert done.ret == 1
    assert "QG-1469" in text(done)
