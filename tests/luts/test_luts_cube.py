"""`.cube`: both dialects, and what contradicts them."""

from __future__ import annotations

import numpy as np
import pytest
from lut_samples import RED_FASTEST, SAMPLES

from qualitygate import luts
from qualitygate.core.lut import Chain, Lut1D, Lut3D

HEADERS = {
    "": ("QG-1625", 1),
    "LUT_3D_SIZE 1": ("QG-1623", 1),
    "LUT_3D_SIZE 257": ("QG-1623", 1),
    "LUT_3D_SIZE 4096": ("QG-1623", 1),
    "LUT_3D_SIZE -2": ("QG-1623", 1),
    "LUT_3D_SIZE 2.0": ("QG-1632", 1),
    "LUT_3D_SIZE 99999999999999999999": ("QG-1632", 1),
    "LUT_3D_SIZE": ("QG-1622", 1),
    "LUT_3D_SIZE 2\nLUT_3D_SIZE 2": ("QG-1621", 2),
    "LUT_3D_SIZE 2\nTITLE look": ("QG-1622", 2),
    'LUT_3D_SIZE 2\nTITLE "look" x': ("QG-1622", 2),
    "lut_3d_size 2": ("QG-1620", 1),
    "LUT_2D_SIZE 2": ("QG-1620", 1),
    "LUT_3D_SIZE 2\nDOMAIN_MIN 0 0": ("QG-1622", 2),
    "LUT_3D_SIZE 2\nDOMAIN_MIN 0 0 1": ("QG-1624", 2),
    "LUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 0 1": ("QG-1624", 3),
    "LUT_3D_SIZE 2\nDOMAIN_MAX 1 inf 1": ("QG-1635", 2),
    "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 1 0": ("QG-1624", 2),
    "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\nDOMAIN_MIN 0 0 0": ("QG-1627", 3),
    "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\nDOMAIN_MAX 1 1 1": ("QG-1627", 3),
    "LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE 1": ("QG-1622", 2),
    "# " + "x" * 249 + "\nLUT_3D_SIZE 2": ("QG-1612", 1),
    "\n".join(["#" * 200] * 4000) + "\nLUT_3D_SIZE 2": ("QG-1628", 2610),
}


@pytest.mark.parametrize("header", HEADERS, ids=lambda text: text[-40:])
def test_headers_that_are_refused(header: str) -> None:
    [finding] = luts.parse(f"{header}\n{RED_FASTEST}".lstrip("\n").encode(), "a.cube").findings
    assert (finding.code, finding.line) == HEADERS[header]


def test_red_is_fastest_in_the_file_and_first_in_the_table() -> None:
    lut = luts.parse(f"LUT_3D_SIZE 2\n{RED_FASTEST}".encode(), "a.cube").lut
    assert isinstance(lut, Lut3D)
    assert lut.table[1, 0, 0].tolist() == [0.9, 0, 0]
    assert lut.table[0, 1, 0].tolist() == [0, 0.8, 0]
    assert lut.table[0, 0, 1].tolist() == [0, 0, 0.7]
    assert not lut.table.flags.writeable


def test_the_resolve_dialect_is_a_shaper_and_a_cube() -> None:
    result = luts.parse(SAMPLES["resolve.cube"].encode(), "a.cube")
    assert (result.format, result.kind, result.size) == ("cube (Resolve)", "1d+3d", 2)
    assert isinstance(result.lut, Chain)
    shaper, cube = result.lut.stages
    assert isinstance(shaper, Lut1D)
    assert isinstance(cube, Lut3D)
    assert shaper.domain[:, 0].tolist() == [0, 2]
    assert cube.domain[:, 2].tolist() == [0, 4]
    assert np.array_equal(shaper.table[1], [0.5] * 3)


def test_a_domain_of_three_channels() -> None:
    lut = luts.parse(SAMPLES["adobe.cube"].encode(), "a.cube").lut
    assert isinstance(lut, Lut3D)
    assert lut.domain.tolist() == [[0, 0, 0], [1, 1, 2]]


def test_notes_on_readers_that_refuse_or_misread() -> None:
    def said(text: str) -> str:
        result = luts.parse(text.encode(), "a.cube")
        assert result.accepted, result.findings
        return " ".join(f"{finding.level}: {finding.message}" for finding in result.findings)

    rows = "0 0 0\n" * 130**3
    assert "OpenColorIO" in said(f"LUT_3D_SIZE 130\n{rows}")
    assert "ffmpeg ignores DOMAIN_MIN" in said(f"LUT_3D_SIZE 2\nDOMAIN_MIN -1 0 0\n{RED_FASTEST}")
    assert "CR LF" in said(f"LUT_3D_SIZE 2\n{RED_FASTEST}".replace("\n", "\r\n"))
    assert "video" in said(f"LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n{RED_FASTEST}").lower()
    assert "warning" in said(f"LUT_3D_SIZE 2\nLUT_1D_INPUT_RANGE 0 4\n{RED_FASTEST}")
    assert said(f'TITLE "plain"\nLUT_3D_SIZE 2\n{RED_FASTEST}') == ""
