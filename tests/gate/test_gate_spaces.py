"""What the gate says of colour profiles that are lost, gained or other ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.core.colour.encoding import ADOBE_RGB, DISPLAY_P3, SRGB, Encoding
from qualitygate.core.image import Source
from qualitygate.core.verdict import Passed, SubjectResult
from qualitygate.decode.icc_build import build_profile

METRICS = ("ssim",)


def picture(path: Path, encoding: Encoding | None) -> Path:
    """A soft ramp, the same samples whatever they are said to mean."""
    down, across = np.mgrid[0:64, 0:64]
    pixels = np.stack([90 + across, np.full((64, 64), 120), 100 + down], axis=-1).astype(np.uint8)
    profile = {} if encoding is None else {"icc_profile": build_profile(encoding)}
    Pillow.fromarray(pixels).save(path, **({"quality": 97} if path.suffix == ".jpg" else {}), **profile)
    return path


def compared(directory: Path, reference: Encoding | None, candidate: Encoding | None) -> SubjectResult:
    sides = picture(directory / "a.png", reference), picture(directory / "b.jpg", candidate)
    return gate.compare(*sides, metrics=METRICS, profile="hero")


def said(result: SubjectResult) -> list[tuple[str, str]]:
    return [(one.code, one.level.value) for one in result.findings if one.code in ("QG-1014", "QG-1015")]


def source(result: SubjectResult, side: str) -> Source:
    found = getattr(result, side)
    assert isinstance(found, Source)
    return found


def test_a_profile_that_was_lost_is_a_warning(tmp_path: Path) -> None:
    result = compared(tmp_path, DISPLAY_P3, None)
    assert isinstance(result.verdict, Passed)
    assert said(result) == [("QG-1014", "warning")]
    (message,) = [one.message for one in result.findings if one.code == "QG-1014"]
    assert message.startswith("colour profile lost: ")
    assert message.endswith(", reference Display P3, candidate has none and is taken as sRGB")
    assert source(result, "reference").colour_text == "Display P3"
    assert source(result, "candidate").colour_text == "sRGB (untagged)"


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        (DISPLAY_P3, ADOBE_RGB, "reference Display P3, candidate Adobe RGB (1998)"),
        (DISPLAY_P3, SRGB, "reference Display P3, candidate sRGB"),
        (SRGB, DISPLAY_P3, "reference sRGB, candidate Display P3"),
        (None, DISPLAY_P3, "reference has none and is taken as sRGB, candidate Display P3"),
    ],
)
def test_spaces_that_differ_are_a_note(
    tmp_path: Path, reference: Encoding | None, candidate: Encoding | None, expected: str
) -> None:
    result = compared(tmp_path, reference, candidate)
    assert said(result) == [("QG-1015", "note")]
    assert [one.message.endswith(expected) for one in result.findings if one.code == "QG-1015"] == [True]


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [(None, None), (SRGB, None), (None, SRGB), (SRGB, SRGB), (DISPLAY_P3, DISPLAY_P3)],
)
def test_what_means_the_same_is_not_worth_a_word(
    tmp_path: Path, reference: Encoding | None, candidate: Encoding | None
) -> None:
    assert said(compared(tmp_path, reference, candidate)) == []


def test_the_rule_of_a_profile_still_fails(tmp_path: Path) -> None:
    sides = picture(tmp_path / "a.png", None), picture(tmp_path / "b.jpg", DISPLAY_P3)
    result = gate.compare(*sides, metrics=METRICS, profile="product")
    assert "QG-1013" in {one.code for one in result.findings if one.level.value == "error"}


def test_code_points_that_leave_everything_open_say_nothing() -> None:
    from qualitygate.decode.cicp import Cicp, cicp_encoding

    facts = {"name": "a", "sha256": "", "bytes": 1, "format": "avif", "width": 1, "height": 1, "bit_depth": 8}
    for points, tagged in (((2, 2), False), ((1, 13), True), ((12, 13), True), ((12, 2), True)):
        encoding, settings = cicp_encoding(Cicp(*points, 0, True))
        assert Source(**facts, colour_space=encoding.name, settings=settings).tagged is tagged
