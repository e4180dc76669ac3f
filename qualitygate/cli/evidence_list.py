"""`qualitygate evidence list`: what is recorded of an incident."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from qualitygate.cli import incident_options
from qualitygate.cli.evidence_collect import described
from qualitygate.cli.output import as_json
from qualitygate.incidents.ledger import Ledger


@click.command("list")
@click.argument("incident_id", metavar="PM-…")
@incident_options.form
@incident_options.incident_dir
def command(incident_id: str, root: Path, form: str) -> int:
    """List the evidence of an incident, as its event log records it."""
    record = Ledger(root).record(incident_id)
    if form == "json":
        click.echo(as_json({"id": record.id, "evidence": msgspec.to_builtins(record.evidence)}))
        return 0
    for item in record.evidence:
        click.echo(described(item))
    count = len(record.evidence)
    click.echo(f"{record.id}: {count} piece{'' if count == 1 else 's'} of evidence")
    return 0
