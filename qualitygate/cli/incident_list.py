"""`qualitygate incident list|show`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.cells import cell_len, set_cell_size

from qualitygate import clock
from qualitygate.cli import columns, incident_options, terminal
from qualitygate.cli.incident_output import print_step, summary, told
from qualitygate.cli.output import as_json
from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import telling
from qualitygate.incidents.clocks import clocks
from qualitygate.incidents.events import type_of
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line
from qualitygate.incidents.views import unlogged

_NAMED = 5
_STYLES: dict[str, dict[str, Any]] = {
    "S0": {"fg": "red", "bold": True},
    "S1": {"fg": "red"},
    "S2": {"fg": "yellow"},
    "S3": {"dim": True},
}


@click.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that are neither closed, merged nor false alarms.")
@click.option("--late", "only_late", is_flag=True, help="Only those with a clock that has run out.")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice([one.value for one in Severity]),
    help="Of this severity only; repeatable.",
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([one.value for one in IncidentState]),
    help="In this state only; repeatable.",
)
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
    incident_options.store_needed(root)
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
        _print(chosen)
    else:
        click.echo("no incidents")


def _print(rows: list[dict[str, Any]]) -> None:
    cells = [
        (
            row["id"],
            row["severity"],
            row["state"],
            row["times"]["detected"][:16].replace("T", " "),
            _late(row),
            row["title"],
        )
        for row in rows
    ]
    heading = ("id", "severity", "state", "detected", "late", "title")
    coloured = terminal.colours()
    lines = columns.lines(heading, cells, _style, width=terminal.room(), coloured=coloured)
    click.echo("\n".join(lines), color=coloured)


def _style(column: int, line: tuple[str, ...]) -> dict[str, Any]:
    if column == 1:
        return _STYLES[line[1]]
    return {"fg": "red"} if column == 4 and line[4] != "–" else {}


def _late(row: dict[str, Any]) -> str:
    """`mitigation, 3 actions`: what is late, actions counted."""
    actions = sum(name.startswith("action") for name in row["late"])
    names = [name for name in row["late"] if not name.startswith("action")]
    if actions:
        names.append(f"{actions} action{'' if actions == 1 else 's'}")
    return ", ".join(names) or "–"


def _only_open(ledger: Ledger) -> Postmortem:
    """The incident that nobody has to name.

    Raises:
        UsageError: None is open, or several are.
    """
    found = ledger.records()
    for warning in found.warnings:
        click.echo(f"qualitygate: {warning}", err=True)
    opened = [record for record in found.records if record.state.is_open]
    if len(opened) == 1 and not found.warnings:
        return opened[0]
    some = ", ".join(record.id for record in opened[:_NAMED])
    more = f" and {len(opened) - _NAMED:,} more" if len(opened) > _NAMED else ""
    raise click.UsageError(
        f"name the incident; open are {some}{more}" if opened else f"name the incident; none is open in {ledger.root}"
    )


@click.command()
@click.argument("incident_id", metavar="[PM-…]", required=False)
@incident_options.verb
def show(
    incident_id: str | None,
    root: Path,
    actor: str,  # noqa: ARG001 - every verb takes it
    at: datetime | None,
    form: str,
) -> None:
    """Show one incident: its state, events and checklist. As JSON, the whole record.

    Without PM-… the only one that is open.
    """
    now = at or clock.now()
    ledger = Ledger(root)
    record = ledger.record(incident_id) if incident_id is not None else _only_open(ledger)
    if form == "json":
        click.echo(as_json(msgspec.to_builtins(record)))
        return
    print_step(ledger, record, form, now)
    click.echo()
    latest, room = "", terminal.room()
    for line in ledger.lines(record.id):
        event = line.event
        passed = "  (passed)" if event.implied else ""
        # The order is that of the log; a time that stands below a later one was told afterwards.
        told_later = f"  (written down {event.recorded})" if event.at < latest else ""
        latest = max(latest, event.at)
        head = f"  {event.at}  {type_of(event):<19} {one_line(event.actor)}{passed}{told_later}"
        text = f"{head}  {telling.told(event)}".rstrip()
        click.echo(text if cell_len(text) <= room else f"{set_cell_size(text, room - 1).rstrip()}…")
    click.echo()
    for one in clocks(record, now):
        if one.stopped is not None:
            click.echo(f"  {one.name:<11} from {rfc3339(one.start or one.due)}: {told(one, now)}")
    for name, holds in msgspec.to_builtins(record.checklist).items():
        box = {True: "[x]", False: "[!]", None: "[ ]"}[holds]
        click.echo(f"  {box} {name.replace('_', ' ')}")
