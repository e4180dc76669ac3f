"""Run the `run:` steps of an action or a workflow the way a GitHub runner does, on this machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action.yml"
TOKEN = "ghp_notTheRealOneButAsLong"
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the file has it."""

    name: str
    run: str | None
    uses: str | None
    env: Mapping[str, str]
    fields: Mapping[str, Any]


def load(path: Path) -> dict[str, Any]:
    """A workflow or action file; `on` stays a string key."""
    parsed: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return parsed


def steps(document: Mapping[str, Any]) -> Iterator[Step]:
    """The steps of an action, or of every job of a workflow."""
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    for job in jobs:
        for step in job["steps"]:
            yield Step(
                step.get("name", step.get("uses", "run")), step.get("run"), step.get("uses"), step.get("env", {}), step
            )


def defaults(action: Mapping[str, Any]) -> dict[str, str]:
    """Input name to default value."""
    return {name: str(entry.get("default", "")) for name, entry in action["inputs"].items()}


def step_of(path: Path, name: str) -> Step:
    """A step by its name."""
    return next(step for step in steps(load(path)) if step.name == name)


def inputs(**given: str) -> dict[str, str]:
    """The action's inputs as a context, those not given at their defaults, and what follows from them."""
    values = defaults(load(ACTION)) | {name.replace("_", "-"): value for name, value in given.items()}
    context = {f"inputs.{name}": value for name, value in values.items()} | {"github.action_path": str(ROOT)}
    return context | {"inputs.comment != 'false' && github.token || ''": TOKEN if values["comment"] != "false" else ""}


def evaluate(text: str, context: Mapping[str, str]) -> str:
    """Replace `${{ inputs.name }}` and the like; an expression that the context does not hold is an error here."""

    def value(match: re.Match[str]) -> str:
        return context[match[1]]

    return _EXPRESSION.sub(value, text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step left behind."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]


class Runner:
    """A workspace, and the variables that GitHub sets for a pull request."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self.directory = directory
        self.summary = directory.parent / f"{directory.name}.summary"
        self.output = directory.parent / f"{directory.name}.output"
        self.summary.touch()
        self.output.touch()
        self.environment = {
            **environment,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "octocat",
            "GITHUB_BASE_REF": "main",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_HEAD_REF": "new-look",
            "GITHUB_JOB": "quality-gate",
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_REF": "refs/pull/12/merge",
            "GITHUB_REF_NAME": "12/merge",
            "GITHUB_REPOSITORY": "octo-org/pictures",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "4711",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": "0f0e0d0c0b0a09080706050403020100ffeeddcc",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(directory),
            "RUNNER_OS": "Linux",
        }

    def run(self, step: Step, context: Mapping[str, str]) -> Outcome:
        """Run one step with `shell: bash`, as `bash --noprofile --norc -eo pipefail`."""
        assert step.run is not None
        script = self.directory.parent / f"{self.directory.name}.sh"
        script.write_text(evaluate(step.run, context), encoding="utf-8")
        env = {name: evaluate(str(value), context) for name, value in step.env.items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.directory,
            env={**self.environment, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )
        return Outcome(
            done.returncode,
            done.stdout,
            self.summary.read_text(encoding="utf-8"),
            parse_outputs(self.output.read_text(encoding="utf-8")),
        )


def parse_outputs(text: str) -> dict[str, str]:
    """What GitHub reads from the file named by GITHUB_OUTPUT: `key=value`, or `key<<DELIMITER` and lines."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if re.match(r"[\w-]+<<", line):
            key, _, delimiter = line.partition("<<")
            found[key] = "\n".join(iter(lambda: next(lines), delimiter))
        else:
            key, _, value = line.partition("=")
            found[key] = value
    return found
