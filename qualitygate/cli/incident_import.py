"""`qualitygate incident import`: bring stubs and their evidence home from a CI artifact."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.output import as_json
from qualitygate.incidents.arrival import arrivals
from qualitygate.incidents.bundle import read_bundle
from qualitygate.incidents.importing import bring_home
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.machine import check_time


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@incident_options.verb
def command(bundle: Path, root: Path, actor: str, at: datetime | None, form: str) -> None:
    """Import the incidents in BUNDLE: the artifact of a CI run, as a directory, a .zip or a .tar.gz.

    The same incident goes on where it was; the same failure of an open incident is noted there, with its evidence;
    anything else becomes an incident here. Importing twice changes nothing. Where one of them cannot be imported, none
    is.
    """
    ledger, now = Ledger(root), clock.now()
    check_time((), at or now, now, step=False)
    arrived = arrivals(read_bundle(bundle))
    done = [bring_home(ledger, one, actor=actor, at=at or now, now=now) for one in arrived]
    if form == "json":
        rows = [{"id": one.ours, "was": one.theirs, "outcome": one.what} for one in done]
        click.echo(as_json({"incidents": rows}))
        return
    for one in done:
        click.echo(f"{one.what:<13} {one.ours}{'' if one.ours == one.theirs else f'  (was {one.theirs})'}")
