"""Where `qualitygate check` here keeps numbers of earlier runs, for `qualitygate doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from qualitygate.cache.directory import DEFAULT_SIZE, Directory
from qualitygate.cli.results_named import NO_CACHE, named, refused
from qualitygate.core.errors import ConfigError
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.model import Config
from qualitygate.running.resources import results_of

_NOWHERE: dict[str, Any] = {"path": None, "bytes": None, "limit": None, "why": None}


def results_place(directory: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """What the nearest configuration and the variables of `check` say, as plain data. Never fails, and makes nothing.

    Returns:
        `path`, None for no such directory; `bytes` that its documents take on the disk; `limit`, bytes that it is
        trimmed to; `why` there is none, or why it cannot be used.
    """
    path = find_config(directory)
    try:
        config = Config(directory) if path is None else load_config(path)
    except ConfigError:
        config = Config(directory)  # said where the configuration is shown
    try:
        if refused(environ):
            return {**_NOWHERE, "why": NO_CACHE}
        found = results_of(config, directory=named(environ))
        if found is None:
            why = "no home directory is known" if config.run.cached else "[run] cache = false"
            return {**_NOWHERE, "why": why}
        where: dict[str, Any] = {**_NOWHERE, "path": str(found.directory.absolute()), "limit": found.size}
        try:
            return {**where, "bytes": Directory(found.directory, found.size).taken()}
        except ConfigError as error:
            return {**where, "why": str(error)}
    except (ConfigError, ValueError, click.BadParameter) as error:
        return {**_NOWHERE, "limit": config.run.cache_size or DEFAULT_SIZE, "why": str(error)}


def results_row(found: Mapping[str, Any]) -> tuple[str, Text]:
    """The same as a name and a line, for a terminal."""
    if found["path"] is None:
        return "results", Text(f"not kept: {found['why']}")
    if found["why"] is not None:
        return "results", Text.assemble(("cannot be used", "red"), f": {found['why']}")
    return "results", Text(f"{found['path']}, {_megabytes(found['bytes'])} of {_megabytes(found['limit'])}")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB".replace(".0 MB", " MB")
