"""Hald CLUT (Eskil Steenberg, 2001): a cube of L^2 nodes drawn as a square picture of side L^3, red fastest."""

from __future__ import annotations

from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Lut3D, unit_domain
from qualitygate.luts.finding import Refusal, Remark
from qualitygate.luts.png_pixels import Header, header, pixels
from qualitygate.luts.result import Parsed

_LEVELS = range(2, 17)


def peek(head: bytes) -> tuple[int, int]:
    """Rows and columns as of a table of text: one row per pixel. Nothing is inflated.

    Raises:
        Refusal: QG-1614, QG-1640, QG-1641, QG-1642.
    """
    return _level(header(head)) ** 6, 0


def parse(data: bytes) -> Parsed:
    """Read a Hald PNG; 16 bits are kept.

    Raises:
        Refusal: QG-1614, QG-1638, QG-1640, QG-1641, QG-1642.
    """
    facts = header(data)
    size = _level(facts) ** 2
    values = pixels(data, facts) / float(2**facts.depth - 1)
    table = values.reshape(size, size, size, 3).transpose(2, 1, 0, 3)
    remarks: tuple[Remark, ...] = ()
    if facts.depth == 8:
        remarks = (Remark("QG-1653", Level.NOTE, "8 bits per channel: values are rounded to 1/255"),)
    return Parsed(Lut3D(table, unit_domain()), "hald", remarks)


def _level(facts: Header) -> int:
    for level in _LEVELS:
        if facts.width == facts.height == level**3:
            return level
    expected = "a square whose side is the cube of a level, 8 (level 2) to 4096 (level 16)"
    raise Refusal("QG-1640", f"a picture of {facts.width} x {facts.height} pixels", expected)
