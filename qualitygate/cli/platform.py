"""Options of the verbs that talk to GitHub, and the client behind them. The one place with the real clock and token."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from qualitygate.core.errors import ConfigError
from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.target import endpoint, repository
from qualitygate.vcs.tracked import remote_url

_Command = TypeVar("_Command", bound=Callable[..., Any])
_WORTH_SAYING = 5.0

_OPTIONS = (
    click.option(
        "--repo", metavar="OWNER/NAME", help="Repository.  [default: GITHUB_REPOSITORY, else the remote `origin`]"
    ),
    click.option("--api-url", metavar="URL", help="REST API.  [default: GITHUB_API_URL, else https://api.github.com]"),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True, max=600),
        default=20.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for an answer.",
    ),
    click.option(
        "--max-wait",
        type=click.FloatRange(min=0, max=86400),
        default=120.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait in all for rate limits and second attempts.",
    ),
)


def options(command: _Command) -> _Command:
    """The options `repo`, `api_url`, `timeout` and `max_wait`."""
    return functools.reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def connect(
    repo: str | None, api_url: str | None, timeout: float, max_wait: float, *, writes: bool = False
) -> tuple[Client, str]:
    """A client, to be opened with `with`, and the name of the repository. Nothing is sent yet.

    Args:
        writes: Whether a token is needed.

    Raises:
        ConfigError: QG-1770, QG-1771.
    """
    where = endpoint(os.environ, api_url)
    name = repository(repo, os.environ, remote_url(Path.cwd()), where)
    if writes and where.token is None:
        message = "there is no token, and without one nothing can be written"
        raise ConfigError(message, code="QG-1771", hint="set GITHUB_TOKEN or GH_TOKEN, or look first with --dry-run")
    return Client(where, sleep=_wait, clock=time.time, timeout=timeout, max_wait=max_wait), name


def _wait(seconds: float) -> None:
    """Sleep; a wait that somebody would wonder about is said on stderr."""
    if seconds >= _WORTH_SAYING:
        click.echo(f"qualitygate: waiting {seconds:,.0f} s for the platform", err=True)
    time.sleep(seconds)
