"""What is compared: our metrics and the same measurement by colour-science and scikit-image, from 8-bit sRGB pixels."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.pictures import Pixels, image
from qualitygate.core.colour.encoding import D65_XY
from qualitygate.core.colour.view import BT601_LUMA
from qualitygate.core.measurement import Measurement
from qualitygate.core.native import NUMPY, kernels
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
        target: How many times faster we mean to be, None where nothing was promised.
    """

    metric: str
    peer: str
    ours: Callable[[], float]
    theirs: Callable[[], float]
    tolerance: float
    target: float | None


def cases(reference: Pixels, candidate: Pixels, *, large: bool = False) -> list[Case]:
    """The cases for one pair of `(H, W, 3)` uint8 sRGB pictures.

    Ours is all of `measure`: map, five statistics and worst tile. The peers compute the map and its mean, as their
    documentation shows it, in float64; in float32, which they can be asked for, too, since ours has no more.

    Args:
        large: The targets of twelve megapixels, and not those of one.
    """
    colour_science = f"colour-science {version('colour-science')}"
    scikit_image = f"scikit-image {version('scikit-image')}"
    delta_e, ssim = _ours(DeltaE2000(), reference, candidate), _ours(Ssim(), reference, candidate)
    plain_delta_e, plain_ssim = _without_kernels(delta_e), _without_kernels(ssim)
    double, single = (
        {
            "colour": _colour_science(reference, candidate, dtype),
            "lab": _scikit_image_delta_e(reference, candidate, dtype),
            "structure": _scikit_image_ssim(reference, candidate, dtype),
        }
        for dtype in (np.float64, np.float32)
    )
    # scikit-image has another matrix and white point, hence the wider tolerance.
    found = [
        Case("DeltaE00, kernel", colour_science, delta_e, double["colour"], 1e-4, 100.0 if large else 40.0),
        Case("DeltaE00, kernel", scikit_image, delta_e, double["lab"], 5e-3, 60.0 if large else 20.0),
        Case("SSIM, kernel", scikit_image, ssim, double["structure"], 1e-5, None if large else 15.0),
    ]
    if large:
        return found
    found += [
        Case("DeltaE00, kernel", f"{colour_science}, float32", delta_e, single["colour"], 1e-4, None),
        Case("DeltaE00, kernel", f"{scikit_image}, float32", delta_e, single["lab"], 5e-3, None),
        Case("SSIM, kernel", f"{scikit_image}, float32", ssim, single["structure"], 1e-5, None),
    ]
    if find_spec("pytorch_msssim") is not None:
        # Its threads do not always pay.
        for threads, said in ((os.cpu_count() or 1, ""), (1, ", one thread")):
            peer = f"pytorch-msssim {version('pytorch-msssim')}, float32{said}"
            found.append(Case("SSIM, kernel", peer, ssim, _pytorch_msssim(reference, candidate, threads), 1e-5, None))
    return [
        *found,
        Case("DeltaE00, NumPy", colour_science, plain_delta_e, double["colour"], 1e-4, 8.0),
        Case("DeltaE00, NumPy", scikit_image, plain_delta_e, double["lab"], 5e-3, 5.0),
        Case("SSIM, NumPy", scikit_image, plain_ssim, double["structure"], 1e-5, None),
    ]


def _without_kernels(measured: Callable[[], float]) -> Callable[[], float]:
    """The same by the path that serves where the kernels were not built: map, statistics and all."""

    def run() -> float:
        before = os.environ.get("QUALITYGATE_KERNELS")
        os.environ["QUALITYGATE_KERNELS"] = NUMPY
        kernels.cache_clear()
        try:
            return measured()
        finally:
            del os.environ["QUALITYGATE_KERNELS"]
            if before is not None:
                os.environ["QUALITYGATE_KERNELS"] = before
            kernels.cache_clear()

    return run


def _pytorch_msssim(reference: Pixels, candidate: Pixels, threads: int) -> Callable[[], float]:
    """SSIM of luma, since that is what ours is; the package takes any number of channels."""
    import torch
    from pytorch_msssim import ssim

    weights = np.array(BT601_LUMA, dtype=np.float32)

    def run() -> float:
        planes = [
            torch.from_numpy(pixels.astype(np.float32) @ weights)[None, None] for pixels in (reference, candidate)
        ]
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            with torch.no_grad():
                return float(ssim(*planes, data_range=255, win_size=11, win_sigma=1.5))
        finally:
            torch.set_num_threads(before)

    return run


def _ours(metric: Metric, reference: Pixels, candidate: Pixels) -> Callable[[], float]:
    left, right = image(reference), image(candidate)

    def run() -> float:
        result = metric.measure(left, right)
        if not isinstance(result, Measurement):
            raise RuntimeError(f"{metric.spec.name}: {result.message}")
        return result.values["mean"]

    return run


def _colour_science(reference: Pixels, candidate: Pixels, dtype: type[np.floating[Any]]) -> Callable[[], float]:
    import colour

    space = colour.RGB_COLOURSPACES["sRGB"]
    white = np.array(D65_XY)

    def lab(pixels: Pixels) -> np.ndarray:
        encoded = pixels / dtype(255)
        xyz = colour.RGB_to_XYZ(encoded, space, apply_cctf_decoding=True, chromatic_adaptation_transform=None)
        found: np.ndarray = colour.XYZ_to_Lab(xyz, white)
        return found

    def run() -> float:
        colour.utilities.set_default_float_dtype(dtype)
        try:
            return float(colour.delta_E(lab(reference), lab(candidate), method="CIE 2000").mean())
        finally:
            colour.utilities.set_default_float_dtype(np.float64)

    return run


def _scikit_image_delta_e(reference: Pixels, candidate: Pixels, dtype: type[np.floating[Any]]) -> Callable[[], float]:
    from skimage.color import deltaE_ciede2000, rgb2lab

    def lab(pixels: Pixels) -> np.ndarray:
        found: np.ndarray = rgb2lab(pixels if dtype is np.float64 else pixels / dtype(255))
        return found

    return lambda: float(deltaE_ciede2000(lab(reference), lab(candidate)).mean())


def _scikit_image_ssim(reference: Pixels, candidate: Pixels, dtype: type[np.floating[Any]]) -> Callable[[], float]:
    from skimage.metrics import structural_similarity

    weights = np.array(BT601_LUMA, dtype=dtype)

    def run() -> float:
        value = structural_similarity(
            reference.astype(dtype) @ weights,
            candidate.astype(dtype) @ weights,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=255,
        )
        return float(value)

    return run
