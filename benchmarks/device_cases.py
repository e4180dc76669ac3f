"""DeltaE00, SSIM and LPIPS on a device beside the CPU. With the device `cpu`, torch's CPU beside the kernels: slower.

The device's side is all of a measurement from decoded pictures to statistics: sending them, the map, fetching it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.lpips_cases import LpipsCase
from benchmarks.pictures import image, photographs, recompressed
from qualitygate.core.measurement import Measurement
from qualitygate.metrics.base import Metric, Pair, measure_many
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.lpips_net.forward import network
from qualitygate.metrics.on_device.measuring import DeltaE2000OnDevice, SsimOnDevice
from qualitygate.metrics.ssim import Ssim


def device_cases(device: str, side: int = 1000, count: int = 8) -> list[LpipsCase]:
    """One pair, and `count` pairs in one call, for each metric; times are per call.

    Args:
        device: `cuda`, `mps` or `cpu`.
        side: Side of the square pictures.
        count: How many pairs go together.
    """
    reference = photographs(side)
    candidate = recompressed(reference)
    pairs: list[Pair] = [
        (image(np.roll(reference, 16 * shift, axis=1)), image(np.roll(candidate, 16 * shift, axis=1)), None)
        for shift in range(count)
    ]
    metrics: list[tuple[Metric, Metric, str, float]] = [
        (DeltaE2000OnDevice(device), DeltaE2000(), "mean", 1e-3),
        (SsimOnDevice(device), Ssim(), "mean", 1e-6),
        (Lpips(device=device), Lpips(device="cpu"), "value", 1e-5),
    ]
    found = []
    for ours, theirs, statistic, tolerance in metrics:
        for some in (pairs[:1], pairs):
            name = f"{ours.spec.label}, {len(some)} pair{'s' if len(some) > 1 else ''}, {device} beside the CPU"
            sides = _mean(ours, some, statistic), _mean(theirs, some, statistic)
            found.append(LpipsCase(name, len(some) * side * side, *sides, None, tolerance))
    return found


def _mean(metric: Metric, pairs: Sequence[Pair], statistic: str) -> Callable[[], float]:
    def run() -> float:
        if isinstance(metric, Lpips):
            network("alex", metric.device, metric.dtype).forget()
        values = [one.values[statistic] for one in measure_many(metric, pairs) if isinstance(one, Measurement)]
        if len(values) < len(pairs):
            raise RuntimeError(f"{metric.spec.name}: not every pair was measured")
        return float(np.mean(values))

    return run
