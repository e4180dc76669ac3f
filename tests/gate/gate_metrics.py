"""A metric of a third party that brings down its process; worker processes import it from here."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.threshold import Direction


class Deadly:
    """Kills the process that measures a candidate whose name contains `deadly`."""

    spec = MetricSpec("deadly", "Deadly", "", Direction.LOWER_IS_BETTER, ("value",), 1)

    def measure(self, reference: Any, candidate: Any, mask: Any = None) -> Measurement:
        if "deadly" in candidate.source.name:
            os.kill(os.getpid(), signal.SIGKILL)
        return Measurement("deadly", {"value": 0.0})

    def summarise(self, error_map: Any, mask: Any = None) -> Mapping[str, float]:
        return {}
