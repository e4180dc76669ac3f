"""`qualitygate calibrate`."""

from __future__ import annotations

import click


@click.command("calibrate")
def command() -> None:
    """Not built yet."""
