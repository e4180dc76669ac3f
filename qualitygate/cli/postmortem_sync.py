"""`qualitygate postmortem sync`: bring Markdown, JSON and event log of incidents together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from qualitygate.cli import incident_options
from qualitygate.cli.output import as_json
from qualitygate.cli.postmortem_files import chosen
from qualitygate.cli.postmortem_merging import Outcome, checked, synced
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.ledger import Ledger


@click.command("sync")
@click.argument("incident_ids", nargs=-1, metavar="[PM-…]...")
@click.option("--all", "everything", is_flag=True, help="All incidents.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if there is anything to merge.")
@incident_options.verb
def command(
    incident_ids: tuple[str, ...],
    everything: bool,
    check: bool,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> int:
    """Merge Markdown and JSON in a three-way merge, and write what was edited to the event log.

    What only one of them changed is taken over by the other; what both changed differently is an error that shows both
    values, and nothing is written. Where only a Markdown is, it makes the incident. A file that says all of it stays as
    it is, byte for byte.
    """
    if everything == bool(incident_ids):
        raise click.UsageError("name incidents, or give --all")
    ledger = Ledger(root)
    outcomes: list[Outcome] = []
    errors: list[ConfigError] = []
    ids = chosen(ledger, incident_ids, everything)
    for incident_id in ids:
        try:
            outcomes.append(checked(ledger, incident_id) if check else synced(ledger, incident_id, actor=actor, at=at))
        except ConfigError as error:
            if len(ids) == 1:
                raise
            errors.append(error)
    code = tell(outcomes, errors, form, check=check)
    return 1 if code == 0 and check and not all(outcome.in_step for outcome in outcomes) else code


def tell(outcomes: Iterable[Outcome], errors: Sequence[ConfigError], form: str, *, check: bool = False) -> int:
    """Print what was done, and every error; returns the exit code."""
    if form == "json":
        found = [
            {
                "id": one.id,
                "created": one.created,
                "changed": list(one.changed),
                "source": one.source,
                "written": list(one.written),
                "notes": list(one.notes),
            }
            for one in outcomes
        ]
        click.echo(as_json({"incidents": found, "errors": [str(error) for error in errors]}))
    else:
        for one in outcomes:
            click.echo(f"{one.id}  {_sentence(one, check)}")
            for note in one.notes:
                click.echo(f"  note  {note}")
    for error in errors:
        click.echo(f"qualitygate: {' '.join(str(error).split())}", err=True)
    return 2 if errors else 0


def _sentence(one: Outcome, check: bool) -> str:
    if one.in_step:
        return "in step"
    said = []
    if one.created:
        said.append("would be opened" if check else "opened")
    if one.changed:
        origin = {"markdown": " from the Markdown", "json": " from the JSON"}.get(one.source or "", "")
        said.append(f"{'would merge' if check else 'merged'}{origin}: {', '.join(one.changed)}")
    if one.written:
        said.append(f"{'would write' if check else 'wrote'} {', '.join(one.written)}")
    return "; ".join(said)
