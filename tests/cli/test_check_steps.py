"""Further checks of `qualitygate check`: one report, one exit code, whatever they find."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qualitygate.cli import root
from qualitygate.policy.settings import STEPS
from qualitygate.steps import TABLE

SET = '[[sets]]\nreference = "ref"\ncandidate = "good"\nprofile = "product"\nmetrics = ["delta_e_2000"]\n'


@pytest.fixture
def repository(trees: Path, git: Callable[..., str]) -> Path:
    """The photographs in a repository, with everything committed."""
    git("init", "-q", "-b", "main", ".")
    (trees / "qualitygate.toml").write_text(SET + '[check]\nalso = ["codeowners"]\n[codeowners]\nowners = ["@brand"]\n')
    git("add", "-A")
    git("commit", "-qm", "pictures")
    return trees


def checked(qg: Callable[..., Any], *arguments: str) -> tuple[int, dict[str, Any]]:
    found = qg("check", "--format", "json", "--workers", "1", *arguments)
    return found.code, json.loads(found.out)


def test_every_step_that_can_be_configured_is_there() -> None:
    assert tuple(TABLE) == STEPS


def test_a_step_fails_the_run_although_every_picture_passes(qg: Callable[..., Any], repository: Path) -> None:
    code, report = checked(qg)
    assert code == 1
    assert report["summary"]["failed"] == 0
    assert [(step["name"], step["verdict"]) for step in report["steps"]] == [("codeowners", "failed")]
    assert {"QG-1780", "QG-1783"} <= {finding["code"] for finding in report["findings"]}


def test_no_incident_is_opened_for_a_step(qg: Callable[..., Any], repository: Path) -> None:
    _, report = checked(qg)
    assert report["incident"] is None
    assert not (repository / "run").exists()


def test_a_step_that_passes_is_told(qg: Callable[..., Any], repository: Path, git: Callable[..., str]) -> None:
    (repository / "CODEOWNERS").write_text("* @brand\n")
    git("add", "-A")
    code, report = checked(qg)
    assert code == 0, report["findings"]
    assert report["steps"][0]["verdict"] == "passed"


def test_pictures_that_fail_open_their_incident_beside_a_failed_step(qg: Callable[..., Any], repository: Path) -> None:
    text = (repository / "qualitygate.toml").read_text()
    (repository / "qualitygate.toml").write_text(text.replace('"good"', '"bad"'))
    code, report = checked(qg)
    assert code == 1
    assert report["incident"] is not None
    stub = (repository / report["incident"]["markdown"]).read_text()
    assert "DeltaE00" in stub
    assert "CODEOWNERS" not in stub
    assert report["steps"][0]["verdict"] == "failed"


def test_a_step_may_be_asked_for_on_the_command_line(qg: Callable[..., Any], repository: Path) -> None:
    """Two directories run none of the configured steps, unless they are asked for."""
    directories = ("ref", "good", "--profile", "product", "--metric", "delta_e_2000")
    assert checked(qg, *directories)[0] == 0
    code, report = checked(qg, *directories, "--also", "codeowners")
    assert code == 1
    assert [step["name"] for step in report["steps"]] == ["codeowners"]


def test_steps_run_in_their_order_each_once(qg: Callable[..., Any], repository: Path) -> None:
    _, report = checked(qg, "--also", "prove", "--also", "codeowners")
    assert [step["name"] for step in report["steps"]] == ["codeowners", "prove"]


def test_a_configuration_may_name_steps_alone(qg: Callable[..., Any], repository: Path) -> None:
    (repository / "qualitygate.toml").write_text('[check]\nalso = ["prove"]\n')
    code, report = checked(qg)
    assert code == 0
    assert report["summary"]["pairs"] == 0
    assert report["steps"] == [{"name": "prove", "verdict": "passed", "detail": "0 cases"}]


def test_what_could_not_be_checked_is_no_pass(qg: Callable[..., Any], trees: Path) -> None:
    """Outside of git nobody owns anything; the pictures are judged all the same."""
    (trees / "qualitygate.toml").write_text(SET + '[check]\nalso = ["codeowners"]\n')
    code, report = checked(qg)
    assert code == 3
    assert report["verdict"] == "unmeasurable"
    assert report["steps"][0]["verdict"] == "unmeasurable"
    assert report["summary"]["passed"] == 4
    assert "QG-1422" in {finding["code"] for finding in report["findings"]}


def test_an_unknown_step_is_refused_with_its_line(qg: Callable[..., Any], repository: Path) -> None:
    (repository / "qualitygate.toml").write_text(SET + '[check]\nalso = ["audits"]\n')
    found = qg("check")
    assert found.code == 2
    assert "qualitygate.toml:7" in found.err
    assert "did you mean 'audit'?" in found.err


def test_help_names_every_step() -> None:
    text = CliRunner().invoke(root, ["check", "--help"]).output
    assert "|".join(STEPS) in "".join(text.split())
