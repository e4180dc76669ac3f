"""`qualitygate check` as a hook: with the real pre-commit framework, and in plain git."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
CONFIG = """\
[[sets]]
name = "images"
reference = "reference"
candidate = "candidate"
profile = "mine"
"""
PROFILE = "schema = 1\n[limits.delta_e_2000]\nmean = { fail = 1.0 }\n"


def paint(path: Path, shift: int = 0) -> None:
    y, x = np.mgrid[0:48, 0:64]
    samples = np.stack([x * 3, y * 4, x + y], axis=-1).astype(np.uint8)
    samples[8:40, 8:56, 0] += np.uint8(shift)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(samples).save(path)


class Clone:
    """A repository with a remote to push to."""

    def __init__(self, top: Path, environment: dict[str, str]) -> None:
        self.top, self.environment = top, environment
        top.mkdir(parents=True)
        self.git("init", "-q")
        self.git("init", "-q", "--bare", str(top.with_name("remote.git")))
        self.git("remote", "add", "origin", str(top.with_name("remote.git")))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.top, env=self.environment, capture_output=True, text=True, check=False, timeout=600
        )

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("git", *IDENTITY, *arguments)

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self) -> subprocess.CompletedProcess[str]:
        self.git("add", "-A")
        return self.git("commit", "-q", "-m", "x")

    def push(self) -> tuple[int, str]:
        """Exit code and all that is printed."""
        done = self.git("push", "-q", "origin", "HEAD:main")
        return done.returncode, done.stdout + done.stderr

    @property
    def pushed(self) -> str:
        return self.git("ls-remote", "origin", "main").stdout.partition("\t")[0]


@pytest.fixture
def clone(tmp_path: Path, shell_environment: dict[str, str]) -> Clone:
    kept = {name: value for name, value in shell_environment.items() if not name.startswith("GIT_")}
    made = Clone(tmp_path / "clone", {**kept, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)})
    made.write("qualitygate.toml", CONFIG)
    made.write("thresholds/mine.toml", PROFILE)
    for side in ("reference", "candidate"):
        paint(made.top / side / "hero.png")
        paint(made.top / side / "card.png")
    return made


def framework() -> str:
    found = shutil.which("pre-commit", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        pytest.skip("pre-commit is not installed")
    return found


def hook(name: str) -> dict[str, object]:
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    found: dict[str, object] = next(one for one in hooks if one["id"] == name)
    return found


def test_what_the_hook_promises() -> None:
    """What the framework does with it is tested below, where there is a network; this holds everywhere."""
    declared = hook("qualitygate-check")
    assert declared["entry"] == "qualitygate check --no-incident"
    assert declared["always_run"] is True, "a push that deletes pictures has no file to pass"
    assert declared["pass_filenames"] is False
    assert declared["require_serial"] is True
    assert declared["stages"] == ["pre-push", "manual"]
    assert declared["minimum_pre_commit_version"] == "3.2.0", "older ones do not know these stage names"


def test_the_manifest_is_valid() -> None:
    done = subprocess.run(
        [framework(), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def behaves(clone: Clone) -> None:
    """What every way of hooking must do, with the hook in place and nothing pushed yet."""
    clone.commit()
    code, out = clone.push()
    assert code == 0, out
    good = clone.pushed
    assert good
    paint(clone.top / "candidate/hero.png", 60)
    clone.commit()
    code, out = clone.push()
    assert code != 0
    assert "DeltaE00" in out
    assert "candidate/hero.png" in out
    assert clone.pushed == good
    assert not (clone.top / "run").exists(), "a local hook opens no incident"
    clone.git("reset", "-q", "--hard", "HEAD~1")
    clone.git("rm", "-q", "candidate/card.png")
    clone.commit()
    code, out = clone.push()
    assert code != 0
    assert "candidate missing" in out
    clone.git("rm", "-q", "reference/card.png")
    clone.commit()
    code, out = clone.push()
    assert code == 0, out
    clone.git("rm", "-q", "qualitygate.toml")
    clone.commit()
    code, out = clone.push()
    assert code != 0
    assert "QG-1409" in out
    assert "qualitygate init" in out
    assert "Traceback" not in out


def test_in_plain_git(clone: Clone) -> None:
    """The two lines of docs/hooks.md."""
    path = clone.top / ".git/hooks/pre-push"
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\nexec qualitygate check --no-incident </dev/null\n")
    path.chmod(0o755)
    behaves(clone)


@pytest.mark.slow
def test_what_init_writes_with_the_real_framework(clone: Clone, tmp_path: Path) -> None:
    """`language: system`: no environment is built, so that no network is needed."""
    assert clone.run(sys.executable, "-m", "qualitygate", "init").returncode == 0
    clone.environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    installed = clone.run(framework(), "install", "--hook-type", "pre-push")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    behaves(clone)


@pytest.mark.slow
def test_the_hook_with_the_real_framework(clone: Clone, tmp_path: Path) -> None:
    """Installs this package from a git repository into an environment of pre-commit's own; needs the package index."""
    source = Clone(tmp_path / "elsewhere" / "source", clone.environment)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source.top / name)
    for name in ("qualitygate", "thresholds"):
        shutil.copytree(ROOT / name, source.top / name, ignore=shutil.ignore_patterns("__pycache__"))
    source.commit()
    revision = source.git("rev-parse", "HEAD").stdout.strip()
    clone.environment.pop("PYTHONPATH", None)
    clone.environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    clone.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {source.top}\n    rev: {revision}\n    hooks:\n      - id: qualitygate-check\n",
    )
    installed = clone.run(framework(), "install", "--install-hooks", "--hook-type", "pre-push")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    behaves(clone)
    clone.git("checkout", "-q", "HEAD~1", "--", "qualitygate.toml")
    clone.commit()
    # The framework puts aside what is not staged: the pictures are those of the index.
    paint(clone.top / "candidate/hero.png", 60)
    code, out = clone.push()
    assert code == 0, out
    assert "Unstaged files detected" in out
    # What is staged is judged, although this push does not hold it.
    clone.git("add", "-A")
    clone.git("commit", "-q", "-m", "x", "--allow-empty", "--only")
    assert clone.push()[0] != 0
    by_hand = clone.run(framework(), "run", "--hook-stage", "manual", "qualitygate-check", "--all-files")
    assert by_hand.returncode != 0
    assert "image quality gate" in by_hand.stdout
    assert "exit code: 1" in by_hand.stdout
