"""Threshold files of LUTs and sets of LUTs."""

from __future__ import annotations

import pytest
from audit_repository import CONFIG, CUBE, LUT, LUT_SET, Shop


@pytest.fixture
def looks(made: Shop) -> Shop:
    made.write("thresholds/lut.toml", LUT)
    for name in ("a", "b", "display/p3"):
        made.write(f"luts/{name}.cube", CUBE)
    made.write("qualitygate.toml", CONFIG + LUT_SET)
    made.merge()
    return made


@pytest.mark.parametrize(
    ("old", "new", "change", "to", "line"),
    [
        ("fail = 4.0", "fail = 5.0", "luts lut: drift.grid.max", "fail 5", 3),
        ('"S1"', '"S2"', "luts lut: drift.grid.max severity", "S2", 3),
        ("ratio = 1.25", "ratio = 1.5", "luts lut: quality.roughness_ratio", "1.5", 5),
        ('red = "#d0021b"\n', "", "luts lut: palette", "blue", 6),
        ("max = 6.0", "max = 7.0", "luts lut luts/display/p3.cube: drift.grid.max", "fail 7", 9),
        ('profile = "technical"\n', "", "luts lut luts/display/p3.cube: profile", "look", 9),
        ('input = "log"\n', "", "luts lut luts/display/p3.cube: input", "none", 9),
    ],
)
def test_the_threshold_file(looks: Shop, old: str, new: str, change: str, to: str, line: int) -> None:
    looks.edit("thresholds/lut.toml", old, new)
    found = [one for one in looks.audit().answers if one.entry.change == change]
    assert [(one.entry.to, one.entry.where) for one in found] == [(to, f"thresholds/lut.toml:{line}")]
    looks.write("thresholds/lut.toml", LUT)
    assert looks.audit().answers == ()


def test_the_shipped_file_takes_its_place(looks: Shop) -> None:
    looks.edit("thresholds/lut.toml", "fail = 4.0", "fail = 3.0")
    looks.merge()
    looks.git("rm", "-q", "thresholds/lut.toml")
    assert ("limit", "luts lut: drift.grid.max", "fail 4, warn 2") in looks.listed()


@pytest.mark.parametrize(
    ("new", "entry"),
    [
        ("", ("pictures", "lut set looks", "deleted")),
        (LUT_SET + 'exclude = ["luts/b*"]\n', ("pictures", "lut set looks: files", "luts/**, not luts/b*")),
        (LUT_SET + 'base = "HEAD"\n', ("pictures", "lut set looks: base", "HEAD")),
        (LUT_SET + 'exclude = ["nothing/**"]\n', None),
        (LUT_SET.replace("looks", "all"), None),
    ],
)
def test_sets_of_luts(looks: Shop, new: str, entry: tuple[str, str, str] | None) -> None:
    looks.write("qualitygate.toml", CONFIG + new)
    assert looks.listed() == ([entry] if entry else [])


def test_another_threshold_file_of_a_set(looks: Shop) -> None:
    looks.write("thresholds/film.toml", LUT.replace("fail = 4.0", "fail = 8.0").replace("6.0", "8.0"))
    looks.write("qualitygate.toml", f'{CONFIG}{LUT_SET}thresholds = "film"\n')
    found = {change: to for _, change, to in looks.listed()}
    assert found["lut set looks: drift.grid.max"] == "fail 8"
