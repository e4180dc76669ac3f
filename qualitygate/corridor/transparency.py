"""Alpha of the two pictures of a pair, compared before they are laid on a background, where it may make no difference.

Afterwards nobody could tell: a picture that was flattened onto white is the same on white, and on nothing else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.bands import bands
from qualitygate.core.finding_level import Level
from qualitygate.core.image import Image
from qualitygate.core.transparency import OPAQUE, OPAQUE_PAIR, Transparency
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.areas import counted
from qualitygate.corridor.task import PairTask
from qualitygate.decode.resample import resample_alpha

_FULL = 65535
_STEPS = _FULL // OPAQUE  # of 16 bits in a level of 8
# What is wrong with the transparency of a candidate, by its codes.
_ABOUT = frozenset({"QG-1016", "QG-1017"})


def transparency(task: PairTask, reference: Image, candidate: Image) -> Transparency:
    """What alpha says of a pair; nothing is missing where both are opaque or pixels have no counterparts.

    A reference that the task resizes has its alpha resized by the same filter. Ignored areas do not count.

    Raises:
        ConfigError: The mask of an ignored area is missing or has another size.
    """
    if reference.alpha is None and candidate.alpha is None:
        return OPAQUE_PAIR
    if reference.size != candidate.size:
        if task.resize == "off":
            return OPAQUE_PAIR
        if reference.alpha is not None:
            reference = replace(reference, alpha=resample_alpha(reference.alpha, candidate.size, task.resize))
    mask = counted(task, candidate)
    width, height = candidate.size
    largest = missing = total = 0
    pixels = height * width if mask is None else int(mask.sum())
    for rows in bands((height, width)):  # what is not held at once is not in the way of the next pair
        shape = len(range(height)[rows]), width
        ours, theirs = (np.broadcast_to(_steps(image, rows), shape) for image in (reference, candidate))
        if mask is not None:
            ours, theirs = ours[mask[rows]], theirs[mask[rows]]
        difference = np.abs(ours - theirs)
        largest = max(largest, int(difference.max(initial=0)))
        missing = max(missing, _FULL - int(theirs.min(initial=_FULL)))
        total += int(difference.sum(dtype=np.int64))
    return Transparency(largest / _STEPS, total / max(pixels, 1) / _STEPS, missing / _STEPS)


def laid_bare(task: PairTask, result: SubjectResult) -> PairTask:
    """The task as it is to be looked at: on the opposite background where transparency is the worst of what failed.

    On the background that it was judged on, the two may well look the same. What is so there differs on the opposite
    one by as much of the way between both backgrounds as alpha differs.
    """
    worst = next((finding for finding in result.findings if finding.level is Level.ERROR), None)
    if worst is None or worst.code not in _ABOUT:
        return task
    red, green, blue = (0 if level >= 128 else 255 for level in task.background)
    return replace(task, background=(red, green, blue))


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """`#rrggbb` of 8-bit sRGB."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _steps(image: Image, rows: slice) -> NDArray[np.int32]:
    """Alpha in steps of 16 bits, int32 `(h, W)`, in which all depths compare exactly; `(1, 1)` where it is opaque."""
    if image.alpha is None:
        return np.full((1, 1), _FULL, dtype=np.int32)
    return image.alpha[rows].astype(np.int32) * (_FULL // image.full_scale)
