"""How cost grows: with the pixels of a picture, and with the pairs of a folder. `scaling_plot` draws it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.corridor_cases import gate, run, write_folder
from benchmarks.lpips_cases import enlarged
from benchmarks.pictures import image, photographs, recompressed
from qualitygate.metrics.base import Metric
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.ssim import Ssim

# Pairs of a folder that starts all that a large one starts, and side of its pictures, in which there is next to nothing
# to decode or to measure.
_START, _START_SIDE = 8, 16
_LEAST = 8_000_000  # pixels that are measured between two looks at the clock


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds of processor time against a size.

    Attributes:
        name, unit: What grows, in which unit.
        sizes, seconds: Measured; `constant` is taken off already.
        slope: Of log seconds over log size, by least squares: 1 is linear.
        constant: Seconds that are spent whatever the size.
    """

    name: str
    unit: str
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]
    slope: float
    constant: float = 0.0


def with_pixels(sides: tuple[int, ...] = (500, 1000, 2000, 4000), repeats: int = 5) -> list[Growth]:
    """DeltaE00 and SSIM of one pair in memory, processor time of all threads, by megapixels."""
    metrics: tuple[Metric, ...] = (DeltaE2000(), Ssim())
    base = photographs(1000)
    found: dict[str, list[float]] = {metric.spec.label: [] for metric in metrics}
    for side in sides:
        pixels = enlarged(base, side, side)
        left, right = image(pixels), image(recompressed(pixels))
        for metric in metrics:
            measure = partial(metric.measure, left, right)
            measure()
            calls = max(1, _LEAST // side**2)
            found[metric.spec.label].append(median(_spent(measure, calls) for _ in range(repeats)))
    sizes = [side * side / 1e6 for side in sides]
    return [growth(name, "megapixels", sizes, seconds) for name, seconds in found.items()]


def with_pairs(counts: tuple[int, ...] = (25, 50, 100, 200), side: int = 500, repeats: int = 3) -> Growth:
    """The whole command over folders of more and more pairs, processor time beyond what starting it takes."""
    with tempfile.TemporaryDirectory() as scratch:
        folders = {count: Path(scratch) / str(count) for count in (0, *counts)}
        for count, folder in folders.items():
            write_folder(folder, identical=0, near=count or _START, side=side if count else _START_SIDE)
        spent: dict[int, list[float]] = {count: [] for count in folders}
        for _ in range(repeats):
            for count, folder in folders.items():
                spent[count].append(run(gate(folder, "--no-cache")).cpu)
    constant = median(spent.pop(0))
    seconds = [max(median(each) - constant, 1e-3) for each in spent.values()]  # tiny pairs are lost in the noise
    return growth(
        "whole check",
        f"pairs of {side * side / 1e6:.2g} megapixels",
        [float(count) for count in counts],
        seconds,
        constant,
    )


def growth(name: str, unit: str, sizes: list[float], seconds: list[float], constant: float = 0.0) -> Growth:
    """The slope through measured points."""
    seconds = [max(second, 1e-6) for second in seconds]  # a coarse clock says nothing of tiny pictures
    slope = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    return Growth(name, unit, tuple(sizes), tuple(seconds), slope, constant)


def _spent(work: Callable[[], object], calls: int) -> float:
    """Seconds of one call."""
    begun = process_time()
    for _ in range(calls):
        work()
    return (process_time() - begun) / calls
