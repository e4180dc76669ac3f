"""A small ICC profile for CMYK that is a table, made byte by byte, with numbers that are known."""

from __future__ import annotations

import struct

import numpy as np


def press_profile() -> bytes:
    """A profile for CMYK that is a table (ICC.1:2001-04, `lut8Type`), of a made-up press with a cream paper.

    At every corner of the inks `A2B1`, relative colorimetric, says what `press_lab` says; between them it is linear.
    Of the class of colour spaces, in which LittleCMS finds the black of that same table.
    `A2B0`, perceptual, is lighter by 10 of L* except near white, so that the wrong intent is seen.
    """
    corners = np.array(list(np.ndindex(2, 2, 2, 2))) * 100
    relative = np.array([_as_lut8(press_lab(*inks)) for inks in corners], np.uint8)
    perceptual = relative + np.array([25, 0, 0], np.uint8) * (relative[:, :1] < 200)
    description = b"a press of tests\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(description)) + description + bytes(79),
        b"cprt": b"text" + bytes(4) + b"No copyright, use freely\0",
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in (0.82, 0.85, 0.62))),
        b"A2B0": _lut8(perceptual),
        b"A2B1": _lut8(relative),
        b"A2B2": _lut8(perceptual),
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, element in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(element))
        body += element + bytes(-len(element) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s", start + len(body), b"", 0x02400000, b"spac", b"CMYK", b"Lab ", b"", b"acsp"
    )
    header += bytes(28) + struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    return header.ljust(128, b"\x00") + struct.pack(">I", len(tags)) + table + body


def press_lab(cyan: float, magenta: float, yellow: float, black: float) -> tuple[float, float, float]:
    """CIE L*a*b* under D50, relative to the paper, of full or absent inks (0 or 100) on that press."""
    c, m, y, k = (ink / 100 for ink in (cyan, magenta, yellow, black))
    lightness = 100 * (1 - 0.45 * c) * (1 - 0.52 * m) * (1 - 0.07 * y) * (1 - 0.8 * k)
    share = (1 - 0.8 * k) * (1 - 0.4 * c * m) * (1 - 0.3 * c * y) * (1 - 0.2 * m * y)
    return lightness, (-37 * c + 70 * m - 5 * y) * share, (-48 * c - 4 * m + 85 * y) * share


def _as_lut8(lab: tuple[float, float, float]) -> tuple[int, int, int]:
    """L*a*b* as 8 bits of ICC: 0..255 for L* of 0..100, a* and b* plus 128."""
    return round(lab[0] * 2.55), round(lab[1]) + 128, round(lab[2]) + 128


def _lut8(nodes: np.ndarray) -> bytes:
    """A table of 2 nodes for each of 4 inks, without curves."""
    head = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    straight = bytes(range(256))
    return head + straight * 4 + nodes.astype(np.uint8).tobytes() + straight * 3
