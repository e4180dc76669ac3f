"""What is compared: our metrics and the same measurement by colour-science and scikit-image, from 8-bit sRGB pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from benchmarks.pictures import Pixels, image
from qualitygate.core.colour.encoding import D65_XY
from qualitygate.core.colour.view import BT601_LUMA
from qualitygate.core.measurement import Measurement
from qualitygate.metrics.base import Metric
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.ssim import Ssim


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement done by us and by a peer.

    Attributes:
        metric: Name of the metric.
        peer: Library and version.
        ours, theirs: Do the whole measurement and return its mean.
        tolerance: How far the means may lie apart for the timing to mean anything.
        target: How many times faster we mean to be.
    """

    metric: str
    peer: str
    ours: Callable[[], float]
    theirs: Callable[[], float]
    tolerance: float
    target: float


def cases(reference: Pixels, candidate: Pixels) -> list[Case]:
    """The cases for one pair of `(H, W, 3)` uint8 sRGB pictures.

    Ours is all of `measure`: map, five statistics and worst tile. The peers compute the map and its mean.
    """
    colour_science = f"colour-science {version('colour-science')}"
    scikit_image = f"scikit-image {version('scikit-image')}"
    delta_e, ssim = _ours(DeltaE2000(), reference, candidate), _ours(Ssim(), reference, candidate)
    return [
        Case("delta_e_2000", colour_science, delta_e, _colour_science(reference, candidate), 1e-4, 8.0),
        # scikit-image has another matrix and white point, hence the wider tolerance.
        Case("delta_e_2000", scikit_image, delta_e, _scikit_image_delta_e(reference, candidate), 5e-3, 5.0),
        Case("ssim", scikit_image, ssim, _scikit_image_ssim(reference, candidate), 1e-5, 5.0),
    ]


def _ours(metric: Metric, reference: Pixels, candidate: Pixels) -> Callable[[], float]:
    left, right = image(reference), image(candidate)

    def run() -> float:
        result = metric.measure(left, right)
        if not isinstance(result, Measurement):
            raise RuntimeError(f"{metric.spec.name}: {result.message}")
        return result.values["mean"]

    return run


def _colour_science(reference: Pixels, candidate: Pixels) -> Callable[[], float]:
    import colour

    space = colour.RGB_COLOURSPACES["sRGB"]
    white = np.array(D65_XY)

    def lab(pixels: Pixels) -> np.ndarray:
        xyz = colour.RGB_to_XYZ(pixels / 255, space, apply_cctf_decoding=True, chromatic_adaptation_transform=None)
        return colour.XYZ_to_Lab(xyz, white)

    return lambda: float(colour.delta_E(lab(reference), lab(candidate), method="CIE 2000").mean())


def _scikit_image_delta_e(reference: Pixels, candidate: Pixels) -> Callable[[], float]:
    from skimage.color import deltaE_ciede2000, rgb2lab

    return lambda: float(deltaE_ciede2000(rgb2lab(reference), rgb2lab(candidate)).mean())


def _scikit_image_ssim(reference: Pixels, candidate: Pixels) -> Callable[[], float]:
    from skimage.metrics import structural_similarity

    weights = np.array(BT601_LUMA)

    def run() -> float:
        value = structural_similarity(
            reference @ weights,
            candidate @ weights,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=255,
        )
        return float(value)

    return run
