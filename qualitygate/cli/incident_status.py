"""`qualitygate incident status|next`: what runs, what is late, and what to do about it."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from qualitygate.cli import clock, incident_options, terminal
from qualitygate.cli.incident_output import as_json, print_step, title_of, told
from qualitygate.incidents.clocks import Clock, clocks
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.next_step import next_step
from qualitygate.incidents.postmortem import Postmortem

_STYLES = {"late": "bold red", "running": "yellow"}


@click.command()
@click.argument("incident_ids", metavar="[PM-…]...", nargs=-1)
@click.option("--watch", is_flag=True, help="Stay, and show the clocks run, until interrupted.")
@click.option("--interval", type=click.FloatRange(0.1), default=1.0, show_default=True, help="Seconds between looks.")
@incident_options.verb
def status(
    incident_ids: tuple[str, ...],
    watch: bool,
    interval: float,
    root: Path,
    actor: str,  # noqa: ARG001 - every verb takes it
    at: datetime | None,
    form: str,
) -> int:
    """Say which clocks run and which have run out: mitigation 30 minutes, publication 48 hours, actions by date.

    Exit code 1 when something is late, so that a scheduled CI job can raise the alarm.
    """
    ledger = Ledger(root)
    if watch:
        if form == "json":
            raise click.UsageError("--watch is for people; leave out --format json")
        return _watch(ledger, incident_ids, interval)
    now = at or clock.now()
    rows, warnings = _rows(ledger, incident_ids, now)
    for warning in warnings:
        click.echo(f"qualitygate: {warning}", err=True)
    if form == "json":
        running = [_plain(*row, now) for row in rows]
        click.echo(as_json({"now": rfc3339(now), "late": _any_late(rows), "clocks": running}))
    elif rows:
        terminal.console().print(_table(rows, now))
    else:
        click.echo("nothing runs")
    # An incident that cannot be read may be late, for all one knows.
    return 1 if _any_late(rows) or warnings else 0


@click.command("next")
@click.argument("incident_id", metavar="PM-…")
@incident_options.verb
def next_(
    incident_id: str,
    root: Path,
    actor: str,  # noqa: ARG001 - every verb takes it
    at: datetime | None,
    form: str,
) -> None:
    """Show the one sensible next step of an incident, why, and whose turn it is."""
    ledger = Ledger(root)
    print_step(ledger, ledger.record(incident_id), form, at or clock.now())


Row = tuple[Postmortem, Clock]


def _rows(ledger: Ledger, incident_ids: tuple[str, ...], now: datetime) -> tuple[list[Row], list[str]]:
    """Clocks that run or have run out, the most urgent first; one line for each incident that cannot be read."""
    if incident_ids:
        records, warnings = [ledger.record(name) for name in incident_ids], list[str]()
    else:
        records, warnings = ledger.records()
    rows = [(record, one) for record in records for one in clocks(record, now) if one.state in ("running", "late")]
    return sorted(rows, key=lambda row: (row[1].due, row[0].id)), warnings


def _any_late(rows: list[Row]) -> bool:
    return any(one.state == "late" for _, one in rows)


def _plain(record: Postmortem, one: Clock, now: datetime) -> dict[str, Any]:
    return {
        "incident": record.id,
        "severity": record.severity.value,
        "state": record.state.value,
        "clock": one.name,
        "what": one.what,
        "due": rfc3339(one.due),
        "status": one.state,
        "seconds_left": int(one.left(now).total_seconds()),
        "next": next_step(record).command,
    }


def _table(rows: list[Row], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("incident", "severity", "clock", "time", "what"):
        table.add_column(heading, no_wrap=heading != "what", overflow="ellipsis")
    for record, one in rows:
        what = one.what if one.name.startswith("action") else title_of(record)
        table.add_row(record.id, record.severity.value, one.name, Text(told(one, now), _STYLES[one.state]), Text(what))
    return table


def _watch(ledger: Ledger, incident_ids: tuple[str, ...], interval: float) -> int:
    """Draw the clocks over and over; where output is no terminal, print them when one begins, ends or runs out."""
    rows: list[Row] = []
    warnings: list[str] = []
    screen, told = terminal.screen(), None
    try:
        with Live(console=screen, auto_refresh=False, screen=True) if screen else contextlib.nullcontext() as live:
            while True:
                now = clock.now()
                rows, warnings = _rows(ledger, incident_ids, now)
                table = _table(rows, now) if rows else Text("nothing runs")
                stand = [(record.id, one.name, one.state) for record, one in rows]
                if live is not None:
                    live.update(Group(table, *map(Text, warnings)), refresh=True)
                elif told != (told := (stand, warnings)):
                    terminal.console().print(table, *warnings, sep="\n", markup=False)
                time.sleep(interval)
    except KeyboardInterrupt:
        return 1 if _any_late(rows) or warnings else 0
