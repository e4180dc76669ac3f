"""The action's `extras`, of which no program can say what is wrong: it is not installed yet."""

from __future__ import annotations

import re
import tomllib

import pytest
from actions_steps import ACTION, ROOT, Runner, inputs, load, step_of

DEVELOPMENT = {"test", "docs"}


def known() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"]) - DEVELOPMENT


@pytest.mark.parametrize("extras", ["lpisp", "lpips,,gpu", "lpips; touch stolen", "$(touch stolen)", "*", "LPIPS"])
def test_an_unknown_extra_is_an_annotation_and_installs_nothing(runner: Runner, extras: str) -> None:
    (runner.directory / "lpips").touch()
    outcome = runner.run(step_of(ACTION, "Install"), inputs(extras=extras))
    assert outcome.code == 2
    assert re.fullmatch(r"::error title=unknown extra::extras: there is no \S+; known: [a-z, ]+\n", outcome.log)
    assert [path.name for path in runner.directory.iterdir()] == ["lpips"]


def test_the_action_knows_the_extras_that_there_are() -> None:
    step = step_of(ACTION, "Install")
    assert step.run is not None
    case = re.search(r"^ *([a-z |]+)\) extras\+=", step.run, re.MULTILINE)
    told = re.search(r"'([a-z, ]+)'$", step.run, re.MULTILINE)
    described = re.search(r" of ([a-z, ]+)\.", load(ACTION)["inputs"]["extras"]["description"])
    assert case is not None
    assert told is not None
    assert described is not None
    assert set(case[1].split(" | ")) == set(told[1].split(", ")) == set(described[1].split(", ")) == known()
