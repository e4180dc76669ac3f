"""What the verbs of `qualitygate incident` print of an incident."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click
import msgspec

from qualitygate.cli.output import as_json
from qualitygate.incidents.archive import BROKEN
from qualitygate.incidents.clocks import Clock, clocks
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import is_linked
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.next_step import next_step
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line
from qualitygate.incidents.views import is_followed


def title_of(record: Postmortem) -> str:
    """What an incident is called: its title, else how far it reached."""
    return one_line(record.title or record.impact.summary)


def summary(record: Postmortem, now: datetime) -> dict[str, Any]:
    """An incident in a few keys, for lists."""
    return {
        "id": record.id,
        "title": title_of(record),
        "severity": record.severity.value,
        "state": record.state.value,
        "kind": record.kind.value,
        "times": {name: at for name, at in msgspec.to_builtins(record.times).items() if at is not None},
        "pipelines": list(record.impact.pipelines),
        "impact": {"count": record.impact.count, "unit": record.impact.unit},
        "late": [clock.name for clock in clocks(record, now) if clock.state == "late"],
    }


def step_of(ledger: Ledger, record: Postmortem, now: datetime) -> dict[str, Any]:
    """Where an incident stands, and what comes next, as plain data."""
    followed = is_followed(ledger.paths(record.id), record)
    step, chain = next_step(record, followed=followed), record.chain
    coming = {"command": step.command, "why": step.why, "role": step.role}
    return summary(record, now) | {"events": chain.length if chain else 0, "followed": followed, "next": coming}


def print_step(ledger: Ledger, record: Postmortem, form: str, now: datetime) -> None:
    """Say where an incident stands after a step, and what comes next."""
    if form == "json":
        click.echo(as_json(step_of(ledger, record, now)))
        return
    followed = is_followed(ledger.paths(record.id), record)
    step = next_step(record, followed=followed)
    click.echo(f"{record.id}  {record.severity}  {record.state}  {title_of(record)}")
    for clock in clocks(record, now):
        if clock.state in ("running", "late") and not clock.name.startswith("action"):
            click.echo(f"  {clock.name:<11} {told(clock, now)}")
    if not is_linked(ledger.lines(record.id)):
        click.echo(f"  log         {BROKEN}")
    if record.chain is not None and len(record.chain.heads) > 1:
        sync = f"`qualitygate postmortem sync {record.id}`"
        click.echo(f"  branches    contradict each other: settle it in the Markdown, then {sync}")
    elif not followed:
        click.echo(f"  text        holds edits that are not merged: `qualitygate postmortem sync {record.id}`")
    command = f"qualitygate {step.command}" if step.command else "nothing"
    click.echo(f"  next        {command}  ({step.role}: {step.why})")


def told(clock: Clock, now: datetime) -> str:
    """A clock in words: `late by 3 h 12 min, was due 2025-09-27T04:42:00Z`."""
    left, due = clock.left(now), rfc3339(clock.due)
    match clock.state:
        case "running":
            return f"{span(left)} left, due {due}"
        case "late":
            return f"late by {span(-left)}, was due {due}"
        case "met":
            return f"met, {span(left)} to spare"
        case _:
            return f"missed by {span(-left)}"


def span(length: timedelta) -> str:
    """A length of time in its two largest units."""
    seconds = max(0, int(length.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min" if minutes or not seconds else f"{seconds} s"
