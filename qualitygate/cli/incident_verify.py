"""`qualitygate incident verify`: tampered logs, changed evidence, files that fell behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.incident_warnings import say_stored
from qualitygate.cli.output import as_json
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.incidents.collecting.verify import evidence_findings, unknown_files
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.splitting import part
from qualitygate.incidents.verifying import verify_incident, verify_missing, verify_orphans, verify_table


@click.command()
@click.argument("incident_ids", metavar="[PM-…]...", nargs=-1)
@click.option(
    "--repair",
    is_flag=True,
    help="Make JSON, Markdown and reports.csv again from sound logs, edits kept; part incidents that share an id.",
)
@incident_options.verb
def command(
    incident_ids: tuple[str, ...],
    repair: bool,
    root: Path,
    actor: str,
    at: datetime | None,  # noqa: ARG001 - every verb takes it
    form: str,
) -> int:
    """Find every edited, missing, moved or cut-off event, and every piece of evidence whose digest changed.

    Exit code 1 if something was tampered with. A chain of digests shows tampering as long as its last digest is
    known: it is in the JSON, in reports.csv and in every commit. It does not show who rewrote all of them.
    """
    incident_options.store_needed(root)
    ledger = Ledger(root)
    names = incident_ids or tuple(ledger.ids())
    if repair:
        _repair(ledger, names, actor)
        names = incident_ids or tuple(ledger.ids())
    findings = list(_findings(ledger, names, everything=not incident_ids))
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if form == "json":
        rows = [_plain(one) for one in findings]
        click.echo(as_json({"incidents": len(names), "errors": errors, "findings": rows}))
        return 1 if errors else 0
    for one in findings:
        place = f"{one.path}:{one.line}" if one.line else one.path
        click.echo(f"{one.level.value:<8} {one.subject or 'the table'}  {one.message}  {one.code}\n         {place}")
    for name in dict.fromkeys(one.subject for one in findings if one.code == "QG-1797" and one.subject):
        say_stored(ledger.root, ledger.record(name))
    told = f"{len(names)} incident{'' if len(names) == 1 else 's'}"
    click.echo(f"{told}, {errors} error{'' if errors == 1 else 's'}, {len(findings) - errors} to look at")
    return 1 if errors else 0


def _repair(ledger: Ledger, names: tuple[str, ...], actor: str) -> None:
    """Make anew what follows from a log, where the log is sound: what was tampered with must stay to be seen."""
    for name in names:
        try:
            for one in part(ledger, name, actor=actor, now=clock.now()):
                click.echo(f"parted   {one.ours}  was opened as {one.theirs}, too, on another branch")
            if not any(one.level is Level.ERROR for one in verify_incident(ledger, name)):
                ledger.refresh(name)
        except ConfigError as error:
            click.echo(f"qualitygate: {error}", err=True)
    if ledger.ids():
        ledger.tabulate()


def _plain(one: Finding) -> dict[str, Any]:
    told = {"code": one.code, "level": one.level.value, "id": one.subject, "message": one.message}
    return told | {"path": one.path, "line": one.line}


def _findings(ledger: Ledger, names: tuple[str, ...], *, everything: bool) -> Iterator[Finding]:
    for name in names:
        yield from verify_incident(ledger, name)
        try:
            record = ledger.record(name)
        except ConfigError:
            continue  # its log was told of, or is gone
        yield from evidence_findings(ledger.root, record)
        yield from unknown_files(ledger.root, record)
    table = [*verify_table(ledger), *verify_missing(ledger), *verify_orphans(ledger)]
    yield from (one for one in table if everything or one.subject in names)
