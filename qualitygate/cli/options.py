"""Options that several verbs share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

RESIZE = ("off", "nearest", "bilinear", "bicubic", "lanczos")


class Colour(click.ParamType):
    """`#rrggbb` as three integers 0..255."""

    name = "#rrggbb"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int, int]:
        """Parse the text; anything else is a usage error."""
        if isinstance(value, tuple):
            return value  # type: ignore[return-value]
        found = re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", value)
        if found is None:
            self.fail(f"{value!r} is no colour; write it as #rrggbb, for example #ffffff", param, ctx)
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
                help="Where LPIPS runs.",
            ),
            click.option(
                "--resize",
                type=click.Choice(RESIZE),
                help="Bring the reference to the candidate's size with this filter.",
            ),
            click.option(
                "--background", type=Colour(), help="What pictures with alpha are laid on.  [default: #ffffff]"
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
