"""On what a table was made: the machine, and the versions of what is compared."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qualitygate.core.native import kernel_name

_SHOWN = ("numpy", "pillow", "zlib-ng", "colour-science", "scikit-image", "pytorch-msssim", "lpips", "torch")


def machine() -> str:
    """Processor, cores and the width of vectors that the kernels use."""
    return f"{_processor()}, {os.cpu_count()} cores, kernels {kernel_name()}"


def kind(told: str) -> tuple[str, ...]:
    """What of a machine decides about ratios: maker and family of the processor, number of cores, kernels.

    Args:
        told: As `machine` tells it.
    """
    processor, _, rest = told.partition(", ")
    return (*processor.split()[:2], rest)


def versions() -> str:
    """Python and every package that is installed of those that are compared."""
    found = [f"Python {platform.python_version()}"]
    for name in _SHOWN:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else [])
        if line.startswith("model name")
    ]
    return (names[0] if names else platform.processor() or platform.machine()).replace(",", " ")
