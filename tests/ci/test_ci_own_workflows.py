"""What this repository's own workflows do, step by step, with the merge result checked out."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from actions_steps import ACTION, ROOT, Runner, inputs, load, step_of

from qualitygate.demo.scene import Scene

GATE = ROOT / ".github" / "workflows" / "quality-gate.yml"
NIGHTLY = ROOT / ".github" / "workflows" / "nightly.yml"
LUT_BASE = "github.event.merge_group.base_sha || format('origin/{0}', github.base_ref)"
QUICK = "delta_e_2000, ssim"

Git = Callable[..., str]


@pytest.fixture
def git(workspace: Path) -> Git:
    """Run git in the workspace, which becomes a repository on `main`."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")

    def call(*arguments: str) -> str:
        done = subprocess.run(["git", *who, *arguments], cwd=workspace, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    call("init", "-q", "-b", "main")
    return call


def commit(git: Git, *, base: bool = False) -> str:
    git("add", "-A")
    git("commit", "-qm", "a")
    if base:
        git("update-ref", "refs/remotes/origin/main", "HEAD")
    return git("rev-parse", "HEAD")


@pytest.fixture
def copy(workspace: Path, git: Git) -> str:
    """This repository's fixtures and thresholds at the merge base."""
    for name in ("fixtures", "thresholds"):
        shutil.copytree(ROOT / name, workspace / name)
    return commit(git, base=True)


def gate_inputs() -> dict[str, str]:
    """What the workflow gives the action, but for LPIPS and the HTML report, which take long here."""
    used = step_of(GATE, "Gate the fixtures").fields["with"]
    return inputs(**used, metrics=QUICK, report="json=quality-gate-report/report.json")


def loosen(workspace: Path) -> None:
    hero = workspace / "thresholds" / "hero.toml"
    text = hero.read_text(encoding="utf-8")
    assert "2.45" in text
    hero.write_text(text.replace("2.45", "24.5"), encoding="utf-8")


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    used = step_of(GATE, "Gate the fixtures").fields
    assert used["uses"] == "./"
    assert set(used["with"]) <= set(load(ACTION)["inputs"])
    assert (ROOT / used["with"]["config"]).is_file()


def test_the_fixtures_pass_and_no_incident_can_come_back(runner: Runner, workspace: Path, copy: str) -> None:
    outcome = runner.run(step_of(ACTION, "Gate"), gate_inputs())
    assert outcome.code == 0, outcome.log
    assert outcome.outputs["verdict"] == "passed"
    made = json.loads((workspace / outcome.outputs["reports"]).read_text(encoding="utf-8"))["steps"]
    assert {step["name"]: step["verdict"] for step in made} == {"audit": "passed", "prove": "passed"}


def test_a_loosened_threshold_fails_the_merge(runner: Runner, workspace: Path, copy: str) -> None:
    loosen(workspace)
    outcome = runner.run(step_of(ACTION, "Gate"), gate_inputs())
    assert outcome.code == 1, outcome.log
    assert "::error file=thresholds/hero.toml" in outcome.log
    assert "PM-2025-09-27-01" in outcome.log
    assert outcome.outputs["incident"] == "", "no picture was damaged"


def test_in_the_queue_it_fails_as_well(runner: Runner, workspace: Path, copy: str, git: Git, tmp_path: Path) -> None:
    """No GITHUB_BASE_REF, a branch of the queue's own, and only the event says what it is built upon."""
    git("update-ref", "-d", "refs/remotes/origin/main")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"merge_group": {"base_sha": copy, "base_ref": "refs/heads/main"}}), encoding="utf-8")
    queue = {"GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event), "GITHUB_BASE_REF": ""}
    runner.environment.update(queue, GITHUB_REF=f"refs/heads/gh-readonly-queue/main/pr-12-{copy}", GITHUB_HEAD_REF="")
    fine = runner.run(step_of(ACTION, "Gate"), gate_inputs())
    assert fine.code == 0, fine.log
    # The case itself is taken away together with its threshold's limit: only the base knows that there was one.
    shutil.rmtree(workspace / "fixtures" / "incidents")
    loosen(workspace)
    commit(git)
    outcome = runner.run(step_of(ACTION, "Gate"), gate_inputs())
    assert outcome.code == 1, outcome.log
    assert "QG-1765" in outcome.log


@pytest.mark.parametrize(("verdict", "code"), [("passed", 0), ("failed", 1), ("unmeasurable", 1), ("", 1)])
def test_the_workflow_insists_on_the_verdict(runner: Runner, verdict: str, code: int) -> None:
    step = step_of(GATE, "The verdict is what the fixtures say")
    assert runner.run(step, {"steps.gate.outputs.verdict": verdict}).code == code


def luts(runner: Runner, base: str = "origin/main") -> tuple[int, str]:
    outcome = runner.run(step_of(GATE, "Every look-up table"), {LUT_BASE: base})
    return outcome.code, outcome.log


def test_a_repository_without_look_up_tables_passes(runner: Runner, copy: str) -> None:
    code, log = luts(runner)
    assert code == 0, log


@pytest.mark.parametrize("name", ["brand.cube", "looks/my brand.cube", "-base.cube", "日本 'look'.cube"])
def test_a_commit_that_skipped_the_hook_is_caught(
    runner: Runner, workspace: Path, scene: Scene, git: Git, name: str
) -> None:
    """`git commit --no-verify` of the LUT that damaged the founding incident's pictures."""
    before, after = (path.read_bytes() for path in scene.looks)
    for path in (*scene.looks, workspace / "qualitygate.toml"):
        path.unlink()
    target = workspace / name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(before)
    (workspace / "second.cube").write_bytes(before)
    commit(git, base=True)
    code, log = luts(runner)
    assert code == 0, log
    hook = workspace / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    target.write_bytes(after)
    git("add", "-A")
    git("commit", "--no-verify", "-qm", "new look")
    code, log = luts(runner)
    assert code == 1, log
    assert "::error file=" in log
    assert "QG-" in log
    assert list((workspace / "run" / "_" / "postmortems").glob("PM-*.md"))
    # What the job keeps is where the incident was written.
    kept = step_of(GATE, "Keep the incident").fields["with"]["path"].split()
    assert all((workspace / path).is_dir() for path in kept)
    git("commit", "--amend", "--no-verify", "-qm", "new look")
    assert luts(runner, git("rev-parse", "HEAD"))[0] == 0, "compared with itself"


def test_an_unchanged_table_is_judged_too(runner: Runner, workspace: Path, git: Git) -> None:
    """It came in before there was a gate, or through a push that no workflow saw."""
    (workspace / "broken.cube").write_text("LUT_3D_SIZE 2\n0 0 0\n")
    (workspace / "other.txt").write_text("a")
    commit(git, base=True)
    code, log = luts(runner)
    assert code == 1, log
    assert "broken.cube" in log


def test_a_base_that_is_not_there_stops_the_job(runner: Runner, workspace: Path, scene: Scene, git: Git) -> None:
    commit(git)
    code, log = luts(runner)
    assert code == 2, log


@pytest.mark.parametrize(
    ("path", "name"),
    [(GATE, "Install the gate"), (NIGHTLY, "Install the gate"), (NIGHTLY, "Install the gate and its peers")],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_the_gate_is_installed_from_this_checkout_with_its_pins(
    runner: Runner, workspace: Path, path: Path, name: str
) -> None:
    asked = workspace.parent / "asked"
    binaries = workspace.parent / "bin"
    binaries.mkdir()
    python = binaries / "python"
    python.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(asked))}\n')
    python.chmod(0o755)
    runner.environment["PATH"] = f"{binaries}:{runner.environment['PATH']}"
    outcome = runner.run(step_of(path, name), {})
    assert outcome.code == 0, outcome.log
    *words, constraints, target = asked.read_text().split()
    assert words == ["-m", "pip", "install", "--constraint"]
    assert (ROOT / constraints).is_file()
    extras = re.fullmatch(r"\.\[([a-z,]+)\]", target)
    assert extras is not None
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(extras[1].split(",")) <= set(known)


