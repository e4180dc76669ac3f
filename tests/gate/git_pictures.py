"""A scratch repository with small photographs, and a git-lfs that is none."""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.core.errors import ConfigError
from qualitygate.core.verdict import Report

FAST = ("delta_e_2000",)
CONFIG = '[[sets]]\ncandidate = "images"\nprofile = "product"\nmetrics = ["delta_e_2000"]\n'
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n".format("a" * 64)


def encoded(photo: Path, form: str = "PNG", *, gain: float = 1.0, side: int = 96) -> bytes:
    """A small version of a photograph; `gain` multiplies red."""
    picture = Pillow.open(photo).convert("RGB")
    picture.thumbnail((side, side))
    red, green, blue = picture.split()
    red = red.point([min(255, round(value * gain)) for value in range(256)])
    out = io.BytesIO()
    options = {"quality": 92} if form == "WEBP" else {}
    Pillow.merge("RGB", (red, green, blue)).save(out, form, **options)
    return out.getvalue()


@dataclass
class Repository:
    """A repository whose branch `main` holds pictures, with `feature` checked out."""

    top: Path

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        allowed = ("-c", "protocol.file.allow=always")
        done = subprocess.run(["git", *identity, *allowed, *arguments], cwd=self.top, capture_output=True, text=True,
                              check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, message: str = "change") -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message, "--allow-empty")

    def begin(self, **files: str | bytes) -> None:
        """The first commit on `main`, and a branch from it."""
        self.top.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q")
        self.write("qualitygate.toml", CONFIG)
        for name, content in files.items():
            self.write(name, content)
        self.commit("first")
        self.git("checkout", "-qb", "feature")

    def check(self, base: str | None = "main") -> Report:
        return gate.check(directory=self.top, base=base)


def quiet(environ: dict[str, str]) -> list[str]:
    """Names of variables that a repository of tests must not see."""
    return [name for name in environ if name.startswith(("GIT_", "GITHUB_", "GITLAB_", "CI_")) or name == "CI"]


def fake_lfs(directory: Path, content: Path) -> None:
    """A `git-lfs` that gives one file for every pointer."""
    command = directory / "git-lfs"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\n[ "$1" = smudge ] && grep -q sha256 && cat "{content}"\n')
    command.chmod(0o755)


def statuses(report: Report) -> dict[str, str]:
    """Subject to the name of its verdict's class."""
    return {result.subject.id: type(result.verdict).__name__ for result in report.results}


def codes(report: Report, level: str | None = None) -> list[str]:
    """Codes of the findings, sorted."""
    return sorted(one.code for one in report.all_findings if level in (None, one.level.value))


def path_with(directory: Path) -> str:
    return f"{directory}{os.pathsep}{os.environ['PATH']}"


def refused(repository: Repository, base: str | None = "main", **options: object) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        gate.check(directory=repository.top, base=base, **options)  # type: ignore[arg-type]
    return caught.value
