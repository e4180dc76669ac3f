"""`qualitygate thresholds test`, and the step `thresholds` of a check."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from qualitygate.executors.process_pool import ProcessPool
from qualitygate.rehearsing.session import rehearse

ROOT = Path(__file__).resolve().parents[2]
LPIPS = find_spec("torch") is not None and find_spec("safetensors") is not None
PROFILE = """\
[limits.delta_e_2000]
p50 = { fail = 2.0, severity = "S1", born_of = "PM-2025-09-27-01", why = "the founding incident" }
worst_tile = 6.0
[limits.ssim]
mean = { warn = 0.97 }
[rules]
formats = ["png", "webp"]
[budget]
mean_kb = 60
"""
HEAD = '[[case]]\nname = "{}"\nprofile = "mine"\nreference = "demo:coffee"\nsize = 160\n'
CASES = (
    HEAD.format("as it is") + 'encode = { webp = 92 }\nexpect = "pass"\n',
    HEAD.format("cast") + 'defect = { cast = 12 }\nencode = { webp = 95 }\nexpect = "fail"\nby = ["delta_e_2000.p50"]\n'
    'only = true\nseverity = "S1"\nincident = "PM-2025-09-27-01"\n',
    HEAD.format("torn") + 'defect = { local_damage = 32 }\nexpect = "fail"\nby = ["delta_e_2000.worst_tile"]\n',
    HEAD.format("soft") + 'defect = { blur = 0.6 }\nexpect = "warn"\nby = ["ssim.mean"]\n',
    HEAD.format("gif") + 'encode = "bmp"\nexpect = "fail"\nby = ["rules.formats"]\n',
    HEAD.format("heavy") + 'files = 4\nexpect = "fail"\nby = ["budget.mean_kb"]\n'.replace("files", "seed = 0\nfiles"),
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a profile `mine` and cases that exercise all of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thresholds/tests").mkdir(parents=True)
    (tmp_path / "thresholds/mine.toml").write_text(PROFILE, encoding="utf-8")
    heavy = CASES[-1].replace("size = 160", "size = 320")
    (tmp_path / "thresholds/tests/mine.toml").write_text("\n".join([*CASES[:-1], heavy]), encoding="utf-8")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(command_line: Callable[..., Any], *arguments: object) -> Any:
    return command_line("thresholds", "test", "--workers", 1, *arguments)


def test_cases_that_hold_say_so_in_two_lines(project: Path, command_line: Callable[..., Any]) -> None:
    found = run(command_line, "--require-coverage")
    assert found.code == 0, found.out + found.err
    assert found.out.splitlines() == [
        "6 cases in 1 file: 6 passed",
        "5 of 5 limits, rules and budgets are exercised on both sides",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("p50 = { fail = 2.0", "p50 = { fail = 9.0", "cast: expected to fail, but it passes"),
        ("p50 = { fail = 2.0", "p50 = { fail = 0.5", "as it is: expected to pass, but it fails, by delta_e_2000.p50"),
        ("worst_tile = 6.0", "worst_tile = 90", "torn: expected to fail, but it"),
        ('severity = "S1"', 'severity = "S2"', "cast: severity S1 expected, S2 resulted"),
        ("PM-2025-09-27-01", "PM-2026-01-01-01", "cast: no limit that fired is born of PM-2025-09-27-01"),
        ('"png", "webp"', '"png", "webp", "bmp"', "gif: expected to fail, but it"),
        ("mean = { warn = 0.97 }", "mean = { warn = 0.2 }", "soft: expected to warn, but it passes"),
        ("mean_kb = 60", "mean_kb = 600", "heavy: expected to fail, but it passes"),
        ("mean_kb = 60", "mean_kb = 60\nmax_kb = 1", "cast: fired, too: budget.max_kb"),
    ],
)
def test_a_threshold_that_was_changed_is_noticed(
    project: Path, command_line: Callable[..., Any], old: str, new: str, says: str
) -> None:
    edit(project / "thresholds/mine.toml", old, new)
    found = run(command_line, "--format", "json")
    assert found.code == 1
    broken = [each["message"] for each in json.loads(found.out)["findings"] if each["code"] == "QG-1830"]
    assert any(message.startswith(says) for message in broken), broken


def test_what_no_case_exercises_is_named_with_its_line(project: Path, command_line: Callable[..., Any]) -> None:
    cases = project / "thresholds/tests/mine.toml"
    cases.write_text("\n".join([CASES[1], CASES[3]]), encoding="utf-8")
    lenient = run(command_line)
    assert lenient.code == 0
    assert "thresholds/mine.toml:3: no case makes delta_e_2000.worst_tile 6 of mine fire [QG-1831]" in lenient.out
    assert "no case makes rules.formats png, webp of mine fire" in lenient.out
    assert (
        "thresholds/mine.toml:2: no case is judged by delta_e_2000.p50 2 of mine and keeps it [QG-1832]" in lenient.out
    )
    strict = run(command_line, "--require-coverage")
    assert strict.code == 1
    assert "error   thresholds/mine.toml:3" in strict.out


def test_a_limit_fired_beside_others_counts_only_where_a_case_names_it(
    project: Path, command_line: Callable[..., Any]
) -> None:
    """A blur fires two limits: without `by`, one of them could go and the case would still fail."""
    (project / "thresholds/mine.toml").write_text("[limits.ssim]\nmean = 0.95\nworst_tile = 0.9\n", encoding="utf-8")
    cases = project / "thresholds/tests/mine.toml"
    text = HEAD.format("soft") + 'defect = { blur = 2 }\nexpect = "fail"\n'
    cases.write_text(text, encoding="utf-8")
    assert run(command_line).out.count("QG-1831") == 2
    cases.write_text(text + 'by = ["ssim.mean"]\n', encoding="utf-8")
    assert run(command_line).out.count("QG-1831") == 1


def test_an_inherited_limit_is_exercised_by_the_cases_of_either_profile(
    project: Path, command_line: Callable[..., Any]
) -> None:
    (project / "thresholds/child.toml").write_text(
        'extends = "mine"\n[limits.ssim]\nworst_tile = 0.5\n', encoding="utf-8"
    )
    found = json.loads(run(command_line, "--format", "json").out)
    covered = {each["name"]: each for each in found["coverage"]}
    assert covered["delta_e_2000.p50"]["profiles"] == ["mine", "child"]
    assert covered["delta_e_2000.p50"]["fails"]["case"] == "cast"
    assert covered["delta_e_2000.p50"]["passes"]["value"] < 2.0 < covered["delta_e_2000.p50"]["fails"]["value"]
    assert covered["ssim.worst_tile"]["fails"] is None


def test_verbose_shows_how_closely_each_limit_is_pinned_down(project: Path, command_line: Callable[..., Any]) -> None:
    found = run(command_line, "-v")
    assert "ok      cast (mine) thresholds/tests/mine.toml:" in found.out
    (line,) = [line for line in found.out.splitlines() if line.startswith("mine  delta_e_2000.p50 2 ")]
    assert "passes" in line
    assert "fails" in line


def test_a_run_restricted_to_a_metric_leaves_out_the_rest(project: Path, command_line: Callable[..., Any]) -> None:
    found = json.loads(run(command_line, "--metric", "delta_e_2000", "--format", "json").out)
    status = {each["name"]: each["status"] for each in found["cases"]}
    assert status == {"as it is": "passed", "cast": "passed", "torn": "passed", "soft": "skipped", "gif": "passed",
                      "heavy": "passed"}  # fmt: skip
    assert "ssim.mean" not in {each["name"] for each in found["coverage"]}


def test_annotations_point_into_the_files(project: Path, command_line: Callable[..., Any]) -> None:
    edit(project / "thresholds/mine.toml", "p50 = { fail = 2.0", "p50 = { fail = 9.0")
    found = run(command_line, "--format", "github")
    assert found.code == 1
    first = found.out.splitlines()[0]
    assert first.startswith("::error title=Threshold tests,file=thresholds/tests/mine.toml,line=")
    assert first.endswith("::cast: expected to fail, but it passes [QG-1830]")


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('profile = "mine"', 'profile = "mime"', 2, "thresholds/tests/mine.toml:3: unknown profile 'mime'"),
        ('["delta_e_2000.p50"]', '["delta_e_2000.p5"]', 2, "did you mean 'delta_e_2000.p50'"),
        ('"demo:coffee"', '"gone.png"', 2, "no such picture: gone.png"),
        ('"demo:coffee"', '"page.png"', 3, "could not be judged: page.png: "),
        ("cast = 12", 'wrong_lut = 1 }\nlut = "gone.cube"\n#', 2, "gone.cube"),
    ],
)
def test_what_is_wrong_with_a_case_is_said(
    project: Path, command_line: Callable[..., Any], old: str, new: str, code: int, says: str
) -> None:
    (project / "thresholds/tests/page.png").write_text("<html></html>", encoding="utf-8")
    edit(project / "thresholds/tests/mine.toml", old, new)
    found = run(command_line)
    assert found.code == code, found.out + found.err
    assert says in found.out + found.err
    assert "internal error" not in found.err


def test_files_profiles_and_pictures_elsewhere(project: Path, command_line: Callable[..., Any]) -> None:
    from qualitygate.rehearsing.encoding import Encode, store
    from qualitygate.rehearsing.references import photo_like

    there = project / "über uns"
    there.mkdir()
    (there / "bild.png").write_bytes(store(photo_like(100, 0), Encode("png")))
    (there / "own.toml").write_text("[limits.delta_e_2000]\nmean = 1.0\n", encoding="utf-8")
    (there / "fälle.toml").write_text(
        '[[case]]\nname = "x"\nprofile = "own.toml"\nreference = "bild.png"\ndefect = { cast = 9 }\nexpect = "fail"\n'
        'by = ["delta_e_2000.mean"]\n',
        encoding="utf-8",
    )
    found = run(command_line, "über uns/fälle.toml", "--profile", "mine", "--format", "json")
    assert found.code == 0, found.out + found.err
    document = json.loads(found.out)
    assert {tuple(each["profiles"]) for each in document["coverage"]} == {("own",), ("mine",)}
    assert run(command_line, "none.toml").code == 2
    assert run(command_line, "--shipped", "none.toml").code == 2


def test_no_cases_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command_line: Callable[..., Any]) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(command_line)
    assert found.code == 2
    assert "no threshold tests in thresholds/tests" in found.err


def test_the_step_of_a_check_fails_the_merge_and_opens_no_incident(
    project: Path, command_line: Callable[..., Any], photos: list[Path]
) -> None:
    for name in ("reference", "candidate"):
        (project / name).mkdir()
        (project / name / "a.jpg").write_bytes(photos[0].read_bytes())
    (project / "loose.toml").write_text("[limits.ssim]\nmean = 0.5\n", encoding="utf-8")
    arguments = ("check", "reference", "candidate", "--profile", "loose.toml", "--workers", 1, "--also", "thresholds")
    good = command_line(*arguments, "--format", "json")
    assert good.code == 0, good.out + good.err
    (step,) = json.loads(good.out)["steps"]
    assert (step["name"], step["verdict"], step["detail"]) == ("thresholds", "passed", "6 cases")
    edit(project / "thresholds/mine.toml", "p50 = { fail = 2.0", "p50 = { fail = 9.0")
    bad = command_line(*arguments, "--format", "json")
    assert bad.code == 1
    assert "QG-1830" in bad.out
    assert not (project / "run").exists()


def test_the_shipped_thresholds_are_tested_and_every_rule_is_exercised() -> None:
    """Judged by the gate itself; without torch, all but the limits on LPIPS."""
    made = rehearse(ROOT, ProcessPool(2), metrics=() if LPIPS else ("delta_e_2000", "ssim"), device="cpu")
    assert [f"{one.case.name}: {one.broken}" for one in made.tested if one.status not in ("passed", "skipped")] == []
    assert [finding.message for finding in made.findings(require_coverage=True)] == []
    assert {name for each in made.covered for name in each.profiles} == {"hero", "product", "thumbnail", "ui"}
