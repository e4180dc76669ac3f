"""`qualitygate incident status|next`: what runs, what is late, and what to do about it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.live import Live
from rich.text import Text

from qualitygate import clock
from qualitygate.cli import columns, incident_options, terminal
from qualitygate.cli.incident_output import print_step, step_of, title_of, told
from qualitygate.cli.output import as_json
from qualitygate.incidents.clocks import Clock, clocks
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.next_step import next_step
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line


@click.command()
@click.argument("incident_ids", metavar="[PM-…]...", nargs=-1)
@click.option("--watch", is_flag=True, help="Keep showing the running clocks until interrupted.")
@click.option(
    "--interval", type=click.FloatRange(0.1), default=1.0, show_default=True, help="Polling interval, in seconds."
)
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
    """List clocks that run and that have run out: mitigation 30 minutes, publication 48 hours, actions by date.

    Exit code 1 if something is late, so that a scheduled CI job can raise the alarm.
    """
    if watch and form == "json":
        raise click.UsageError("--watch is for people; leave out --format json")
    if watch and at is not None:
        raise click.UsageError("--watch shows what runs now; leave out --at")
    incident_options.store_needed(root)
    ledger = Ledger(root)
    if watch:
        return _watch(ledger, incident_ids, interval)
    now = at or clock.now()
    rows, warnings = _rows(ledger, incident_ids, now)
    for warning in warnings:
        click.echo(f"qualitygate: {warning}", err=True)
    if form == "json":
        running = [_plain(*row, now) for row in rows]
        click.echo(as_json({"now": rfc3339(now), "late": _any_late(rows), "clocks": running}))
    elif rows:
        click.echo("\n".join(_lines(rows, now, coloured := terminal.colours())), color=coloured)
    else:
        click.echo("nothing runs")
    # An incident that cannot be read may be late, for all one knows.
    return 1 if _any_late(rows) or warnings else 0


@click.command("next")
@click.argument("incident_ids", metavar="[PM-…]...", nargs=-1)
@incident_options.verb
def next_(
    incident_ids: tuple[str, ...],
    root: Path,
    actor: str,  # noqa: ARG001 - every verb takes it
    at: datetime | None,
    form: str,
) -> None:
    """Show the next step of an incident, why, and whose turn it is; of all that are open if none is named.

    As JSON an object for one incident that is named, else an object `incidents`.
    """
    ledger, now = Ledger(root), at or clock.now()
    if len(incident_ids) == 1:
        print_step(ledger, ledger.record(incident_ids[0]), form, now)
        return
    incident_options.store_needed(root)
    records, warnings = [ledger.record(name) for name in incident_ids], list[str]()
    if not incident_ids:
        records, warnings = ledger.records()
        records = [record for record in records if record.state.is_open]
    for warning in warnings:
        click.echo(f"qualitygate: {warning}", err=True)
    if form == "json":
        click.echo(as_json({"incidents": [step_of(ledger, record, now) for record in records]}))
        return
    for record in records:
        print_step(ledger, record, form, now)
    if not records:
        click.echo("no incident is open")


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


def _lines(rows: list[Row], now: datetime, coloured: bool) -> Iterator[str]:
    heading = ("incident", "severity", "clock", "time", "what")
    cells = [
        (
            record.id,
            record.severity.value,
            one.name,
            told(one, now),
            one_line(one.what) if one.name.startswith("action") else title_of(record),
        )
        for record, one in rows
    ]

    def style(column: int, line: tuple[str, ...]) -> dict[str, Any]:
        if column != 3:
            return {}
        return {"fg": "red", "bold": True} if line[3].startswith("late") else {"fg": "yellow"}

    return columns.lines(heading, cells, style, width=terminal.room(), coloured=coloured)


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
                stand = [(record.id, one.name, one.state) for record, one in rows]
                if screen and live is not None:
                    # The most urgent stand first; what does not fit is counted.
                    fit = max(1, screen.height - len(warnings) - 2)
                    more = [f"and {len(rows) - fit} more"] if len(rows) > fit else []
                    shown = [*_lines(rows[:fit], now, not screen.no_color), *more] if rows else ["nothing runs"]
                    live.update(Text.from_ansi("\n".join((*shown, *warnings))), refresh=True)
                elif told != (told := (stand, warnings)):
                    click.echo("\n".join((*(_lines(rows, now, False) if rows else ["nothing runs"]), *warnings)))
                time.sleep(interval)
    except KeyboardInterrupt:
        return 1 if _any_late(rows) or warnings else 0
