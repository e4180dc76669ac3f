"""The compiled kernels, where they were built; without them the NumPy paths serve.

`QUALITYGATE_KERNELS=numpy` leaves them unused, for comparing.
"""

from __future__ import annotations

import importlib
import os
from functools import lru_cache
from pathlib import Path
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
    if _turned_off():
        return None
    found, trouble = _looked_for()
    return None if trouble else cast("_kernels | None", found)  # type: ignore[valid-type]


def kernel_name() -> str:
    """What computes DeltaE00 and SSIM here, as `settings` tell it: `numpy`, or `native` with its instruction set."""
    found = kernels()
    return NUMPY if found is None else NAMES[found.LEVEL]


def kernel_trouble() -> str | None:
    """Why the kernels are not used, and what to do about it; None where they are."""
    if _turned_off():
        return "turned off by QUALITYGATE_KERNELS"
    return _looked_for()[1]


def _looked_for() -> tuple[ModuleType | None, str | None]:
    """The extension, if one is there, and what is wrong."""
    try:
        found = importlib.import_module("qualitygate.core.native._kernels")
    except ModuleNotFoundError:
        return None, _not_compiled()
    except ImportError:
        return None, "does not load: install again"
    fits = getattr(found, "CONTRACT", None) == CONTRACT
    return found, None if fits else "compiled for another version: install again"


def _turned_off() -> bool:
    return os.environ.get("QUALITYGATE_KERNELS") == NUMPY


def _not_compiled() -> str:
    """With the directory: `python -m` takes the package from a checkout that it is called in, installed or not."""
    package = Path(__file__).resolve().parents[2]
    if (package.parent / "hatch_build.py").is_file():
        return (
            f"not compiled in the checkout that this runs from, {package}: with a C compiler, `pip install -e .` there"
        )
    return f"not compiled when this was installed, in {package}: install a C compiler, then qualitygate again"
