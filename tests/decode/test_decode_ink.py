"""Amounts of ink to a colour: as LittleCMS says, as a picture in these inks is decoded, and what is refused."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from press_profile import press_profile

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.encoding import D50_XYZ, D65_XYZ, adaptation
from qualitygate.core.colour.lab import lab_to_xyz, xyz_to_lab
from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.errors import DecodeError
from qualitygate.decode import decode
from qualitygate.decode.ink import ink_lab

INKS = [(0, 0, 0, 0), (0, 100, 80, 5), (100, 0, 0, 0), (0, 0, 100, 0), (60, 40, 40, 100), (12, 34, 56, 7)]


@pytest.fixture(scope="module", params=["made up", "FOGRA39"])
def press(request: pytest.FixtureRequest) -> bytes:
    """The profile of a printing condition: one that is made here, and one out of a picture."""
    if request.param == "made up":
        return press_profile()
    corpora: Path = request.getfixturevalue("corpora")
    with Image.open(corpora / "image" / "odd" / "cmyk_fogra39_icc.tif") as picture:
        profile = picture.info["icc_profile"]
    assert isinstance(profile, bytes)
    return profile


@pytest.mark.parametrize("inks", INKS, ids=str)
def test_as_littlecms_says(press: bytes, inks: tuple[int, int, int, int]) -> None:
    picture = Image.new("CMYK", (1, 1), tuple(round(ink * 2.55) for ink in inks))
    lab = ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(BytesIO(press)), lab, "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    converted = ImageCms.applyTransform(picture, transform)
    assert converted is not None
    lightness, a, b = np.asarray(converted).reshape(3)
    d50 = np.array([lightness / 2.55, np.int8(a), np.int8(b)], np.float64)
    theirs = xyz_to_lab(adaptation(D50_XYZ, D65_XYZ) @ lab_to_xyz(d50, D50_XYZ))
    # Both ways are rounded to 8 bits, in different spaces: a unit of a* and b* there, a step of BT.2020 here.
    assert ciede2000(np.array(ink_lab(inks, press, "press.icc")), theirs) < 0.9


def test_a_picture_in_these_inks_has_no_difference(press: bytes) -> None:
    buffer = BytesIO()
    Image.new("CMYK", (4, 4), (0, 255, 204, 13)).save(buffer, "TIFF", icc_profile=press)
    image = decode(buffer.getvalue(), "made.tif")
    seen = LabPlanes(image).lab(image.pixels.reshape(-1, 3))[0]
    assert seen == pytest.approx(ink_lab((0, 100, 80, 13 / 2.55), press, "press.icc"))


def test_what_is_no_profile_of_inks(press: bytes) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data, says in ((b"no profile", "the ICC profile is invalid"), (srgb, "made for RGB, not for CMYK"),
                       (press[:200], "the ICC profile is invalid")):  # fmt: skip
        with pytest.raises(DecodeError, match=says) as caught:
            ink_lab((0, 0, 0, 0), data, "press.icc")
        assert caught.value.code == "QG-1214"
        assert caught.value.where == "press.icc"
