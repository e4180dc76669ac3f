"""Whether one picture is another, shifted, cropped or scaled. A diagnosis for people, not a metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]

_CROP = 512  # side of the window that shifts are looked for in; a wider one finds no more in practice
_SMALL = 96  # side that pictures are reduced to when comparing them across scales


@dataclass(frozen=True, slots=True)
class Shifted:
    """The candidate shows the reference moved by `dx` to the right and `dy` down, in pixels."""

    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Scaled:
    """The candidate shows the reference at `factor` times its size."""

    factor: float


def diagnose(reference: Grey, candidate: Grey) -> Shifted | Scaled | None:
    """Find out how the candidate's geometry relates to the reference's.

    Args:
        reference, candidate: Luma, float32 `(H, W)`, any sizes, 0..255.

    Returns:
        `Shifted(0, 0)` means that the pictures agree at the top left corner, so one is a crop or padding of the
        other (only for different sizes). None when the pictures are unrelated, or equal in size and not shifted.
    """
    if min(*reference.shape, *candidate.shape) < 8:
        return None
    same_size = reference.shape == candidate.shape
    scaled = None if same_size else _scaled(reference, candidate)
    # A few pixels more or less are a crop rather than a scale, unless no shift explains them.
    shift = _shift(reference, candidate)
    if shift is not None and not (same_size and shift == Shifted(0, 0)):
        return shift
    return scaled


def _scaled(reference: Grey, candidate: Grey) -> Scaled | None:
    rows = candidate.shape[0] / reference.shape[0]
    columns = candidate.shape[1] / reference.shape[1]
    factor = (rows * columns) ** 0.5
    # Rounding a scaled side to whole pixels changes it by up to one.
    tolerance = 1.5 / min(candidate.shape)
    if abs(rows - columns) > tolerance * max(rows, columns):
        return None
    shape = (min(_SMALL, *reference.shape, *candidate.shape),) * 2
    if _correlation(_reduce(reference, shape), _reduce(candidate, shape)) < 0.97:
        return None
    return Scaled(factor)


def _shift(reference: Grey, candidate: Grey) -> Shifted | None:
    """The integer shift with the highest phase correlation (Kuglin & Hines 1975), if the overlap bears it out."""
    height = min(reference.shape[0], candidate.shape[0], _CROP)
    width = min(reference.shape[1], candidate.shape[1], _CROP)
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    first = _detail(reference[:height, :width]) * window
    second = _detail(candidate[:height, :width]) * window
    if not first.any() or not second.any():
        return None
    cross = np.fft.rfft2(second) * np.conj(np.fft.rfft2(first))
    surface = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-6), s=(height, width))
    dy, dx = (int(v) for v in np.unravel_index(int(np.argmax(surface)), surface.shape))
    dy, dx = (dy - height if dy > height // 2 else dy), (dx - width if dx > width // 2 else dx)
    ours, theirs = _overlap(reference, candidate, dx, dy)
    if ours.shape[0] * 2 < height or ours.shape[1] * 2 < width:
        return None
    # Detail, not luma: a colour cast must not hide a shift, and a smooth picture must not feign one.
    agreement = _correlation(_detail(ours), _detail(theirs))
    if agreement < 0.6:
        return None
    if (dx, dy) != (0, 0):
        unmoved = _correlation(*(_detail(part) for part in _overlap(reference, candidate, 0, 0)))
        if agreement < unmoved + 0.1:
            return None
    return Shifted(dx, dy)


def _overlap(reference: Grey, candidate: Grey, dx: int, dy: int) -> tuple[Grey, Grey]:
    ref = reference[max(-dy, 0) :, max(-dx, 0) :]
    cand = candidate[max(dy, 0) :, max(dx, 0) :]
    height, width = min(ref.shape[0], cand.shape[0], _CROP), min(ref.shape[1], cand.shape[1], _CROP)
    return ref[:height, :width], cand[:height, :width]


def _detail(grey: Grey) -> Grey:
    """Horizontal plus vertical differences, which flat areas and casts do not enter; one row and column smaller."""
    inner = grey[:-1, :-1]
    detail: Grey = np.abs(grey[1:, :-1] - inner) + np.abs(grey[:-1, 1:] - inner)
    padded = np.zeros(grey.shape, dtype=np.float32)
    padded[:-1, :-1] = detail - detail.mean() if detail.size else detail
    return padded


def _correlation(first: Grey, second: Grey) -> float:
    a, b = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm > 1e-6 else 0.0


def _reduce(grey: Grey, shape: tuple[int, int]) -> Grey:
    """Area average over equal cells; sides at least as long as the target's."""
    rows = np.linspace(0, grey.shape[0], shape[0] + 1).astype(int)
    columns = np.linspace(0, grey.shape[1], shape[1] + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(grey, rows[:-1], axis=0, dtype=np.float64), columns[:-1], axis=1)
    reduced: Grey = (sums / np.outer(np.diff(rows), np.diff(columns))).astype(np.float32)
    return reduced
