"""The table of defects in docs/calibrate.md is the table of defects, and its keys of cases are those that are read."""

from __future__ import annotations

import re
from pathlib import Path

from qualitygate.calibration.tolerance import factor
from qualitygate.core.errors import ConfigError
from qualitygate.defects import DEFECTS
from qualitygate.rehearsing.cases import read_cases

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "calibrate.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    table = PAGE.split(heading, 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:] if line]


def test_every_defect_is_described_as_it_is() -> None:
    shown = [tuple(row) for row in rows("| defect | what is done | strength | levels |")[1:]]
    assert shown == [
        (f"`{each.name}`", each.summary, each.unit, ", ".join(f"{level:g}" for level in each.levels))
        for each in DEFECTS.values()
    ]


def test_every_key_of_a_case_is_described(tmp_path: Path) -> None:
    described = [name for row in rows("| key | meaning |")[1:] for name in re.findall(r"`(\w+)`", row[0])]
    (tmp_path / "a.toml").write_text("[[case]]\nother = 1\n", encoding="utf-8")
    try:
        read_cases(tmp_path / "a.toml")
    except ConfigError as error:
        known = (error.hint or "").partition("known here: ")[2].split(", ")
    assert sorted(described) == sorted(known)


def test_the_factors_are_those_of_the_page() -> None:
    sentence = re.search(r"\*k\* is ([^\n]*)", PAGE)
    assert sentence is not None
    said = re.findall(r"(\d+\.\d) for (\d+)", sentence[1])
    assert len(said) == 4
    for value, n in said:
        assert f"{factor(int(n)):.1f}" == value
