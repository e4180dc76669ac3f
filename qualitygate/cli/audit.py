"""`qualitygate audit`."""

from __future__ import annotations

import click


@click.command("audit")
def command() -> None:
    """Not built yet."""
