"""Colours as CSS writes them: the specification's own examples, a foreign oracle, and everything that is no colour."""

from __future__ import annotations

import re

import colour
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.css import lab_of, srgb_of, xyz_of
from qualitygate.core.colour.css_syntax import read
from qualitygate.core.colour.lab import xyz_to_lab

# CSS Color 4, examples of 9.3 (lab) and 9.4 (oklab): the same colour in sRGB, lab(), lch(), oklab() and oklch().
SAME = [
    ("#7d2329", "lab(29.2345% 39.3825 20.0664)", "lch(29.2345% 44.2 27)", "oklab(40.101% 0.1147 0.0453)",
     "oklch(40.101% 0.12332 21.555)"),
    ("#c65d06", "lab(52.2345% 40.1645 59.9971)", "lch(52.2345% 72.2 56.2)", "oklab(59.686% 0.1009 0.1192)",
     "oklch(59.686% 0.15619 49.7694)"),
    ("#9d9318", "lab(60.2345% -5.3654 58.956)", "lch(60.2345% 59.2 95.2)", "oklab(0.65125 -0.0320 0.1274)",
     "oklch(0.65125 0.13138 104.097)"),
    ("#68a639", "lab(62.2345% -34.9638 47.7721)", "lch(62.2345% 59.2 126.2)", "oklab(66.016% -0.1084 0.1114)",
     "oklch(66.016% 0.15546 134.231)"),
    ("#62acef", "lab(67.5345% -8.6911 -41.6019)", "lch(67.5345% 42.5 258.2)", "oklab(72.322% -0.0465 -0.1150)",
     "oklch(72.322% 0.12403 247.996)"),
]  # fmt: skip

# Web platform tests of css-color: each is the green of #008000.
GREEN = [
    "rgb(0 128 0)", "rgb(0, 128, 0)", "rgba(0, 128, 0, 1)", "rgb(0% 50.196% 0% / 100%)",
    "lab(46.2775% -47.5621 48.5837)",
    "lch(46.2775% 67.9892 134.3912)", "oklab(51.975% -0.1403 0.10768)", "oklch(51.975% 0.17686 142.495)",
    "color(srgb 0 0.50196 0)", "color(srgb-linear 0 0.21586 0)", "color(display-p3 0.21604 0.49418 0.13151)",
    "color(a98-rgb 0.281363 0.498012 0.116746)", "color(prophoto-rgb 0.230479 0.395789 0.129968)",
    "color(rec2020 0.235202 0.431704 0.085432)", "color(xyz 0.07719 0.15438 0.02573)",
    "color(xyz-d65 0.07719 0.15438 0.02573)", "color(xyz-d50 0.08312 0.154746 0.020961)",
]  # fmt: skip


def off(one: str, other: str) -> float:
    return float(ciede2000(np.array(lab_of(one)), np.array(lab_of(other))))


@pytest.mark.parametrize("same", SAME, ids=lambda same: same[0])
def test_examples_of_the_specification(same: tuple[str, ...]) -> None:
    # The hexadecimal form is rounded to 8 bits.
    assert max(off(same[0], other) for other in same[1:]) < 0.35
    assert max(off(same[1], other) for other in same[2:]) < 0.05


@pytest.mark.parametrize("text", GREEN)
def test_web_platform_tests(text: str) -> None:
    assert off(text, "#008000") < 0.02


def test_the_colours_of_pictures_are_met_exactly() -> None:
    assert lab_of("#f00") == lab_of("#ff0000") == lab_of("#FF0000FF") == lab_of("rgb(100% 0% 0%)")
    assert lab_of("color(display-p3 0.5 0.5 0.5)") == pytest.approx(lab_of("color(srgb 0.5 0.5 0.5)"), abs=0.01)


def test_colours_outside_srgb_are_not_clipped() -> None:
    assert off("color(display-p3 1 0 0)", "#f00") > 2.5
    assert xyz_of(read("color(srgb 1 -0.25 0)"))[1] < xyz_of(read("color(srgb 1 0 0)"))[1]


def test_units_of_angles() -> None:
    turns = ("lch(50 40 90)", "lch(50 40 90deg)", "lch(50 40 100grad)", "lch(50 40 1.5707963267948966rad)",
             "lch(50 40 0.25turn)", "lch(50 40 -270)")  # fmt: skip
    assert all(lab_of(text) == pytest.approx(lab_of(turns[0])) for text in turns)


