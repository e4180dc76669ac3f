"""Pictures through a profile that is a table: which of its tables, which black, which white, and what is recorded."""

from __future__ import annotations

import numpy as np
import pytest
from decode_builders import encoded
from PIL import Image as PillowImage
from press_profile import press_lab, press_profile

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.encoding import D50_XYZ, D65_XYZ, REC2020_SRGB_CURVE, adaptation
from qualitygate.core.colour.lab import lab_to_xyz, xyz_to_lab
from qualitygate.core.colour.view import xyz
from qualitygate.core.errors import DecodeError
from qualitygate.core.image import Image
from qualitygate.decode import decode
from qualitygate.decode.ink import ink_lab

INKS = [(0, 0, 0, 0), (0, 0, 0, 100), (100, 0, 0, 0), (0, 100, 0, 0), (0, 0, 100, 0), (0, 100, 100, 0),
        (100, 100, 0, 0), (100, 100, 100, 100)]  # fmt: skip
# L*a*b* of the table is rounded to 8 bits, and so is what comes out, in BT.2020.
ROUNDED = 1.2


def printed(inks: tuple[int, int, int, int], kind: str = "TIFF") -> Image:
    samples = tuple(round(ink * 2.55) for ink in inks)
    picture = PillowImage.new("CMYK", (5, 3), samples)
    return decode(encoded(picture, kind, icc_profile=press_profile()), f"a.{kind.lower()}")


def expected(inks: tuple[int, int, int, int]) -> np.ndarray:
    """L*a*b* relative to D65 of what the profile says of these inks."""
    return xyz_to_lab(adaptation(D50_XYZ, D65_XYZ) @ lab_to_xyz(np.array(press_lab(*inks)), D50_XYZ))


@pytest.mark.parametrize("inks", INKS, ids=str)
def test_relative_colorimetric_without_black_point_compensation(inks: tuple[int, int, int, int]) -> None:
    """Paper is white and black ink keeps its L*: neither the perceptual table, nor absolute, nor a deeper black."""
    image = printed(inks)
    found = xyz_to_lab(xyz(image))
    assert image.pixels.shape == (3, 5, 3)
    assert np.ptp(image.pixels.reshape(-1, 3), axis=0).max() == 0
    assert float(ciede2000(found[0, 0], expected(inks))) < ROUNDED
    assert found[0, 0, 0] == pytest.approx(expected(inks)[0], abs=1.0)


@pytest.mark.parametrize("inks", INKS, ids=str)
def test_amounts_of_ink_are_the_colour_of_such_a_picture(inks: tuple[int, int, int, int]) -> None:
    found = ink_lab(inks, press_profile(), "press.icc")
    assert found == pytest.approx(tuple(xyz_to_lab(xyz(printed(inks)))[0, 0]), abs=1e-9)


def test_between_the_corners_it_is_linear() -> None:
    """Half of black: 50 % of 255 is 128, halfway between two nodes."""
    lightness = ink_lab((0, 0, 0, 50), press_profile(), "press.icc")[0]
    assert lightness == pytest.approx(100 - 80 * 128 / 255, abs=1.0)


def test_inks_of_a_jpeg_are_not_inverted() -> None:
    """Adobe's CMYK JPEGs hold 255 minus ink, and say so."""
    assert np.abs(printed((0, 100, 100, 0), "JPEG").pixels.astype(int) - printed((0, 100, 100, 0)).pixels).max() <= 3


def test_what_is_recorded() -> None:
    image = printed((0, 0, 0, 0))
    assert image.encoding == REC2020_SRGB_CURVE
    assert image.source.colour_space == "a press of tests"
    recorded = dict(image.source.settings)
    assert str(recorded.pop("converter")).startswith("LittleCMS ")
    assert len(str(recorded.pop("icc_sha256"))) == 64
    assert {key: recorded[key] for key in ("colour", "icc_description", "converted_to", "intent", "bits")} == {
        "colour": "icc", "icc_description": "a press of tests", "converted_to": "Rec.2020, sRGB curve",
        "intent": "relative colorimetric", "bits": 8,
    }  # fmt: skip
    assert recorded["black_point_compensation"] is False


def test_a_broken_table_is_refused() -> None:
    cut = press_profile().replace(b"mft1", b"nope")
    with pytest.raises(DecodeError) as caught:
        ink_lab((0, 0, 0, 0), cut, "press.icc")
    assert caught.value.code == "QG-1214"
