"""`qualitygate incident note|impact|escalate|reopen|merge|false-positive`: what happens beside the main line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.incident_guards import require_board
from qualitygate.cli.incident_output import print_step
from qualitygate.cli.incident_warnings import say_ahead, say_stored, say_voided
from qualitygate.core.errors import RefusedError
from qualitygate.core.incident import IncidentKind
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Payload
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.machine import check_kind, check_open, check_reopening, check_time
from qualitygate.incidents.postmortem import Postmortem

_ID = click.argument("incident_id", metavar="PM-…")


def record_event(
    incident_id: str,
    data: Payload | Sequence[Payload],
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
    *,
    check: Callable[[Postmortem], None] = lambda _: None,
    step: bool = False,
) -> None:
    """Write what stands beside the main line, and say where the incident stands."""
    now = clock.now()
    ledger, before = Ledger(root), list[Postmortem]()

    def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
        check_time(lines, at or now, now, step=step)
        before[:] = [fold(lines)]
        check(before[0])
        say_ahead(lines, now)
        return tuple(Entry(one) for one in (data if isinstance(data, Sequence) else (data,)))

    record = ledger.extend(incident_id, decide, actor=actor, at=at or now, recorded=now)
    say_voided(before[0], record)
    print_step(ledger, record, form, at or now)
    if isinstance(data, of.ImpactRecorded | Sequence):
        say_stored(root, record)  # it may have become one of which nothing may be stored


@click.command()
@_ID
@click.argument("text")
@incident_options.verb
def note(incident_id: str, text: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Add TEXT to the timeline. It may be about something earlier: give the time with --at."""
    record_event(incident_id, of.Noted(text=_said("TEXT", text)), root, actor, at, form)


@click.command()
@_ID
@click.option("--count", type=click.IntRange(0, 2**53 - 1), help="How many.")
@click.option("--unit", default="images", show_default=True, help="Of what.")
@click.option("--source", help="Which data says so: a query, a report, a log.")
@click.option("--personal-data/--no-personal-data", default=None, help="Whether personal data is concerned.")
@incident_options.verb
def impact(
    incident_id: str,
    count: int | None,
    unit: str,
    source: str | None,
    personal_data: bool | None,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> None:
    """Record the extent of the damage. The count comes from data and is never read out of prose.

    Whether personal data are concerned may be said alone, before anything was counted.
    """
    if (count is None) is not (source is None):
        raise click.UsageError("give --count and --source together: a number says where it comes from")
    if count is None and personal_data is None:
        raise click.UsageError("give --count N --source WHERE, or --personal-data or --no-personal-data")
    data = of.ImpactRecorded(personal_data=personal_data)
    if count is not None:
        data = of.ImpactRecorded(
            count=count, unit=_said("--unit", unit), source=_said("--source", source or ""), personal_data=personal_data
        )
    record_event(incident_id, data, root, actor, at, form)


@click.command()
@_ID
@click.option("--severity", type=click.Choice([one.value for one in Severity]), help="The new severity.")
@click.option("--kind", type=click.Choice([one.value for one in IncidentKind]), help="What it was found to be.")
@click.option("--to", metavar="WHO", help="Who is called: a person, a role, a team.")
@click.option("--reason", required=True, help="Why, for the timeline.")
@incident_options.verb
def escalate(
    incident_id: str,
    severity: str | None,
    kind: str | None,
    to: str | None,
    reason: str,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> None:
    """Change the severity, up or down, or the kind, or call somebody else, with a reason.

    What the gate caught as a near miss and got through after all is real: its clocks run from then on, and that the
    gate has blocked the change stops no damage.
    """
    if severity is None and kind is None and to is None:
        raise click.UsageError("give --severity S0|S1|S2|S3, --kind real|near_miss|drill or --to WHO")
    said, found = _said("--reason", reason), IncidentKind(kind) if kind else None
    level = Severity(severity) if severity else None
    data: list[Payload] = [of.Reclassified(kind=found, reason=said)] if found else []
    if severity is not None or to is not None:
        data.append(of.Escalated(severity=level, to=incident_options.line("--to", to), reason=said))

    def check(record: Postmortem) -> None:
        check_open(record, "escalate")
        if level is not None and record.severity.rank <= Severity.S1.rank < level.rank:
            # Below S1 an approval may be self-declared: whoever wrote the text must not choose that.
            require_board(root, actor, f"lower the severity from {record.severity} to {level}")
        if found is not None:
            check_kind(record, found)

    record_event(incident_id, data, root, actor, at, form, check=check, step=found is not None)


@click.command()
@_ID
@click.option("--reason", required=True, help="What came back, for the timeline.")
@incident_options.verb
def reopen(incident_id: str, reason: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Reopen an incident that came back. It starts again, with 30 minutes to stop the damage."""
    data = of.Reopened(reason=_said("--reason", reason))
    record_event(incident_id, data, root, actor, at, form, check=check_reopening, step=True)


@click.command()
@_ID
@click.option("--into", required=True, metavar="PM-…", help="The incident that continues.")
@incident_options.verb
def merge(incident_id: str, into: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Merge an incident into another, which continues."""
    survivor = Ledger(root).record(into)

    def check(record: Postmortem) -> None:
        check_open(record, "merge")
        if survivor.id == record.id or not survivor.state.is_open:
            raise RefusedError(
                f"{record.id} cannot be merged into {survivor.id}, which is {survivor.state}"
                if survivor.id != record.id
                else f"{record.id} cannot be merged into itself",
                code="QG-1711",
                hint="name another incident, one that is open",
            )

    record_event(incident_id, of.Merged(into=into), root, actor, at, form, check=check, step=True)


@click.command("false-positive")
@_ID
@click.option("--reason", required=True, help="How that is known, for the timeline.")
@incident_options.verb
def false_positive(incident_id: str, reason: str, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Mark an incident as a false positive."""
    data = of.FalsePositive(reason=_said("--reason", reason))
    record_event(
        incident_id, data, root, actor, at, form, check=lambda record: check_open(record, "false-positive"), step=True
    )


def _said(option: str, text: str) -> str:
    said = incident_options.line(option, text)
    assert said is not None
    return said
