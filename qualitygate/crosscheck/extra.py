"""Loading the libraries of the extra `science`."""

from __future__ import annotations

import importlib
import warnings
from importlib.util import find_spec
from typing import Any

from qualitygate.core.errors import MissingExtraError


def require_libraries() -> None:
    """Refuse before anything is measured, without loading anything.

    Raises:
        MissingExtraError: QG-1413, a library is not installed.
    """
    for module, distribution in (("colour", "colour-science"), ("skimage", "scikit-image")):
        if find_spec(module) is None:
            raise _missing(distribution)


def science(module: str, distribution: str) -> Any:
    """Import a module of a library, without the warnings it gives about its own optional parts.

    Raises:
        MissingExtraError: QG-1413, the library is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError as error:
        raise _missing(distribution) from error


def _missing(distribution: str) -> MissingExtraError:
    return MissingExtraError(
        f"{distribution} is not installed, so its numbers cannot be shown beside ours",
        code="QG-1413",
        hint="pip install 'image-qualitygate[science]'",
    )
