"""A metric that is given several pairs at once; their names tell it to go wrong. Worker processes import it here."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qualitygate.core.measurement import Measurement, MetricResult, MetricSpec, Setting, Unmeasurable
from qualitygate.core.threshold import Direction


class Together:
    """Mean absolute difference of samples, and of how many pairs at once it was measured."""

    spec = MetricSpec("together", "Together", "", Direction.LOWER_IS_BETTER, ("mean",), 3, (0.0, float("inf")))

    def measure(self, reference: Any, candidate: Any, mask: Any = None) -> MetricResult:
        if "deadly" in candidate.source.name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "tiny" in candidate.source.name:
            return Unmeasurable("QG-1301", f"{candidate.source.name}: too small")
        error = np.abs(reference.pixels.astype(np.float32) - candidate.pixels.astype(np.float32)).mean(axis=-1)
        values = dict(self.summarise(error, mask))
        return Measurement("together", values, "", {"batch": 1}, error) if values else Unmeasurable("QG-1303", "none")

    def measure_many(self, pairs: Sequence[Any]) -> list[MetricResult]:
        if any("greedy" in candidate.source.name for _, candidate, _ in pairs) and len(pairs) > 1:
            raise RuntimeError("out of memory on the device")
        found = [self.measure(*pair) for pair in pairs]
        for one in found:
            if isinstance(one, Measurement):
                one.settings["batch"] = len(pairs)  # type: ignore[index]
        return found

    def bundle(self, pixels: int) -> int:
        return 16 if pixels <= 64 * 64 else 1

    def identity(self) -> Mapping[str, Setting]:
        return {"version": 1}

    def summarise(self, error_map: Any, mask: Any = None) -> Mapping[str, float]:
        counted = error_map if mask is None else error_map[mask]
        return {"mean": float(counted.mean(dtype=np.float64))} if counted.size else {}
