"""The action and the workflows: valid, pinned, safe, and every `run:` block does what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from actions_steps import ACTION, ROOT, Runner, inputs, load, step_of, steps

from qualitygate.demo.scene import Scene

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [ACTION, *WORKFLOWS]
GATE_WORKFLOW = ROOT / ".github" / "workflows" / "quality-gate.yml"
QUICK = "delta_e_2000, ssim"


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
    document = load(path)
    assert document["permissions"] == {"contents": "read"}
    assert [name for name, job in document["jobs"].items() if "permissions" in job] == []
    assert all(0 < job["timeout-minutes"] <= 60 for job in document["jobs"].values())
    assert document["concurrency"]["group"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_measure_the_merge_result(path: Path) -> None:
    """Before the merge: both events, and the commit that they check out by themselves."""
    events = set(load(path)["on"])
    after = {"nightly.yml": {"schedule", "workflow_dispatch"}, "wheels.yml": {"push", "workflow_dispatch"}}
    assert events == after.get(path.name) or {"pull_request", "merge_group"} <= events
    for step in steps(load(path)):
        if (step.uses or "").startswith("actions/checkout@"):
            used = step.fields["with"]
            assert used["persist-credentials"] is False
            assert "ref" not in used
            assert path.name in ("tests.yml", "wheels.yml") or (used["fetch-depth"], used["lfs"]) == (0, True)


def test_every_script_is_run_by_a_test() -> None:
    """A new `run:` block needs a test of its own below."""
    found = {(path.name, step.name) for path in FILES for step in steps(load(path)) if step.run}
    assert found == {
        ("action.yml", "Install"),
        ("action.yml", "Gate"),
        ("action.yml", "Find the evidence"),
        ("nightly.yml", "Install the gate"),
        ("nightly.yml", "Install the gate and its peers"),
        ("nightly.yml", "Install its neighbours"),
        ("nightly.yml", "Beside its neighbours"),
        ("nightly.yml", "No clock is late"),
        ("nightly.yml", "Records and evidence are as they were written"),
        ("nightly.yml", "No incident can come back, and no waiver has expired"),
        ("quality-gate.yml", "The verdict is what the fixtures say"),
        ("quality-gate.yml", "The shipped thresholds pass their tests"),
        ("quality-gate.yml", "Install the gate"),
        ("quality-gate.yml", "Every look-up table"),
        ("tests.yml", "Everything that must hold"),
        ("wheels.yml", "Build and try every wheel"),
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
    # The upload step takes these two: `STUB*`, which is Markdown, JSON and event log, and the directory.
    stub, evidence = (runner.directory / found.outputs[name] for name in ("stub", "evidence"))
    assert {path.suffix for path in stub.parent.glob(stub.name)} == {".md", ".json", ".jsonl"}
    assert sorted(evidence.glob("*.png"))
    # Where a step was passed over its output is empty: a `*` of the action's own would upload the whole workspace.
    uploaded = step_of(ACTION, "Keep the evidence").fields["with"]["path"].splitlines()
    outputs = ("steps.gate.outputs.reports", "steps.found.outputs.stub", "steps.found.outputs.evidence")
    assert uploaded == [f"${{{{ {name} }}}}" for name in outputs]


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
        {"reference": "reference", "candidate": "candidate-good", "profile": "hero", "also": "prove, --help"},
        {"reference": "reference", "candidate": "candidate-good", "profile": "hero", "report": "$(touch stolen)"},
        {"reference": "reference", "candidate": "candidate-good", "profile": "hero", "comment": "perhaps"},
        {"reference": "--no-incident", "candidate": "-v", "profile": "hero"},
        {"reference": "reference", "candidate": "", "profile": "hero"},
        {"config": "absent.toml"},
    ],
    ids=lambda given: " ".join(given.values()),
)
def test_gate_refuses_bad_inputs(runner: Runner, scene: Scene, given: dict[str, str]) -> None:
    outcome = runner.run(step_of(ACTION, "Gate"), inputs(**given))
    assert outcome.code == 2, outcome.log
    announced, said = outcome.log.splitlines()
    assert announced.startswith("::error ")
    assert said.startswith("qualitygate: ")
    assert outcome.outputs == {"verdict": "error"}
    assert not (runner.directory / "stolen").exists()


@pytest.mark.parametrize(("verdict", "code"), [("passed", 0), ("failed", 1), ("", 1)])
def test_workflow_insists_on_the_verdict(runner: Runner, verdict: str, code: int) -> None:
    step = step_of(GATE_WORKFLOW, "The verdict is what the fixtures say")
    assert runner.run(step, {"steps.gate.outputs.verdict": verdict}).code == code


def test_workflow_gives_the_action_inputs_that_it_has() -> None:
    used = step_of(GATE_WORKFLOW, "Gate the fixtures").fields
    assert used["uses"] == "./"
    assert set(used["with"]) <= set(load(ACTION)["inputs"])
    assert (ROOT / used["with"]["config"]).is_file()


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
