"""SSIM by scikit-image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.view import BT601_LUMA, srgb
from qualitygate.core.image import Image
from qualitygate.core.mask import Mask
from qualitygate.crosscheck import Witness
from qualitygate.crosscheck.extra import science

_RADIUS = 5


def ssim(reference: Image, candidate: Image, mask: Mask | None) -> Witness:
    """Mean over the counted positions at which the 11x11 window lies inside the picture.

    Raises:
        MissingExtraError: scikit-image is not installed.
    """
    metrics = science("skimage.metrics", "scikit-image")
    end_to_end = all(image.encoding.is_srgb and image.full_scale == 255 for image in (reference, candidate))
    luma, other = _luma(reference), _luma(candidate)
    if mask is not None:
        other = np.where(mask, other, luma)
    mean, full = metrics.structural_similarity(
        luma, other, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True
    )
    if mask is not None:
        inner = slice(_RADIUS, -_RADIUS)
        mean = full[inner, inner][mask[inner, inner]].mean()
    library = science("skimage", "scikit-image")
    return Witness("scikit-image", library.__version__, "pixels" if end_to_end else "our luma", {"mean": float(mean)})


def _luma(image: Image) -> NDArray[np.float64]:
    """BT.601 luma in float64."""
    weights = np.array(BT601_LUMA)
    if image.encoding.is_srgb:
        luma: NDArray[np.float64] = image.pixels @ weights * (255 / image.full_scale)
    else:
        luma = srgb(image)[0] @ weights
    return luma
