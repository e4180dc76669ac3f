"""Loading the libraries of the extra `science`."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from qualitygate.core.errors import MissingExtraError


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
        raise MissingExtraError(
            f"{distribution} is not installed, so its numbers cannot be shown beside ours",
            code="QG-1413",
            hint="pip install 'image-qualitygate[science]'",
        ) from error
