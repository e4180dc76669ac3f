"""What can be known of torch's devices without loading torch, which takes a second and some hundred megabytes."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_DRIVERS = {"linux": "libcuda.so.1", "win32": "nvcuda.dll"}


def surely_cpu() -> bool:
    """Whether torch will find nothing but the CPU: the build knows no accelerator, or there is no driver for it.

    False where it cannot be told (AMD's builds, Macs), and where torch is loaded already and can be asked.
    """
    if "torch" in sys.modules or sys.platform not in _DRIVERS:
        return False
    build = _build()
    if build is None or getattr(build, "hip", None) is not None or not hasattr(build, "cuda"):
        return False
    return build.cuda is None or not _loads(_DRIVERS[sys.platform])


def _build() -> ModuleType | None:
    """`torch.version` by itself, as a module of its own: a few constants written when torch was built."""
    package = importlib.util.find_spec("torch")
    places = package.submodule_search_locations if package is not None else None
    for place in places or ():
        spec = importlib.util.spec_from_file_location("_torch_version", Path(place) / "version.py")
        if spec is None or spec.loader is None:
            continue
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except (ImportError, OSError, SyntaxError):
            continue
        return module
    return None


def _loads(library: str) -> bool:
    """Whether a shared library is there; CUDA's runtime looks for its driver by this name, too."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
