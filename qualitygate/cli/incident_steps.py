"""`qualitygate incident ack|mitigate|draft|review|publish|remediate|resolve|close`: the steps of the main line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.incident_guards import guarded
from qualitygate.cli.incident_output import print_step
from qualitygate.cli.incident_warnings import say_unfit
from qualitygate.incidents import events as of
from qualitygate.incidents.events import Payload
from qualitygate.incidents.ledger import Ledger

_ID = click.argument("incident_id", metavar="PM-…")


def step(incident_id: str, data: Payload, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Take one step on the main line, with those it passes, and say where the incident stands then."""
    now = clock.now()
    ledger = Ledger(root)
    record = ledger.extend(
        incident_id,
        lambda lines: guarded(ledger, lines, data, actor=actor, at=at or now, now=now),
        actor=actor,
        at=at or now,
        recorded=now,
    )
    print_step(ledger, record, form, at or now)


@click.command()
@_ID
@incident_options.verb
def ack(incident_id: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Take an incident over, as on-call."""
    step(incident_id, of.Acknowledged(), root, actor, at, form)


@click.command()
@_ID
@click.option("--start", is_flag=True, help="Record that work on stopping the damage has started.")
@click.option("--kind", type=click.Choice(["isolate", "rollback", "cdn-off"]), help="How the damage was stopped.")
@click.option("--ref", metavar="URL", help="Where that can be seen: the change, the rule, the ticket.")
@incident_options.verb
def mitigate(
    incident_id: str,
    start: bool,
    kind: str | None,
    ref: str | None,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> None:
    """Start to stop the damage (--start), or record how it was stopped (--kind), within 30 minutes of detection."""
    if start == (kind is not None):
        raise click.UsageError("give either --start or --kind isolate|rollback|cdn-off")
    if start:
        if ref is not None:
            raise click.UsageError("--ref goes with --kind")
        step(incident_id, of.MitigationStarted(), root, actor, at, form)
    else:
        done = of.Mitigated(kind=kind, ref=incident_options.line("--ref", ref))  # type: ignore[arg-type]
        step(incident_id, done, root, actor, at, form)


@click.command()
@_ID
@incident_options.verb
def draft(incident_id: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Start writing the postmortem, or take it back from review. The Markdown exists already."""
    step(incident_id, of.Drafted(), root, actor, at, form)


@click.command()
@_ID
@incident_options.verb
def review(incident_id: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Hand the postmortem to its reviewers, and list what the lint would report against its publication."""
    step(incident_id, of.Submitted(), root, actor, at, form)
    ledger = Ledger(root)
    say_unfit(ledger, ledger.record(incident_id), at or clock.now())


@click.command()
@_ID
@click.option("--url", help="Where it was published.")
@incident_options.verb
def publish(incident_id: str, url: str | None, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Publish the postmortem: approved as it is, and without an error of the lint."""
    step(incident_id, of.Published(url=incident_options.line("--url", url)), root, actor, at, form)


@click.command()
@_ID
@incident_options.verb
def remediate(incident_id: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """The corrective actions are in the backlog: each has an owner and a due date."""
    step(incident_id, of.Remediating(), root, actor, at, form)


@click.command()
@_ID
@incident_options.verb
def resolve(incident_id: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Mark the fix as done: every action is done, dropped, or long-term with a ticket."""
    step(incident_id, of.Resolved(), root, actor, at, form)


@click.command()
@_ID
@incident_options.verb
def close(incident_id: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Close an incident that is resolved, and proved not to come back (`qualitygate prove`)."""
    step(incident_id, of.Closed(), root, actor, at, form)
