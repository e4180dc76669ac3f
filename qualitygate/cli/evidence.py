"""`qualitygate evidence`: what shows how an incident happened, collected, listed, verified."""

from __future__ import annotations

import click

from qualitygate.cli.table import TableGroup, Verb

_TABLE = {
    "collect": Verb("evidence_collect", "Gather logs, the change, prompts, models, report, environment."),
    "list": Verb("evidence_list", "List what is recorded."),
    "verify": Verb("evidence_verify", "Recompute every digest; exit 1 if anything differs."),
}


@click.group(cls=TableGroup, table=_TABLE)
def command() -> None:
    """Collect what shows how an incident happened: evidence/pm-…/, each file with its digest in the event log.

    Secrets and e-mail addresses are masked. At S0, and where personal data are concerned, nothing but digests and a
    pointer is kept: git history would make a leak permanent.
    """
