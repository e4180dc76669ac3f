"""`qualitygate postmortem translate`: headings and labels in another language, no text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import click

from qualitygate.cli import incident_options
from qualitygate.cli.postmortem_files import read, shown, text_of
from qualitygate.cli.postmortem_merging import synced
from qualitygate.cli.postmortem_sync import tell
from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable
from qualitygate.incidents.document import Lang
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.markdown import parse, translate


@click.command("translate")
@click.argument("incident_id", metavar="PM-…")
@click.option("--to", "lang", required=True, type=click.Choice(["en", "de", "fr", "ja"]), help="The language.")
@incident_options.verb
def command(incident_id: str, lang: str, root: Path, actor: str, at: datetime | None, form: str) -> int:
    """Write the headings and labels of PM-….md in another language, then sync it.

    What people wrote is left as it is, byte for byte: only headings, labels and fixed values change.
    """
    ledger = Ledger(root)
    paths = ledger.paths(incident_id)
    content = read(paths.markdown)
    if content is None:
        hint = f"write it with `qualitygate postmortem new {incident_id} --lang {lang}`"
        raise ConfigError("there is no such file", code="QG-1701", where=shown(paths.markdown), hint=hint)
    text = text_of(content) or ""
    parse(text, where=shown(paths.markdown))
    record = ledger.record(incident_id) if paths.events.exists() else None
    made = translate(text, cast(Lang, lang), record)
    if made != text:
        durable.replace_file(paths.markdown, made.encode())
    outcome = synced(ledger, incident_id, actor=actor, at=at)
    name = shown(paths.markdown)
    if made != text and name not in outcome.written:
        outcome = replace(outcome, written=(name, *outcome.written))
    return tell([outcome], [], form)
