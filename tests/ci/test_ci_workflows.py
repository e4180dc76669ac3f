"""The action and the workflows: valid, pinned, safe, and every `run:` block does what it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from actions_steps import Runner, Step, defaults, load, steps

from qualitygate.demo.scene import Scene, write_scene

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [ACTION, *WORKFLOWS]
QUICK = "delta_e_2000, ssim"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty directory of its own name."""
    made = tmp_path / "workspace"
    made.mkdir()
    return made


@pytest.fixture
def scene(workspace: Path) -> Scene:
    return write_scene(workspace, force=True)


@pytest.fixture
def runner(workspace: Path, shell_environment: dict[str, str]) -> Runner:
    return Runner(workspace, shell_environment)


def step_of(path: Path, name: str) -> Step:
    return next(step for step in steps(load(path)) if step.name == name)


def inputs(**given: str) -> dict[str, str]:
    """The action's inputs as a context, those not given at their defaults."""
    values = defaults(load(ACTION)) | {name.replace("_", "-"): value for name, value in given.items()}
    return {f"inputs.{name}": value for name, value in values.items()} | {"github.action_path": str(ROOT)}


@pytest.mark.parametrize(
    ("schema", "files"), [("github-workflows", WORKFLOWS), ("github-actions", [ACTION])], ids=["workflows", "action"]
)
def test_files_are_valid(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    command = [str(zizmor), "--offline", "--no-progress", "--format", "json", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_pinned_by_hash(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.search(r"\buses: (\S+)", line):
            assert found[1] == "./" or re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_expression_stands_in_a_script(path: Path) -> None:
    assert [step.name for step in steps(load(path)) if step.run and "${{" in step.run] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(path: Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}
    assert {"pull_request", "merge_group"} <= set(load(path)["on"])


def test_every_script_is_run_by_a_test() -> None:
    """A new `run:` block needs a test of its own below."""
    found = {(path.name, step.name) for path in FILES for step in steps(load(path)) if step.run}
    assert found == {
        ("action.yml", "Install"),
        ("action.yml", "Gate"),
        ("action.yml", "Find the evidence"),
        ("quality-gate.yml", "The verdict is what the fixtures say"),
        ("quality-gate.yml", "No incident can come back"),
        ("tests.yml", "Everything that must hold"),
    }


def test_gate_passes_good_pictures(runner: Runner, scene: Scene) -> None:
    context = inputs(reference="reference", candidate="candidate-good", profile="hero", metrics=QUICK)
    outcome = runner.run(step_of(ACTION, "Gate"), context)
    assert outcome.code == 0, outcome.log
    assert outcome.outputs["verdict"] == "passed"
    assert outcome.outputs["incident"] == ""


def test_gate_fails_drifted_pictures(runner: Runner, scene: Scene) -> None:
    context = inputs(reference="reference", candidate="candidate-drifted", profile="hero", metrics=QUICK)
    outcome = runner.run(step_of(ACTION, "Gate"), context)
    assert outcome.code == 1, outcome.log
    assert "::error file=candidate-drifted/coffee.webp" in outcome.log
    assert "DeltaE00" in outcome.summary
    assert outcome.outputs["verdict"] == "failed"
    stub = runner.directory / outcome.outputs["incident_markdown"]
    assert stub.name == f"{outcome.outputs['incident']}.md"
    assert stub.is_file()
    assert sorted((runner.directory / outcome.outputs["heat_maps"]).glob("*.png"))


@pytest.mark.parametrize("directory", ["", "kept here", "absolute"])
def test_the_evidence_is_found_where_it_was_written(
    runner: Runner, scene: Scene, directory: str, tmp_path: Path
) -> None:
    directory = str(tmp_path / "elsewhere") if directory == "absolute" else directory
    context = inputs(
        reference="reference",
        candidate="candidate-drifted",
        profile="hero",
        metrics="delta_e_2000",
        incident_dir=directory,
    )
    gate = runner.run(step_of(ACTION, "Gate"), context)
    context["steps.gate.outputs.incident"] = gate.outputs["incident"]
    found = runner.run(step_of(ACTION, "Find the evidence"), context)
    assert found.code == 0, found.log
    # The upload step takes exactly these two: `STUB*`, which is Markdown, JSON and event log, and the directory.
    stub, evidence = (runner.directory / found.outputs[name] for name in ("stub", "evidence"))
    assert {path.suffix for path in stub.parent.glob(f"{stub.name}*")} == {".md", ".json", ".jsonl"}
    assert sorted(evidence.glob("*.png"))
    uploaded = step_of(ACTION, "Keep the evidence").fields["with"]["path"].split()
    assert uploaded == ["${{", "steps.found.outputs.stub", "}}*", "${{", "steps.found.outputs.evidence", "}}"]


def test_gate_moves_the_incident(runner: Runner, scene: Scene) -> None:
    context = inputs(
        reference="reference",
        candidate="candidate-drifted",
        profile="hero",
        metrics="delta_e_2000",
        incident_dir="kept here",
    )
    outcome = runner.run(step_of(ACTION, "Gate"), context)
    assert outcome.code == 1, outcome.log
    kept = runner.directory / "kept here" / "run" / "_" / "postmortems"
    assert {path.suffix for path in kept.glob(f"{outcome.outputs['incident']}*")} == {".md", ".json", ".jsonl"}


def test_gate_runs_the_configured_sets(runner: Runner, scene: Scene) -> None:
    outcome = runner.run(step_of(ACTION, "Gate"), inputs(config="qualitygate.toml", metrics="delta_e_2000"))
    assert outcome.code == 1, outcome.log
    assert outcome.outputs["failed"] == str(len(scene.names))


@pytest.mark.parametrize(
    "given",
    [
        {"reference": "$(touch stolen)", "candidate": "candidate-good", "profile": "hero"},
        {"reference": "reference; touch stolen", "candidate": "candidate-good", "profile": "hero"},
        {"reference": "--help", "candidate": "candidate-good", "profile": "hero"},
        {"reference": "reference", "candidate": "candidate-good", "profile": "`touch stolen`"},
        {"reference": "reference", "candidate": "candidate-good", "profile": "hero", "metrics": "$(touch stolen)"},
        {"reference": "reference", "candidate": "candidate-good", "profile": "hero", "device": "toaster"},
        {"reference": "reference", "candidate": "", "profile": "hero"},
        {"config": "absent.toml"},
    ],
    ids=lambda given: " ".join(given.values()),
)
def test_gate_refuses_bad_inputs(runner: Runner, scene: Scene, given: dict[str, str]) -> None:
    outcome = runner.run(step_of(ACTION, "Gate"), inputs(**given))
    assert outcome.code == 2, outcome.log
    assert len(outcome.log.splitlines()) == 1
    assert "Traceback" not in outcome.log
    assert not (runner.directory / "stolen").exists()


@pytest.mark.parametrize(("verdict", "code"), [("passed", 0), ("failed", 1), ("", 1)])
def test_workflow_insists_on_the_verdict(runner: Runner, verdict: str, code: int) -> None:
    step = step_of(ROOT / ".github/workflows/quality-gate.yml", "The verdict is what the fixtures say")
    assert runner.run(step, {"steps.gate.outputs.verdict": verdict}).code == code


BASE = "refs/remotes/origin/main"


def test_workflow_proves_the_incidents_of_this_repository(shell_environment: dict[str, str], workspace: Path) -> None:
    shutil.copytree(ROOT / "fixtures" / "incidents", workspace / "fixtures" / "incidents")
    shutil.copytree(ROOT / "thresholds", workspace / "thresholds")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "a"), ("update-ref", BASE, "HEAD")):
        subprocess.run(["git", *command], cwd=workspace, check=True)
    step = step_of(ROOT / ".github/workflows/quality-gate.yml", "No incident can come back")
    kept = Runner(workspace, shell_environment).run(step, {})
    assert kept.code == 0, kept.log
    hero = workspace / "thresholds" / "hero.toml"
    hero.write_text(hero.read_text(encoding="utf-8").replace("2.45", "24.5"), encoding="utf-8")
    loosened = Runner(workspace, shell_environment).run(step, {})
    assert loosened.code == 1, loosened.log
    assert "::error file=thresholds/hero.toml" in loosened.log
    assert "PM-2025-09-27-01" in loosened.log


def test_workflow_gives_the_action_inputs_that_it_has() -> None:
    used = step_of(ROOT / ".github/workflows/quality-gate.yml", "Gate the fixtures").fields
    assert used["uses"] == "./"
    assert set(used["with"]) <= set(load(ACTION)["inputs"])
    assert (ROOT / used["with"]["config"]).is_file()


def test_gate_passes_the_fixtures_of_this_repository(shell_environment: dict[str, str], workspace: Path) -> None:
    used = step_of(ROOT / ".github/workflows/quality-gate.yml", "Gate the fixtures").fields["with"]
    runner = Runner(workspace, shell_environment)
    outcome = runner.run(step_of(ACTION, "Gate"), inputs(config=str(ROOT / used["config"]), metrics=QUICK))
    assert outcome.code == 0, outcome.log


@pytest.mark.slow
def test_install_step_installs_the_gate(runner: Runner, scene: Scene, tmp_path: Path) -> None:
    """In an environment of its own, from this directory, with the pins; then the gate runs from there."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    runner.environment["PATH"] = f"{tmp_path / 'venv' / 'bin'}:{runner.environment['PATH']}"
    del runner.environment["PYTHONPATH"]
    installed = runner.run(step_of(ACTION, "Install"), inputs(extras=""))
    assert installed.code == 0, installed.log
    assert (tmp_path / "venv" / "bin" / "qualitygate").is_file()
    context = inputs(reference="reference", candidate="candidate-good", profile="hero", metrics=QUICK)
    outcome = runner.run(step_of(ACTION, "Gate"), context)
    assert outcome.code == 0, outcome.log
