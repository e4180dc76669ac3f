"""The kernels by every compiler that is here, without a warning; and under sanitizers, which find nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "qualitygate" / "core" / "native").glob("*.c"))
INCLUDE = sysconfig.get_path("include")
SUITES = ("tests/conftest.py", "tests/metrics/test_native_kernels.py", "tests/decode/test_decode_png_kernel.py")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="shared objects and sanitizers as on Linux"),
    pytest.mark.skipif(not Path(INCLUDE, "Python.h").is_file(), reason="no headers of Python"),
]


def flags() -> list[str]:
    """What `hatch_build.py` compiles with."""
    parsed = ast.parse((ROOT / "hatch_build.py").read_text(encoding="utf-8"))
    (found,) = (
        node.value
        for node in parsed.body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["_UNIX"]
    )
    return [*ast.literal_eval(found), "-fPIC", f"-I{INCLUDE}"]


def compiled(compiler: str, target: Path, *further: str) -> None:
    command = [compiler, *flags(), *further, "-shared", "-o", str(target), *map(str, SOURCES), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_no_compiler_warns(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler}")
    compiled(compiler, tmp_path / "kernels.so", "-Wall", "-Wextra", "-Werror")


def test_sanitizers_find_nothing(tmp_path: Path) -> None:
    """The conformance suites of DeltaE00, SSIM and PNG with AddressSanitizer and UndefinedBehaviorSanitizer."""
    if shutil.which("gcc") is None:
        pytest.skip("no gcc")
    libraries = [
        subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    if not all(Path(library).is_absolute() for library in libraries):
        pytest.skip("no sanitizers")
    for name in ("qualitygate", "thresholds"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    (tmp_path / "tests").mkdir()
    for suite in SUITES:
        shutil.copy(ROOT / suite, tmp_path / "tests")
    native = tmp_path / "qualitygate" / "core" / "native" / "_kernels.abi3.so"
    sanitize = (
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=undefined",
        "-fno-omit-frame-pointer",
        "-g",
        "-O1",
    )
    compiled("gcc", native, *sanitize)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PYTHONPATH": str(tmp_path),
        "LD_PRELOAD": " ".join(libraries),
        # Python leaves memory to the system at its end; its small objects are made visible.
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
    }

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    assert Path(python("-c", "from qualitygate.core import native; print(native.kernels().__file__)").strip()) == native
    assert " passed" in python("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "not torch", "tests")
