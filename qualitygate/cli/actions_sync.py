"""`qualitygate actions sync`: one issue for each corrective action, and its address back into the postmortem."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, assert_never

import click

from qualitygate import clock
from qualitygate.cli import incident_options, platform
from qualitygate.cli.actions_list import read
from qualitygate.cli.output import as_json
from qualitygate.core.backlog import BacklogItem, TicketStatus
from qualitygate.core.delivery import Delivered, Rejected, Retryable
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.backlog import backlog_items, with_ticket
from qualitygate.incidents.document import document_of
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Edited
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line
from qualitygate.notifiers.github.backlog import Backlog
from qualitygate.notifiers.github.errors import LimitedError, UnansweredError

_DUE = (IncidentState.PUBLISHED, IncidentState.REMEDIATING)


@dataclass(slots=True)
class Row:
    """What came of one action."""

    item: BacklogItem
    outcome: str
    url: str | None = None
    status: TicketStatus | None = None
    notes: list[str] = field(default_factory=list)
    failed: bool = False


@dataclass(slots=True)
class Run:
    """What came of a whole run, as far as it got."""

    rows: list[Row] = field(default_factory=list)
    stopped: bool = False


@click.command("sync")
@click.argument("incident_ids", metavar="[PM-…]...", nargs=-1)
@platform.options
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing locally or remotely.")
@incident_options.verb
def sync(
    incident_ids: tuple[str, ...],
    repo: str | None,
    api_url: str | None,
    timeout: float,
    max_wait: float,
    dry_run: bool,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> int:
    """Create a GitHub issue for each corrective action, and record its address.

    Without PM-… those of all published and remediating incidents. The same run again creates nothing: an issue is
    found by its recorded address, or by a hidden marker in its body. A closed issue makes its action done, never
    verified. Exit 1 if something was refused, or could not be reached; what was done until then is recorded.
    """
    ledger = Ledger(root)
    records = read(ledger, incident_ids)
    chosen = records if incident_ids else [record for record in records if record.state in _DUE]
    client, repository = platform.connect(repo, api_url, timeout, max_wait, writes=not dry_run)
    run = Run()
    with client:
        backlog = Backlog(client, repository, dry_run=dry_run)
        if any(record.actions for record in chosen):
            try:
                backlog.open()
            except (LimitedError, UnansweredError) as error:
                click.echo(f"qualitygate: {error}", err=True)
                return 1
        for record in chosen:
            _carry(record, ledger, backlog, run, actor=actor, at=at, dry_run=dry_run)
    _print(run, repository, form, dry_run)
    return 1 if run.stopped or any(row.failed for row in run.rows) else 0


def _carry(
    record: Postmortem,
    ledger: Ledger,
    backlog: Backlog,
    run: Run,
    *,
    actor: str,
    at: datetime | None,
    dry_run: bool,
) -> None:
    """The actions of one incident. Whatever happens, what was done so far is recorded."""
    tickets: dict[str, tuple[str, TicketStatus]] = {}
    place = ledger.paths(record.id).markdown.relative_to(ledger.root).as_posix()
    try:
        for item in backlog_items(record, place):
            row = Row(item, "not reached", failed=True) if run.stopped else _one(item, backlog, run)
            run.rows.append(row)
            if row.url is not None and row.status is not None:
                tickets[item.key] = (row.url, row.status)
    finally:
        if tickets and not dry_run:
            _record(record.id, ledger, tickets, actor, at)


def _one(item: BacklogItem, backlog: Backlog, run: Run) -> Row:
    if item.url is not None and not backlog.owns(item.url):
        return Row(item, "elsewhere", notes=[f"its ticket is {item.url}"])
    if item.url is None and item.status != "open":
        return Row(item, "skipped", notes=[f"it is {item.status}, and has no ticket"])
    outcome = backlog.deliver(item)
    match outcome:
        case Delivered():
            row = Row(item, outcome.change, outcome.url, outcome.status, list(outcome.notes))
            if outcome.status != "open" and item.status == "open":
                word = (
                    "done, unverified: a proof or a person must confirm it" if outcome.status == "done" else "dropped"
                )
                row.notes.append(f"the issue is closed, so the action is {word}")
            elif outcome.status != item.status:
                row.notes.append(f"the action is {item.status}, and the issue {outcome.status} [QG-1779]")
            return row
        case Retryable():
            run.stopped = True
            return Row(item, "not done", notes=[f"{outcome.reason} [{outcome.code}]"], failed=True)
        case Rejected():
            hint = f"; {outcome.hint}" if outcome.hint else ""
            notes = [f"{outcome.reason}{hint} [{outcome.code}]"]
            # What exists is recorded even if it is not as it was sent: it must not be created again.
            return Row(item, "rejected", outcome.url, "open" if outcome.url else None, notes, failed=True)
        case _:
            assert_never(outcome)


def _record(
    incident_id: str,
    ledger: Ledger,
    tickets: dict[str, tuple[str, TicketStatus]],
    actor: str,
    at: datetime | None,
) -> None:
    """Write addresses and states into the text as it is now, not as it was read before the network was asked."""

    def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
        before = after = document_of(fold(lines))
        for key, (url, status) in tickets.items():
            after = with_ticket(after, key, url, status)
        return () if after == before else (Entry(Edited(document=after, source="command")),)

    now = clock.now()
    ledger.extend(incident_id, decide, actor=actor, at=at or now, recorded=now)


def _print(run: Run, repository: str, form: str, dry_run: bool) -> None:
    if form == "json":
        click.echo(as_json(_plain(run, repository, dry_run)))
        return
    would = "would be " if dry_run else ""
    for row in run.rows:
        word = f"{would}{row.outcome}" if row.outcome in ("created", "updated") else row.outcome
        url = f"  {one_line(row.url)}" if row.url else ""
        click.echo(f"{word:<11} {row.item.incident}  {row.item.title}{url}")
        for note in row.notes:
            click.echo(f"            {one_line(note)}")
    counts = {word: sum(row.outcome == word for row in run.rows) for word in dict.fromkeys(r.outcome for r in run.rows)}
    told = ", ".join(f"{n} {would if word in ('created', 'updated') else ''}{word}" for word, n in counts.items())
    total = "1 action" if len(run.rows) == 1 else f"{len(run.rows)} actions"
    click.echo(f"{repository}: {total}{f', {told}' if told else ' to bring to the backlog'}")
    if run.stopped:
        click.echo("what was done is recorded; run it again later for the rest")


def _plain(run: Run, repository: str, dry_run: bool) -> dict[str, Any]:
    return {
        "repository": repository,
        "dry_run": dry_run,
        "complete": not run.stopped and not any(row.failed for row in run.rows),
        "actions": [
            {
                "incident": row.item.incident,
                "key": row.item.key,
                "title": row.item.title,
                "outcome": row.outcome,
                "url": row.url,
                "status": row.status,
                "notes": row.notes,
            }
            for row in run.rows
        ],
    }
