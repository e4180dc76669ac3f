"""`qualitygate thresholds`."""

from __future__ import annotations

import click


@click.command("thresholds")
def command() -> None:
    """Not built yet."""
