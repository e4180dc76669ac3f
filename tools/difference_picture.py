"""Draw what differences of colour look like: `python -m tools.difference_picture`.

Each swatch is split: on the left a colour, on the right the same colour moved in a and b by a known CIEDE2000.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.curve import srgb_encode
from qualitygate.core.colour.lab import lab_to_xyz
from qualitygate.imaging.lettering import font
from qualitygate.imaging.png import encode

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "differences.png"
STEPS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
# Lab for D65, inside sRGB, and so is what they are moved to.
COLOURS = {
    "brand red": ((46.0, 62.0, 38.0), (-1.0, 1.0)),
    "skin": ((72.0, 18.0, 24.0), (1.0, -0.4)),
    "leaf": ((52.0, -30.0, 32.0), (1.0, 0.3)),
    "grey": ((62.0, 0.0, 0.0), (0.4, 1.0)),
    "night blue": ((30.0, 6.0, -36.0), (1.0, 0.8)),
}
# IEC 61966-2-1 from XYZ for D65, the inverse of the four-decimal matrix.
_TO_RGB = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
CELL, GAP, LEFT, TOP = 150, 12, 130, 64


def moved(lab: tuple[float, ...], direction: tuple[float, float], difference: float) -> NDArray[np.float64]:
    """The colour at a CIEDE2000 from `lab` along a direction in a and b, by bisection."""
    start, low, high = np.array(lab), 0.0, 120.0
    for _ in range(60):
        middle = (low + high) / 2
        there = start + middle * np.array([0.0, *direction])
        low, high = (middle, high) if float(ciede2000(start, there)) < difference else (low, middle)
    return start + low * np.array([0.0, *direction])


def rgb(lab: NDArray[np.float64]) -> tuple[int, int, int]:
    """8-bit sRGB of a colour.

    Raises:
        SystemExit: It is outside of sRGB, and the picture would lie.
    """
    linear = _TO_RGB @ lab_to_xyz(lab)
    if linear.min() < -1e-3 or linear.max() > 1 + 1e-3:
        raise SystemExit(f"{lab} is outside of sRGB")
    red, green, blue = (round(255 * float(value)) for value in srgb_encode(np.clip(linear, 0, 1)))
    return red, green, blue


def main() -> None:
    width = LEFT + len(STEPS) * (CELL + GAP) + GAP
    height = TOP + len(COLOURS) * (CELL // 2 + GAP) + GAP
    sheet = Image.new("RGB", (width, height), (28, 28, 28))
    draw = ImageDraw.Draw(sheet)
    for column, step in enumerate(STEPS):
        draw.text((LEFT + column * (CELL + GAP), 22), f"DeltaE00 {step:g}", (236, 236, 236), font(18))
    for row, (name, (lab, direction)) in enumerate(COLOURS.items()):
        y = TOP + row * (CELL // 2 + GAP)
        draw.text((20, y + CELL // 4 - 10), name, (165, 165, 165), font(16))
        for column, step in enumerate(STEPS):
            x = LEFT + column * (CELL + GAP)
            draw.rectangle((x, y, x + CELL // 2 - 1, y + CELL // 2), rgb(np.array(lab)))
            draw.rectangle((x + CELL // 2, y, x + CELL, y + CELL // 2), rgb(moved(lab, direction, step)))
    TARGET.write_bytes(encode(sheet))


if __name__ == "__main__":
    main()
