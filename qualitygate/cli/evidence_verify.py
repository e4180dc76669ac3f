"""`qualitygate evidence verify`: changed, missing and unknown files, and files that must not be in git."""

from __future__ import annotations

from pathlib import Path

import click

from qualitygate.cli import incident_options
from qualitygate.cli.output import as_json
from qualitygate.core.finding_level import Level
from qualitygate.incidents.collecting.verify import check_evidence, evidence_findings, still_stored, unknown_files
from qualitygate.incidents.collecting.withholding import how_to_remove
from qualitygate.incidents.ledger import Ledger


@click.command("verify")
@click.argument("incident_id", metavar="PM-…")
@incident_options.form
@incident_options.incident_dir
def command(incident_id: str, root: Path, form: str) -> int:
    """Compute the digest of every piece of evidence again. Exit code 1 when one differs, is missing or unknown."""
    record = Ledger(root).record(incident_id)
    actual = check_evidence(root, record)
    findings = (*evidence_findings(root, record), *unknown_files(root, record))
    errors = sum(one.level is Level.ERROR for one in findings)
    remaining = still_stored(root, record)
    if form == "json":
        rows = [{"code": f.code, "level": f.level.value, "path": f.path, "message": f.message} for f in findings]
        told = {"id": record.id, "files": len(actual), "errors": errors, "findings": rows, "remove": list(remaining)}
        click.echo(as_json(told))
        return 1 if errors else 0
    for one in findings:
        click.echo(f"{one.level.value:<8} {one.message}  {one.code}")
    digests = sum(item.path is None for item in record.evidence)
    click.echo(f"{record.id}: {len(actual)} files and {digests} digests, {errors} errors")
    if remaining:
        click.echo(how_to_remove(remaining, record.id))
    return 1 if errors else 0
