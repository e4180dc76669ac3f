"""`check --base`: a revision that nobody knows is an error, one that nothing uses a note; CI's own is neither."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualitygate import gate
from qualitygate.core.errors import ConfigError

RUN = ("--profile", "product", "--metric", "delta_e_2000", "--no-incident", "--format", "json")


@pytest.fixture
def repository(qg: Callable[..., Any], git: Callable[..., str], trees: Path) -> Path:
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "a")
    return trees


def notes(found: Any) -> list[str]:
    return [one["code"] for one in json.loads(found.out)["findings"]]


def test_an_unknown_revision_is_an_error(qg: Callable[..., Any], repository: Path) -> None:
    found = qg("check", "ref", "good", "--base", "mian", *RUN)
    assert found.code == 2
    assert found.err.startswith("qualitygate: --base: unknown revision 'mian'")
    assert "QG-1690" in found.err


def test_a_revision_that_nothing_uses_is_told(qg: Callable[..., Any], repository: Path) -> None:
    found = qg("check", "ref", "good", "--base", "main", *RUN)
    assert found.code == 0
    assert notes(found) == ["QG-1940"]
    report = gate.check("ref", "good", profile="product", metrics=["delta_e_2000"], base="main")
    assert [one.code for one in report.findings] == ["QG-1940"]


def test_one_that_is_used_is_not(qg: Callable[..., Any], repository: Path) -> None:
    assert "QG-1940" not in notes(qg("check", "ref", "--base", "main", *RUN))


def test_nor_one_that_a_step_compares_with(qg: Callable[..., Any], repository: Path) -> None:
    found = qg("check", "ref", "good", "--base", "main", "--also", "prove", *RUN)
    assert "QG-1940" not in notes(found)
    assert "QG-1940" in notes(qg("check", "ref", "good", "--base", "main", "--also", "codeowners", *RUN))


def test_the_command_line_goes_before_what_the_set_names(qg: Callable[..., Any], repository: Path) -> None:
    (repository / "qualitygate.toml").write_text(
        '[[sets]]\nname = "s"\ncandidate = "good"\nprofile = "product"\nmetrics = ["delta_e_2000"]\nbase = "gone"\n'
    )
    assert qg("check").code == 2
    assert notes(qg("check", "--format", "json", "--base", "main")) == ["QG-1905"]
    assert "'mian'" in qg("check", "--base", "mian").err


@pytest.mark.parametrize("branch", ["main", "gone"])
def test_what_ci_names_is_no_wish(
    qg: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch, branch: str
) -> None:
    monkeypatch.setenv("GITHUB_BASE_REF", branch)
    found = qg("check", "ref", "good", *RUN)
    assert (found.code, notes(found)) == (0, [])


def test_a_queue_that_names_no_base_lets_no_drift_pass(
    qg: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "qualitygate.toml").write_text('[[luts]]\nname = "l"\nfiles = ["*.cube"]\n')
    monkeypatch.setenv("GITHUB_EVENT_NAME", "merge_group")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(repository / "nowhere"))
    found = qg("check")
    assert (found.code, "QG-1439" in found.err) == (2, True)


def test_a_library_names_it_by_argument(repository: Path) -> None:
    with pytest.raises(ConfigError, match="unknown revision 'mian'"):
        gate.plan("ref", "good", profile="product", metrics=["ssim"], base="mian")
    assert gate.plan("ref", "good", profile="product", metrics=["ssim"], target="mian").unused_base is None
