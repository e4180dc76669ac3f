"""Whole runs: reports, several processes, processes that die, tests that run twice or are expected to fail."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from PIL import Image
from testing_project import Project, text

pytest_plugins = ["pytester"]

MANY = """\
@pytest.mark.parametrize("index", range(6))
def test_it(image_gate, index):
    image_gate.assert_matches(picture(40 if index in (2, 4) else 0), picture(), name="first")
    image_gate.assert_matches(picture(index == 1 and 60), picture(), name="second")

def test_plain():
    pass
"""
BAD = ["test_it[1]/second", "test_it[2]/first", "test_it[4]/first"]


def pairs(project: Project) -> dict[str, str]:
    """Status of every pair of a report, by name within its file."""
    return {pair["id"].partition("::")[2]: pair["status"] for pair in project.report()["pairs"]}


@pytest.mark.parametrize("workers", [[], ["-p", "no:xdist"], ["-n", "2"], ["-n", "2", "--dist", "loadfile"]], ids=str)
def test_a_report_of_all_checks_in_one_order_however_many_processes(project: Project, workers: list[str]) -> None:
    project.tests(MANY)
    done = project.apart(*workers, "--qualitygate-report=json=out.json", "--qualitygate-report", "junit=a/out.xml")
    done.assert_outcomes(passed=4, failed=3)
    assert "json report of 10 pictures: out.json" in text(done)
    found = pairs(project)
    assert list(found) == sorted(found)
    assert [name for name, status in found.items() if status == "failed"] == BAD
    assert project.report()["verdict"] == "failed"
    cases = ElementTree.parse(project.top / "a/out.xml").getroot().findall(".//testcase")
    assert sum(case.find("failure") is not None for case in cases) == 3
    one = next(pair for pair in project.report()["pairs"] if pair["status"] == "failed")
    assert one["findings"][0]["path"] == "tests/test_look.py"
    line = (project.top / "tests/test_look.py").read_text().splitlines()[one["findings"][0]["line"] - 1]
    assert "test_it" in line or "parametrize" in line
    assert (project.top / one["heat_map"]).is_file()
    assert (project.top / one["candidate"]).is_file()


def test_the_html_report_shows_failures_and_on_demand_all(project: Project) -> None:
    project.tests(MANY)
    shown = {}
    for pictures in ("failed", "all"):
        project.run(f"--qualitygate-report=html={pictures}", f"--qualitygate-pictures={pictures}")
        page = (project.top / pictures / "index.html").read_text(encoding="utf-8")
        assert "test_it[2]/first" in page
        assert "pytest --qualitygate-update" in page
        assert "qualitygate approve" not in page
        shown[pictures] = sum(len(file.read_bytes()) for file in (project.top / pictures).rglob("*.*"))
    assert shown["all"] > shown["failed"]


@pytest.mark.parametrize("report", ["html=site", "json=tests/__references__/out.json", "junit=hero.png"])
def test_no_report_takes_the_place_of_something_else(project: Project, report: str) -> None:
    project.tests(MANY)
    kept = [project.write(name, "mine") for name in ("site/index.html", "tests/__references__/x/y.png", "hero.png")]
    done = project.run(f"--qualitygate-report={report}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "QG-1432" in text(done)
    assert {path.read_text(encoding="utf-8") for path in kept} == {"mine"}
    assert not (project.top / "tests/__references__/out.json").exists()


def test_paths_begin_at_the_top_of_the_repository_where_it_is_not_that_of_pytest(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pytest.ini", "thresholds/mine.toml"):
        project.write(f"inner/{name}", (project.top / name).read_text(encoding="utf-8"))
    project.tests(
        "def test_it(image_gate):\n    image_gate.assert_matches(picture(40), picture())\n", "inner/test_a.py"
    )
    subprocess.run(["git", "init", "-q", "."], cwd=project.top, check=True)
    monkeypatch.chdir(project.top / "inner")
    project.run("--qualitygate-report=sarif=out.sarif")
    found = json.loads((project.top / "inner/out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in found}
    assert places == {"inner/test_a.py"}


def test_stopping_at_the_first_failure_still_reports(project: Project) -> None:
    project.tests(MANY)
    project.run("-x", "--qualitygate-report=json=out.json")
    found = pairs(project)
    assert [name for name, status in found.items() if status == "failed"] == BAD[:1]
    assert len(found) == 4


def test_collecting_alone_writes_no_report(project: Project) -> None:
    project.tests(MANY)
    project.run("--collect-only", "--qualitygate-report=json=out.json")
    assert not (project.top / "out.json").exists()


def test_a_run_without_pictures_says_so_in_its_report(project: Project) -> None:
    project.tests("def test_plain(): pass\n")
    assert project.run("--qualitygate-report=json=out.json").ret == 0
    (finding,) = project.report()["findings"]
    assert (finding["code"], finding["level"]) == ("QG-1467", "warning")


def test_a_worker_that_dies_takes_no_other_check_along_and_is_reported(project: Project) -> None:
    project.tests("""\
