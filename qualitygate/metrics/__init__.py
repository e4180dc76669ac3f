"""The workshop: one file per metric, one explicit table.

Third parties add metrics through the entry point group `qualitygate.metrics`; a name that is taken is an error.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points

from qualitygate.core.errors import ConfigError
from qualitygate.metrics.base import Metric

# name -> "module:class". Strings, so that importing the table loads no metric and no framework.
TABLE: dict[str, str] = {
    "delta_e_2000": "qualitygate.metrics.delta_e_2000:DeltaE2000",
    "ssim": "qualitygate.metrics.ssim:Ssim",
    "lpips": "qualitygate.metrics.lpips:Lpips",
}


def names() -> dict[str, str]:
    """Metric name to `module:class`, built-in ones first, then those of installed plugins.

    Raises:
        ConfigError: A plugin uses a name that is taken.
    """
    table = dict(TABLE)
    for point in sorted(entry_points(group="qualitygate.metrics"), key=lambda p: p.name):
        if point.name in table:
            raise ConfigError(
                f"metric {point.name!r} is provided twice: {table[point.name]} and {point.value}",
                code="QG-1411",
                hint="uninstall one of the two plugins",
            )
        table[point.name] = point.value
    return table


def metric_class(name: str) -> type[Metric]:
    """The class registered under a name.

    Raises:
        ConfigError: No such metric.
    """
    table = names()
    if name not in table:
        known = ", ".join(sorted(table))
        raise ConfigError(f"unknown metric {name!r}", code="QG-1408", hint=f"known metrics: {known}")
    module, _, attribute = table[name].partition(":")
    found: type[Metric] = getattr(importlib.import_module(module), attribute)
    return found
