"""The recipes of `docs/recipes/`: what their jobs run is run here, under the variables of their platform."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from actions_steps import ACTION, ROOT, Runner, Step, load, steps
from ruamel.yaml import YAML

from qualitygate.demo.scene import Scene

sys.path.insert(0, str(ROOT / "tests" / "docs"))
from docs_blocks import Block, blocks

GITHUB = [one for one in blocks(ROOT / "docs" / "recipes" / "github.md") if one.language == "yaml"]
GITLAB = [one for one in blocks(ROOT / "docs" / "recipes" / "gitlab.md") if one.language == "yaml"]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = [one for page in PAGES for one in blocks(page) if one.language == "yaml" and "\njobs:\n" in f"\n{one.text}"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LUT_BASE = "github.event.merge_group.base_sha || format('origin/{0}', github.base_ref)"
CONFIG = """
[[sets]]
name = "images"
reference = "reference"
candidate = "{candidate}"
profile = "hero"
metrics = ["delta_e_2000"]
"""
OWNERS = """
* @octo-org/engineers
*.cube @octo-org/brand
qualitygate.toml @octo-org/brand
/.github/CODEOWNERS @octo-org/brand
"""


def parsed(block: Block) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(block.text)
    return document


def github_steps() -> list[Step]:
    return [step for block in GITHUB for step in steps(parsed(block)) if step.run]


@pytest.fixture
def prepared(runner: Runner, workspace: Path, scene: Scene) -> Runner:
    """The demo's pictures in a repository whose `origin/main` is what is checked out, and a `pip` that does nothing."""
    binaries = workspace.parent / "bin"
    binaries.mkdir()
    (binaries / "pip").write_text(f'#!/bin/sh\necho "$*" >> {shlex.quote(str(workspace.parent / "asked"))}\n')
    (binaries / "pip").chmod(0o755)
    runner.environment["PATH"] = f"{binaries}:{runner.environment['PATH']}"
    (workspace / ".github").mkdir()
    (workspace / ".github" / "CODEOWNERS").write_text(OWNERS)
    configure(workspace, "candidate-good")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    commit = [*who, "commit", "-qm", "a"]
    for command in (["init", "-q"], ["add", "-A"], commit, ["update-ref", "refs/remotes/origin/main", "HEAD"]):
        subprocess.run(["git", *command], cwd=workspace, check=True)
    return runner


def configure(workspace: Path, candidate: str) -> None:
    (workspace / "qualitygate.toml").write_text(CONFIG.format(candidate=candidate))


def named(block: Block) -> str:
    return f"{block.page.name}:{block.line}"


def test_every_page_with_a_workflow_is_looked_at() -> None:
    assert {one.page.name for one in SHOWN} >= {
        "github.md",
        "reports.md",
        "html-report.md",
        "pytest.md",
        "incidents.md",
    }
    assert [named(one) for one in GITHUB if one not in SHOWN] == []


@pytest.mark.parametrize("block", SHOWN, ids=named)
def test_whoever_copies_a_workflow_has_all_that_it_needs(block: Block) -> None:
    """History for merge bases, pictures that are in Git LFS, the queue beside the pull request, a Python of its own."""
    document = parsed(block)
    events = document.get("on", document.get(True))
    assert ("pull_request" in events) is ("merge_group" in events)
    found = list(steps(document))
    checkout = next(step for step in found if (step.uses or "").startswith("actions/checkout@"))
    assert checkout.fields["with"] == {"fetch-depth": 0, "lfs": True, "persist-credentials": False}
    if any("pip install" in (step.run or "") for step in found):
        assert any((step.uses or "").startswith("actions/setup-python@") for step in found)


