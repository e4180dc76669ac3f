"""`qualitygate evidence collect`: gather, mask, withhold what must not be kept, store, and record it as one event."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from qualitygate import clock
from qualitygate.cli import evidence_change, evidence_sources, incident_options
from qualitygate.cli.incident_warnings import say_stored
from qualitygate.cli.output import as_json
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.storing import Stored, store
from qualitygate.incidents.collecting.verify import check_evidence, still_stored
from qualitygate.incidents.collecting.withholding import as_recorded, to_remove, why_withheld, withheld
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import EvidenceAdded
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.vcs import top_level

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("collect")
@click.argument("incident_id", metavar="PM-…")
@click.option(
    "--ci-log", "ci_logs", type=_FILE, multiple=True, metavar="FILE", help="What a CI job printed; repeat it."
)
@click.option("--base", metavar="REV", help="Start of the change.  [default: CI's target branch, else the parent]")
@click.option("--head", metavar="REV", help="End of the change.  [default: the incident's commit, else HEAD]")
@click.option(
    "--picture", "pictures", type=_FILE, multiple=True, metavar="FILE", help="A generated picture; repeat it."
)
@click.option(
    "--report",
    "reports",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="JSON of `qualitygate check`; brings its heat maps along. Repeat it.",
)
@click.option("--environment/--no-environment", default=True, show_default=True, help="Versions and CI variables.")
@incident_options.verb
def command(
    incident_id: str,
    ci_logs: tuple[Path, ...],
    base: str | None,
    head: str | None,
    pictures: tuple[Path, ...],
    reports: tuple[Path, ...],
    environment: bool,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> int:
    """Gather evidence into evidence/pm-…/ and record it, with digests, in the event log.

    Collecting the same again adds nothing; what is new gets a name of its own, and replaces nothing. Files must lie in
    the repository; links are refused. Exit code 1 when files must be removed from git history because the incident
    became S0 or a matter of personal data after they were stored.
    """
    ledger = Ledger(root)
    record = ledger.record(incident_id)
    repository = top_level(Path.cwd()) or root
    gathered: list[Gathered] = []
    notes: list[str] = []
    gathered += [evidence_sources.ci_log(repository, file) for file in ci_logs]
    taken = evidence_change.choice(repository, root, record, base, head, os.environ)
    change: tuple[str, str] | None = None
    if taken is not None:
        items, name = evidence_change.change(repository, root, taken)
        gathered += items
        change = name, taken.why
    elif not any(item.kind == "git_diff" for item in record.evidence):
        notes.append("the change was not collected: name it by --base and --head")
    for picture in pictures:
        found = evidence_sources.picture(repository, picture)
        gathered += found
        notes += [] if found else [f"{picture}: no prompt and no model version found in it or beside it"]
    for report in reports:
        reported, missing = evidence_sources.report(repository, report)
        gathered += reported
        notes += missing
    if environment:
        gathered.append(evidence_sources.environment(os.environ))
    stored, record = _record(ledger, incident_id, gathered, actor, at or clock.now())
    return _told(root, record, stored, change, notes, form)


def _record(
    ledger: Ledger, incident_id: str, gathered: Sequence[Gathered], actor: str, at: datetime
) -> tuple[Stored, Postmortem]:
    """Store and record under the lock, so that two collectors see each other's work."""
    outcome: list[Stored] = []

    def decide(lines: tuple[Line, ...]) -> Sequence[Entry]:
        record = fold(lines)
        known = (as_recorded(one, record) for one in gathered)
        kept = [withheld(one, record) for one in (*known, *_removed(ledger.root, record)) if one is not None]
        address = f"evidence/{incident_id.lower()}"
        stored = store(ledger.root, address, kept, record)
        outcome.append(stored)
        return (Entry(EvidenceAdded(items=stored.added)),) if stored.added else ()

    record = ledger.extend(incident_id, decide, actor=actor, at=at, recorded=clock.now())
    return outcome[-1], record


def _removed(root: Path, record: Postmortem) -> list[Gathered]:
    """Evidence whose file was removed as it had to be: from now on only its digest is recorded."""
    actual = check_evidence(root, record)
    return [
        Gathered(item.kind, Path(item.path or "").name, None, item.sha256, item.bytes, item.subject)
        for item in to_remove(record)
        if item.path is not None and actual[item.path] is None
    ]


def _told(
    root: Path, record: Postmortem, stored: Stored, change: tuple[str, str] | None, notes: Sequence[str], form: str
) -> int:
    remaining = still_stored(root, record)
    why = why_withheld(record)
    if form == "json":
        told: dict[str, Any] = {
            "id": record.id,
            "withheld": why,
            "change": None if change is None else {"commits": change[0], "why": change[1]},
            "added": msgspec.to_builtins(stored.added),
            "unchanged": len(stored.unchanged),
            "restored": list(stored.restored),
            "notes": list(notes),
            "remove": list(remaining),
        }
        click.echo(as_json(told))
    else:
        if why is not None:
            click.echo(f"{why}: digests and a pointer are kept, no content")
        if change is not None:
            click.echo(f"change    {change[0]}  {change[1]}")
        for item in stored.added:
            click.echo(f"added     {described(item)}")
        for path in stored.restored:
            click.echo(f"restored  {path}")
        click.echo(f"{record.id}: {len(stored.added)} added, {len(stored.unchanged)} unchanged")
        for note in notes:
            click.echo(f"note: {note}", err=True)
    if remaining:
        say_stored(root, record)
    return 1 if remaining else 0


def described(item: Evidence) -> str:
    """One piece of evidence in a line."""
    place = item.path or f"digest only, sha256 {item.sha256[:12]}…"
    parts = [f"{item.kind:<13}", place, f"{item.bytes:,} bytes"]
    parts += [item.subject] if item.subject and item.path is None else []
    parts += [f"({item.reason})"] if item.reason else []
    return "  ".join(parts)