@pytest.mark.parametrize("index", range(4))
def test_it(image_gate, index):
    image_gate.assert_matches(picture(), picture(), name="before")
    if index == 1:
        os._exit(1)
    image_gate.assert_matches(picture(), picture(), name="after")
""")
    done = project.apart("-n", "2", "--qualitygate-report=json=out.json")
    assert done.ret == 1
    report = project.report()
    assert report["verdict"] == "failed"
    (finding,) = report["findings"]
    assert finding["code"] == "QG-1468"
    assert "test_it[1]" in finding["message"]
    assert len(report["pairs"]) == 7


def test_a_check_that_was_wrong_fails_the_report_as_it_fails_the_test(project: Project) -> None:
    project.tests("""\
def test_it(image_gate):
    image_gate.assert_matches(None)

def test_missing(image_gate):
    image_gate.assert_matches(picture())

def test_unreadable(image_gate):
    image_gate.assert_matches(b"", picture())
""")
    project.run("--qualitygate-report=json=out.json")
    found = {pair["id"].partition("::")[2]: pair for pair in project.report()["pairs"]}
    assert {name: pair["status"] for name, pair in found.items()} == {
        "test_it": "failed",
        "test_missing": "failed",
        "test_unreadable": "unmeasurable",
    }
    assert found["test_missing"]["findings"][0]["code"] == "QG-1462"


def test_two_tests_that_write_one_reference(project: Project) -> None:
    project.tests("""\
@pytest.mark.parametrize("shift", [0, 40])
def test_it(image_gate, shift):
    image_gate.assert_matches(picture(shift), "golden.png")

@pytest.mark.parametrize("index", [1, 2, 3])
def test_same(image_gate, index):
    image_gate.assert_matches(picture(), "same.png")
""")
    for arguments in ([], ["-n", "2"]):
        for name in ("golden.png", "same.png"):
            (project.top / name).unlink(missing_ok=True)
        done = project.apart("--qualitygate-update", *arguments)
        assert done.ret == 1
        assert "want different pictures in it" in text(done)
        assert "QG-1466" in text(done)
        done.stdout.fnmatch_lines(["2 references written*"])
        with Image.open(project.top / "golden.png") as whole:
            assert whole.size == (64, 48)


def test_updating_in_several_processes_is_counted_once_for_all(project: Project) -> None:
    project.tests("""\
@pytest.mark.parametrize("index", range(8))
def test_it(image_gate, index):
    image_gate.assert_matches(picture(index))
""")
    done = project.apart("-n", "2", "--qualitygate-update", "--qualitygate-report=json=out.json")
    done.stdout.fnmatch_lines(["8 references written*"])
    assert "8 updated" in text(done)
    assert len(project.references) == 8
    statuses: set[Any] = {pair["status"] for pair in project.report()["pairs"]}
    assert statuses == {"skipped"}, "what compared nothing is no pass"
    project.apart("-n", "2").assert_outcomes(passed=8)


def test_a_report_that_cannot_be_written_at_the_end_is_said_and_no_pass(project: Project) -> None:
    project.tests("""\
def test_it(image_gate):
    image_gate.assert_matches(picture(), picture())
    from pathlib import Path
    Path("out").write_text("in the way")
""")
    done = project.run("--qualitygate-report=json=out/a.json")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "not written: " in text(done)
    assert "QG-1467" in text(done)


def test_nothing_is_left_in_the_temporary_directory(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.top / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    project.tests(MANY)
    project.apart("-n", "2", "--qualitygate-report=json=out.json", "--qualitygate-update")
    assert [path.name for path in folder.iterdir() if not path.name.startswith("pytest-of-")] == []


def test_tests_of_other_people_see_no_more_than_two_markers_and_a_fixture(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\naddopts = --strict-markers -W error\n")
    project.write(
        "test_other.py",
        "import sys\n"
        "def test_light():\n"
        "    heavy = {'numpy', 'PIL', 'click', 'msgspec', 'qualitygate.gate', 'qualitygate.testing.image_gate'}\n"
        "    assert not heavy & set(sys.modules)\n",
    )
    done = project.apart()
    assert done.ret == 0, text(done)
    assert "image quality gate" not in text(done)
    assert not (project.top / "qualitygate-output").exists()
