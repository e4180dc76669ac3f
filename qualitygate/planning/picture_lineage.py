"""Which vanished picture a new one shows, where names do not tell: by what there is to see.

A picture that was renamed and encoded anew in one change has no byte in common with what it was, and no name. Taking it
for a new one would let any drift pass: rename the file, and nobody compares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import decode

_SIDE = 32
_LEAST = 0.9
_SAME_SIZE = 0.05
_MOST = 64
"""Pictures looked at on each side; more are left to their names."""

Sketch = tuple[tuple[int, int], NDArray[np.float64]]
"""Width and height, and brightness on a coarse grid, of mean 0 and length 1."""


def sketch(content: bytes, name: str, limits: DecodeLimits) -> Sketch | None:
    """What a picture looks like from afar; None for one that cannot be decoded, or that is of one tone.

    Args:
        content: The file.
        name: What it is called; its extension counts.
        limits: What it may ask for.
    """
    try:
        image = decode(content, name, limits)
    except (DecodeError, MemoryError):
        return None
    grey = image.pixels.reshape(*image.pixels.shape[:2], -1).mean(axis=2, dtype=np.float64)
    coarse = _coarse(_coarse(grey, 0), 1)
    coarse -= coarse.mean()
    length = float(np.linalg.norm(coarse))
    if not np.isfinite(length) or length < 1e-3 * image.full_scale:
        return None
    return image.size, coarse / length


def successors(new: Mapping[str, Sketch], gone: Mapping[str, Sketch]) -> dict[str, str]:
    """New pictures to the vanished ones that they show.

    Two belong together if their brightness correlates by at least 0.9; among copies of several sizes the one of the
    same size is the better. The best pairs come first, equal ones by their names, and each picture is in one of them.
    A new one that is left, and shows what another new one of the same size was taken for, is compared with that, too:
    of two new ones nobody can say which is the copy, and the one that drifted must not be it.

    Args:
        new, gone: Sketches by name.
    """
    scores = {
        (name, old): score
        for name, one in _bounded(new)
        for old, other in _bounded(gone)
        if (score := _likeness(one, other)) is not None
    }
    found: dict[str, str] = {}
    ranked = sorted(scores, key=lambda pair: (-round(scores[pair], 6), -_alike(*pair), pair))
    for name, old in ranked:
        if name not in found and old not in found.values():
            found[name] = old
    for name, old in ranked:
        if name not in found and new[name][0] == gone[old][0]:
            found[name] = old
    return found


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _likeness(one: Sketch, other: Sketch) -> float | None:
    correlation = float((one[1] * other[1]).sum())
    if correlation < _LEAST:
        return None
    return correlation + (_SAME_SIZE if one[0] == other[0] else 0.0)


def _bounded(sketches: Mapping[str, Sketch]) -> Iterable[tuple[str, Sketch]]:
    return list(sketches.items())[:_MOST]


def _coarse(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Means over 32 even parts of an axis; a shorter axis is stretched first."""
    size = values.shape[axis]
    if size < _SIDE:
        values = np.take(values, np.arange(_SIDE) * size // _SIDE, axis=axis)
        size = _SIDE
    edges = np.linspace(0, size, _SIDE + 1).round().astype(np.intp)
    sums = np.add.reduceat(values, edges[:-1], axis=axis)
    counts = np.diff(edges).reshape((-1, 1) if axis == 0 else (1, -1))
    result: NDArray[np.float64] = sums / counts
    return result
