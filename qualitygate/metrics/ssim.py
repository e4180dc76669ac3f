"""SSIM: how much of the structure of a picture survives, from brightness alone.

Local means, variances and covariance of luma under a Gaussian window of 11x11 and sigma 1.5 are combined with
K1 = 0.01, K2 = 0.03 and a data range of 255; 1 is a perfect copy. Luma is unrounded BT.601 of sRGB samples. The map
holds the positions at which the whole window lies inside the picture, so its first value belongs to pixel (5, 5).

Statistics: `mean`, and `worst_tile`, the smallest mean over 64x64 windows of the map every 32 values.

Masked pixels are neutralised before windows are formed (the candidate is given the reference's luma there) and do not
count themselves.

Source: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to
structural similarity", IEEE Transactions on Image Processing 13 (2004) 600-612, doi 10.1109/TIP.2003.819861.
Rec. ITU-R BT.601-7 (luma).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.cell_sums import Sums
from qualitygate.core.colour.view import luma
from qualitygate.core.image import Image, Samples, same_pixels
from qualitygate.core.mask import Mask, mean_and_worst
from qualitygate.core.measurement import Measurement, MetricResult, MetricSpec, Setting, Unmeasurable
from qualitygate.core.native import kernel_name, kernels
from qualitygate.core.statistics import even_map
from qualitygate.core.threshold import Direction
from qualitygate.metrics.native.ssim import ssim_map, ssim_map_and_sums
from qualitygate.metrics.ssim_map import K1, K2, RADIUS, SIGMA, TILE_ROWS, WINDOW


class Ssim:
    """Mean structural similarity of luma: how much of the structure of a picture survives.

    1 for equal pictures, towards 0 the less structure they share, below 0 where one is the other's negative. It sees
    blur, blocks and noise, and no colour at all: judge it beside delta_e_2000.

    Typical, median / worst of eight photographs as JPEG of quality 85, 4:2:0: mean 0.976 / 0.923, worst_tile
    0.958 / 0.908. A blur of one pixel brings the mean to 0.91, a colour cast leaves it at 0.999. The whole
    table and the limits chosen from it: docs/thresholds.md.

    Source: Wang, Bovik, Sheikh & Simoncelli (2004), doi 10.1109/TIP.2003.819861.
    """

    spec = MetricSpec(
        name="ssim",
        label="SSIM",
        unit="",
        direction=Direction.HIGHER_IS_BETTER,
        statistics=("mean", "worst_tile"),
        decimals=4,
        bounds=(-1.0, 1.0),
    )

    def measure(self, reference: Image, candidate: Image, mask: Mask | None = None) -> MetricResult:
        """Measure a pair; see `Metric.measure`. The error map has `origin` (5, 5) and is 10 smaller each way."""
        refused = self._refused(reference, candidate)
        if refused is not None:
            return refused
        similarity, sums, clipped = _similarity(reference, candidate, mask)
        return self._result(reference, candidate, mask, similarity, clipped, kernel_name(), sums)

    def _refused(self, reference: Image, candidate: Image) -> Unmeasurable | None:
        name = candidate.source.name
        (width, height), (other_width, other_height) = reference.size, candidate.size
        if (width, height) != (other_width, other_height):
            return Unmeasurable(
                "QG-1304",
                f"{name}: the reference is {width}x{height} pixels, the candidate {other_width}x{other_height}",
            )
        if min(width, height) < WINDOW:
            return Unmeasurable(
                "QG-1301", f"{name}: SSIM needs {WINDOW}x{WINDOW} pixels or more, the picture is {width}x{height}"
            )
        return None

    def _result(
        self,
        reference: Image,
        candidate: Image,
        mask: Mask | None,
        similarity: NDArray[np.float32],
        clipped: tuple[float, float],
        kernel: str,
        sums: Sums | None = None,
    ) -> MetricResult:
        """What a map comes to, with the shares of pixels clipped to sRGB, by which kernel it was made, and its sums."""
        name = candidate.source.name
        inner = None if mask is None else mask[RADIUS:-RADIUS, RADIUS:-RADIUS]
        values = _statistics(similarity, inner, sums)
        if not values:
            return Unmeasurable("QG-1303", f"{name}: no pixel is left to measure for SSIM")
        if not all(isfinite(value) for value in values.values()):
            return Unmeasurable("QG-1302", f"{name}: SSIM is not finite")
        return Measurement(
            metric=self.spec.name,
            values=values,
            unit=self.spec.unit,
            settings=_settings(reference, candidate, *clipped, kernel),
            error_map=similarity,
            origin=(RADIUS, RADIUS),
        )

    def working_memory(self, pixels: int) -> int:
        """Bytes that a pair of so many pixels takes at its peak beside both pictures; see `corridor.cost`.

        The map and, of a picture no higher than a strip, both lumas whole and the map once more.
        """
        return 16 * pixels

    def identity(self) -> Mapping[str, Setting]:
        """What else makes the numbers; see `metrics.base.identity`."""
        return {"kernel": kernel_name()}

    def summarise(self, error_map: NDArray[np.float32], mask: Mask | None = None) -> Mapping[str, float]:
        """The statistics over the counted values of the map; empty where none is counted, see `Metric.summarise`."""
        return _statistics(error_map, mask)


def _statistics(error_map: NDArray[np.float32], mask: Mask | None, sums: Sums | None = None) -> dict[str, float]:
    found = mean_and_worst(error_map, mask, highest=False, known=sums)
    if found is None:
        return {}
    mean, worst = found
    return {"mean": mean} if worst is None else {"mean": mean, "worst_tile": worst[0]}


def _similarity(
    reference: Image, candidate: Image, mask: Mask | None
) -> tuple[NDArray[np.float32], Sums | None, tuple[float, float]]:
    """The map, its sums if formed with it, and the shares of pixels of both pictures that had to be clipped to sRGB."""
    plain = all(one.encoding.is_srgb and one.pixels.dtype == np.uint8 for one in (reference, candidate))
    same = same_pixels(reference, candidate)
    if plain and kernels() is not None and not same:
        if mask is None:
            return *ssim_map_and_sums(reference.pixels, candidate.pixels), (0.0, 0.0)
        measured = _neutralised(reference.pixels, candidate.pixels, mask)
        return ssim_map(reference.pixels, measured), None, (0.0, 0.0)
    width, height = reference.size
    shape = height - 2 * RADIUS, width - 2 * RADIUS
    if plain and same:
        return even_map(1.0, shape), None, (0.0, 0.0)
    similarity = np.empty(shape, dtype=np.float32)
    ours, theirs = _LumaStrips(reference), _LumaStrips(candidate)
    for top in range(0, len(similarity), TILE_ROWS):
        bottom = min(top + TILE_ROWS, len(similarity))
        rows = slice(top, bottom + 2 * RADIUS)
        x, y = ours.take(rows), theirs.take(rows)
        if mask is not None:
            np.copyto(y, x, where=~mask[rows])
        similarity[top:bottom] = 1.0 if same else ssim_map(x, y)
    return similarity, None, (ours.clipped, theirs.clipped)


def _neutralised(reference: Samples, candidate: Samples, mask: Mask) -> Samples:
    """The candidate's 8-bit samples with the reference's where `mask` is False."""
    # Three samples as one value: a mask per pixel is then copied by ten times faster than one that is broadcast.
    pixel = np.dtype((np.void, 3))
    other = candidate.copy()
    np.copyto(other.view(pixel), np.ascontiguousarray(reference).view(pixel), where=~mask[..., np.newaxis])
    return other


class _LumaStrips:
    """BT.601 luma of sRGB samples, in 0..255 and unrounded, in strips of rows that overlap by the window.

    A strip's rows are converted once and never all held at once: fresh memory costs as much as the arithmetic.

    Attributes:
        clipped: Share of the picture's pixels, among the rows taken so far, that had to be clipped to sRGB.
    """

    def __init__(self, image: Image) -> None:
        self._image = image
        self._strip = np.empty((TILE_ROWS + 2 * RADIUS, image.size[0]), dtype=np.float32)
        self._end = 0
        self.clipped = 0.0

    def take(self, rows: slice) -> NDArray[np.float32]:
        """Luma `(h, W)` of rows that begin at most ten before the end of those taken last; valid until the next."""
        kept = self._end - rows.start
        overlap = self._strip[TILE_ROWS : TILE_ROWS + kept] if kept else self._strip[:0]
        self._strip[:kept] = overlap
        fresh = slice(self._end, rows.stop)
        strip = self._strip[: rows.stop - rows.start]
        _, share = luma(self._image, fresh, strip[kept:])
        self.clipped += share * (fresh.stop - fresh.start) / self._image.size[1]
        self._end = rows.stop
        return strip


def _settings(
    reference: Image, candidate: Image, clipped: float, other_clipped: float, kernel: str
) -> dict[str, Setting]:
    return {
        "variant": "Wang et al. 2004, valid positions",
        "window": f"Gaussian {WINDOW}x{WINDOW}",
        "sigma": SIGMA,
        "k1": K1,
        "k2": K2,
        "data_range": 255,
        "channel": "luma, BT.601 of sRGB samples, unrounded",
        "reference_encoding": reference.encoding.name,
        "reference_clipped_share": clipped,
        "candidate_encoding": candidate.encoding.name,
        "candidate_clipped_share": other_clipped,
        "dtype": "float32",
        "kernel": kernel,
        "numpy": np.__version__,
    }
