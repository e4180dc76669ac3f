"""Formats of the extra `luts`: refused with the command without it; strict with it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from qualitygate import luts
from qualitygate.luts.apply import apply
from qualitygate.luts.formats import FORMATS

EXTRA = [extension for entry in FORMATS if entry.extra for extension in entry.extensions]
ROWS = [f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
ITX = "LUT_3D_SIZE 2\n\n" + "\n".join(ROWS) + "\n"
CLF = """<?xml version="1.0" encoding="UTF-8"?>
<ProcessList compCLFversion="3.0" id="a">
<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">
1 0 0
0 1 0
0 0 0.5
</Array></Matrix>
</ProcessList>
"""


@pytest.mark.parametrize("extension", EXTRA)
def test_without_the_extra_the_install_command_is_named(extension: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PyOpenColorIO", None)
    profile = bytes(36) + b"acsp" + bytes(100)
    text = CLF if extension in (".clf", ".ctf", ".look") else ITX
    [finding] = luts.parse(profile if extension in (".icc", ".icm", ".pf") else text.encode(), f"a{extension}").findings
    assert finding.code == "QG-1613"
    assert "pip install 'image-qualitygate[luts]'" in finding.message


class TestWithTheExtra:
    """What OpenColorIO would let pass."""

    @pytest.fixture(autouse=True)
    def extra(self) -> None:
        pytest.importorskip("PyOpenColorIO")

    def test_a_file_of_each_kind(self) -> None:
        itx, clf = luts.parse(ITX.encode(), "a.itx"), luts.parse(CLF.encode(), "a.clf")
        assert (itx.format, itx.kind, itx.size) == ("itx", "3d", 2)
        assert (clf.format, clf.kind, clf.size) == ("clf", "matrix", None)
        assert clf.lut is not None
        assert np.allclose(apply(clf.lut, np.array([[0.1, 0.2, 0.6]])), [[0.1, 0.2, 0.3]], atol=1e-7)

    @pytest.mark.parametrize("bad", ["nan 0 0", "0,5 0 0", "0x1 0 0", "0.5abc 0 0", "0 0", "0 0 0 0", "1_0 0 0"])
    def test_a_bad_row_is_refused_with_its_line(self, bad: str) -> None:
        [finding] = luts.parse(ITX.replace(ROWS[3], bad).encode(), "a.itx").findings
        assert finding.line == 6

    def test_a_size_that_would_be_allocated(self) -> None:
        assert luts.parse(ITX.replace("SIZE 2", "SIZE 4096").encode(), "a.itx").findings[0].code == "QG-1623"
        vf = "#Inventor V2.1 ascii\ngrid_size 4096 4096 4096\nelement_size 3\ndata\n0 0 0\n"
        assert luts.parse(vf.encode(), "a.vf").findings[0].code == "QG-1623"
        clf = CLF.replace('dim="3 3"', 'dim="9999 9999 9999 3"')
        assert luts.parse(clf.encode(), "a.clf").findings[0].code == "QG-1623"

    def test_sizes_in_the_comments_of_truelight(self) -> None:
        nodes = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
        curve = "\n".join(f"{i} {i} {i}" for i in (0, 0.5, 1))
        head = "# Truelight Cube v2.0\n# lutLength 3\n# iDims 3\n# oDims 3\n# width 2 2 2\n"
        text = f"{head}\n# InputLUT\n{curve}\n# Cube\n{nodes}\n# end\n"
        result = luts.parse(text.encode(), "a.cub")
        assert result.size == 2, result.findings
        [finding] = luts.parse(text.replace("2 2 2", "4096 4096 4096").encode(), "a.cub").findings
        assert (finding.code, finding.line) == ("QG-1623", 5)

    def test_a_length_in_the_header_of_a_lut(self) -> None:
        assert luts.parse(b"LUT: 3 99999999\n\n0\n1\n", "a.lut").findings[0].code == "QG-1623"

    def test_entities_are_refused(self) -> None:
        bomb = CLF.replace("<ProcessList", '<!DOCTYPE a [<!ENTITY b "bb">]>\n<ProcessList', 1)
        assert luts.parse(bomb.encode(), "a.clf").findings[0].code == "QG-1620"

    @pytest.mark.parametrize("value", ["nan", "-inf", "0,5", "1e999"])
    def test_values_in_an_array_of_clf(self, value: str) -> None:
        [finding] = luts.parse(CLF.replace("0.5", value).encode(), "a.clf").findings
        assert finding.line == 6

    def test_the_format_loaded_must_be_the_one_the_name_says(self) -> None:
        spi1d = "Version 1\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n1\n}\n"
        # OpenColorIO alone reads this, whatever the extension.
        [finding] = luts.parse(spi1d.encode(), "a.lut").findings
        assert finding.code == "QG-1614"
        assert "spi1d" in finding.message

    def test_the_log_of_the_library_is_put_back(self) -> None:
        import PyOpenColorIO

        before = PyOpenColorIO.GetLoggingLevel()
        luts.parse(CLF.encode(), "a.clf")
        luts.parse(CLF.replace("Matrix", "Matrx").encode(), "a.clf")
        assert PyOpenColorIO.GetLoggingLevel() == before
