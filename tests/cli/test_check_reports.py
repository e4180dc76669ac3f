"""`check --report FORMAT=PATH`: several reports of one run, and what becomes of them when something goes wrong."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image as Pillow

from qualitygate import reporters
from qualitygate.cli import reports as delivering
from qualitygate.core.errors import ConfigError
from qualitygate.core.verdict import Report
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.html import pictures

FAST = ("--profile", "product", "--metric", "delta_e_2000", "--workers", "1", "--no-incident")
BEFORE = "an earlier report"


class Folder:
    """A reporter of several files."""

    index = "index.html"
    exhibits = True
    directories = ("pictures",)

    def render(self, report: Report, view: View) -> Rendered:
        files = {"pictures/dot.bin": bytes(range(256)), "$GITHUB_STEP_SUMMARY": "for github alone"}
        return Rendered(f"{report.verdict}, {len(view.exhibits)} pictures\n", files)


class Climber:
    """A reporter that would write elsewhere."""

    def render(self, report: Report, view: View) -> Rendered:
        return Rendered("", {"../outside.txt": "x"})


@pytest.fixture
def gate(qg: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`qualitygate check ref bad` over one pair that fails; `ref good` passes. Two more reporters are installed."""
    for name, colour in (("ref", (120, 90, 60)), ("good", (120, 91, 60)), ("bad", (180, 60, 60))):
        (tmp_path / name).mkdir()
        Pillow.new("RGB", (96, 96), colour).save(tmp_path / name / "a.png")
    monkeypatch.setitem(reporters.TABLE, "folder", f"{__name__}:Folder")
    monkeypatch.setitem(reporters.TABLE, "climber", f"{__name__}:Climber")

    def check(candidate: str, *arguments: object) -> Any:
        return qg("check", "ref", candidate, *FAST, *arguments)

    return check


def test_several_at_once_beside_what_is_printed(gate: Callable[..., Any], tmp_path: Path) -> None:
    targets = {
        "sarif": "out/scan.sarif",
        "junit": "out/deeper/tests.xml",
        "markdown": "comment.md",
        "json": "a=b ü.json",
    }
    found = gate("bad", *(f"--report={form}={path}" for form, path in targets.items()))
    assert found.code == 1
    assert found.err == ""
    assert found.out.startswith("DeltaE00 ")
    assert "FAILED  1 failed, 0 passed of 1 pair" in found.out
    log = json.loads((tmp_path / targets["sarif"]).read_text(encoding="utf-8"))["runs"][0]
    assert log["invocations"][0]["exitCode"] == 1
    assert log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad/a.png"
    limits = log["properties"]["thresholds"]["bad"]
    assert {limit["metric"] for limit in limits} == {"delta_e_2000"}
    tests = ElementTree.fromstring((tmp_path / targets["junit"]).read_bytes())
    assert (tests.get("tests"), tests.get("failures")) == ("1", "1")
    assert (tmp_path / targets["markdown"]).read_text(encoding="utf-8").startswith("<!-- qualitygate -->\n## ❌")
    assert json.loads((tmp_path / targets["json"]).read_text(encoding="utf-8"))["verdict"] == "failed"
    assert not list(tmp_path.rglob(".*"))


