"""`qualitygate init`: three files under twenty lines that hold, and nothing overwritten."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qualitygate import __version__
from qualitygate.cli.extras import Extra
from qualitygate.cli.init import ELSEWHERE
from qualitygate.demo.scene import write_scene
from qualitygate.policy.config import load_config

FILES = ("qualitygate.toml", ".github/workflows/quality-gate.yml", ".pre-commit-config.yaml")


def test_three_files_under_twenty_lines(qg: Callable, tmp_path: Path) -> None:
    assert qg("init").code == 0
    assert sum(len((tmp_path / name).read_text().splitlines()) for name in FILES) < 20


@pytest.mark.parametrize(
    ("reference", "candidate"), [("approved", "build/images"), ('say "cheese"', "back\\slash"), ("ä ö", "日本")]
)
def test_configuration_loads(qg: Callable, tmp_path: Path, reference: str, candidate: str) -> None:
    assert qg("init", "--profile", "hero", "--reference", reference, "--candidate", candidate).code == 0
    (found,) = load_config(tmp_path / "qualitygate.toml").pair_sets
    assert (found.reference, found.candidate, found.profile) == (tmp_path / reference, tmp_path / candidate, "hero")


def test_workflow_is_valid_and_safe(qg: Callable, tmp_path: Path) -> None:
    qg("init")
    workflow = str(tmp_path / FILES[1])
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow]
    zizmor = [str(Path(sys.executable).parent / "zizmor"), "--offline", "--no-progress", "--format", "plain", workflow]
    for command in (schema, zizmor):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_workflow_installs_and_gates(qg: Callable, tmp_path: Path, shell_environment: dict[str, str]) -> None:
    """Its script, with a `pip` that writes down what it was asked for: the package may not be published yet."""
    write_scene(tmp_path, force=True)
    (tmp_path / "qualitygate.toml").unlink()
    qg("init", "--reference", "reference", "--candidate", "candidate-good", "--profile", "hero")
    parsed = YAML(typ="safe").load((tmp_path / FILES[1]).read_text())
    (script,) = [step["run"] for step in parsed["jobs"]["quality-gate"]["steps"] if "run" in step]
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(tmp_path / "asked"))}\n')
    pip.chmod(0o755)
    output = tmp_path / "output"
    environment = {
        **shell_environment,
        "PATH": f"{pip.parent}:{shell_environment['PATH']}",
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": "refs/pull/12/merge",
        "GITHUB_OUTPUT": str(output),
    }
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "asked").read_text().splitlines() == ["install", ELSEWHERE]
    assert "verdict=passed" in output.read_text()
    uploads = [step for step in parsed["jobs"]["quality-gate"]["steps"] if "if" in step]
    kept = uploads[0]["with"]["path"].split()
    assert (tmp_path / kept[0] / "index.html").is_file()


def test_hook_is_valid(qg: Callable, tmp_path: Path) -> None:
    qg("init")
    parsed = YAML(typ="safe").load((tmp_path / FILES[2]).read_text())
    (hook,) = parsed["repos"][0]["hooks"]
    assert hook["entry"] == "qualitygate check --no-incident"
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)
    # Else `pre-commit install` would install a hook that never runs it.
    assert parsed["default_install_hook_types"] == hook["stages"] == ["pre-push"]


def test_it_says_how_the_hook_is_installed_where_it_wrote_one(qg: Callable, tmp_path: Path) -> None:
    assert "`pre-commit install --hook-type pre-push`" in qg("init").out
    (tmp_path / FILES[0]).unlink()
    assert "pre-commit install" not in qg("init").out


SHA = "3d3c42e5aac5ba805825da76410c181273ba90b1"
PUBLIC = "https://git.example/acme/image-qualitygate.git"


@pytest.mark.parametrize(
    ("url", "vcs", "expected"),
    [
        (None, None, f"image-qualitygate[lpips]=={__version__}"),
        ("file:///src", None, ELSEWHERE),
        (PUBLIC, {"vcs": "git", "commit_id": SHA}, f"image-qualitygate[lpips] @ git+{PUBLIC}@{SHA}"),
        ("https://me:secret@git.example/acme/gate", {"vcs": "git", "commit_id": SHA}, ELSEWHERE),
        ("https://git.example/a'; echo b", {"vcs": "git", "commit_id": SHA}, ELSEWHERE),
        (PUBLIC, {"vcs": "git", "commit_id": "main"}, ELSEWHERE),
    ],
)
def test_the_workflow_installs_one_version_or_one_commit(
    qg: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    url: str | None,
    vcs: dict[str, str] | None,
    expected: str,
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            known = {"url": url} | ({} if vcs is None else {"vcs_info": vcs})
            return json.dumps(known) if name == "direct_url.json" and url is not None else None

    monkeypatch.setattr("qualitygate.cli.init.distribution", lambda _: Installed())
    told = qg("init").out
    assert f"run: pip install '{expected}' && qualitygate check" in (tmp_path / FILES[1]).read_text()
    assert ("Replace OWNER and COMMIT" in told) is (expected == ELSEWHERE)


def test_it_says_that_candidates_are_judged_as_they_lie_there(qg: Callable, tmp_path: Path) -> None:
    assert "make them first" in qg("init").out
    (tmp_path / FILES[0]).unlink()
    assert "make them first" not in qg("init").out


def test_the_workflow_is_that_of_the_docs(qg: Callable, tmp_path: Path) -> None:
    qg("init")
    page = (Path(__file__).resolve().parents[2] / "docs" / "recipes" / "github.md").read_text(encoding="utf-8")
    first = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert first is not None
    assert YAML(typ="safe").load((tmp_path / FILES[1]).read_text()) == YAML(typ="safe").load(first[1])


def test_the_hook_is_that_of_the_docs(qg: Callable, tmp_path: Path) -> None:
    qg("init")
    page = (Path(__file__).resolve().parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
    shown = [YAML(typ="safe").load(text) for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    assert YAML(typ="safe").load((tmp_path / FILES[2]).read_text()) in shown


def test_below_the_top_level_it_says_what_does_not_work_there(
    qg: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    (tmp_path / "web" / "shop").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "web" / "shop")
    told = qg("init").out
    assert f"{FILES[1]} and {FILES[2]} only work at the git top level, {tmp_path.resolve()}" in told
    assert "run the check in web/shop" in told
    monkeypatch.chdir(tmp_path)
    assert "top level" not in qg("init").out


def test_next_names_the_directories_of_a_configuration_that_is_kept(qg: Callable, tmp_path: Path) -> None:
    (tmp_path / FILES[0]).write_text('[[sets]]\nreference="mine"\ncandidate="theirs"\nprofile="hero"\n')
    assert _next(qg("init").out) == "Next: put pictures into mine and theirs, then run `qualitygate check`."
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
    (tmp_path / FILES[2]).unlink()
    assert _next(qg("init").out) == "Next: run `qualitygate check`."
    (tmp_path / FILES[2]).unlink()
    (tmp_path / FILES[0]).write_text("[[set]]\n")
    assert _next(qg("init").out).startswith("Next: fix qualitygate.toml:1: unknown key")


def test_without_the_extra_next_and_the_hook_are_commands_that_work(
    qg: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Extra, "installed", False)
    assert _next(qg("init").out).endswith("then run `qualitygate check --metric delta_e_2000 --metric ssim`.")
    (hook,) = YAML(typ="safe").load((tmp_path / FILES[2]).read_text())["repos"][0]["hooks"]
    assert hook["entry"] == "qualitygate check --metric delta_e_2000 --metric ssim --no-incident"


def _next(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("Next: ")]
    return line


@pytest.mark.parametrize("kept", FILES)
def test_a_file_that_exists_is_kept(qg: Callable, tmp_path: Path, kept: str) -> None:
    (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / kept).write_text("mine\n")
    told = qg("init")
    assert told.code == 0
    assert (tmp_path / kept).read_text() == "mine\n"
    assert f"kept   {kept}" in told.out
    assert all((tmp_path / name).is_file() for name in FILES)


def test_nothing_to_write_is_one_line(qg: Callable) -> None:
    qg("init")
    again = qg("init")
    assert again.code == 2
    assert len(again.err.splitlines()) == 1
    assert "qualitygate.toml" in again.err


def test_a_directory_that_cannot_be_printed_writes_nothing(qg: Callable, tmp_path: Path) -> None:
    told = qg("init", "--reference", "tab\there")
    assert told.code == 2
    assert len(told.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_profile_writes_nothing(qg: Callable, tmp_path: Path) -> None:
    told = qg("init", "--profile", "heroo")
    assert told.code == 2
    assert "QG-1402" in told.err
    assert list(tmp_path.iterdir()) == []
