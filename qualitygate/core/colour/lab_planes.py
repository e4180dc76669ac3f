"""L*a*b* of whole pictures, as float32 planes of one tile at a time.

Cube roots are `exp(log(t) / 3)`, which numpy vectorises on x86 from AVX2 on, where `np.cbrt` wants AVX-512. Their
rounding does not reach a* and b*, which are multiples of `(x - y) / (x^2/3 + (x y)^1/3 + y^2/3)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.curve import linear_table
from qualitygate.core.colour.encoding import D65_XYZ
from qualitygate.core.colour.lab import LINEAR_BELOW, LINEAR_SLOPE, xyz_to_lab

if TYPE_CHECKING:
    from qualitygate.core.image import Image, Samples

Plane = NDArray[np.float32]
Lab = tuple[Plane, Plane, Plane]


class LabPlanes:
    """Samples of one encoding to planes of L*, a* and b*.

    Attributes:
        tables: Linear light of every sample value, the channels one after the other, float32 `(3 * (full_scale + 1),)`.
        matrix: From (r - g, g, b - g) to (x - y, y, z - y) relative to white, float32 `(3, 3)`.
    """

    def __init__(self, image: Image) -> None:
        self._exact = [linear_table(curve, image.full_scale) for curve in image.encoding.curves]
        self.tables = np.concatenate(self._exact).astype(np.float32)
        self._tables = np.split(self.tables, 3)
        self._to_xyz = np.array(image.encoding.matrix)
        x, y, z = self._to_xyz / np.array(D65_XYZ)[:, None]
        opponent = np.stack((x - y, y, z - y))
        opponent[:, 1] = opponent.sum(axis=1)
        self.matrix = np.ascontiguousarray(opponent, dtype=np.float32)

    def __call__(self, samples: Samples) -> Lab:
        """float32 `(n,)` planes of L* + 16, a* and b* for `(n, 3)` samples."""
        linear = np.empty((3, len(samples)), dtype=np.float32)
        for channel, table in enumerate(self._tables):
            # `clip` spares the bounds check's extra buffer; samples cannot be out of range.
            np.take(table, samples[:, channel], out=linear[channel], mode="clip")
        # From (r - g, g, b - g) to (x - y, y, z - y), so that greys are not differences of rounded numbers.
        linear[::2] -= linear[1]
        t = self.matrix @ linear
        distance = t[::2].copy()
        t[::2] += t[1]

        below = np.float32(LINEAR_BELOW)
        dark = t.min() < below
        if dark:
            bright = np.maximum(t, below)
            t -= bright
            line = t[::2] - t[1]
            distance -= line
        else:
            bright = t
        root = np.log(bright)
        root *= np.float32(1 / 3)
        np.exp(root, out=root)
        root_y = root[1]
        opponent = root[::2] + root_y
        opponent *= root[::2]
        opponent += root_y * root_y
        np.divide(distance, opponent, out=opponent)
        if dark:
            # Below the break f is the tangent of the cube root there, so what is missing can be added for all.
            line *= np.float32(LINEAR_SLOPE)
            opponent += line
            root_y += t[1] * np.float32(LINEAR_SLOPE)
        opponent[0] *= np.float32(500)
        opponent[1] *= np.float32(-200)
        root_y *= np.float32(116)
        return root_y, opponent[0], opponent[1]

    def lab(self, samples: Samples) -> NDArray[np.float64]:
        """L*a*b* in float64, `(n, 3)`."""
        linear = np.stack([table[samples[:, channel]] for channel, table in enumerate(self._exact)], axis=-1)
        return xyz_to_lab(linear @ self._to_xyz.T)
