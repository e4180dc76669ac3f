"""Running the command line in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageEnhance

from qualitygate.cli import root, run


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No CI variables of the machine that runs the tests."""
    import os

    for name in list(os.environ):
        if name.startswith(("GITHUB_", "CI_")) or name in {"CI", "FORCE_COLOR", "NO_COLOR", "COLUMNS"}:
            monkeypatch.delenv(name)


@pytest.fixture
def qg(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quiet_environment: None
) -> Callable[..., Outcome]:
    """Call `qualitygate ARGUMENTS` in an empty directory and get exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run(root, [str(argument) for argument in arguments], "qualitygate")
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


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
