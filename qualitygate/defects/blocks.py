"""The blocks of a bad JPEG."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.defects.base import Defect, Pixels

# Quantisation tables for luma and chroma at quality 50 (ITU-T T.81, Annex K.1, tables K.1 and K.2).
_LUMA = """
16 11 10 16 24 40 51 61  12 12 14 19 26 58 60 55  14 13 16 24 40 57 69 56  14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77  24 35 55 64 81 104 113 92  49 64 78 87 103 121 120 101  72 92 95 98 112 100 103 99"""
_CHROMA = """
17 18 24 47 99 99 99 99  18 21 26 66 99 99 99 99  24 26 56 99 99 99 99 99  47 66 99 99 99 99 99 99
99 99 99 99 99 99 99 99  99 99 99 99 99 99 99 99  99 99 99 99 99 99 99 99  99 99 99 99 99 99 99 99"""
# Y'CbCr of full range (ITU-T T.871, the JFIF conversion).
_TO_YCC = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], dtype=np.float32
)  # fmt: skip


def quantise(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:  # noqa: ARG001 - nothing is arbitrary
    """Round the DCT coefficients of 8x8 blocks as a JPEG of quality `100 - strength` does, chroma at full size.

    Tables and their scaling are those of the IJG library, but steps are not rounded to integers, so that the damage
    goes to nothing with its strength. Partial blocks are filled with their last row and column.

    In real pipelines: a picture encoded twice, a thumbnail server set to quality 60, a CDN that recompresses, a
    screenshot of a video call. Damage is strongest around edges and in smooth gradients.
    """
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((0, -height % 8), (0, -width % 8), (0, 0)), mode="edge")
    shift = np.array([128.0, 0.0, 0.0], dtype=np.float32)  # samples are centred: chroma is so already
    planes = (padded.reshape(-1, 3) @ _TO_YCC.T * np.float32(255.0) - shift).reshape(padded.shape)
    scale = _scale(100.0 - strength)
    for channel, table in enumerate((_LUMA, _CHROMA, _CHROMA)):
        steps = np.array(table.split(), dtype=np.float32).reshape(8, 8) * np.float32(scale)
        planes[..., channel] = _rounded(planes[..., channel], steps)
    back = (planes.reshape(-1, 3) + shift) @ np.linalg.inv(_TO_YCC).T / np.float32(255.0)
    return np.asarray(back.reshape(padded.shape)[:height, :width], dtype=np.float32)


def _scale(quality: float) -> float:
    """Factor on the tables at a quality of 1..100, as the IJG library scales them."""
    return (5000.0 / quality if quality < 50 else 200.0 - 2.0 * quality) / 100.0


def _rounded(plane: NDArray[np.float32], steps: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = plane.shape[0] // 8, plane.shape[1] // 8
    dct = _dct()
    blocks = plane.reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3)
    coefficients = dct @ blocks @ dct.T
    rounded = np.rint(coefficients / steps) * steps
    back = dct.T @ rounded @ dct
    return np.asarray(back.transpose(0, 2, 1, 3).reshape(plane.shape), dtype=np.float32)


def _dct() -> NDArray[np.float32]:
    """The orthonormal DCT-II of length 8, as a matrix."""
    k, n = np.mgrid[:8, :8]
    matrix = np.cos(np.pi * (2 * n + 1) * k / 16) / 2
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, dtype=np.float32)


BLOCKS = Defect(
    name="blocks",
    summary="8x8 blocks quantised as in a bad JPEG",
    unit="JPEG qualities below 100",
    levels=(10.0, 25.0, 50.0, 85.0),
    bounds=(0.0, 99.0),
    function=quantise,
)