def nightly(runner: Runner, name: str) -> tuple[int, str]:
    """A step of the scheduled workflow, whose event is no pull request."""
    scheduled = {"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}
    runner.environment.update(scheduled, GITHUB_BASE_REF="", GITHUB_HEAD_REF="")
    outcome = runner.run(step_of(NIGHTLY, name), {})
    return outcome.code, outcome.log


def test_a_late_clock_fails_the_night(runner: Runner, workspace: Path, git: Git) -> None:
    assert nightly(runner, "No clock is late")[0] == 0
    opening = ["qualitygate", "incident", "open", "--severity", "S2", "--title", "Halo around products"]
    environment = {**runner.environment, "QUALITYGATE_NOW": "2025-09-27T04:12:00Z"}
    subprocess.run(opening, cwd=workspace, env=environment, check=True, capture_output=True)
    runner.environment["QUALITYGATE_NOW"] = "2025-09-27T04:20:00Z"
    code, log = nightly(runner, "No clock is late")
    assert code == 0, log
    runner.environment["QUALITYGATE_NOW"] = "2025-09-28T04:17:00Z"
    code, log = nightly(runner, "No clock is late")
    assert code == 1, log
    assert "late" in log
    name = "Records and evidence are as they were written"
    assert nightly(runner, name)[0] == 0
    (record,) = (workspace / "run" / "_" / "postmortems").glob("*.events.jsonl")
    record.write_text(record.read_text(encoding="utf-8").replace("Halo", "Hello"), encoding="utf-8")
    assert nightly(runner, name)[0] == 1


def test_the_night_proves_every_incident(runner: Runner, workspace: Path, copy: str) -> None:
    name = "No incident can come back, and no waiver has expired"
    code, log = nightly(runner, name)
    assert code == 0, log
    loosen(workspace)
    code, log = nightly(runner, name)
    assert code == 1, log
    assert "PM-2025-09-27-01" in log


def test_the_neighbours_are_installed_by_exact_versions(runner: Runner, tmp_path: Path) -> None:
    binaries, asked = tmp_path / "npm", tmp_path / "asked"
    binaries.mkdir()
    npm = binaries / "npm"
    npm.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(asked))}\n')
    npm.chmod(0o755)
    runner.environment["PATH"] = f"{binaries}:{runner.environment['PATH']}"
    outcome = runner.run(step_of(NIGHTLY, "Install its neighbours"), {})
    assert outcome.code == 0, outcome.log
    words = asked.read_text().splitlines()
    assert words[0] == "install"
    assert "--ignore-scripts" in words
    folder = words[words.index("--prefix") + 1]
    packages = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert set(packages) == {"odiff-bin", "pixelmatch", "reg-cli"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in packages.values())
    assert f"--npm {folder} " in str(step_of(NIGHTLY, "Beside its neighbours").run)


