"""Options that several verbs share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

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
                help="Where LPIPS runs; cuda and mps, when named, take DeltaE00 and SSIM, too.",
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


output = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this file instead of standard output.",
)


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """`1.5 GiB` as bytes; anything else is a usage error."""
    from qualitygate.policy.run_settings import SMALLEST_MEMORY, size_of

    try:
        return None if value is None else size_of(value, SMALLEST_MEMORY)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def machine(function: Function) -> Function:
    """`--workers --memory --cache --no-cache`."""
    for option in reversed(
        (
            click.option("--workers", type=click.IntRange(1), help="Processes to use.  [default: one per core]"),
            click.option(
                "--memory",
                metavar="SIZE",
                callback=size,
                help="Memory of all processes, such as '1.5 GiB'.  [default: half of what is free]",
            ),
            click.option(
                "--cache",
                type=click.Path(path_type=Path),
                metavar="DIRECTORY",
                help="Where numbers of earlier runs lie.  [default: the user's cache directory]",
            ),
            click.option("--no-cache", is_flag=True, help="Measure everything again, and keep nothing."),
        )
    ):
        function = option(function)
    return function
