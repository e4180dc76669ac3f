"""The map of DeltaE00 in torch: `core.colour.lab_planes` and `core.colour.ciede2000_fast`, operation by operation.

All in float32 without matrix products, so that no TF32 can get in. Near black the linear part of L*a*b* is added as
there; hues within about a degree of opposite, where the formula jumps, are recomputed in float64 on the host.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import radians
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour import ciede2000_fast as formula
from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.lab import LINEAR_BELOW, LINEAR_SLOPE
from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.image import Image, Samples
from qualitygate.metrics.on_device.chunks import pixels_at_once

if TYPE_CHECKING:
    import torch


def delta_e_maps(
    pairs: Sequence[tuple[Image, Image]], device: str, chunk: int | None = None
) -> list[NDArray[np.float32]]:
    """CIEDE2000 of every pixel of several pairs of opaque pictures; those of a pair have one size.

    Args:
        pairs: Reference and candidate, `(H, W, 3)` samples in any encodings. Colours outside sRGB are not clipped.
        device: A device that torch has here.
        chunk: Pixels worked on at once, `pixels_at_once(device)` unless given; pairs with the same encodings share a
            chunk. Does not change the numbers.

    Returns:
        float32 `(H, W)` for each pair, 0 or more; exactly 0 where encodings and samples agree.
    """
    maps = [np.zeros(reference.pixels.shape[:2], dtype=np.float32) for reference, _ in pairs]
    kinds: dict[object, list[int]] = {}
    for index, pair in enumerate(pairs):
        kinds.setdefault(tuple((image.encoding, image.full_scale) for image in pair), []).append(index)
    for indices in kinds.values():
        planes = LabPlanes(pairs[indices[0]][0]), LabPlanes(pairs[indices[0]][1])
        tables = [_Tables(one, device) for one in planes]
        flat = [_Flat(*pairs[index], maps[index]) for index in indices]
        for parts in _chunks(flat, chunk or pixels_at_once(device)):
            first, second = (
                np.concatenate([one.samples[side][span] for one, span in parts]) for side in (0, 1)
            )  # fmt: skip
            values, doubtful = _difference(tables[0](first), tables[1](second))
            if doubtful.size:
                values[doubtful] = ciede2000(planes[0].lab(first[doubtful]), planes[1].lab(second[doubtful]))
            start = 0
            for one, span in parts:
                stop = start + span.stop - span.start
                one.out[span] = values[start:stop]
                start = stop
    return maps


class _Flat:
    """A pair as lists of pixels, and where the map goes."""

    def __init__(self, reference: Image, candidate: Image, out: NDArray[np.float32]) -> None:
        self.samples: tuple[Samples, Samples] = reference.pixels.reshape(-1, 3), candidate.pixels.reshape(-1, 3)
        self.comparable = reference.encoding == candidate.encoding
        self.out = out.reshape(-1)

    def differs(self, span: slice) -> bool:
        return not (self.comparable and np.array_equal(self.samples[0][span], self.samples[1][span]))


def _chunks(flat: Sequence[_Flat], chunk: int) -> list[list[tuple[_Flat, slice]]]:
    """Stretches of pairs that differ, packed into chunks."""
    chunks: list[list[tuple[_Flat, slice]]] = []
    room = 0
    for one in flat:
        step = max(1, min(chunk, 1 << 16))  # equal stretches are never sent; a small picture is one or few of them
        for start in range(0, len(one.out), step):
            span = slice(start, min(start + step, len(one.out)))
            if not one.differs(span):
                continue
            if room < span.stop - span.start:
                chunks.append([])
                room = chunk
            chunks[-1].append((one, span))
            room -= span.stop - span.start
    return chunks


class _Tables:
    """Samples to planes of L* + 16, a*, b* on a device; `LabPlanes` in torch."""

    def __init__(self, planes: LabPlanes, device: str) -> None:
        import torch

        self._device = device
        self._tables = torch.from_numpy(planes.tables).to(device).reshape(3, -1)
        self._matrix = [[float(value) for value in row] for row in planes.matrix]

    def __call__(self, samples: Samples) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        import torch

        # uint16 is hardly known to torch, and negative int16 would be the wrong index.
        known = samples if samples.dtype == np.uint8 else samples.astype(np.int32)
        on_device = torch.from_numpy(np.ascontiguousarray(known)).to(self._device)
        red, green, blue = (self._tables[c].index_select(0, on_device[:, c].long()) for c in range(3))
        red -= green
        blue -= green
        row_x, row_y, row_z = ([red * row[0], green * row[1], blue * row[2]] for row in self._matrix)
        from_y_x, y, from_y_z = (a.add_(b).add_(c) for a, b, c in (row_x, row_y, row_z))
        t = torch.stack((from_y_x + y, y, from_y_z + y))
        distance = torch.stack((from_y_x, from_y_z))
        bright = t.clamp_min(LINEAR_BELOW)
        t -= bright
        line = t[::2] - t[1]
        distance -= line
        root = bright.log_().mul_(1 / 3).exp_()
        root_y = root[1]
        opponent = (root[::2] + root_y).mul_(root[::2]).add_(root_y * root_y)
        opponent = distance.div_(opponent).add_(line.mul_(LINEAR_SLOPE))
        lightness = (root_y + t[1] * LINEAR_SLOPE).mul_(116)
        return lightness, opponent[0] * 500, opponent[1] * -200


def _difference(
    lab1: tuple[torch.Tensor, ...], lab2: tuple[torch.Tensor, ...]
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """dE00 of planes of L* + 16, a*, b*, and the indices of pixels too close to opposite hues."""
    (l1, a1, b1), (l2, a2, b2) = lab1, lab2
    stretch = 1.5 - 0.5 * _sigmoid((a1 * a1 + b1 * b1).sqrt_() + (a2 * a2 + b2 * b2).sqrt_())
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = (a1 * a1 + b1 * b1).sqrt_(), (a2 * a2 + b2 * b2).sqrt_()

    product = c1 * c2
    cosine, sine = a1 * c2 + a2 * c1, b1 * c2 + b2 * c1
    length = (cosine * cosine + sine * sine).sqrt_()
    doubtful = length < product * (2 * formula.OPPOSITE)
    length = length.clamp_min_(float(formula.TINY))
    cosine /= length
    sine /= length

    sum_c = c1 + c2
    d_h = (a1 * b2 - a2 * b1).mul_(product.sqrt_()).div_(length).div_(_half_hue_weight(sum_c, cosine, sine))
    d_c = (c2 - c1).div_(sum_c * 0.0225 + 1)
    square = (l1 + l2 - 132).square_()
    d_l = (l2 - l1).div_(square * 0.0075 / (square + 80).sqrt_() + 1)
    total = (_rotation(sum_c, cosine, sine) * d_h + d_c) * d_c + d_h * d_h + d_l * d_l
    values: NDArray[np.float32] = total.clamp_min_(0).sqrt_().cpu().numpy()
    return values, np.flatnonzero(doubtful.cpu().numpy())


def _sigmoid(sum_c: torch.Tensor) -> torch.Tensor:
    square = sum_c * sum_c
    seventh = square * square * square * sum_c
    return (seventh / (seventh + float(formula.SEVENTH))).sqrt_()


def _half_hue_weight(sum_c: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    odd, even = _horner(formula.T_ODD, cosine), _horner(formula.T_EVEN, cosine)
    return (odd * sine + even) * sum_c + 0.5


def _rotation(sum_c: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    bump = _horner(formula.BUMP, 1 - cosine * float(formula.C275) - sine * float(formula.S275)).exp_()
    return bump.mul_(radians(60)).sin_().mul_(_sigmoid(sum_c)).mul_(-2)


def _horner(coefficients: Sequence[np.float32], x: torch.Tensor) -> torch.Tensor:
    value = x * float(coefficients[0])
    for coefficient in coefficients[1:-1]:
        value = (value + float(coefficient)) * x
    return value + float(coefficients[-1])
