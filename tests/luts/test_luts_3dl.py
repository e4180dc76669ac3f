"""`.3dl`: blue fastest, depth declared or guessed, inputs even or not."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qualitygate import luts
from qualitygate.core.lut import Chain, Curves, Lut3D

MESH = "3DMESH\nMesh 2 12\n"


def rows(size: int, top: int) -> str:
    steps = np.rint(np.linspace(0, top, size)).astype(int).tolist()
    return "".join(f"{r} {g // 2} {b // 4}\n" for r, g, b in itertools.product(steps, repeat=3))


@pytest.mark.parametrize(("top", "bits"), [(255, 8), (1023, 10), (4095, 12), (16383, 14), (65535, 16)])
def test_the_depth_follows_from_the_largest_value(top: int, bits: int) -> None:
    result = luts.parse(rows(5, top).encode(), "a.3dl")
    assert isinstance(result.lut, Lut3D), result.findings
    assert result.lut.table[4, 0, 0].tolist() == [1, 0, 0]
    assert result.lut.table[0, 0, 4, 2] == pytest.approx(0.25, abs=1 / top)
    assert any(f"{bits} bits" in finding.message for finding in result.findings)


def test_a_declared_depth_holds_and_is_kept() -> None:
    result = luts.parse(f"{MESH}{rows(5, 1023)}".encode(), "a.3dl")
    assert isinstance(result.lut, Lut3D)
    assert result.lut.table.max() == 1023 / 4095
    assert any("OpenColorIO takes 10 bits" in finding.message for finding in result.findings)
    [finding] = luts.parse(f"{MESH}{rows(5, 4096)}".encode(), "a.3dl").findings
    assert (finding.code, finding.line) == ("QG-1637", 2 + 101)


def test_uneven_inputs_are_a_shaper() -> None:
    even = luts.parse(f"0 256 512 768 1023\n{rows(5, 1023)}".encode(), "a.3dl")
    uneven = luts.parse(f"0 100 512 768 1023\n{rows(5, 1023)}".encode(), "a.3dl")
    assert even.kind == "3d"
    assert uneven.kind == "1d+3d"
    assert isinstance(uneven.lut, Chain)
    assert isinstance(uneven.lut.stages[0], Curves)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{MESH}0 1 2 3\n{rows(5, 4095)}", "QG-1627", 3),
        (f"0 512 256 768 1023\n{rows(5, 1023)}", "QG-1624", 1),
        (f"3DMESH\n{rows(5, 1023)}", "QG-1625", 1),
        (rows(5, 1023).rpartition("1023")[0], "QG-1633", 124),
        (rows(5, 1023).replace("1023 0 0", "1023 -1 0"), "QG-1637", 101),
        (rows(5, 1023).replace("1023 0 0", "1023 0.5 0"), "QG-1632", 101),
        (f"{rows(5, 1023)}LUT8\ngamma x\n", "QG-1638", 127),
    ],
)
def test_what_is_refused(text: str, code: str, line: int) -> None:
    [finding] = luts.parse(text.encode(), "a.3dl").findings
    assert finding.code == code
    assert finding.line == line


def test_a_large_table_without_a_header() -> None:
    result = luts.parse(rows(80, 65535).encode(), "a.3dl")
    assert result.size == 80, result.findings
