"""`constraints.txt` pins everything that the package and its tests ask for, and says nothing of where it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]
PINS = {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in LINES}


def test_every_line_is_one_exact_public_version() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[\w.-]+==[0-9][\w.]*", line)] == []
    assert len(PINS) == len(LINES)


def test_every_requirement_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    requirements = [Requirement(line) for line in asked]
    for requirement in requirements:
        if requirement.name != project["name"]:
            pin = PINS.get(canonicalize_name(requirement.name))
            assert pin is not None, f"{requirement.name} is not pinned"
            assert requirement.specifier.contains(pin), f"{requirement} does not allow {pin}"


def test_torch_is_the_version_the_numbers_were_shown_with() -> None:
    assert PINS["torch"] == "2.13.0"
