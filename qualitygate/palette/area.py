"""One area of one colour in a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
Place = tuple[Places, Places]
"""Rows and columns of cells."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One area.

    Attributes:
        lab: Its colour, the mean L*a*b* of its core, float64 `(3,)`.
        pixels: Its flat pixels.
        clipped: Whether most of it is pure black or pure white.
        rows, columns: Its cells.
        severed: Whether it was found only once slopes around it were taken away.
    """

    lab: NDArray[np.float64]
    pixels: int
    clipped: bool
    rows: Places
    columns: Places
    severed: bool = False
