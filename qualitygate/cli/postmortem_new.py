"""`qualitygate postmortem new`: the Markdown of a postmortem, to be written by a person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

import click

from qualitygate import clock
from qualitygate.cli.incident_options import at as at_option
from qualitygate.cli.incident_options import incident_dir
from qualitygate.cli.postmortem_files import shown
from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Severity
from qualitygate.incidents import durable
from qualitygate.incidents.document import Lang
from qualitygate.incidents.free_ids import free_id
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.markdown import fresh
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.text import one_line


@click.command("new")
@click.argument("incident_id", required=False, metavar="[PM-…]")
@click.option("--lang", type=click.Choice(["en", "de", "fr", "ja"]), default="en", show_default=True, help="Language.")
@click.option("--title", default="", help="What happened, in a few words.")
@click.option(
    "--severity",
    type=click.Choice([one.value for one in Severity]),
    default="S2",
    show_default=True,
    help="S0 emergency … S3 minor.",
)
@at_option
@incident_dir
def command(incident_id: str | None, lang: str, title: str, severity: str, at: datetime | None, root: Path) -> None:
    """Write run/_/postmortems/PM-….md from the template, with open questions.

    Without an id, one that no branch has is drawn. For an incident that lost its Markdown, it is written anew from the
    event log. --at says when the incident was detected.
    """
    ledger = Ledger(root)
    detected = at or clock.now()
    incident_id = incident_id or free_id(ledger.root, detected.date())
    paths = ledger.paths(incident_id)
    if paths.markdown.exists():
        raise ConfigError("is there already", code="QG-1721", where=shown(paths.markdown), hint="edit it, then sync")
    if paths.events.exists():
        ledger.refresh(incident_id)
    elif paths.json.exists():
        raise ConfigError(
            f"{incident_id} has a JSON of an earlier version and no event log",
            code="QG-1721",
            where=shown(paths.json),
            hint=f"run `qualitygate postmortem sync {incident_id}`, which writes the Markdown too",
        )
    else:
        text = fresh(incident_id, cast(Lang, lang), rfc3339(detected), Severity(severity), one_line(title))
        durable.create_file(paths.markdown, text.encode())
    click.echo(f"wrote  {shown(paths.markdown)}")
    if not paths.events.exists():
        click.echo(f"next   edit it, then run `qualitygate postmortem sync {incident_id}`")
