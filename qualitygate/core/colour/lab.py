"""CIE 1976 L*a*b* relative to D65."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.encoding import D65_XYZ

# CIE 15:2004, equations 8.6 and 8.7, with the exact fractions instead of 0.008856 and 7.787.
LINEAR_BELOW = (6 / 29) ** 3
LINEAR_SLOPE = (29 / 6) ** 2 / 3
LINEAR_OFFSET = 4 / 29


def xyz_to_lab(xyz: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* of CIE XYZ.

    Args:
        xyz: `(..., 3)` relative to D65 at xy (0.3127, 0.3290), Y of white = 1. Values outside 0..1, negative ones
            too, are taken as they are.

    Returns:
        float64 `(..., 3)`: L* in 0..100 for surface colours, a* and b* unbounded.

    Source: CIE 15:2004, Colorimetry, 3rd edition, section 8.2.1.
    """
    t = np.asarray(xyz, dtype=np.float64) / np.array(D65_XYZ)
    f = np.where(t > LINEAR_BELOW, np.cbrt(t), LINEAR_SLOPE * t + LINEAR_OFFSET)
    fx, fy, fz = f[..., 0], f[..., 1], f[..., 2]
    return np.stack((116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)), axis=-1)


def lab_to_xyz(lab: NDArray[np.float64], white: tuple[float, float, float] = D65_XYZ) -> NDArray[np.float64]:
    """CIE XYZ of CIE L*a*b*, the inverse of `xyz_to_lab`, relative to any white point.

    Args:
        lab: `(..., 3)`.
        white: XYZ of the white point, Y = 1.

    Returns:
        float64 `(..., 3)`.

    Source: CIE 15:2004, Colorimetry, 3rd edition, appendix D.
    """
    lab = np.asarray(lab, dtype=np.float64)
    fy = (lab[..., 0] + 16.0) / 116.0
    f = np.stack((fy + lab[..., 1] / 500.0, fy, fy - lab[..., 2] / 200.0), axis=-1)
    t = np.where(f > 6 / 29, f**3, (f - LINEAR_OFFSET) / LINEAR_SLOPE)
    xyz: NDArray[np.float64] = t * np.array(white)
    return xyz
