"""What a stranger gets: the wheel, installed with the pins into an empty environment, away from this checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"

pytestmark = pytest.mark.slow


def run(*command: str | Path, directory: Path, code: int = 0) -> str:
    """Run a command outside the checkout; both streams together."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        list(map(str, command)),
        cwd=directory,
        env={**environment, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=1200,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", out, ROOT, directory=out)
    (built,) = out.glob("image_qualitygate-*.whl")
    return built


@pytest.fixture(scope="module")
def binaries(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` directory of an environment that holds the wheel and what it needs, no extras."""
    environment = tmp_path_factory.mktemp("fresh") / "venv"
    run(sys.executable, "-m", "venv", environment, directory=environment.parent)
    run(environment / "bin" / "pip", "install", "-c", CONSTRAINTS, wheel, directory=environment.parent)
    return environment / "bin"


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "qualitygate"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(tracked) - names == set()
    for profile in ("hero", "product", "thumbnail", "ui"):
        assert f"qualitygate/thresholds/{profile}.toml" in names
        assert f"qualitygate/thresholds/tests/{profile}.toml" in names
    for pattern in (r"schemas/.+\.json", r".+\.safetensors", r"demo/photos/coffee\.jpg", r"demo/photos/LICENCES\.md"):
        assert any(re.fullmatch(f"qualitygate/{pattern}", name) for name in names), pattern
    assert any(name.endswith(".dist-info/licenses/NOTICE") for name in names)
    assert not any(name.startswith(("tests/", "tools/", "fixtures/")) for name in names)


def test_the_base_install_measures_without_lpips(binaries: Path, tmp_path: Path) -> None:
    told = run(binaries / "qualitygate", "demo", directory=tmp_path)
    assert "pip install 'image-qualitygate[lpips]'" in told
    refused = run(
        binaries / "qualitygate",
        "check",
        "qualitygate-demo/reference",
        "qualitygate-demo/candidate-good",
        "--profile=hero",
        directory=tmp_path,
        code=2,
    )
    assert len(refused.splitlines()) == 1
    assert "image-qualitygate[lpips]" in refused


def test_the_base_install_is_small(binaries: Path) -> None:
    packages = [path for path in binaries.parent.glob("lib/python*/site-packages/*") if path.name != "pip"]
    size = sum(
        file.stat().st_size
        for path in packages
        for file in ([path] if path.is_file() else path.rglob("*"))
        if file.is_file() and not path.name.startswith(("pip-", "setuptools"))
    )
    assert size < 150_000_000, f"{size / 1e6:.0f} MB"


def test_with_the_extra_the_demo_measures_lpips(binaries: Path, wheel: Path, tmp_path: Path) -> None:
    """Last, since it adds torch to the environment."""
    run(binaries / "pip", "install", "-c", CONSTRAINTS, f"{wheel}[lpips]", directory=tmp_path)
    told = run(binaries / "qualitygate", "demo", "qualitygate-demo", "--device", "cpu", directory=tmp_path)
    assert "LPIPS" in told
    assert "is open. Look at:" in told
    assert sorted((tmp_path / "qualitygate-demo").glob("evidence/*/*.png"))
    assert sorted((tmp_path / "qualitygate-demo").glob("run/_/postmortems/PM-*.md"))
    checked = run(
        binaries / "qualitygate",
        "check",
        "qualitygate-demo/reference",
        "qualitygate-demo/candidate-good",
        "--profile=hero",
        directory=tmp_path,
    )
    assert "PASSED" in checked


def test_without_a_compiler_the_install_succeeds_and_numpy_serves(tmp_path: Path) -> None:
    """The same pictures get the same verdict, and every number within the bounds of the conformance suite."""
    refusing = tmp_path / "cc"
    refusing.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    refusing.chmod(0o755)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", tmp_path / "out", ROOT]
    run("env", f"CC={refusing}", *command, directory=tmp_path)
    (made,) = (tmp_path / "out").glob("*.whl")
    assert made.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(made).namelist() if "_kernels." in name and name.endswith(".so")]
    (made.with_suffix("")).mkdir()
    zipfile.ZipFile(made).extractall(made.with_suffix(""))
    program = "import qualitygate; from qualitygate.core.native import kernel_name; print(kernel_name())"
    shown = run("env", f"PYTHONPATH={made.with_suffix('')}", sys.executable, "-c", program, directory=tmp_path)
    assert shown.strip() == "numpy"
