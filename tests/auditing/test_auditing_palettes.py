"""Palettes and batches."""

from __future__ import annotations

import pytest
from audit_repository import BATCH, CONFIG, PALETTE, Shop, picture


@pytest.fixture
def coloured(made: Shop) -> Shop:
    made.write("qualitygate.toml", CONFIG + PALETTE + BATCH)
    made.merge()
    return made


RED = "palette brand: colour red"


@pytest.mark.parametrize(
    ("old", "new", "kind", "change"),
    [
        ("tolerance = 2.0", "tolerance = 2.5", "limit", RED),
        ("capture = 8.0", "capture = 6.0", "limit", RED),
        ("max_outside = 0.02", "max_outside = 0.1", "limit", RED),
        ("min_coverage = 0.1\n", "", "limit", RED),
        ("#d0021b", "#d0031b", "limit", RED),
        ('"S1"', '"S2"', "severity", f"{RED} severity"),
        ('name = "blue"', 'name = "navy"', "limit", "palette brand: colour blue"),
        ('name = "brand"', 'name = "brand"\nflat = false', "area", "palette brand: counted"),
        ('name = "brand"', 'name = "brand"\nmin_area = 0.01', "area", "palette brand: counted"),
        ('files = ["build/**"]', 'files = ["build/r*"]', "pictures", "palette brand: pictures"),
        ('name = "brand"', 'name = "other"', "pictures", "palette brand"),
        ("fail = 1.0", "fail = 1.5", "limit", "batch catalogue: b"),
        ('baseline = ["approved/**"]', 'baseline = ["build/**"]', "pictures", "batch catalogue: baseline"),
        ('name = "catalogue"', 'name = "catalogue"\nmin_pictures = 80', "pictures", "batch catalogue: min_pictures"),
        ('candidate = ["build/**"]', 'candidate = ["build/r*"]', "pictures", "batch catalogue: pictures"),
    ],
)
def test_looser(coloured: Shop, old: str, new: str, kind: str, change: str) -> None:
    coloured.edit("qualitygate.toml", old, new)
    (entry,) = [one.entry for one in coloured.audit().answers]
    assert (entry.kind, entry.change) == (kind, change)
    assert entry.where.startswith("qualitygate.toml")
    if change == RED:
        assert entry.born_of == "PM-2025-09-27-01"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tolerance = 2.0", "tolerance = 1.5"),
        ("capture = 8.0", "capture = 9.0"),
        ("min_coverage = 0.1", "min_coverage = 0.2"),
        ('name = "brand"', 'name = "brand"\nmin_area = 0.0001'),
        ("fail = 1.0", "fail = 0.8"),
        ('files = ["build/**"]', 'files = ["build/**", "more/**"]'),
    ],
)
def test_not_looser(coloured: Shop, old: str, new: str) -> None:
    coloured.edit("qualitygate.toml", old, new)
    assert coloured.audit().answers == ()


@pytest.mark.parametrize(("key", "change"), [("ignore", "ignore"), ("regions", "regions")])
def test_areas_of_a_palette(coloured: Shop, key: str, change: str) -> None:
    area = f'[[palettes.{key}]]\nfiles = "build/coffee.png"\nrectangles = [[0, 0, 4, 4]]\n'
    coloured.write("qualitygate.toml", CONFIG + PALETTE + area + BATCH)
    assert [one[:2] for one in coloured.listed()] == [("area", f"palette brand: {change}")]


def test_a_palette_file_of_its_own(coloured: Shop) -> None:
    colours = PALETTE[PALETTE.index("[[palettes.colours]]") :].replace("palettes.", "")
    table = '\n[[palettes]]\nname = "brand"\nfiles = ["build/**"]\npalette = "thresholds/colours.toml"\n'
    coloured.write("thresholds/colours.toml", colours)
    coloured.write("qualitygate.toml", CONFIG + table + BATCH)
    assert coloured.listed() == []
    coloured.merge()
    coloured.edit("thresholds/colours.toml", "tolerance = 2.0", "tolerance = 3.0")
    (entry,) = [one.entry for one in coloured.audit().answers]
    assert (entry.where, entry.percent) == ("thresholds/colours.toml:1", 50.0)
    assert entry.to == "#d0021b tolerance 3, capture 8, 2 % outside, coverage 10 %"


def test_another_baseline_is_another_limit(coloured: Shop) -> None:
    coloured.write("approved/new.png", picture(40))
    found = [(one.entry.change, one.entry.to) for one in coloured.audit().answers if one.open]
    assert [change for change, _ in found] == ["batch catalogue: baseline pictures"]
    coloured.write("approved/new.png", picture(50))
    assert [one.entry.to for one in coloured.audit().answers if one.open] != [found[0][1]]


def test_a_stored_baseline(coloured: Shop) -> None:
    coloured.write("baseline.json", "{}")
    coloured.edit("qualitygate.toml", '["approved/**"]', '"baseline.json"')
    coloured.merge()
    coloured.write("baseline.json", "{ }")
    assert [change for _, change, _ in coloured.listed()] == ["batch catalogue: baseline pictures"]
