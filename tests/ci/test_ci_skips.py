"""What the suite says of skipped tests, and that `.ci/run`, which installs everything, takes no library for missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LIBRARY = 'import pytest\ndef test_a(): pytest.importorskip("not_there_at_all")\n'
MODULE = 'import pytest\npytest.importorskip("not_there_either")\n'
DEVICE = 'import pytest\n@pytest.mark.skipif(True, reason="no CUDA device")\ndef test_b(): pass\ndef test_c(): pass\n'


def suite(folder: Path, tests: dict[str, str], extras: str) -> tuple[int, str]:
    """Exit code and output of a suite of these tests beside the conftest of this one."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    for name, text in tests.items():
        (folder / f"test_{name}.py").write_text(text, encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "QUALITYGATE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(folder)],
        cwd=folder,
        env={**kept, "QUALITYGATE_EXTRAS": extras, "QUALITYGATE_CORPORA": str(folder / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("missing", [LIBRARY, MODULE])
def test_a_library_that_is_not_there_fails_where_everything_was_installed(tmp_path: Path, missing: str) -> None:
    code, said = suite(tmp_path, {"a": missing, "b": DEVICE}, "required")
    assert code == 1, said
    assert "1 skipped for want of a library that .[test] installs" in said


def test_skips_are_counted_by_reason_and_fail_nothing_elsewhere(tmp_path: Path) -> None:
    code, said = suite(tmp_path, {"a": LIBRARY, "b": DEVICE}, "")
    assert code == 0, said
    lines = [line.strip() for line in said.splitlines()]
    assert "1 no CUDA device" in lines
    assert any(line.startswith("1 could not import 'not_there_at_all'") for line in lines)


def test_no_gpu_and_no_files_from_elsewhere_fail_nothing(tmp_path: Path) -> None:
    files = "def test_d(corpora): pass\n"
    code, said = suite(tmp_path, {"b": DEVICE, "d": files}, "required")
    assert code == 0, said
    assert {"1 no CUDA device", "1 corpora not present: set QUALITYGATE_CORPORA"} <= {
        one.strip() for one in said.splitlines()
    }


def test_ci_asks_for_it() -> None:
    assert 'QUALITYGATE_EXTRAS=required eval "$tests"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
