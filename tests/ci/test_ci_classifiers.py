"""The classifiers of the package name what continuous integration runs every test on, and nothing else."""

from __future__ import annotations

import tomllib

from actions_steps import ROOT
from ruamel.yaml import YAML

_PYTHON = "Programming Language :: Python :: "
_SYSTEM = "Operating System :: "
_RUNNERS = {"ubuntu-24.04": "POSIX :: Linux"}


def test_classifiers_are_what_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    job = YAML(typ="safe").load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))["jobs"]["tests"]
    named = project["classifiers"]
    pythons = [one.removeprefix(_PYTHON) for one in named if one.startswith(_PYTHON)]
    systems = [one.removeprefix(_SYSTEM) for one in named if one.startswith(_SYSTEM)]
    assert pythons == job["strategy"]["matrix"]["python"]
    assert systems == [_RUNNERS[job["runs-on"]]]
