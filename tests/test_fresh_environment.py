"""What a stranger gets: the wheel, installed with the pins into an empty environment, away from this checkout."""

from __future__ import annotations

import os
import re
import shutil
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


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler")
def test_the_wheel_is_one_for_every_python_from_3_11_on(wheel: Path) -> None:
    assert re.search(r"-cp311-abi3-\w+\.whl$", wheel.name)
    compiled = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith((".so", ".pyd"))]
    assert [Path(name).parent.as_posix() for name in compiled] == ["qualitygate/core/native"]
    assert ".abi3." in compiled[0] or sys.platform == "win32"


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler")
def test_the_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    run(sys.executable, "-m", "venv", environment, directory=tmp_path)
    run(environment / "bin" / "pip", "install", "hatchling", directory=tmp_path)
    run(environment / "bin" / "hatchling", "build", "-t", "sdist", "-d", tmp_path / "out", directory=ROOT)
    (packed,) = (tmp_path / "out").glob("image_qualitygate-*.tar.gz")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path / "out", packed]
    run("env", "QUALITYGATE_KERNELS=required", *command, directory=tmp_path)
    (built,) = (tmp_path / "out").glob("image_qualitygate-*.whl")
    assert built.name == wheel.name
    first, second = (sorted(zipfile.ZipFile(each).namelist()) for each in (wheel, built))
    assert first == second


@pytest.fixture
def refusing(tmp_path: Path) -> Path:
    """A compiler that compiles nothing."""
    program = tmp_path / "cc"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("way", ["refusing", "absent", "left out"])
def test_without_a_compiler_the_install_succeeds_and_numpy_serves(way: str, refusing: Path, tmp_path: Path) -> None:
    """The numbers are those of the conformance suite; here, that the wheel is whole and its command measures."""
    settings = {"refusing": f"CC={refusing}", "absent": f"PATH={tmp_path}", "left out": "QUALITYGATE_KERNELS=none"}
    if way == "absent":
        refusing.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "-v", "--no-deps", "--wheel-dir", tmp_path / "out", ROOT]
    told = run("env", settings[way], *command, directory=tmp_path)
    assert ("the kernels were not compiled, NumPy will serve" in told) is (way != "left out")
    (made,) = (tmp_path / "out").glob("*.whl")
    assert made.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(made).namelist() if name.endswith((".so", ".pyd"))]
    unpacked = made.with_suffix("")
    unpacked.mkdir()
    zipfile.ZipFile(made).extractall(unpacked)
    program = "import qualitygate; from qualitygate.core.native import kernel_name; print(kernel_name())"
    shown = run("env", f"PYTHONPATH={unpacked}", sys.executable, "-c", program, directory=tmp_path)
    assert shown.strip() == "numpy"
    pair = [unpacked / "qualitygate" / "demo" / "photos" / f"{name}.jpg" for name in ("coffee", "coffee")]
    compare = [sys.executable, "-m", "qualitygate", "compare", *pair, "--metric", "delta_e_2000", "--metric", "ssim"]
    assert "DeltaE00" in run("env", f"PYTHONPATH={unpacked}", *compare, directory=tmp_path)


def test_kernels_that_are_required_and_cannot_be_compiled_stop_the_build(refusing: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path / "out", ROOT]
    run("env", f"CC={refusing}", "QUALITYGATE_KERNELS=required", *command, directory=tmp_path, code=1)
    assert not list(tmp_path.glob("out/*.whl"))
