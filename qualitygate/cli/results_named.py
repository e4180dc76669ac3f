"""What the variables of `qualitygate check` say of numbers of earlier runs, for the commands that share them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from qualitygate.core.errors import ConfigError
from qualitygate.core.user_paths import expanded

CACHE, NO_CACHE = "QUALITYGATE_CHECK_CACHE", "QUALITYGATE_CHECK_NO_CACHE"


def refused(environ: Mapping[str, str]) -> bool:
    """Whether no such numbers are to be used.

    Raises:
        click.BadParameter: The variable is neither true nor false.
    """
    return bool(environ.get(NO_CACHE)) and bool(click.BOOL.convert(environ[NO_CACHE], None, None))


def named(environ: Mapping[str, str]) -> Path | None:
    """The directory that they lie in; None where no variable says.

    Raises:
        ConfigError: QG-1445, it begins with `~NAME`, of whom no home directory is known.
    """
    if not environ.get(CACHE):
        return None
    try:
        return expanded(environ[CACHE])
    except ValueError as error:
        raise ConfigError(str(error), code="QG-1445", where=CACHE) from None
