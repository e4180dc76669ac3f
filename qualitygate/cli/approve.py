"""`qualitygate approve`."""

from __future__ import annotations

import click


@click.command("approve")
def command() -> None:
    """Not built yet."""
