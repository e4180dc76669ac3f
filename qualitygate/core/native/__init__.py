"""The compiled kernels, where they were built; without them the NumPy paths serve.

`QUALITYGATE_KERNELS=numpy` leaves them unused, for comparing.
"""

from __future__ import annotations

import importlib
import os
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from qualitygate.core.native import _kernels

CONTRACT = 1
"""What the Python files expect of the extension. It is raised, here and in `kernels.h`, with every change of what a
kernel takes, gives or means: an extension that was compiled from other files is not used."""

NAMES = {1: "native", 3: "native, x86-64-v3", 4: "native, x86-64-v4"}
NUMPY = "numpy"


class KernelError(RuntimeError):
    """A kernel did not take what it was given: a mistake in this package, whatever it was given."""


@lru_cache(maxsize=1)
def kernels() -> _kernels | None:  # type: ignore[valid-type]
    """The extension; None where it was not built, was compiled from other files, or is not wanted."""
    if os.environ.get("QUALITYGATE_KERNELS") == NUMPY:
        return None
    found, trouble = _looked_for()
    return None if trouble else cast("_kernels | None", found)  # type: ignore[valid-type]


def kernel_name() -> str:
    """What computes DeltaE00 and SSIM here, as `settings` tell it: `numpy`, or `native` with its instruction set."""
    found = kernels()
    return NUMPY if found is None else NAMES[found.LEVEL]


def kernel_trouble() -> str | None:
    """Why an extension that is there is not used; None where it is, or where there is none."""
    return _looked_for()[1]


def _looked_for() -> tuple[ModuleType | None, str | None]:
    """The extension, if one is there, and what is wrong with it."""
    try:
        found = importlib.import_module("qualitygate.core.native._kernels")
    except ModuleNotFoundError:
        return None, None
    except ImportError:
        return None, "does not load: install again"
    fits = getattr(found, "CONTRACT", None) == CONTRACT
    return found, None if fits else "compiled for another version: install again"
