"""Reading `[[palettes]]` and `[[batches]]`: what is right, and one clear error with its line for what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Severity
from qualitygate.policy.config import load_config
from qualitygate.policy.model import Config
from qualitygate.policy.palettes import load_palette

PALETTE = """
[[palettes]]
name = "brand"
files = ["build/**"]
{rules}
[[palettes.colours]]
name = "red"
value = "#d0021b"
{colour}
"""
INK = '[[palettes]]\nfiles = ["a"]\ncolours = [{{ name = "a", cmyk = {} }}]\n'
BATCH = """
[[batches]]
name = "products"
candidate = ["build/**"]
{baseline}
{more}
"""


def loaded(directory: Path, text: str) -> Config:
    (directory / "qualitygate.toml").write_text(text, encoding="utf-8")
    return load_config(directory / "qualitygate.toml")


def refused(directory: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        loaded(directory, text)
    return caught.value


def palette(rules: str = "", colour: str = "") -> str:
    return PALETTE.format(rules=rules, colour=colour)


def test_a_palette_with_everything(tmp_path: Path) -> None:
    text = """
[[palettes]]
files = ["build/**", "hero.png"]
exclude = ["build/draft/"]
pipeline = "brand look"
background = "#101010"
flat = true
min_area = 0.01
[[palettes.colours]]
name = "brand red"
value = "oklch(56.4% 0.224 27.3)"
tolerance = 1.5
capture = 6
min_coverage = 0.03
max_outside = 0.05
severity = "S1"
born_of = "PM-2025-09-27-01"
why = "a LUT update moved the reds"
runbook = "docs/runbook.md"
[[palettes.colours]]
name = "coated red"
cmyk = [0, 100.0, 80, 5]
profile = "press.icc"
[[palettes.regions]]
files = "build/*.png"
rectangles = [[0, 0, 10, 10]]
[[palettes.ignore]]
mask = "mask.png"
"""
    (found,) = loaded(tmp_path, text).palettes
    red, ink = found.rules.colours
    assert (found.name, found.pipeline, found.background) == ("palette", "brand look", (16, 16, 16))
    assert (red.tolerance, red.capture, red.min_coverage, red.max_outside) == (1.5, 6.0, 0.03, 0.05)
    assert (red.severity, red.born_of, red.runbook) == (Severity.S1, "PM-2025-09-27-01", "docs/runbook.md")
    assert (found.rules.flat, found.rules.min_area, red.quantile) == (True, 0.01, "p95")
    assert found.rules.inks[ink.name].percent == (0.0, 100.0, 80.0, 5.0)
    assert found.rules.inks[ink.name].profile == tmp_path / "press.icc"
    assert found.regions[0].pairs == "build/*.png"
    assert found.ignore[0].mask == tmp_path / "mask.png"


def test_a_palette_of_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    file = tmp_path / "thresholds" / "brand.toml"
    file.write_text('schema = 1\ndescription = "ours"\nflat = false\n[[colours]]\nname = "红"\ncmyk = [0, 1, 2, 3]\n'
                    'profile = "press.icc"\n', encoding="utf-8")  # fmt: skip
    (found,) = loaded(tmp_path, '[[palettes]]\nfiles = ["a.png"]\npalette = "thresholds/brand.toml"\n').palettes
    assert [colour.name for colour in found.rules.colours] == ["红"]
    assert found.rules.flat is False
    assert found.rules.inks["红"].profile == tmp_path / "thresholds" / "press.icc", "beside the palette"


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ('[[palettes]]\nname = "brand"\n', "QG-1405", 1, "palettes[0]: names no colour"),
        ('[[palettes]]\npalette = "brand"\n', "QG-1405", 2, "'brand' is no palette file"),
        ('[[palettes]]\npalette = "brand.toml"\n', "QG-1401", 2, "no such file: brand.toml"),
        ('[[palettes]]\nflat = true\npalette = "brand.toml"\n', "QG-1405", 2, "stands beside `palette`"),
        ('[[palettes]]\nfile = ["a"]\n', "QG-1404", 2, "did you mean 'files'?"),
        ("[[palettes]]\ncolours = 3\n", "QG-1405", 2, "an array of tables"),
        ('[[palettes]]\ncolours = [{ value = "#fff" }]\n', "QG-1405", 2, "`name` is missing"),
        ('[[palettes]]\ncolours = [{ name = "a" }]\n', "QG-1405", 2, "`value` is missing"),
        (palette("min_area = 2"), "QG-1405", 5, "2.0 is no share"),
        (palette("flat = 1"), "QG-1405", 5, "true or false"),
        (palette("flat = false\nmin_area = 0.1"), "QG-1405", 6, "flat = false counts every pixel"),
        (palette('background = "white"'), "QG-1405", 5, "is no colour"),
        (palette(colour="tolerance = 0"), "QG-1405", 9, "0 is no DeltaE00"),
        (palette(colour="tolerance = 9"), "QG-1405", 9, "lies within the tolerance"),
        (palette(colour="capture = 2"), "QG-1405", 9, "lies within the tolerance"),
        (palette(colour="min_coverage = 3"), "QG-1405", 9, "3 is no share"),
        (palette(colour="min_coverage = 0"), "QG-1405", 9, "asks for nothing"),
        (palette(colour="max_outside = 1"), "QG-1405", 9, "nothing could ever fail"),
        (palette(colour='cmyk = [0, 0, 0, 0]\nprofile = "a.icc"'), "QG-1405", 8, "stands beside `cmyk`"),
        (palette(colour='profile = "a.icc"'), "QG-1405", 9, "belongs to `cmyk`"),
        (palette(colour='born_of = "yesterday"'), "QG-1405", 9, "is no incident id"),
        (palette(colour="tolerence = 2"), "QG-1404", 9, "did you mean 'tolerance'?"),
        (palette(colour='[[palettes.colours]]\nname = "red"\nvalue = "#fff"'), "QG-1405", 10, "stated twice"),
        (palette(colour='[[palettes.regions]]\nfiles = "**"'), "QG-1405", 9, "names no area"),
        (palette(colour='[[palettes.regions]]\npairs = "**"'), "QG-1404", 10, "unknown key"),
        (palette().replace("#d0021b", "#d0021"), "QG-1405", 8, "'#d0021' is no colour"),
        (palette().replace('["build/**"]', '["../a"]'), "QG-1405", 4, "is no path relative to the configuration"),
        (palette().replace('files = ["build/**"]', "files = []"), "QG-1405", 4, "`files` is missing"),
        (INK.format("[0, 0, 0]"), "QG-1405", 3, "four amounts"),
        (INK.format("[0, 0, 0, 101]"), "QG-1405", 3, "four amounts"),
        (INK.format("[0, 0, 0, 1]"), "QG-1405", 3, "no `profile`"),
        (palette() + palette(), "QG-1405", 12, "'brand' is taken twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_palette(tmp_path: Path, text: str, code: str, line: int, says: str) -> None:
    error = refused(tmp_path, text)
    assert error.code == code
    assert says in str(error)
    assert str(error.where).endswith(f"qualitygate.toml:{line}")


def test_the_line_of_a_palette_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "brand.toml"
    file.write_text('schema = 1\r\n[[colours]]\r\nname = "a"\r\nvalue = "hsl(0 0% 0%)"\r\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"brand\.toml:4: colours\[0\]\.value: .*hsl\(\) is not read"):
        load_palette(file)
    file.write_text("schema = 9\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="9 is not known to this version"):
        load_palette(file)


def batch(baseline: str = 'baseline = ["approved/**"]', more: str = "limits = { b = 1.0 }") -> str:
    return BATCH.format(baseline=baseline, more=more)


def test_a_batch(tmp_path: Path) -> None:
    more = 'min_pictures = 20\n[batches.limits]\nb = { fail = 2.0, warn = 1.0, severity = "S1" }\nchroma_distance = 3'
    (found,) = loaded(tmp_path, batch(more=more)).batches
    assert (found.name, found.baseline, found.min_pictures) == ("products", ("approved/**",), 20)
    limits = [(one.statistic, one.fail, one.warn, one.severity.value) for one in found.thresholds]
    assert limits == [("b", 2.0, 1.0, "S1"), ("chroma_distance", 3.0, None, "S2")]
    (stored,) = loaded(tmp_path, batch('baseline = "baselines/products.json"')).batches
    assert stored.baseline == tmp_path / "baselines" / "products.json"


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        (batch(""), "QG-1405", 2, "`baseline` is missing"),
        (batch('baseline = "approved"'), "QG-1405", 5, 'write baseline = ["approved/**"]'),
        (batch("baseline = 3"), "QG-1405", 5, "an array of strings"),
        (batch(more=""), "QG-1405", 2, "states no limit"),
        (batch(more="limits = {}"), "QG-1405", 6, "states no limit"),
        (batch(more="[batches.limits]\nhue = 1"), "QG-1404", 7, "known here: lightness"),
        (batch(more="[batches.limits]\nb = -1"), "QG-1405", 7, "below zero"),
        (batch(more="[batches.limits]\nb = false"), "QG-1405", 7, "false drops nothing"),
        (batch(more="[batches.limits]\nb = {}"), "QG-1405", 7, "states neither fail nor warn"),
        (batch(more="[batches.limits]\nb = { fail = 1, warn = 2 }"), "QG-1405", 7, "lies beyond fail"),
        (batch(more="min_pictures = 0\nlimits = { b = 1 }"), "QG-1405", 6, "too small"),
        (batch(more="limits = { b = 1 }\nlimit = 1"), "QG-1404", 7, "did you mean 'limits'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_batch(tmp_path: Path, text: str, code: str, line: int, says: str) -> None:
    error = refused(tmp_path, text)
    assert (error.code, says in str(error)) == (code, True), str(error)
    assert str(error.where).endswith(f"qualitygate.toml:{line}")


def test_a_name_is_taken_across_kinds_of_sets(tmp_path: Path) -> None:
    luts = '[[luts]]\nname = "brand"\nfiles = ["a.cube"]\n'
    assert "'brand' is taken twice" in str(refused(tmp_path, luts + palette()))
    assert "is taken twice" in str(refused(tmp_path, palette() + batch().replace("products", "brand")))
