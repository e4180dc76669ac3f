"""What a verb says beside its result, on stderr: times that cannot be, approvals that no longer hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from qualitygate.cli.lint_facts import gather
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.approvals import standing
from qualitygate.incidents.collecting import how_to_remove, still_stored, why_withheld
from qualitygate.incidents.collecting.case_pictures import case_pictures
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.lint import lint
from qualitygate.incidents.machine import ahead, command
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.postmortem import Postmortem


def say_ahead(lines: Sequence[Line], now: datetime) -> None:
    """Say that the log tells of the future: a clock was wrong, and what follows seems to come before."""
    latest = ahead(lines, now)
    if latest is not None:
        _say(f"the log has an event of {rfc3339(latest)}, and the clock says {rfc3339(now)}: one of the two was wrong")


def say_voided(before: Postmortem, after: Postmortem) -> None:
    """Say that an approval covers the text no longer, where one did."""
    gone = standing(before)
    if not gone or standing(after) or after.state in (IncidentState.MERGED, IncidentState.FALSE_POSITIVE):
        return
    by = ", ".join(dict.fromkeys(approval.by for approval in gone))
    again = f"`qualitygate incident {command(after, IncidentState.APPROVED)}`"
    _say(f"the approval by {by} covers the text as it was: have it approved again, {again}")


def say_unfit(ledger: Ledger, record: Postmortem, now: datetime) -> None:
    """Say what stands against the publication of a text, before somebody approves it: fixing it voids an approval.

    What only the approval itself can fix is left out.
    """
    findings = lint(record, gather(ledger, record.id, now), "publication")
    errors = [one for one in findings if one.level is Level.ERROR and one.code not in ("QG-701", "QG-703")]
    for one in errors[:3]:
        _say(f"the lint stands against publication: {one.code} {one.message}")
    if len(errors) > 3:
        command = f"`qualitygate postmortem lint {record.id} --stage publication`"
        _say(f"and {len(errors) - 3} more, see {command}")


def say_stored(root: Path, record: Postmortem, top: Path | None = None) -> None:
    """Say which files must leave git, and how, where an incident became one of which nothing may leak.

    Args:
        root: The incident directory.
        record: The incident.
        top: Directory that holds its case, where that is another one.
    """
    paths = still_stored(root, record)
    if top is not None and top.resolve() != root.resolve() and why_withheld(record) is not None:
        paths += case_pictures(top, record.id)
    if paths:
        files = "1 stored file" if len(paths) == 1 else f"{len(paths)} stored files"
        it = "it" if len(paths) == 1 else "them"
        _say(f"{files} must not be in git ({why_withheld(record)}) [QG-1797]; remove {it} from its history:")
        click.echo(how_to_remove(paths, record.id), err=True)


def _say(text: str) -> None:
    click.echo(f"qualitygate: {text}", err=True)
