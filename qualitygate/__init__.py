"""qualitygate: the merge gate for image pipelines.

    import qualitygate

    report = qualitygate.check("reference/", "candidate/", profile="hero")
    report.raise_for_verdict()

Public names are resolved when first used: importing this package loads neither numpy nor a framework.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from qualitygate.core.errors import ConfigError, QualityGateError, ThresholdExceeded, UnmeasurableError
    from qualitygate.core.image import Image
    from qualitygate.core.threshold import Severity
    from qualitygate.core.verdict import Report
    from qualitygate.decode import decode_file
    from qualitygate.gate import check, compare
    from qualitygate.incident_opening import open_incident
    from qualitygate.policy.load import load_profile

_PUBLIC = {
    "ConfigError": "qualitygate.core.errors",
    "UnmeasurableError": "qualitygate.core.errors",
    "Image": "qualitygate.core.image",
    "QualityGateError": "qualitygate.core.errors",
    "Report": "qualitygate.core.verdict",
    "Severity": "qualitygate.core.threshold",
    "ThresholdExceeded": "qualitygate.core.errors",
    "check": "qualitygate.gate",
    "compare": "qualitygate.gate",
    "decode_file": "qualitygate.decode",
    "load_profile": "qualitygate.policy.load",
    "open_incident": "qualitygate.incident_opening",
}

__all__ = [
    "ConfigError",
    "Image",
    "QualityGateError",
    "Report",
    "Severity",
    "ThresholdExceeded",
    "UnmeasurableError",
    "__version__",
    "check",
    "compare",
    "decode_file",
    "load_profile",
    "open_incident",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
