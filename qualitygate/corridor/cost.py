"""How much memory a pair takes while it is measured, before anything of it is decoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualitygate.corridor.measured import ignored, regions
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.base import Metric

if TYPE_CHECKING:
    from qualitygate.decode.extent import Extent

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
    reference, candidate = _extents(task)
    larger = max(reference.pixels, candidate.pixels)
    measuring = max((_needs(metric, larger) for metric in task.metrics), default=0)
    masks = _masks(task) * larger
    return _SMALL + kept_memory(task) + max(_decoding(task, larger), measuring + masks)


def bundle_memory(tasks: Sequence[PairTask], at_once: int) -> int:
    """Bytes that several pairs of the same metrics take at their peak, all of them held.

    Two are decoded while others are measured, as many together as have `at_once` pixels.
    """
    if len(tasks) == 1:
        return working_memory(tasks[0])
    sizes = [max(one.pixels for one in _extents(task)) for task in tasks]
    largest = max(sizes)
    measuring = max((_needs(metric, max(largest, min(sum(sizes), at_once))) for metric in tasks[0].metrics), default=0)
    masks = sum(_masks(task) * size for task, size in zip(tasks, sizes, strict=True))
    decoding = 2 * max(_decoding(task, size) for task, size in zip(tasks, sizes, strict=True))
    return _SMALL + sum(map(kept_memory, tasks)) + decoding + measuring + masks


def shared_pixels(task: PairTask) -> int:
    """Pixels of both pictures of a pair; 0 where they differ, or the headers do not say."""
    reference, candidate = _extents(task)
    return candidate.pixels if reference.pixels == candidate.pixels else 0


def _extents(task: PairTask) -> tuple[Extent, Extent]:
    from qualitygate.decode.extent import extent  # of interest to several processes

    most = task.limits.max_pixels
    return extent(task.reference, most), extent(task.candidate, most)


def kept_memory(task: PairTask) -> int:
    """Bytes that both pictures of a pair take while they are held, and their files."""
    return sum(one.encoded + _held(one) for one in _extents(task))


def _decoding(task: PairTask, pixels: int) -> int:
    return (_DECODING + _RESIZING * (task.resize != "off")) * pixels


def _masks(task: PairTask) -> int:
    return _MASK * (len(regions(task)) + 2 * bool(ignored(task)))


def _held(picture: Extent) -> int:
    """Samples that are kept to the end; laid on a background they have 16 bits."""
    return picture.pixels * 3 * (2 if picture.alpha else picture.depth) + picture.pixels * picture.depth * picture.alpha


def _needs(metric: Metric, pixels: int) -> int:
    """What a metric needs beside both pictures: a map and a sorted copy of it, unless it says otherwise."""
    says = getattr(metric, "working_memory", None)
    return _MAP * pixels if says is None else int(says(pixels))
