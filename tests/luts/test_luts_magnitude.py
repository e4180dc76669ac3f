"""Numbers and domains that float32, in which LUTs are held, has no place for are refused by a code of their own."""

from __future__ import annotations

import itertools
import warnings

import pytest

from qualitygate import luts
from qualitygate.core.lut_use import LutUse
from qualitygate.luts.checks import Case, quality

ROWS = "".join(f"{r} {g} {b}\n" for b, g, r in itertools.product((0, 0.5, 1), repeat=3))
PRELUT = "CSPLUTV100\n1D\n\n{} {} {}\n2\n0 0 0\n1 1 1\n"
SPI1D = "Version 1\nFrom {} {}\nLength 2\nComponents 1\n{{\n0\n1\n}}\n"
SPANS = [
    ("-1e308", "1e308", "QG-1635"),
    ("-3e38", "3e38", "QG-1624"),
    ("0", "1e-40", "QG-1624"),
    ("1", "1.00000000001", "QG-1624"),
    ("1e16", "10000000000000002", "QG-1624"),
]


def texts(low: str, high: str) -> dict[str, str]:
    three = " ".join([low] * 3), " ".join([high] * 3)
    return {
        "a.cube": f"LUT_3D_SIZE 3\nDOMAIN_MIN {three[0]}\nDOMAIN_MAX {three[1]}\n{ROWS}",
        "b.cube": f"LUT_3D_SIZE 3\nLUT_3D_INPUT_RANGE {low} {high}\n{ROWS}",
        "a.spi1d": SPI1D.format(low, high),
        "a.csp": PRELUT.format(*[f"2\n{low} {high}\n0 1\n"] * 3),
    }


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["a.cube", "b.cube", "a.spi1d", "a.csp"])
@pytest.mark.parametrize(("low", "high", "code"), SPANS)
def test_a_domain_without_steps(name: str, low: str, high: str, code: str) -> None:
    assert [finding.code for finding in luts.parse(texts(low, high)[name].encode(), name).findings] == [code]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["a.cube", "b.cube", "a.spi1d", "a.csp"])
@pytest.mark.parametrize(("low", "high"), [("-1e38", "2e38"), ("0", "1e-37"), ("0", "65504"), ("-125", "125")])
def test_a_domain_of_any_size_that_has_steps_is_judged(name: str, low: str, high: str) -> None:
    result = luts.parse(texts(low, high)[name].encode(), name)
    assert result.lut is not None, result.findings
    for use in (LutUse(), LutUse(profile="technical", input="log", output="linear")):
        for finding in quality(Case(name, result.lut, result.lut, use, result.format)):
            assert len(finding.message) < 300


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", ["1e300", "-3.5e38", "9" * 300, "1e400"])
def test_a_value_beyond_float32(value: str) -> None:
    for name, text in {
        "a.cube": f"LUT_1D_SIZE 3\n0 0 0\n0.5 0.5 {value}\n1 1 1\n",
        "a.spi1d": SPI1D.replace("\n1\n", f"\n{value}\n").format(0, 1),
        "a.spimtx": f"1 0 0 0\n0 1 {value} 0\n0 0 1 0\n",
    }.items():
        if len(value) > 200 and name == "a.cube":
            continue  # a line has at most 250 bytes there
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            findings = luts.parse(text.encode(), name).findings
        assert [finding.code for finding in findings] == ["QG-1635"]
        assert len(findings[0].message) < 200


def test_the_largest_float32_is_accepted() -> None:
    assert luts.parse(b"LUT_1D_SIZE 2\n0 0 0\n3.4028234663852886e38 1 1\n", "a.cube").accepted
