"""`qualitygate incident list|show`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import msgspec
from rich.table import Table
from rich.text import Text

from qualitygate.cli import clock, incident_options, terminal
from qualitygate.cli.incident_output import as_json, print_step, summary
from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.events import type_of
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.text import one_line
from qualitygate.incidents.views import unlogged

_STYLES = {"S0": "bold red", "S1": "red", "S2": "yellow", "S3": "dim"}


@click.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that are neither closed, merged nor false alarms.")
@click.option("--late", "only_late", is_flag=True, help="Only those with a clock that has run out.")
@click.option("--severity", "severities", multiple=True, type=click.Choice([one.value for one in Severity]))
@click.option("--state", "states", multiple=True, type=click.Choice([one.value for one in IncidentState]))
@incident_options.verb
def list_(
    only_open: bool,
    only_late: bool,
    severities: tuple[str, ...],
    states: tuple[str, ...],
    root: Path,
    actor: str,  # noqa: ARG001 - every verb takes it
    at: datetime | None,
    form: str,
) -> None:
    """List incidents, in the order of their ids. With --at, clocks are read at that time."""
    now = at or clock.now()
    found = Ledger(root).records()
    chosen = [
        row
        for record in found.records
        if (not only_open or record.state.is_open)
        and (not severities or record.severity.value in severities)
        and (not states or record.state.value in states)
        and ((row := summary(record, now))["late"] or not only_late)
    ]
    without = [f"{name} has no event log yet: `qualitygate postmortem sync {name}`" for name in unlogged(root)]
    for warning in (*found.warnings, *without):
        click.echo(f"qualitygate: {warning}", err=True)
    if form == "json":
        click.echo(as_json({"incidents": chosen}))
    elif chosen:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for heading in ("id", "severity", "state", "detected", "late", "title"):
            table.add_column(heading, no_wrap=heading != "title", overflow="ellipsis")
        for row in chosen:
            table.add_row(
                row["id"],
                Text(row["severity"], _STYLES[row["severity"]]),
                row["state"],
                row["times"]["detected"][:16].replace("T", " "),
                Text(", ".join(row["late"]) or "–", "red" if row["late"] else "dim"),
                Text(row["title"]),
            )
        terminal.console().print(table)
    else:
        click.echo("no incidents")


@click.command()
@click.argument("incident_id", metavar="PM-…")
@incident_options.verb
def show(
    incident_id: str,
    root: Path,
    actor: str,  # noqa: ARG001 - every verb takes it
    at: datetime | None,
    form: str,
) -> None:
    """Show one incident: where it stands, its events, its checklist. As JSON, the whole record."""
    now = at or clock.now()
    ledger = Ledger(root)
    record = ledger.record(incident_id)
    if form == "json":
        click.echo(as_json(msgspec.to_builtins(record)))
        return
    print_step(ledger, record, form, now)
    click.echo()
    for line in ledger.lines(incident_id):
        event = line.event
        passed = "  (passed)" if event.implied else ""
        click.echo(f"  {event.at}  {type_of(event):<19} {one_line(event.actor)}{passed}")
    click.echo()
    for name, holds in msgspec.to_builtins(record.checklist).items():
        box = {True: "[x]", False: "[!]", None: "[ ]"}[holds]
        click.echo(f"  {box} {name.replace('_', ' ')}")
