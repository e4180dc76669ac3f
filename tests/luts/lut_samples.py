"""One small valid file per format of our own."""

from __future__ import annotations

import itertools
import struct
import zlib

import numpy as np

ROWS = [tuple(reversed(node)) for node in itertools.product((0.0, 1.0), repeat=3)]
RED_FASTEST = "".join(f"{r * 0.9:.6f} {g * 0.8:.6f} {b * 0.7:.6f}\n" for r, g, b in ROWS)
INTEGERS = "".join(f"{int(b * 1023)} {int(g * 900)} {int(r * 800)}\n" for r, g, b in ROWS)
MESH = "".join(f"{r * 200} {g * 220} {b * 250}\n" for r, g, b in itertools.product(range(5), repeat=3))

SAMPLES: dict[str, str] = {
    "adobe.cube": f'# a look\nTITLE "look"\nLUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 2\n\n{RED_FASTEST}',
    "adobe1d.cube": "LUT_1D_SIZE 4\n0 0 0\n.25 0.2 3e-1\n0.5 0.6 0.7\n1 1 1\n",
    "resolve.cube": "LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0 2\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 4.0\n"
    f"0 0 0\n0.5 0.5 0.5\n1 1 1\n{RED_FASTEST}",
    "plain.spi1d": "Version 1\nFrom 0.0 1.0\nLength 3\nComponents 1\n{\n 0.0\n 0.25\n 1.0\n}\n",
    "three.spi1d": "Version 1\nFrom -0.5 1.5\nLength 2\nComponents 3\n{\n0.0 0.1 0.2\n1.0 1.1 1.2\n}\n",
    "plain.spi3d": "SPILUT 1.0\n3 3\n2 2 2\n"
    + "".join(f"{r} {g} {b} {r * 0.9} {g * 0.8} {b * 0.7}\n" for r, g, b in itertools.product((0, 1), repeat=3)),
    "plain.spimtx": "1 0 0 6553.5\n0 1 0.5 0\n0 0 1 0\n",
    "flat.spimtx": "1 0 0 0 0 1 0 0 0 0 1 0\n",
    "cube.csp": "CSPLUTV100\n3D\n\nBEGIN METADATA\nlook\nEND METADATA\n\n"
    + "2\n0.0 1.0\n0.0 1.0\n" * 3
    + f"\n2 2 2\n{RED_FASTEST}",
    "curves.csp": "CSPLUTV100\n1D\n\n3\n0 0.5 1\n0 0.25 1\n3\n0 0.5 1\n0 0.25 1\n2\n0 1\n0 0.5\n\n2\n0 0 0\n1 1 1\n",
    "mesh.3dl": f"3DMESH\nMesh 2 10\n0 200 512 800 1023\n\n{MESH}\nLUT8\ngamma 1.0\n",
    "plain.3dl": INTEGERS,
}  # fmt: skip


def png(
    pixels: np.ndarray, *, filters: tuple[int, ...] = (0, 1, 2, 3, 4), colour: int = 2, interlace: int = 0
) -> bytes:
    """A PNG of RGB pixels, uint8 or uint16, shape (H, W, 3); the rows take the filters in turn."""
    height, width, _ = pixels.shape
    depth = 8 * pixels.dtype.itemsize
    raw = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    step, stride = 3 * depth // 8, width * 3 * depth // 8
    lines = []
    above = bytes(stride)
    for y in range(height):
        line = raw[y * stride : (y + 1) * stride]
        kind = filters[y % len(filters)]
        left = bytes(step) + line[:-step]
        corner = bytes(step) + above[:-step]
        around = zip(line, left, above, corner, strict=True)
        lines.append(bytes([kind]) + bytes((x - guess(kind, a, b, c)) & 255 for x, a, b, c in around))
        above = line
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def guess(kind: int, a: int, b: int, c: int) -> int:
    """What a filter of PNG predicts from the left, upper and upper left byte."""
    p = a + b - c
    paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
    return (0, a, b, (a + b) // 2, paeth)[kind]
