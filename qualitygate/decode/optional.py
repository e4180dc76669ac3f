"""Importing the optional decoders, when a file needs one and not before."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import sys
from functools import cache
from types import ModuleType

from qualitygate.core.native import NUMPY
from qualitygate.decode.refuse import refusal

INSTALL = "pip install 'image-qualitygate[formats]'"


def load(name: str, code: str, message: str) -> ModuleType:
    """Import an optional module, or refuse the picture that needs it.

    Raises:
        DecodeError: `code` with `message` and the install command.
    """
    try:
        return importlib.import_module(name)
    except (ImportError, OSError):  # OSError: a shared library it needs is not there
        raise refusal(code, message, f"`{INSTALL}`") from None


@cache
def faster(name: str) -> ModuleType | None:
    """A module of the extra `fast`, None where it is not there or does not load: all goes without it, only slower.

    `QUALITYGATE_KERNELS=numpy`, which leaves the compiled kernels unused, leaves it unused as well.
    """
    if os.environ.get("QUALITYGATE_KERNELS") == NUMPY:
        return None
    try:
        return importlib.import_module(name)
    except (ImportError, OSError):
        return None


def load_jxl(code: str, message: str) -> ModuleType:
    """pillow_jxl's compiled module alone: importing the package would register a plugin in the host's Pillow.

    Raises:
        DecodeError: `code` with `message` and the install command.
    """
    loaded = sys.modules.get("pillow_jxl.pillow_jxl")
    if loaded is not None:
        return loaded
    try:
        package = importlib.util.find_spec("pillow_jxl")
        places = package.submodule_search_locations if package else None
        spec = importlib.machinery.PathFinder.find_spec("pillow_jxl.pillow_jxl", places) if places else None
        if spec is None or spec.loader is None:
            raise ImportError("pillow_jxl")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (ImportError, OSError, ValueError):
        raise refusal(code, message, f"`{INSTALL}`") from None
    return module
