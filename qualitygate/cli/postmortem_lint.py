"""`qualitygate postmortem lint`: what a postmortem still lacks, and what must not be published."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from qualitygate import clock
from qualitygate.cli.incident_options import incident_dir
from qualitygate.cli.lint_facts import look, owners_of
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.lint import Stage, lint, stage_of
from qualitygate.incidents.views import unlogged
from qualitygate.reporters.lint import Linted, render


@click.command("lint")
@click.argument("incident_ids", nargs=-1, metavar="[PM-…]...")
@click.option(
    "--stage",
    type=click.Choice(["draft", "publication"]),
    help="Stage to apply.  [default: publication once it is approved, else draft]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@incident_dir
def command(incident_ids: tuple[str, ...], stage: str | None, form: str, root: Path) -> int:
    """Lint postmortems: those named, else all.

    Judges the Markdown as it is, with what log, evidence, proof and CODEOWNERS say. Drafts warn, publication
    errors. Exit 1 on an error; exit 2 if an incident cannot be read, after the others were linted.
    `qualitygate explain QG-301` explains a code.
    """
    ledger, now = Ledger(root), clock.now()
    owners = owners_of(root)
    linted: list[Linted] = []
    unread: list[str] = []
    for incident_id in dict.fromkeys(incident_ids) or ledger.ids():
        try:
            record, facts = look(ledger, incident_id, now, owners=owners)
        except ConfigError as error:
            if incident_ids:
                raise
            unread.append(str(error))
            continue
        held_against = cast(Stage, stage) if stage is not None else stage_of(record)
        linted.append(Linted(record.id, record.state.value, held_against, lint(record, facts, held_against)))
    if not incident_ids:
        unread += [
            f"{name} has no event log yet; `qualitygate postmortem sync {name}` begins one" for name in unlogged(root)
        ]
    click.echo(render(linted, form), nl=False)
    for line in unread:
        click.echo(f"qualitygate: not linted: {line}", err=True)
    if any(one.count(Level.ERROR) for one in linted):
        return 1
    return 2 if unread else 0
