"""Options that the verbs around incidents share, and what stands behind them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from qualitygate import clock
from qualitygate.actor import default_actor
from qualitygate.cli.options import Target
from qualitygate.core.errors import ConfigError
from qualitygate.incident_root import incident_root
from qualitygate.incidents.paths import postmortems
from qualitygate.incidents.text import one_line

_Command = TypeVar("_Command", bound=Callable[..., Any])

incident_dir = click.option(
    "--incident-dir",
    "root",
    type=Target(file=False),
    callback=lambda _context, _parameter, value: value or incident_root(Path.cwd()),
    help="Where run/ and evidence/ are.  [default: the git top level, else here]",
)
form = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)


def store_needed(root: Path) -> None:
    """Say it where there is nothing to read: an alarm that looks in the wrong place must not stay silent.

    Raises:
        ConfigError: QG-1401, the directory does not exist.
    """
    if not root.is_dir():
        raise ConfigError(
            "no such directory", code="QG-1401", where=str(root), hint="name the one that holds run/ by --incident-dir"
        )
    if not postmortems(root).is_dir():
        click.echo(f"qualitygate: {root} holds no run/_/postmortems, so there are no incidents to look at", err=True)


def _time(_context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    return None if value is None else clock.rfc3339_time(value, parameter.opts[0]).replace(microsecond=0)


def _actor(_context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    if value is None:
        return default_actor()
    if not one_line(value):
        raise ConfigError("an actor has a name", code="QG-1405", where=parameter.opts[0], hint="write who did it")
    return one_line(value)


at = click.option("--at", callback=_time, metavar="TIME", help="When it happened, RFC 3339.  [default: now]")
actor = click.option(
    "--actor", callback=_actor, metavar="NAME", help="Who did it.  [default: the CI actor, git's user.name, the login]"
)


def verb(command: _Command) -> _Command:
    """The options of every verb that writes an event: `root`, `at`, `actor` and `form`."""
    return functools.reduce(lambda made, option: option(made), (form, incident_dir, actor, at), command)


def line(option: str, value: str | None) -> str | None:
    """What an option says, in one line.

    Raises:
        ConfigError: QG-1405, it says nothing.
    """
    if value is None:
        return None
    if not (text := one_line(value)):
        raise ConfigError("says nothing", code="QG-1405", where=option, hint="write a text, or leave it out")
    return text