def test_percentages_and_none() -> None:
    assert read("lab(50% 100% -100%)").values == (50.0, 125.0, -125.0)
    assert read("oklch(50% 100% none)").values == (0.5, 0.4, 0.0)
    assert read("LCH(50 100% 1e2)").values == (50.0, 150.0, 100.0)
    assert read("  color( display-p3  +.5   50%  none )").values == (0.5, 0.5, 0.0)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_srgb_agrees_with_colour_science(samples: tuple[int, int, int]) -> None:
    ours = lab_of("rgb({} {} {})".format(*samples))
    theirs = colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.array(samples) / 255), np.array([0.3127, 0.3290]))
    assert float(ciede2000(np.array(ours), theirs)) < 0.02


@given(st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 360))
def test_oklch_agrees_with_colour_science(lightness: float, chroma: float, hue: float) -> None:
    angle = np.radians(hue)
    theirs = colour.Oklab_to_XYZ(np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)]))
    ours = xyz_of(read(f"oklch({lightness:.9f} {chroma:.9f} {hue:.9f})"))
    # The published matrices of OKLab were recalculated for CSS; far outside of sRGB XYZ reaches 4.
    assert (np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))).max() < 1.5e-3


@given(st.floats(0, 100), st.floats(-100, 100), st.floats(-100, 100))
def test_lab_agrees_with_colour_science(lightness: float, a: float, b: float) -> None:
    d50 = np.array([0.3457, 0.3585])
    xyz = colour.Lab_to_XYZ(np.array([lightness, a, b]), d50)
    whites = [colour.xy_to_XYZ(white) for white in (d50, np.array([0.3127, 0.3290]))]
    theirs = colour.adaptation.chromatic_adaptation_VonKries(xyz, *whites, transform="Bradford")
    ours = xyz_of(read(f"lab({lightness:.9f} {a:.9f} {b:.9f})"))
    assert np.abs(xyz_to_lab(ours) - xyz_to_lab(theirs)).max() < 0.01


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no colour"),
        ("red", "is no colour"),
        ("#12345", "3 or 6 hexadecimal digits"),
        ("#ggg", "3 or 6 hexadecimal digits"),
        ("#ff000080", "not opaque"),
        ("#f008", "not opaque"),
        ("rgb(1 2)", "three components"),
        ("rgb(1 2 3 4)", "three components"),
        ("rgb(1,2,3,0.5)", "not opaque"),
        ("rgb(300 0 0)", "red 300 is out of range, 0 to 255"),
        ("rgb(0 0 12deg)", "blue is no angle"),
        ("rgb(1. 2 3)", "'1.' is no value for red"),
        ("rgb(nan 0 0)", "is no value for red"),
        ("rgb(1e400 0 0)", "is no value for red"),
        ("hsl(0 100% 50%)", "hsl() is not read here"),
        ("lab(120 0 0)", "L 120 is out of range, 0 to 100"),
        ("oklab(50 0 0)", "L 50 is out of range, 0 to 1"),
        ("oklch(0.5 -0.1 0)", "chroma -0.1 is out of range, at least 0"),
        ("oklch(0.5 0.1 20%)", "hue is an angle, not a percentage"),
        ("oklch(0.5 0.1 20 / 0.9)", "not opaque"),
        ("oklch(0.5 0.1 20 / 1 / 1)", "is no value for alpha"),
        ("color(cmyk 0 0 0)", "'cmyk' is no colour space"),
        ("color(srgb 0 0)", "three components"),
        ("color(srgb 1e9 0 0)", "far outside"),
        ("rgb(0 0 0", "is no colour"),
        ("rgb((0) 0 0)", "is no colour"),
    ],
)
def test_what_is_no_colour(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        lab_of(text)


@given(st.text(max_size=60))
def test_any_text_is_a_colour_or_one_error(text: str) -> None:
    try:
        found = lab_of(text)
    except ValueError:
        return
    assert np.isfinite(found).all()


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_eight_bits_come_back(samples: tuple[int, int, int]) -> None:
    assert srgb_of("rgb({} {} {})".format(*samples)) == samples


def test_what_lies_outside_of_srgb_has_no_eight_bits() -> None:
    assert srgb_of("oklch(51.975% 0.17686 142.495)") == (0, 128, 0)
    assert srgb_of("color(display-p3 1 1 1)") == (255, 255, 255)
    with pytest.raises(ValueError, match="lies outside of sRGB"):
        srgb_of("color(display-p3 1 0 0)")