def test_a_run_that_passes_writes_reports_too(gate: Callable[..., Any], tmp_path: Path) -> None:
    found = gate("good", "--report", "sarif=scan.sarif", "--report", "junit=tests.xml", "--format", "json")
    assert found.code == 0
    assert json.loads(found.out)["verdict"] == "passed"
    assert json.loads((tmp_path / "scan.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []
    assert ElementTree.fromstring((tmp_path / "tests.xml").read_bytes()).get("failures") == "0"


@pytest.mark.parametrize("form", ["sarif", "junit", "markdown"])
def test_the_new_formats_can_be_printed_or_written_with_output(
    gate: Callable[..., Any], tmp_path: Path, form: str
) -> None:
    printed = gate("bad", "--format", form)
    written = gate("bad", "--format", form, "--output", "there.txt")
    assert (printed.code, written.code) == (1, 1)
    assert written.out == ""
    assert printed.out[:20] == (tmp_path / "there.txt").read_text(encoding="utf-8")[:20]


def test_a_file_has_no_colours_even_where_the_terminal_has(
    gate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    found = gate("bad", "--report", "text=there.txt")
    assert "\x1b[" in found.out
    assert "\x1b[" not in (tmp_path / "there.txt").read_text(encoding="utf-8")


def test_a_report_of_several_files_is_a_directory(gate: Callable[..., Any], tmp_path: Path) -> None:
    assert gate("bad", "--report", "folder=site/", "--report", "sarif=site/scan.sarif").code == 1
    assert (tmp_path / "site/index.html").read_text(encoding="utf-8").startswith("failed, ")
    assert (tmp_path / "site/pictures/dot.bin").read_bytes() == bytes(range(256))
    assert (tmp_path / "site/scan.sarif").is_file()


def test_the_step_summary_is_written_by_the_format_github_alone(
    gate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    gate("bad", "--report", "folder=site", "--report", "markdown=comment.md")
    assert not summary.exists()
    assert not list(tmp_path.rglob("*GITHUB*"))
    gate("bad", "--report", "markdown=comment.md", "--format", "github")
    assert summary.read_text(encoding="utf-8").count("## Quality gate: failed") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--report", "sarif"], 2, "--report sarif: a path is missing; write --report sarif=PATH"),
        (["--report", "sarif="], 2, "a path is missing"),
        (["--report", "=x"], 2, "unknown report format ''"),
        (
            ["--report", "pdf=x"],
            2,
            "unknown report format 'pdf'; known formats: text, json, github, markdown, sarif, junit",
        ),
        (["--report", "json=-"], 2, "`-` is no file; write --format json [QG-1430]"),
        (["--report", "folder=-"], 2, "write --report folder=DIRECTORY [QG-1430]"),
        (["--report", "github=x"], 2, "speaks to whoever reads standard output; write --format github [QG-1430]"),
        (["--format", "folder"], 2, "folder is more than can be printed; write --report folder=DIRECTORY [QG-1430]"),
        (["--report", "sarif=ref"], 2, "ref: cannot write: it is a directory [QG-1412]"),
        (["--report", "sarif=new/"], 2, "new/: cannot write: a file is expected; write sarif=new/NAME [QG-1412]"),
        (["--report", "folder=kept"], 2, "kept: cannot write: a directory is expected; name a directory [QG-1412]"),
        (["--report", "sarif=kept/x"], 2, "is not a directory that may be written to [QG-1412]"),
        (["--report", "folder=kept/x"], 2, "is not a directory that may be written to [QG-1412]"),
        (["--report", "sarif=x", "--report", "junit=x"], 2, "x: two reports go to it, sarif and junit [QG-1431]"),
        (["--report", "sarif=x", "--report", "junit=./ref/../x"], 2, "two reports go to it"),
        (["--report", "sarif=x", "--report", "sarif=x"], 2, "two reports go to it, sarif and sarif"),
        (["--report", "sarif=link", "--report", "junit=kept"], 2, "two reports go to it"),
        (["--report", "folder=d", "--report", "sarif=d/index.html"], 2, "two reports go to it, folder and sarif"),
        (["--report", "folder=d", "--report", "folder=d"], 2, "two reports go to it"),
        (["--report", "sarif=x", "--report", "junit=x/y"], 2, "two reports go to it"),
        (["--report", "sarif=x", "--output", "x"], 2, "two reports go to it, --output and sarif"),
        (["--report", "folder=d", "--report", "sarif=d/pictures"], 2, "two reports go to it, folder and sarif"),
        (["--report", "sarif=d/pictures", "--report", "folder=d"], 2, "two reports go to it, sarif and folder"),
        (["--report", "folder=d", "--output", "d/pictures"], 2, "two reports go to it, --output and folder"),
        (["--report", "folder=blocked"], 2, "blocked/pictures: cannot write: the report needs a directory of this"),
        (["--report", "html=blocked"], 2, "name; move it away, or name another directory for the report [QG-1412]"),
        (["--report", "html=astray"], 2, "astray/pictures: cannot write: the report needs a directory of this name"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_measured(
    gate: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    (tmp_path / "kept").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked/pictures").touch()
    (tmp_path / "astray").mkdir()
    (tmp_path / "astray/pictures").symlink_to("nowhere")
    files = sorted(tmp_path.rglob("*"))

    def never(*ignored: object, **too: object) -> None:
        raise AssertionError("measured")

    monkeypatch.setattr("qualitygate.gate.run", never)
    found = gate("bad", *arguments)
    assert found.code == code
    assert said in found.err
    assert found.err.count("\n") == 1
    assert found.out == ""
    assert sorted(tmp_path.rglob("*")) == files
    assert (tmp_path / "kept").read_text(encoding="utf-8") == BEFORE


def test_a_run_that_cannot_be_made_leaves_an_earlier_report_alone(gate: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "scan.sarif").write_text(BEFORE, encoding="utf-8")
    found = gate("nowhere", "--report", "sarif=scan.sarif", "--report", "junit=new/tests.xml")
    assert found.code == 2
    assert "nowhere" in found.err
    assert (tmp_path / "scan.sarif").read_text(encoding="utf-8") == BEFORE
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("candidate", "code"), [("bad", 1), ("good", 2)])
def test_a_report_that_is_lost_takes_neither_verdict_nor_other_reports_with_it(
    gate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, candidate: str, code: int
) -> None:
    real = delivering.write

    def full(path: Path, content: str | bytes) -> None:
        if path.suffix == ".sarif":
            raise ConfigError("cannot write: No space left on device", code="QG-1412", where=str(path))
        real(path, content)

    monkeypatch.setattr(delivering, "write", full)
    found = gate(candidate, "--report", "sarif=scan.sarif", "--report", "junit=tests.xml")
    assert found.code == code
    assert found.err == "qualitygate: scan.sarif: cannot write: No space left on device [QG-1412]\n"
    assert "of 1 pair" in found.out
    assert (tmp_path / "tests.xml").is_file()


@pytest.mark.parametrize(("candidate", "code"), [("bad", 1), ("good", 2)])
def test_a_picture_that_cannot_be_written_takes_no_page_with_it(
    gate: Callable[..., Any], tmp_path: Path, candidate: str, code: int
) -> None:
    (tmp_path / "site/pictures/dot.bin").mkdir(parents=True)
    found = gate(candidate, "--report", "folder=site")
    assert found.code == code
    assert found.err == (
        "qualitygate: site/pictures/dot.bin: cannot write: Is a directory; site/index.html is there without it "
        "[QG-1412]\n"
    )
    assert (tmp_path / "site/index.html").read_text(encoding="utf-8").endswith(" pictures\n")


def test_of_many_lost_pictures_the_first_is_named_and_the_others_are_counted(
    gate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "INLINE", 1)
    monkeypatch.setattr(pictures, "INLINE_THUMBNAILS", 1)
    for role in ("reference", "heat"):
        (tmp_path / f"site/pictures/0001-{role}.webp").mkdir(parents=True)
    found = gate("bad", "--report", "html=site")
    assert found.code == 1
    assert "0001-reference.webp: cannot write: Is a directory (1 more file neither); " in found.err
    assert "site/index.html is there without them" in found.err
    page = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "pictures/0001-candidate.webp" in page
    assert (tmp_path / "site/pictures/0001-candidate.webp").is_file()


def test_further_files_may_stand_among_the_pictures(gate: Callable[..., Any], tmp_path: Path) -> None:
    assert gate("bad", "--report", "folder=site", "--report", "sarif=site/pictures/scan.sarif").code == 1
    assert (tmp_path / "site/pictures/scan.sarif").is_file()


def test_a_report_writes_beside_itself_only(gate: Callable[..., Any], tmp_path: Path) -> None:
    found = gate("bad", "--report", "climber=out/x.txt")
    assert found.code == 1
    assert "a report may only write beside itself" in found.err
    assert not (tmp_path / "outside.txt").exists()


def test_a_link_stays_a_link(gate: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "kept.sarif").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "link.sarif").symlink_to("kept.sarif")
    gate("bad", "--report", "sarif=link.sarif")
    assert (tmp_path / "link.sarif").is_symlink()
    assert json.loads((tmp_path / "kept.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("where", "arguments"),
    [
        ("", ["--config", "shop/images/qualitygate.toml"]),
        ("shop/images", []),
        ("shop", ["images/ref", "images/bad", "--profile", "product"]),
        ("", ["shop/images/ref", "shop/images/bad", "--profile", "product"]),
    ],
)
def test_platforms_are_told_paths_from_the_top_of_the_repository(
    qg: Callable[..., Any],
    gate: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    arguments: list[str],
) -> None:
    """A configuration in a directory of its own, or a step with a working directory, is annotated all the same."""
    inside = tmp_path / "shop/images"
    inside.mkdir(parents=True)
    for name in ("ref", "bad"):
        (tmp_path / name).rename(inside / name)
    (inside / "bad/odd.png").write_bytes((inside / "bad/a.png").read_bytes())
    (inside / "qualitygate.toml").write_text(
        '[[sets]]\nreference = "ref"\ncandidate = "bad"\nprofile = "product"\n', encoding="utf-8"
    )
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path / where)
    only = ("--metric", "delta_e_2000", "--no-incident", "--workers", "1")
    reports = [f"--report={form}={tmp_path / form}" for form in ("sarif", "junit")]
    found = qg("check", *arguments, *only, *reports, "--format", "github")
    assert found.code == 1, found.err
    assert "::error file=shop/images/bad/a.png,title=DeltaE00" in found.out
    assert "::error file=shop/images/bad/odd.png,title=reference missing" in found.out
    results = json.loads((tmp_path / "sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in results]
    assert {place["uri"] for place in places} == {"shop/images/bad/a.png", "shop/images/bad/odd.png"}
    tests = ElementTree.fromstring((tmp_path / "junit").read_bytes())
    assert {case.get("file") for case in tests.iter("testcase")} == {place["uri"] for place in places}


def test_the_command_of_the_comment_approves(qg: Callable[..., Any], gate: Callable[..., Any], tmp_path: Path) -> None:
    gate("bad", "--report", "markdown=comment.md")
    comment = (tmp_path / "comment.md").read_text(encoding="utf-8")
    line = comment.partition("```sh\n")[2].partition("\n```")[0]
    approved = qg(*shlex.split(line.replace("\\\n", " "))[1:], "--metric", "delta_e_2000", "--by", "brand owner")
    assert approved.code == 0, approved.err
    assert (tmp_path / "ref/a.png").read_bytes() == (tmp_path / "bad/a.png").read_bytes()
    assert gate("bad").code == 0


def test_a_further_check_that_alone_was_not_made_is_told_by_every_report(
    gate: Callable[..., Any], tmp_path: Path
) -> None:
    forms = ("sarif", "junit", "markdown", "json")
    found = gate("good", "--also", "codeowners", *(f"--report={form}=out/{form}" for form in forms))
    assert found.code == 3
    assert "UNMEASURABLE codeowners  1 passed of 1 pair" in found.out
    run = json.loads((tmp_path / "out/sarif").read_text(encoding="utf-8"))["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["exitCode"] == 3
    tests = ElementTree.fromstring((tmp_path / "out/junit").read_bytes())
    assert [(suite.get("name"), suite.get("errors")) for suite in tests] == [("good", "0"), ("codeowners", "1")]
    assert "## ⚠️ Quality gate: unmeasurable codeowners" in (tmp_path / "out/markdown").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out/json").read_text(encoding="utf-8"))["steps"][0]["verdict"] == "unmeasurable"


def test_rules_name_the_postmortems_that_the_repository_has(
    qg: Callable[..., Any], gate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds/own.toml").write_text(
        '[limits.delta_e_2000]\np95 = { fail = 1.0, born_of = "PM-2026-01-02-03" }\n'
        'mean = { fail = 1.0, born_of = "PM-2026-01-02-04" }\n',
        encoding="utf-8",
    )
    (tmp_path / "run/_/postmortems").mkdir(parents=True)
    (tmp_path / "run/_/postmortems/PM-2026-01-02-03.md").write_text("# What happened\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    for where, above in ((tmp_path, ""), (tmp_path / "thresholds", "../")):
        monkeypatch.chdir(where)
        found = qg(
            "check", f"{above}ref", f"{above}bad", "--profile", f"{above}thresholds/own.toml", *FAST[2:],
            "--report", "html=site", "--report", "markdown=comment.md",
        )  # fmt: skip
        assert found.code == 1, found.err
        comment = (where / "comment.md").read_text(encoding="utf-8")
        assert comment.count("PM-2026-01-02-03<br><code>run/&#95;/postmortems/PM-2026-01-02-03.md</code>") == 1
        assert "postmortems/PM-2026-01-02-04" not in comment
        page = (where / "site/index.html").read_text(encoding="utf-8")
        assert '"postmortem":"run/_/postmortems/PM-2026-01-02-03.md"' in page.replace('": "', '":"')
        assert "postmortems/PM-2026-01-02-04" not in page
