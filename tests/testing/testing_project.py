"""A scratch project whose tests use `image_gate`."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

PLUGIN = [] if entry_points(group="pytest11", name="qualitygate") else ["-p", "qualitygate.pytest_plugin"]
QUIET = ["-p", "no:hypothesispytest", "-p", "no:cacheprovider"]
PROFILE = """\
schema = 1
[limits.delta_e_2000]
mean = { fail = 1.0, severity = "S1", born_of = "PM-2025-09-27-01", why = "a LUT update slipped past a git hook" }
p95 = { fail = 2.0 }
[limits.ssim]
mean = { fail = 0.98 }
"""
PICTURES = """\
import os
import numpy as np
import pytest
from PIL import Image


def picture(shift=0):
    y, x = np.mgrid[0:48, 0:64]
    samples = np.stack([x * 3, y * 4, x + y], axis=-1).astype(np.uint8)
    samples[8:40, 8:56, 0] += np.uint8(shift)
    return samples


"""


class Project:
    """The project: `pytest.ini`, a profile `mine`, tests, and runs of them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester, self.top = pytester, pytester.path
        self.ini("qualitygate_profile = mine")
        self.write("thresholds/mine.toml", PROFILE)

    def ini(self, *lines: str) -> None:
        self.write("pytest.ini", "\n".join(["[pytest]", "addopts = --strict-markers", *lines, ""]))

    def write(self, name: str, text: str) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def tests(self, code: str, name: str = "tests/test_look.py") -> None:
        self.write(name, PICTURES + code)

    def run(self, *arguments: str) -> pytest.RunResult:
        """In this process, which is fast."""
        return self.pytester.runpytest_inprocess(*PLUGIN, *QUIET, *arguments)

    def apart(self, *arguments: str) -> pytest.RunResult:
        """In a process of its own, as pytest-xdist needs it."""
        return self.pytester.runpytest_subprocess(*PLUGIN, *QUIET, *arguments)

    @property
    def references(self) -> list[str]:
        """Pictures below `__references__`, without their sidecars."""
        found = (path for path in self.top.rglob("__references__/**/*") if path.is_file())
        return sorted(path.name for path in found if not path.name.endswith(".json"))

    def report(self, name: str = "out.json") -> dict[str, Any]:
        """A JSON report."""
        read: dict[str, Any] = json.loads((self.top / name).read_text(encoding="utf-8"))
        return read


def text(result: pytest.RunResult) -> str:
    """Both streams."""
    return "\n".join([*result.outlines, *result.errlines])
