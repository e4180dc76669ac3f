"""Cases whose pictures are made by a generator, controls, and flakiness."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from proofs_repository import CHECK, ID, Scratch

from qualitygate.core.errors import ConfigError
from qualitygate.proving import Proven, prove, prove_all

NOW = datetime(2025, 10, 1, 8, tzinfo=UTC)
STORED = 'reference = "reference.png"\n'
# Model look-2 is the one that drifted. It counts its calls outside of every tree.
GENERATOR = """\
import pathlib, sys
model, output, reference, calls = sys.argv[1:]
with open(calls, "a") as stream:
    stream.write(f"{model} {pathlib.Path.cwd()}\\n")
count = pathlib.Path(calls).read_text().count("\\n")
folder = pathlib.Path(reference).parent
bad = folder / "bad.png"
flaky = model == "look-3" and count // 2 % 2 == 0
source = bad if model == "look-2" or flaky else pathlib.Path(reference)
if model != "none":
    pathlib.Path(output).write_bytes(source.read_bytes())
print("made by", model)
sys.exit(3 if model == "broken" else 0)
"""


def reproduce(calls: Path, bad: str = "look-2", fixed: str = "look-1") -> str:
    command = [sys.executable, "tools/generate.py", "{model_version}", "{output}", "{reference}", str(calls)]
    listed = ", ".join(f'"{part}"' for part in command)
    return (
        f'[reproduce]\ncommand = [{listed}]\noutput = "hero.png"\ntimeout = 20\n'
        f'bad = {{ model_version = "{bad}", prompt = "a {{output}} hero" }}\nfixed = {{ model_version = "{fixed}" }}\n'
    )


@pytest.fixture
def generating(scratch: Scratch) -> Scratch:
    """The story with a generator in every tree of it."""
    scratch.parent = scratch.commit("Generator", **{"tools/generate.py": GENERATOR})
    scratch.bad = scratch.commit("Update the model", **{"model.txt": "look-2"})
    scratch.fixed = scratch.commit("Roll back", **{"model.txt": "look-1"})
    return scratch


def proved(scratch: Scratch, **options: object) -> Proven:
    environ = {"PATH": os.environ["PATH"]}
    return prove(ID, scratch.top, **{"now": NOW, "environ": environ, "runs": 1, **options})  # type: ignore[arg-type]


def commits(scratch: Scratch) -> str:
    return f'bad_commit = "{scratch.bad}"\nfixed_commit = "{scratch.fixed}"\nold_thresholds = "HEAD~5"\n'


def test_the_generator_runs_in_the_tree_of_its_commit(generating: Scratch, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    generating.case(commits(generating), more=reproduce(calls), top=STORED)
    found = proved(generating, allow_commands=True, runs=2)
    assert found.passed, [one.why for one in found.outcomes]
    said = [line.split() for line in calls.read_text().splitlines()]
    assert [model for model, _ in said] == ["look-2", "look-2", "look-1", "look-1"] * 2
    assert all("qualitygate-proof-" in where for _, where in said)


def test_nothing_runs_that_nobody_allowed(generating: Scratch, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    generating.case(commits(generating), more=reproduce(calls), top=STORED)
    with pytest.raises(ConfigError, match="--allow-reproduce") as caught:
        proved(generating)
    assert caught.value.code == "QG-1762"
    fork = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request_target", "PATH": os.environ["PATH"]}
    with pytest.raises(ConfigError, match="pull_request_target") as caught:
        proved(generating, allow_commands=True, environ=fork)
    assert caught.value.code == "QG-1762"
    assert not calls.exists()


def test_where_it_may_not_run_stored_pictures_are_replayed_and_that_is_said(
    generating: Scratch, tmp_path: Path
) -> None:
    generating.case('without_commits = "the model is gone"', more=reproduce(tmp_path / "calls"))
    found = proved(generating)
    assert found.passed
    assert "the generator was not run" in found.notes[0]
    assert not (tmp_path / "calls").exists()
    assert proved(generating, allow_commands=True).notes == ()
    assert (tmp_path / "calls").exists()


def test_in_ci_a_case_that_only_a_generator_makes_is_a_warning(generating: Scratch, tmp_path: Path) -> None:
    generating.case("runs = 1", more=reproduce(tmp_path / "calls"), top=STORED)
    found = prove_all(generating.top, today=NOW.date(), environ={})
    assert [(one.code, one.level.value) for one in found.findings] == [("QG-1762", "warning")]
    assert found.passed
    assert not found.cases[0].holds
    run = prove_all(generating.top, today=NOW.date(), environ={"PATH": os.environ["PATH"]}, allow_commands=True)
    assert run.cases[0].holds


def test_a_generator_that_is_flaky_proves_nothing(generating: Scratch, tmp_path: Path) -> None:
    generating.case("runs = 3", more=reproduce(tmp_path / "calls", bad="look-3"), top=STORED)
    found = proved(generating, allow_commands=True, runs=None)
    assert not found.passed
    assert found.outcomes[0].flaky
    assert "flaky: 3 runs differ" in (found.record.reason or "")


@pytest.mark.parametrize(("model", "said"), [("broken", "ended with 3: made by broken"), ("none", "wrote no hero.png")])
def test_a_generator_that_fails(generating: Scratch, tmp_path: Path, model: str, said: str) -> None:
    generating.case("runs = 1", more=reproduce(tmp_path / "calls", bad=model), top=STORED)
    with pytest.raises(ConfigError, match=said) as caught:
        proved(generating, allow_commands=True)
    assert caught.value.code == "QG-1763"


def test_a_generator_that_hangs_is_ended_with_its_children(scratch: Scratch, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    more = (
        '[reproduce]\ncommand = ["sh", "-c", "sleep 60 & echo $! > '
        + str(pid)
        + '; wait; : {output}"]\noutput = "a.png"\n'
        "timeout = 1\nbad = {}\nfixed = {}\n"
    )
    scratch.case("runs = 1", more=more, top=STORED)
    with pytest.raises(ConfigError, match="took longer than 1 s"):
        proved(scratch, allow_commands=True)
    child = Path("/proc") / pid.read_text().strip() / "stat"
    for _ in range(100):  # the killed child is a zombie until somebody reaps it
        if not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.02)
    else:
        pytest.fail("the child goes on")


def test_a_program_that_is_not_there(scratch: Scratch) -> None:
    more = '[reproduce]\ncommand = ["no-such-program", "{output}"]\noutput = "a.png"\nbad = {}\nfixed = {}\n'
    scratch.case("runs = 1", more=more, top=STORED)
    with pytest.raises(ConfigError, match="cannot be started"):
        proved(scratch, allow_commands=True)


def control(command: str, more: str = "") -> str:
    return f'[control]\nname = "prompt-review"\ndescription = "Prompts are reviewed."\n{command}\n{more}'


def test_a_control_is_run_from_the_users_tree_over_that_of_each_commit(generating: Scratch) -> None:
    """The trees' own copy of it would let everything pass."""
    generating.write("tools/check.sh", 'grep -q look-2 "$1/model.txt" && { echo "look-2 is back"; exit 1; }; exit 0\n')
    generating.case(f'bad_commit = "{generating.bad}"\nfixed_commit = "{generating.fixed}"\n',
                    control('command = ["sh", "tools/check.sh", "{tree}"]'), top="\n")  # fmt: skip
    with pytest.raises(ConfigError, match="QG-1762"):
        proved(generating)
    found = proved(generating, allow_commands=True)
    assert found.passed, [one.why for one in found.outcomes]
    assert found.record.check == "control/prompt-review"
    assert (found.record.mode, found.record.unlocks) == ("control", True)
    assert [one.cell.name for one in found.outcomes] == ["caught", "fixed", "parent"]
    assert "look-2 is back" in found.outcomes[0].why
    generating.write("tools/check.sh", "exit 0\n")
    assert not proved(generating, allow_commands=True).record.reproduced
    generating.write("tools/check.sh", "exit 7\n")
    assert "exit code 7" in proved(generating, allow_commands=True).outcomes[1].why


def test_a_control_that_is_only_attested_says_so(scratch: Scratch) -> None:
    scratch.case("", control('evidence = ["docs/review.md"]'), top="\n")
    assert not proved(scratch).passed
    scratch.write("docs/review.md", "How prompts are reviewed.\n")
    found = proved(scratch)
    assert found.passed
    assert found.record.reason == "attested by its evidence, not run"
    assert found.record.unlocks


def test_a_control_with_a_command_and_no_commits_proves_nothing(scratch: Scratch) -> None:
    scratch.case("", control('command = ["true"]'), top="\n")
    found = proved(scratch, allow_commands=True)
    assert found.passed
    assert not found.record.unlocks


def test_a_replay_of_stored_pictures_is_no_proof_where_commits_could_exist(scratch: Scratch) -> None:
    scratch.case("")
    found = proved(scratch)
    assert (found.record.mode, found.passed, found.record.unlocks) == ("replay", True, False)
    scratch.case('without_commits = "the pictures were never committed"')
    assert proved(scratch).record.unlocks
    scratch.case(check=CHECK)
    assert proved(scratch, stored_only=True).record.mode == "replay"
