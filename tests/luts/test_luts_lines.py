"""Large tables: the right line for an error wherever it is, through the fast paths and around them."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate import luts
from qualitygate.core.lut import Lut3D

SIZE = 25
HEADER = ["# made here", f"LUT_3D_SIZE {SIZE}"]
RNG = np.random.default_rng(3)
VALUES = RNG.uniform(0, 1, (SIZE**3, 3)).round(6)
SIGNED = RNG.uniform(-9, 9, (SIZE**3, 3)).round(4)
LAYOUTS = {
    "fixed": [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in VALUES],
    "aligned": [f"{r:8.4f} {g:8.4f} {b:8.4f}" for r, g, b in SIGNED],
    "variable": [f"{r:.6g} {g} {b:e}" for r, g, b in VALUES.tolist()],
}
PLACES = [0, 1, 4095, 4096, 9000, SIZE**3 - 1]
BAD = {
    "nan 0 0": "QG-1635",
    "0.5 0,5 0.5": "QG-1630",
    "0.5 0.5": "QG-1631",
    "0 0 0 0 0 0": "QG-1631",
    "0.5 1.2.3 0.5": "QG-1632",
    "0.5 1e999 0.5": "QG-1635",
    "0.5 0.5 1e": "QG-1632",
    "LUT_3D_SIZE 25": "QG-1626",
    "0.5 0.5 0.5 # end": "QG-1630",
    " " * 300 + "0 0 0": "QG-1612",
    "0.5 0.5\r0.5": "QG-1611",
}


def cube(rows: list[str], end: str = "\n") -> bytes:
    return (end.join([*HEADER, *rows]) + end).encode()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_values_are_those_of_float(layout: str, end: str) -> None:
    lut = luts.parse(cube(LAYOUTS[layout], end), "a.cube").lut
    assert isinstance(lut, Lut3D)
    expected = np.array([[float(token) for token in row.split()] for row in LAYOUTS[layout]])
    got = lut.table.transpose(2, 1, 0, 3).reshape(-1, 3)
    assert np.array_equal(got, expected)
    assert np.array_equal(np.signbit(got), np.signbit(expected))


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_line_of_a_bad_row(layout: str, bad: str) -> None:
    for place in PLACES:
        if place == 0 and bad.startswith(("LUT", "nan")):
            continue
        rows = list(LAYOUTS[layout])
        rows[place] = bad
        [finding] = luts.parse(cube(rows), "a.cube").findings
        assert (finding.code, finding.line) == (BAD[bad], len(HEADER) + place + 1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_line_where_rows_are_missing_or_too_many(layout: str) -> None:
    rows = LAYOUTS[layout]
    [short] = luts.parse(cube(rows[:-7]), "a.cube").findings
    assert (short.code, short.line) == ("QG-1633", len(HEADER) + len(rows) - 7)
    assert f"{len(rows) - 7:,}" in short.found
    [long] = luts.parse(cube([*rows, rows[0], rows[1]]), "a.cube").findings
    assert (long.code, long.line) == ("QG-1634", len(HEADER) + len(rows) + 1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_comments_and_blank_lines_keep_their_count(layout: str) -> None:
    rows = list(LAYOUTS[layout])
    rows[5000] += "\n# between rows\n\n"
    whole = luts.parse(cube(rows), "a.cube")
    assert whole.accepted, whole.findings
    rows[12000] = "0 0"
    [finding] = luts.parse(cube(rows), "a.cube").findings
    assert finding.line == len(HEADER) + 12000 + 1 + 3


def test_a_file_without_a_last_newline() -> None:
    for rows in LAYOUTS.values():
        assert luts.parse(cube(rows)[:-1], "a.cube").accepted
        assert not luts.parse(cube(rows)[:-1] + b".", "a.cube").accepted or rows is LAYOUTS["variable"]
