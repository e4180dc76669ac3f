"""`qualitygate actions`: the corrective actions of all incidents, here and in the backlog."""

from __future__ import annotations

import click

from qualitygate.cli.actions_list import export, listing
from qualitygate.cli.actions_sync import sync


@click.group("actions")
def command() -> None:
    """List corrective actions, write them as CSV, sync them with the backlog as issues."""


command.add_command(listing)
command.add_command(export)
command.add_command(sync)
