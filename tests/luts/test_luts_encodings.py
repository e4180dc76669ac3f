"""What code values mean as light and as colour: published values, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.colour.encoding import D65_XYZ, adaptation
from qualitygate.core.lut_use import EncodingName
from qualitygate.luts.encodings import encoding

# Code value, linear light, and where the number is from.
PUBLISHED = [
    ("BT.1886", 0.5, 0.5**2.4),  # Rec. ITU-R BT.1886, annex 1, with a black of zero
    ("BT.1886", 0.9, 0.9**2.4),
    ("sRGB", 0.04, 0.04 / 12.92),  # IEC 61966-2-1, on either side of 0.04045
    ("sRGB", 0.5, ((0.5 + 0.055) / 1.055) ** 2.4),
    ("P3", 0.5, ((0.5 + 0.055) / 1.055) ** 2.4),  # Display P3 has the curve of sRGB
    ("linear", 0.5, 0.5),
    ("log", 0.4135884024, 0.18),  # S-2016-001, the code value of 18 % grey
    ("log", 0.0729055342, 0.0),  # its table of landmarks: ACES 0.0
    ("log", 0.5547945205, 1.0),
    ("log", 0.1, (0.1 - 0.0729055341958355) / 10.5402377416545),  # below its break
    (None, 0.5, ((0.5 + 0.055) / 1.055) ** 2.4),  # what is undeclared is read as sRGB
]


@pytest.mark.parametrize(("name", "code", "light"), PUBLISHED)
def test_code_value_to_light_and_back(name: EncodingName | None, code: float, light: float) -> None:
    meaning = encoding(name)
    assert meaning.decode(np.array(code)) == pytest.approx(light, abs=1e-8)
    assert meaning.encode(np.array(light)) == pytest.approx(code, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "red", "green"),
    [
        ("sRGB", (0.64, 0.33), (0.30, 0.60)),  # IEC 61966-2-1
        ("BT.1886", (0.64, 0.33), (0.30, 0.60)),  # with the primaries of BT.709
        ("linear", (0.64, 0.33), (0.30, 0.60)),
        ("P3", (0.680, 0.320), (0.265, 0.690)),  # SMPTE EG 432-1
    ],
)
def test_primaries(name: EncodingName, red: tuple[float, float], green: tuple[float, float]) -> None:
    """The chromaticities that full red and full green come to; the four-decimal matrix of sRGB rounds them."""
    for channel, published in enumerate((red, green)):
        column = encoding(name).to_xyz[:, channel]
        assert column[:2] / column.sum() == pytest.approx(published, abs=5e-4)


def test_acescct_has_the_primaries_ap1() -> None:
    """The matrix as printed in S-2014-004 is relative to the white of ACES; ours is the same one, adapted to D65."""
    printed = [[0.6624541811, 0.1340042065, 0.1561876870], [0.2722287168, 0.6740817658, 0.0536895174],
               [-0.0055746495, 0.0040607335, 1.0103391003]]  # fmt: skip
    back = adaptation(D65_XYZ, (0.32168 / 0.33767, 1.0, (1 - 0.32168 - 0.33767) / 0.33767))
    assert back @ encoding("log").to_xyz == pytest.approx(np.array(printed), abs=1e-6)


@pytest.mark.parametrize("name", ["sRGB", "BT.1886", "P3", "linear"])
def test_white_and_grey_are_neutral(name: EncodingName) -> None:
    meaning = encoding(name)
    light = float(meaning.decode(np.array(0.5)))
    expected = 116 * np.cbrt(light) - 16  # CIE 15:2004
    lab = meaning.lab(np.array([[1.0, 1.0, 1.0], [0.5, 0.5, 0.5]]))
    assert lab == pytest.approx(np.array([[100, 0, 0], [expected, 0, 0]]), abs=0.05)
    assert meaning.codes(np.array([D65_XYZ])) == pytest.approx(np.ones((1, 3)), abs=2e-4)