def test_the_workflows_are_safe(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}-{block.page.stem}.yml" for number, block in enumerate(SHOWN)]
    for path, block in zip(files, SHOWN, strict=True):
        path.write_text(block.text.replace("@COMMIT", f"@{'0' * 40} # v1.0.0"), encoding="utf-8")
    zizmor = [str(Path(sys.executable).parent / "zizmor"), "--offline", "--no-progress", "--format", "json"]
    done = subprocess.run([*zizmor, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == []


def test_the_page_names_every_input_and_output_of_the_action() -> None:
    page = (ROOT / "docs" / "recipes" / "github.md").read_text(encoding="utf-8")
    action = load(ACTION)
    assert [name for name in (*action["inputs"], *action["outputs"]) if f"`{name}`" not in page] == []
    used = [step for block in GITHUB for step in steps(parsed(block)) if (step.uses or "").startswith("OWNER/")]
    assert used
    assert all(set(step.fields["with"]) <= set(action["inputs"]) for step in used)


def test_its_pins_are_those_of_our_own_workflows() -> None:
    """So that a recipe does not go on recommending what we have left."""
    ours = {step.uses for path in WORKFLOWS for step in steps(load(path))}
    ours |= {step.uses for step in steps(load(ACTION))}
    names = {(uses or "").partition("@")[0] for uses in ours}
    shown = [step.uses for block in SHOWN for step in steps(parsed(block)) if step.uses]
    assert [uses for uses in shown if uses.partition("@")[0] in names and uses not in ours] == []


def test_numbers_are_kept_after_a_run_that_fails_as_well() -> None:
    """`actions/cache` alone writes only after a job that succeeded."""
    (cached,) = (found for block in GITHUB if "actions/cache" in block.text for found in [list(steps(parsed(block)))])
    kinds = [(step.uses or step.run or "").split("@")[0] for step in cached]
    at = [
        kinds.index(kind)
        for kind in ("actions/cache/restore", "qualitygate check --format github", "actions/cache/save")
    ]
    assert at == sorted(at)
    before, after = cached[at[0]].fields, cached[at[2]].fields
    assert after["if"] == "!cancelled()"
    assert {name: before["with"][name] for name in ("path", "key")} == after["with"]
    assert before["with"]["key"].startswith(before["with"]["restore-keys"])

    # What is brought and kept is what the gate uses, whatever the runner: the default differs by system.
    (job,) = (found for block in GITHUB if "actions/cache" in block.text for found in parsed(block)["jobs"].values())
    assert job["env"]["QUALITYGATE_CHECK_CACHE"] == after["with"]["path"]
    assert not after["with"]["path"].startswith(("~", "/"))


def test_the_jobs_beside_the_gate_are_those_of_this_repository() -> None:
    ours = {step.run.strip() for path in WORKFLOWS for step in steps(load(path)) if step.run}
    shown = [step.run.strip() for step in github_steps() if "pip install" not in step.run]
    shown.remove("qualitygate check --format github")  # the gate itself, with its numbers brought along
    assert len(shown) == 4
    assert [run for run in shown if run not in ours] == []


@pytest.mark.parametrize("step", github_steps(), ids=lambda step: step.run.partition("\n")[0][:40])
def test_every_command_passes_where_all_is_well(prepared: Runner, step: Step) -> None:
    outcome = prepared.run(step, {LUT_BASE: "origin/main"})
    assert outcome.code == 0, outcome.log


def test_the_shortest_workflow_fails_and_keeps_what_it_promises(prepared: Runner, workspace: Path) -> None:
    configure(workspace, "candidate-drifted")
    document = parsed(GITHUB[0])
    gate = next(step for step in steps(document) if step.run)
    outcome = prepared.run(gate, {})
    assert outcome.code == 1, outcome.log
    upload = list(steps(document))[-1]
    kept = upload.fields["with"]["path"].split()
    assert [path for path in kept if not any((workspace / path).iterdir())] == []
    assert (workspace / "quality-gate-report" / "index.html").is_file()


def gitlab(runner: Runner, job: dict[str, Any], **more: str) -> tuple[int, str]:
    """Run a job's script as GitLab's runner does: its lines in one shell that stops at a failure."""
    environment = {name: value for name, value in runner.environment.items() if not name.startswith("GITHUB_")}
    environment |= {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_IID": "12",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
        "CI_COMMIT_REF_NAME": "new-look",
        **job.get("variables", {}),
        **more,
    }
    script = "set -eo pipefail\n" + "\n".join(job["script"])
    command = ["bash", "-c", script]
    done = subprocess.run(
        command,
        cwd=runner.directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    return done.returncode, done.stdout


def gitlab_job(name: str) -> dict[str, Any]:
    return next(parsed(block)[name] for block in GITLAB if name in parsed(block))


def test_a_merge_request_passes_and_fails(prepared: Runner, workspace: Path) -> None:
    job = gitlab_job("quality-gate")
    code, log = gitlab(prepared, job)
    assert code == 0, log
    report = workspace / job["artifacts"]["reports"]["junit"]
    assert ElementTree.parse(report).getroot().findall(".//failure") == []
    configure(workspace, "candidate-drifted")
    code, log = gitlab(prepared, job)
    assert code == 1, log
    assert ElementTree.parse(report).getroot().findall(".//failure")
    assert [path for path in job["artifacts"]["paths"] if not any((workspace / path).iterdir())] == []
    assert (workspace / "quality-gate" / "html" / "index.html").is_file()


@pytest.mark.parametrize(("event", "code"), [("merged_result", 0), ("merge_train", 0), ("detached", 1)])
def test_a_pipeline_of_the_source_branch_alone_is_refused(prepared: Runner, event: str, code: int) -> None:
    assert gitlab(prepared, gitlab_job("merge-result"), CI_MERGE_REQUEST_EVENT_TYPE=event)[0] == code


def test_the_night_looks_at_everything_and_fails_for_one(prepared: Runner, workspace: Path) -> None:
    job = gitlab_job("incidents")
    code, log = gitlab(prepared, job)
    assert code == 0, log
    opening = ["qualitygate", "incident", "open", "--severity", "S2", "--title", "Halo around products"]
    past = {**prepared.environment, "QUALITYGATE_NOW": "2025-09-27T04:12:00Z"}
    subprocess.run(opening, cwd=workspace, env=past, check=True, capture_output=True)
    code, log = gitlab(prepared, job)
    assert code == 1, log
    assert "late" in log
    assert "1 incident, 0 errors" in log, "what comes after is looked at as well"
