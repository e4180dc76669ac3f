"""`pytest --incident`, in processes of its own as its users run it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from proofs_repository import ID, LOOSE, Scratch, quiet

from qualitygate.pytest_plugin import spelled_out

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = [] if entry_points(group="pytest11", name="qualitygate") else ["-p", "qualitygate.pytest_plugin"]
TESTS = """
import pytest
def test_plain(): pass
@pytest.mark.incident
def test_marked(): pass
@pytest.mark.incident("PM-2025-01-01-01")
def test_of_another(): pass
"""


@pytest.fixture
def project(scratch: Scratch) -> Scratch:
    scratch.case()
    scratch.write("tests/test_mine.py", TESTS)
    scratch.write("pytest.ini", "[pytest]\ntestpaths = tests\naddopts = --strict-markers\n")
    return scratch


def run(top: Path, *arguments: str) -> tuple[int, str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        *PLUGIN,
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        *arguments,
    ]
    done = subprocess.run(command, cwd=top, env=quiet(), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def collected(top: Path, *arguments: str) -> list[str]:
    _, out = run(top, "--collect-only", "-q", *arguments)
    return [line for line in out.splitlines() if "::" in line]


CASES = [f"fixtures/incidents/{ID}/case.toml::{part}" for part in ("bad", "fixed")]


def test_without_the_option_nothing_is_extra(project: Scratch) -> None:
    names = [f"tests/test_mine.py::test_{name}" for name in ("plain", "marked", "of_another")]
    assert collected(project.top) == names
    assert collected(project.top, ".") == names
    assert collected(project.top, "-m", "incident") == names[1:]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--incident"],
        ["--filter=incident"],
        ["--filter", "incident"],
        ["--incident", "tests"],
        ["tests", "--incident"],
        ["--incident", "."],
        ["--incident", "-n", "2"],
    ],
)
def test_all_cases_and_what_is_marked(project: Scratch, arguments: list[str]) -> None:
    if "-n" in arguments:
        code, out = run(project.top, *arguments, "-v")
        assert code == 0, out
        assert all(f"PASSED {name}" in out for name in CASES)
        assert "4 passed" in out
    else:
        marked = [f"tests/test_mine.py::test_{name}" for name in ("marked", "of_another")]
        assert sorted(collected(project.top, *arguments)) == sorted([*CASES, *marked])


def test_one_incident(project: Scratch) -> None:
    assert collected(project.top, f"--incident={ID}") == CASES
    assert collected(project.top, "--incident", ID) == CASES
    assert collected(project.top, "--incident=PM-2025-01-01-01") == ["tests/test_mine.py::test_of_another"]
    assert collected(project.top, "--incident", f"{CASES[0]}") == CASES[:1]


def test_it_passes_and_fails_with_limit_value_and_incident(project: Scratch) -> None:
    code, out = run(project.top, "--incident")
    assert code == 0, out
    assert "4 passed" in out
    project.write("thresholds/mine.toml", LOOSE)
    code, out = run(project.top, "--incident")
    assert code == 1
    for part in (
        f"{ID}: The look drifted",
        "thresholds/mine.toml:3",
        "is 40.0",
        "passes with 19.1",
        "1 failed, 3 passed",
    ):
        assert part in out
    assert "Traceback" not in out


def test_a_broken_case_is_one_line(project: Scratch) -> None:
    project.case(kind="reel")
    code, out = run(project.top, "--incident")
    assert code != 0
    assert "case.toml:3: kind: 'reel' is not one of" in out
    assert "Traceback" not in out


def test_a_case_of_a_generator_is_skipped_unless_allowed(project: Scratch) -> None:
    more = (
        '[reproduce]\ncommand = ["cp", "fixtures/incidents/' + ID + '/{seed}.png", "{output}"]\noutput = "a.png"\n'
        'bad = { seed = "bad" }\nfixed = { seed = "fixed" }\n'
    )
    project.case("", more=more, top='reference = "reference.png"\n')
    code, out = run(project.top, "--incident", "-rs")
    assert code == 0
    assert "2 skipped" in out
    assert "--allow-reproduce" in out
    code, out = run(project.top, "--incident", "--incident-allow-reproduce")
    assert "4 passed" in out


def test_cases_elsewhere(project: Scratch) -> None:
    (project.top / "quality").mkdir()
    (project.top / "fixtures/incidents").rename(project.top / "quality/cases")
    project.write("pytest.ini", "[pytest]\ntestpaths = tests\nqualitygate_incidents = quality/cases\n")
    assert run(project.top, "--incident")[0] == 0
    assert f"quality/cases/{ID}/case.toml::bad" in collected(project.top, "--incident")


def test_cases_that_are_left_out_are_said(project: Scratch) -> None:
    project.write("pytest.ini", "[pytest]\nnorecursedirs = fixtures\n")
    code, out = run(project.top, "--incident")
    assert code == 4
    assert "does `norecursedirs` leave it out?" in out


@pytest.mark.parametrize("wrong", ["PM-1", "tests"])
def test_no_id(project: Scratch, wrong: str) -> None:
    code, out = run(project.top, f"--incident={wrong}")
    assert code == 4
    assert "is no incident id" in out


def test_no_cases_is_no_pass(tmp_path: Path) -> None:
    assert run(tmp_path, "--incident")[0] == 5


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["--incident"], ["--incident=all"]),
        (["--incident", "tests"], ["--incident=all", "tests"]),
        (["--incident", ID, "tests"], [f"--incident={ID}", "tests"]),
        (["--incident=x"], ["--incident=x"]),
        (["-k", "x", "--filter=incident"], ["-k", "x", "--incident=all"]),
        (["--filter", "incident"], ["--incident=all"]),
        (["--filter", "other"], ["--filter", "other"]),
        (["--", "--incident"], ["--", "--incident"]),
        ([], []),
    ],
)
def test_how_arguments_are_read(given: list[str], read: list[str]) -> None:
    assert spelled_out(given) == read


def test_other_peoples_runs_stay_light(tmp_path: Path) -> None:
    code = (
        "import sys, qualitygate.pytest_plugin; print(sorted({'numpy', 'PIL', 'click', 'msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    test = tmp_path / "test_light.py"
    test.write_text("import sys\ndef test_light(): assert not {'numpy', 'qualitygate.gate'} & set(sys.modules)\n")
    code, out = run(tmp_path)
    assert code == 0, out
