"""The action's input `comment`: what is installed for it, who gets the token, and that a fork needs none."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from actions_steps import ACTION, ROOT, Runner, inputs, load, step_of, steps

from qualitygate.demo.scene import Scene

sys.path.insert(0, str(ROOT / "tests" / "notifiers"))
from github_server import REPOSITORY, TOKEN, Platform, serving

TOKEN_OF_THE_JOB = "inputs.comment != 'false' && github.token || ''"


@pytest.mark.parametrize(
    ("extras", "comment", "expected"),
    [
        ("lpips", "false", "[lpips]"),
        ("lpips", "", "[lpips]"),
        ("lpips", "true", "[lpips,github]"),
        ("", "true", "[github]"),
        ("", "false", ""),
        (" luts, formats\n", "false", "[luts,formats]"),
        (",", "false", ""),
    ],
)
def test_the_extra_is_installed_for_it(
    runner: Runner, tmp_path: Path, extras: str, comment: str, expected: str
) -> None:
    asked, python = tmp_path / "asked", tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(asked))}\n')
    python.chmod(0o755)
    runner.environment["PATH"] = f"{python.parent}:{runner.environment['PATH']}"
    outcome = runner.run(step_of(ACTION, "Install"), inputs(extras=extras, comment=comment))
    assert outcome.code == 0, outcome.log
    *words, constraints, target = asked.read_text().splitlines()
    assert words == ["-m", "pip", "install", "--constraint"]
    assert Path(constraints).is_file()
    assert target == f"{ROOT}{expected}"


def test_the_token_goes_to_the_comment_and_nowhere_else() -> None:
    text = ACTION.read_text(encoding="utf-8")
    assert text.count("github.token") == 1
    given = {step.name: step.env for step in steps(load(ACTION)) if any("TOKEN" in name for name in step.env)}
    assert {name: env["GITHUB_TOKEN"] for name, env in given.items()} == {"Gate": f"${{{{ {TOKEN_OF_THE_JOB} }}}}"}


@pytest.mark.parametrize("fork", [False, True])
def test_a_comment_is_made_where_it_may_be(runner: Runner, scene: Scene, fork: bool) -> None:
    given = inputs(
        reference="reference",
        candidate="candidate-drifted",
        profile="hero",
        metrics="delta_e_2000",
        report="",
        comment="true",
    )
    with serving(Platform()) as platform:
        runner.environment |= {"GITHUB_API_URL": platform.url, "GITHUB_REPOSITORY": REPOSITORY}
        outcome = runner.run(step_of(ACTION, "Gate"), given | {TOKEN_OF_THE_JOB: "" if fork else TOKEN})
        comments = platform.comments.get(12, [])
    assert outcome.code == 1, outcome.log
    assert outcome.outputs["verdict"] == "failed"
    if fork:
        assert "no comment: there is no token" in outcome.log
        assert comments == []
        assert platform.requests == []
    else:
        (comment,) = comments
        assert "candidate-drifted/coffee.webp" in comment["body"]
        assert outcome.outputs["incident"] in comment["body"]
    assert TOKEN not in outcome.log + outcome.summary
