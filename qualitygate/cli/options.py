"""Options that several verbs share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

Function = TypeVar("Function", bound=Callable[..., Any])

RESIZE = ("off", "nearest", "bilinear", "bicubic", "lanczos")


def colour(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int, int] | None:
    """`#rrggbb` as three integers 0..255; anything else is a usage error."""
    if value is None:
        return None
    found = re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no colour; write it as #rrggbb, for example #ffffff", ctx, param)
    red, green, blue = (int(part, 16) for part in found.groups())
    return red, green, blue


def measuring(function: Function) -> Function:
    """`--profile --metric --device --resize --background`."""
    for option in reversed(
        (
            click.option("--profile", metavar="NAME", help="hero, product, thumbnail, ui, or a file of your own."),
            click.option(
                "--metric", "metrics", multiple=True, metavar="NAME", help="Measure this metric only; repeatable."
            ),
            click.option(
                "--device",
                type=click.Choice(["auto", "cpu", "cuda", "mps"]),
                default="auto",
                show_default=True,
                help="Where LPIPS runs; cuda and mps, if named, also run DeltaE00 and SSIM.",
            ),
            click.option(
                "--resize",
                type=click.Choice(RESIZE),
                help="Bring the reference to the candidate's size with this filter.",
            ),
            click.option(
                "--background",
                metavar="#rrggbb",
                callback=colour,
                help="What pictures with alpha are laid on.  [default: #ffffff]",
            ),
        )
    ):
        function = option(function)
    return function


class Target(click.Path):
    """A path that something is written to. "" is refused, as an unset variable between quotes leaves: `Path("")` would
    be the working directory.

    Args:
        file, directory: What it may be, where it is there already.
        home: Whether `~` at the beginning is replaced, which no shell does behind `=`.
    """

    def __init__(self, *, file: bool = True, directory: bool = True, home: bool = False) -> None:
        super().__init__(file_okay=file, dir_okay=directory, path_type=Path)
        self._home = home

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        if value == "":
            self.fail("must not be empty", param, ctx)
        if self._home:
            from qualitygate.core.user_paths import expanded

            try:
                value = expanded(os.fspath(value))
            except ValueError as error:
                self.fail(str(error), param, ctx)
        return super().convert(value, param, ctx)


output = click.option(
    "--output",
    "-o",
    type=Target(directory=False),
    help="Write the report to this file instead of standard output.",
)


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """`1.5 GiB` as bytes; anything else is a usage error."""
    from qualitygate.policy.run_settings import SMALLEST_MEMORY, size_of

    try:
        return None if value is None else size_of(value, SMALLEST_MEMORY)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def refuse_both(ctx: click.Context, one: str, other: str) -> None:
    """Refuse two options beside each other on the command line; what a variable says may be contradicted there.

    Raises:
        UsageError: Both were given.
    """
    if all(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in (one, other)):
        first, second = (f"--{name.replace('_', '-')}" for name in (one, other))
        raise click.UsageError(f"{first} and {second} contradict each other; give one of them")


def machine(function: Function) -> Function:
    """`--workers --memory --cache --no-cache`."""
    for option in reversed(
        (
            click.option("--workers", type=click.IntRange(1), help="Processes to use.  [default: one per core]"),
            click.option(
                "--memory",
                metavar="SIZE",
                callback=size,
                help="Memory to plan pairs by, such as '1.5 GiB'; at least 64 MB, no hard limit.  "
                "[default: half of what is free]",
            ),
            click.option(
                "--cache",
                type=Target(home=True),
                metavar="DIRECTORY",
                help="Where numbers of earlier runs lie.  [default: the user's cache directory]",
            ),
            click.option("--no-cache", is_flag=True, help="Measure everything again, and keep nothing."),
        )
    ):
        function = option(function)
    return function
