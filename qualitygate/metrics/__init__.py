"""The workshop: one file per metric, one explicit table.

Third parties add metrics through the entry point group `qualitygate.metrics`; a name that is taken is an error.
"""

from __future__ import annotations

import importlib

from qualitygate.core.errors import ConfigError
from qualitygate.core.plugins import with_plugins
from qualitygate.metrics.base import Metric

# name -> "module:class". Strings, so that importing the table loads no metric and no framework.
TABLE: dict[str, str] = {
    "delta_e_2000": "qualitygate.metrics.delta_e_2000:DeltaE2000",
    "ssim": "qualitygate.metrics.ssim:Ssim",
    "lpips": "qualitygate.metrics.lpips:Lpips",
}

WITHOUT_EXTRA = tuple(name for name in TABLE if name != "lpips")
"""Metrics that the base install measures."""

OPTIONS_WITHOUT_EXTRA = " ".join(f"--metric {name}" for name in WITHOUT_EXTRA)
"""What to type, to have only these measured."""

# What torch calls devices that are not the CPU.
GPUS = ("cuda", "mps")

# The same metrics for such a device; their maps are computed by torch.
ON_DEVICE: dict[str, str] = {
    "delta_e_2000": "qualitygate.metrics.on_device.measuring:DeltaE2000OnDevice",
    "ssim": "qualitygate.metrics.on_device.measuring:SsimOnDevice",
}


def names() -> dict[str, str]:
    """Metric name to `module:class`, built-in ones first, then those of installed plugins.

    Raises:
        ConfigError: A plugin uses a name that is taken.
    """
    return with_plugins("metric", "qualitygate.metrics", TABLE)


def metric_class(name: str, *, on_device: bool = False) -> type[Metric]:
    """The class registered under a name.

    Args:
        name: A registered name.
        on_device: Rather the class for a device, where `ON_DEVICE` has one; it takes the device's name.

    Raises:
        ConfigError: No such metric.
    """
    table = names()
    if name not in table:
        known = ", ".join(sorted(table))
        raise ConfigError(f"unknown metric {name!r}", code="QG-1408", hint=f"known metrics: {known}")
    chosen = ON_DEVICE.get(name) if on_device else None
    module, _, attribute = (chosen or table[name]).partition(":")
    found: type[Metric] = getattr(importlib.import_module(module), attribute)
    return found
