"""`qualitygate postmortem map`: the causal map as Mermaid, SVG or Excalidraw."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.evidence_collect import described
from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.output import check_writable
from qualitygate.cli.replacing import refuse_file
from qualitygate.files import write
from qualitygate.incidents.cause_map import FORMATS
from qualitygate.incidents.collecting.gathered import of_text
from qualitygate.incidents.collecting.storing import Stored, store
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import EvidenceAdded
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line


@click.command("map")
@click.argument("incident_id", metavar="PM-…")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="mermaid", show_default=True, help="Drawing."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there.  [default: print]"
)
@click.option("--write", "keep", is_flag=True, help="Store all three formats as evidence instead of printing.")
@incident_options.actor
@incident_options.at
@incident_options.incident_dir
def command(
    incident_id: str, form: str, output: Path | None, keep: bool, actor: str, at: datetime | None, root: Path
) -> int:
    """Draw how causes led to each other and to the incident, with the whys.

    GitHub renders Mermaid in a ```mermaid block and in .mmd files; excalidraw.com opens the Excalidraw file. Cycles are
    drawn and marked.
    """
    if keep and output is not None:
        raise click.UsageError("--write stores the map as evidence: leave out --output")
    ledger = Ledger(root)
    if keep:
        for item in _stored(ledger, incident_id, actor, at or clock.now()).added:
            click.echo(f"added     {described(item)}")
        return 0
    if output is not None:
        check_writable(output)
        refuse_file(output, inputs_here())
    drawn = FORMATS[form][0](ledger.record(incident_id))
    if output is None:
        click.echo(drawn, nl=False)
    else:
        write(output, drawn)
    return 0


def _stored(ledger: Ledger, incident_id: str, actor: str, at: datetime) -> Stored:
    outcome: list[Stored] = []

    def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
        record = fold(lines)
        maps = [of_text("cause_map", name, draw(record), {}, subject=form) for form, (draw, name) in FORMATS.items()]
        stored = store(ledger.root, f"evidence/{record.id.lower()}", maps, record)
        outcome.append(stored)
        return (Entry(EvidenceAdded(items=stored.added)),) if stored.added else ()

    ledger.extend(incident_id, decide, actor=actor, at=at, recorded=clock.now())
    return outcome[-1]
