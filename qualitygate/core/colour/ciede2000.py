"""CIEDE2000, as published: the readable reference, in float64.

Source: G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary
test data, and mathematical observations", Color Research & Application 30 (2005) 21-30, doi 10.1002/col.20070.
`ciede2000_fast` gives the same numbers for whole pictures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def ciede2000(lab1: Array, lab2: Array) -> Array:
    """Colour difference dE00 with kL = kC = kH = 1, elementwise.

    Args:
        lab1, lab2: CIE L*a*b*, `(..., 3)`, of shapes that broadcast.

    Returns:
        float64 `(...)`, 0 or more, symmetric in its arguments. It jumps where hues pass through being opposite.

    The numbers in brackets are the paper's equations.
    """
    lab1, lab2 = np.asarray(lab1, dtype=np.float64), np.asarray(lab2, dtype=np.float64)
    l1, a1, b1 = lab1[..., 0], lab1[..., 1], lab1[..., 2]
    l2, a2, b2 = lab2[..., 0], lab2[..., 1], lab2[..., 2]

    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2  # (2), (3)
    g = 0.5 * (1 - _sigmoid(mean_c))  # (4)
    a1, a2 = (1 + g) * a1, (1 + g) * a2  # (5)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)  # (6)
    h1 = np.degrees(np.arctan2(b1, a1)) % 360  # (7), 0 for a grey
    h2 = np.degrees(np.arctan2(b2, a2)) % 360

    grey = c1 * c2 == 0
    turn = h2 - h1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(grey, 0.0, turn)  # (10)
    d_l, d_c = l2 - l1, c2 - c1  # (8), (9)
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)  # (11)

    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2  # (12), (13)
    total = h1 + h2
    mean_h = np.where(
        grey,
        total,
        np.where(np.abs(h1 - h2) <= 180, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180)),
    )  # (14)
    t = (
        1
        - 0.17 * _cos(mean_h - 30)
        + 0.24 * _cos(2 * mean_h)
        + 0.32 * _cos(3 * mean_h + 6)
        - 0.20 * _cos(4 * mean_h - 63)
    )  # (15)
    rotation = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))  # (16)
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)  # (18)
    s_c = 1 + 0.045 * mean_c  # (19)
    s_h = 1 + 0.015 * mean_c * t  # (20)
    r_t = -np.sin(np.radians(2 * rotation)) * 2 * _sigmoid(mean_c)  # (17), (21)

    x_l, x_c, x_h = d_l / s_l, d_c / s_c, d_h / s_h
    # Rounding may leave the sum a hair below zero where the rotation term cancels the rest.
    difference: Array = np.sqrt(np.maximum(x_l**2 + x_c**2 + x_h**2 + r_t * x_c * x_h, 0.0))  # (22)
    return difference


def _sigmoid(chroma: Array) -> Array:
    """`sqrt(C^7 / (C^7 + 25^7))`, the term shared by G and R_C."""
    seventh = chroma**7
    shared: Array = np.sqrt(seventh / (seventh + 25.0**7))
    return shared


def _cos(degrees: Array) -> Array:
    cosine: Array = np.cos(np.radians(degrees))
    return cosine
