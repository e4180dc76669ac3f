"""`qualitygate postmortem schema`: the JSON Schema of the record."""

from __future__ import annotations

import click

from qualitygate.incidents.postmortem import to_schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema, 2020-12, of `run/_/postmortems/PM-….json`."""
    click.echo(to_schema().decode(), nl=False)
