"""How much memory a pair takes while it is measured, before anything of it is decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualitygate.corridor.measured import ignored, regions
from qualitygate.corridor.task import PairTask

if TYPE_CHECKING:
    from qualitygate.decode.extent import Extent
from qualitygate.metrics.base import Metric

# Bytes per pixel beyond what is held to the end, rounded up so that the growth of the peak stays below the estimate for
# pictures of 12 megapixels in PNG, JPEG and WebP, of 16 bits, with alpha, resized.
_DECODING = 17
_MAP = 12
_RESIZING = 12
_MASK = 1
# Row buffers, look-up tables, and what the allocator keeps.
_SMALL = 8_000_000


def working_memory(task: PairTask) -> int:
    """Bytes that decoding and measuring a pair takes at its peak, estimated from the headers of its files."""
    from qualitygate.decode.extent import extent  # of interest to several processes

    reference, candidate = (extent(path, task.limits.max_pixels) for path in (task.reference, task.candidate))
    larger = max(reference.pixels, candidate.pixels)
    held = _held(reference) + _held(candidate)
    decoding = _DECODING * larger
    if task.resize != "off":
        decoding += _RESIZING * larger
    masks = _MASK * (len(regions(task)) + 2 * bool(ignored(task))) * larger
    measuring = max((_needs(metric, larger) for metric in task.metrics), default=0)
    return _SMALL + reference.encoded + candidate.encoded + held + max(decoding, measuring + masks)


def _held(picture: Extent) -> int:
    """Samples that are kept to the end; laid on a background they have 16 bits."""
    return picture.pixels * 3 * (2 if picture.alpha else picture.depth) + picture.pixels * picture.depth * picture.alpha


def _needs(metric: Metric, pixels: int) -> int:
    """What a metric needs beside both pictures: a map and a sorted copy of it, unless it says otherwise."""
    says = getattr(metric, "working_memory", None)
    return _MAP * pixels if says is None else int(says(pixels))
