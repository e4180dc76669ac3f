"""Running the command line in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageEnhance

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import CONFIG, GENERATED, encoded, put


@pytest.fixture
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No CI variables of the machine that runs the tests."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "CI_")) or name in {"CI", "FORCE_COLOR", "NO_COLOR", "COLUMNS"}:
            monkeypatch.delenv(name)


@pytest.fixture
def qg(
    command_line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quiet_environment: None
) -> Callable[..., Any]:
    """Call `qualitygate ARGUMENTS` in an empty directory and get exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    return command_line


@pytest.fixture
def trees(tmp_path: Path, photos: list[Path]) -> Path:
    """`ref/` with small photographs, `good/` with WebP q90 of them, `bad/` with one colour cast among good ones."""
    for name in ("ref", "good", "bad"):
        (tmp_path / name).mkdir()
    for index, path in enumerate(photos):
        picture = Pillow.open(path).convert("RGB")
        picture.thumbnail((320, 320))
        picture.save(tmp_path / "ref" / f"{path.stem}.png")
        picture.save(tmp_path / "good" / f"{path.stem}.webp", quality=92)
        if index == 1:
            red, green, blue = picture.split()
            red = red.point([min(255, round(v * 1.12)) for v in range(256)])
            picture = ImageEnhance.Color(Pillow.merge("RGB", (red, green, blue))).enhance(1.2)
        picture.save(tmp_path / "bad" / f"{path.stem}.webp", quality=92)
    return tmp_path


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    """Run git in the test's directory as somebody, with no configuration of the machine's."""
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")

    def call(*arguments: str) -> str:
        command = ["git", *identity, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=quiet, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return call


@dataclass(frozen=True)
class Desk:
    """Somebody at a terminal with a clock that is set by hand."""

    qg: Callable[..., Any]
    patch: pytest.MonkeyPatch
    root: Path

    def now(self, time: str) -> None:
        """Set the clock, for the commands that follow; a bare time is one of the first day."""
        self.patch.setenv("QUALITYGATE_NOW", time if "T" in time else f"2025-09-27T{time}:00Z")

    def __call__(self, *arguments: str | Path, at: str | None = None, by: str | None = None) -> Any:
        """Call `qualitygate incident ARGUMENTS`."""
        extra = [*(("--at", at) if at else ()), *(("--actor", by) if by else ())]
        outcome = self.qg("incident", *arguments, *extra)
        assert "internal error" not in outcome.err, outcome.err
        assert "Traceback" not in outcome.err
        return outcome

    def json(self, *arguments: str | Path, at: str | None = None, by: str | None = None) -> Any:
        """What the command prints as JSON; it must succeed."""
        outcome = self(*arguments, "--format", "json", at=at, by=by)
        assert outcome.code == 0, outcome.err
        return json.loads(outcome.out)

    def refused(self, *arguments: str | Path, at: str | None = None, by: str | None = None) -> tuple[int, str]:
        """Exit code and message of a command that is refused in one line and writes nothing."""
        before = self.files()
        outcome = self(*arguments, at=at, by=by)
        assert outcome.code != 0
        assert outcome.err.count("\n") == 1, outcome.err
        assert self.files() == before
        return outcome.code, outcome.err

    def open(self, incident_id: str = "PM-2025-09-27-01", *, severity: str = "S2", title: str = "Colour drift") -> str:
        """Open an incident at 04:12 by `monitor`, and leave the clock at 04:13."""
        self.now("04:12")
        self.json("open", "--severity", severity, "--title", title, "--id", incident_id, by="monitor")
        self.now("04:13")
        return incident_id

    def files(self) -> dict[str, bytes]:
        """Every file of the incidents, locks aside."""
        found = (path for path in self.root.rglob("*") if path.is_file() and path.name != ".lock")
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def desk(qg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """A terminal in an empty directory on 2025-09-27, 04:12 UTC."""
    made = Desk(qg, monkeypatch, tmp_path)
    monkeypatch.setenv("QUALITYGATE_ACTOR", "on-call")
    made.now("04:12")
    return made


@pytest.fixture
def tree(qg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, photos: list[Path]) -> list[Path]:
    """In the working directory: `red.png` fails, `fine.webp` passes, `new ü.png` has no reference."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QUALITYGATE_NOW", "2026-11-20T09:30:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "brand owner")
    put("qualitygate.toml", CONFIG)
    put("ref/red.png", encoded(photos[0]))
    put("cand/red.png", encoded(photos[0], gain=1.3, text=GENERATED))
    put("ref/fine.png", encoded(photos[1]))
    put("cand/fine.webp", encoded(photos[1], "WEBP"))
    put("cand/deep/new ü.png", encoded(photos[2]))
    return photos