def test_the_night_compares_ratios_and_warns(runner: Runner, workspace: Path, tmp_path: Path) -> None:
    """The step with pictures as small as they get, and a table in the documentation that is from elsewhere."""
    pytest.importorskip("skimage")
    (workspace / "docs").mkdir()
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    told = re.sub(r"^Measured on: .*$", "Measured on: Acme Z80, 64 cores, kernels numpy.", page, flags=re.MULTILINE)
    (workspace / "docs" / "performance.md").write_text(told, encoding="utf-8")
    modules = workspace / "benchmarks" / "npm" / "node_modules"
    for program in ("@odiff/any/odiff", "odiff-bin/package.json"):
        (modules / program).parent.mkdir(parents=True)
        (modules / program).write_text('{"version": "1.2.3"}', encoding="utf-8")
    binaries = tmp_path / "small"
    binaries.mkdir()
    python = binaries / "python"
    smaller = "${@/#--quick/--tiny}"
    python.write_text(f'#!/bin/bash\nexec {shlex.quote(sys.executable)} "{smaller}" --only metrics\n')
    python.chmod(0o755)
    runner.environment["PATH"] = f"{binaries}:{runner.environment['PATH']}"
    outcome = runner.run(step_of(NIGHTLY, "Beside its neighbours"), {})
    assert outcome.code == 0, outcome.log
    assert "::notice title=Benchmark::not compared with the table: that is of Acme Z80" in outcome.log
    assert "| DeltaE00, kernel, 0.016 MP | colour-science" in outcome.summary
    assert "::warning" not in outcome.summary
    # Where it cannot run at all, that is an error, though its output goes through a pipe.
    (workspace / "docs" / "performance.md").write_text("", encoding="utf-8")
    assert runner.run(step_of(NIGHTLY, "Beside its neighbours"), {}).code == 2


def test_the_shipped_thresholds_are_tested(runner: Runner, workspace: Path, copy: str) -> None:
    """What loosens a limit so far that its own cases do not notice any more must not be merged."""
    step = step_of(GATE, "The shipped thresholds pass their tests")
    assert runner.run(step, {}).code == 0
    loosen(workspace)
    outcome = runner.run(step, {})
    assert outcome.code == 1
    assert "file=thresholds/tests/hero.toml,line=" in outcome.log


def test_wheels_are_built_with_the_kernels_and_tried(runner: Runner, tmp_path: Path) -> None:
    """What builds them needs containers; here it is played, and what it would be told is looked at."""
    asked = tmp_path / "asked"
    played = tmp_path / "played" / "python"
    played.parent.mkdir()
    played.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(asked))}\n')
    played.chmod(0o755)
    runner.environment["PATH"] = f"{played.parent}:{runner.environment['PATH']}"
    wheels = ROOT / ".github" / "workflows" / "wheels.yml"
    outcome = runner.run(step_of(wheels, "Build and try every wheel"), {})
    assert outcome.code == 0, outcome.log
    installed, built = asked.read_text().splitlines()
    assert re.fullmatch(r"-m pip install cibuildwheel==[0-9.]+", installed)
    assert built == "-m cibuildwheel --output-dir wheels"
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    assert told["environment"] == {"QUALITYGATE_KERNELS": "required"}
    assert told["build"] == "cp311-*"
    assert [name for name in told["test-sources"] if not (ROOT / name).exists()] == []
    assert told["test-command"].split()[4:] == told["test-sources"]
