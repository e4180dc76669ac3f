"""The compiled kernels, where they were built; without them the NumPy paths serve.

`QUALITYGATE_KERNELS=numpy` leaves them unused, for comparing.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualitygate.core.native import _kernels

NAMES = {1: "native", 3: "native, x86-64-v3", 4: "native, x86-64-v4"}
NUMPY = "numpy"


@lru_cache(maxsize=1)
def kernels() -> _kernels | None:  # type: ignore[valid-type]
    """The extension; None where it was not built, or is not wanted."""
    if os.environ.get("QUALITYGATE_KERNELS") == NUMPY:
        return None
    try:
        from qualitygate.core.native import _kernels
    except ImportError:
        return None
    return _kernels


def kernel_name() -> str:
    """What computes DeltaE00 and SSIM here, as `settings` tell it: `numpy`, or `native` with its instruction set."""
    found = kernels()
    return NUMPY if found is None else NAMES[found.LEVEL]
