"""What keeps `check --format github` from a verdict is an annotation and an output, not a line in a log alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from qualitygate.cli.announcing import annotation, place, wanted
from qualitygate.core.errors import ConfigError
from qualitygate.reporters.workflow_command import outputs

SET = '[[sets]]\nname = "s"\nreference = "ref"\ncandidate = "good"\nprofile = "{profile}"\n'


@pytest.fixture
def output(trees: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GITHUB_OUTPUT", str(trees / "output"))
    return trees / "output"


def test_a_wrong_configuration_is_shown_at_its_line(qg: Callable[..., Any], trees: Path, output: Path) -> None:
    (trees / "qualitygate.toml").write_text(SET.format(profile="heroo"))
    found = qg("check", "--format", "github")
    assert found.code == 2
    assert found.err.startswith("qualitygate: qualitygate.toml:5: ")
    assert found.out.startswith("::error file=qualitygate.toml,line=5,title=")
    assert found.out.rstrip().endswith("[QG-1402]")
    assert found.out.count("\n") == 1
    assert output.read_text() == "verdict=error\n"


def test_a_file_is_named_from_the_top_of_the_repository(
    qg: Callable[..., Any], git: Callable[..., str], trees: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "-q")
    (trees / "ref" / "qualitygate.toml").write_text(SET.format(profile="heroo"))
    monkeypatch.chdir(trees / "ref")
    found = qg("check", "--format", "github")
    assert found.out.startswith("::error file=ref/qualitygate.toml,line=5,")
    assert str(trees) not in found.out


@pytest.mark.parametrize(
    ("words", "variables", "says"),
    [
        (("--format", "github", "--workers", "0"), {}, "--workers"),
        (("--format=github", "--nonsense"), {}, "--nonsense"),
        ((), {"FORMAT": "github", "WORKERS": "none"}, "QUALITYGATE_CHECK_WORKERS"),
        (("--format", "github"), {"PROFIL": "hero"}, "QUALITYGATE_CHECK_PROFIL"),
        (("ref", "nowhere", "--profile", "hero", "--format", "github"), {}, "nowhere"),
    ],
)
def test_wrong_usage_is_announced_as_well(
    qg: Callable[..., Any], output: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...],
    variables: dict[str, str], says: str,
) -> None:  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(f"QUALITYGATE_CHECK_{name}", value)
    found = qg("check", *words)
    assert found.code == 2
    assert found.out.startswith("::error ")
    assert says in found.out
    assert says in found.err
    assert output.read_text() == "verdict=error\n"


@pytest.mark.parametrize(
    "words", [(), ("--format", "text"), ("--format", "json"), ("--format", "text", "--", "github")]
)
def test_other_formats_say_it_on_standard_error_alone(
    qg: Callable[..., Any], output: Path, words: tuple[str, ...]
) -> None:
    found = qg("check", *words)
    assert (found.code, found.out) == (2, "")
    assert not output.exists()


def test_help_and_a_verdict_are_no_errors(qg: Callable[..., Any], trees: Path, output: Path) -> None:
    assert qg("check", "--format", "github", "--help").code == 0
    assert not output.exists()
    run = ("--profile", "product", "--metric", "delta_e_2000", "--no-incident", "--format", "github")
    assert qg("check", "ref", "bad", *run).code == 1
    assert "verdict=failed\n" in output.read_text()
    assert "verdict=error" not in output.read_text()


def test_an_output_that_cannot_be_written_keeps_the_message(
    qg: Callable[..., Any], trees: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(trees / "ref"))
    found = qg("check", "--format", "github")
    assert found.code == 2
    assert "QG-1409" in found.out
    assert "QG-1409" in found.err


def test_what_is_no_file_is_not_named_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b,c.toml").write_text("")
    assert place("a:b,c.toml:12") == ("a:b,c.toml", "12")
    for nothing in ("--report html=x", "git", "", None, "x.toml:3", "a" * 5000, "nul\0"):
        assert place(nothing) == (None, None)
    told = annotation(ConfigError("50% off\n::error::", code="QG-1405", where="a:b,c.toml:12"))
    assert told.startswith("::error file=a%3Ab%2Cc.toml,line=12,title=")
    assert "\n" not in told
    assert annotation(click.UsageError("No such option: --x")) == "::error title=usage::No such option: --x"
    assert annotation(RuntimeError("odd")).startswith("::error title=the gate could not run::RuntimeError: odd")


def test_the_last_format_counts() -> None:
    assert wanted(["--format", "text", "--format=github"], {})
    assert not wanted(["--format", "text"], {"QUALITYGATE_CHECK_FORMAT": "github"})
    assert wanted([], {"QUALITYGATE_CHECK_FORMAT": " github\n"})
    assert not wanted(["--format"], {})
    assert outputs({"verdict": "error"}) == "verdict=error\n"
