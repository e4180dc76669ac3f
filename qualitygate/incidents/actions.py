"""The corrective actions of all incidents as rows: for lists, for CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Literal

from qualitygate.core.csv_cell import safe_cell
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.backlog import action_keys
from qualitygate.incidents.moments import day
from qualitygate.incidents.postmortem import Postmortem

Which = Literal["open", "overdue", "all"]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action with its incident.

    Attributes:
        number: Its place in the incident, from 1.
        key: What tells it from the others, see `action_keys`.
        overdue_days: Days since it was due, None where it is not overdue. An action is late from the day after.
    """

    incident: str
    severity: str
    state: str
    number: int
    key: str
    title: str
    owner: str | None
    due: str | None
    overdue_days: int | None
    size: str | None
    benefit: str | None
    type: str | None
    status: str
    ticket_url: str | None
    verified_by: str | None


def action_rows(records: Iterable[Postmortem], today: date, which: Which = "open") -> list[ActionRow]:
    """The actions of incidents that are neither false positives nor merged into others.

    Args:
        records: In the order they are wanted.
        today: In UTC.
        which: `open` for those that are neither done nor dropped, `overdue` for those of them that are late, or `all`.
    """
    rows = [
        ActionRow(
            incident=record.id,
            severity=record.severity.value,
            state=record.state.value,
            number=number,
            key=key,
            title=action.title,
            owner=action.owner,
            due=action.due,
            overdue_days=_overdue(action.due, today) if action.status == "open" else None,
            size=action.size,
            benefit=action.benefit,
            type=action.type,
            status=action.status,
            ticket_url=action.ticket_url,
            verified_by=action.verified_by,
        )
        for record in records
        if record.state not in (IncidentState.FALSE_POSITIVE, IncidentState.MERGED)
        for number, (key, action) in enumerate(zip(action_keys(record.actions), record.actions, strict=True), start=1)
    ]
    if which == "all":
        return rows
    return [row for row in rows if row.status == "open" and (which == "open" or row.overdue_days is not None)]


def to_csv(rows: Iterable[ActionRow]) -> str:
    """RFC 4180, lines that end in CR LF. What a spreadsheet would take for a formula gets an apostrophe before it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(field.name for field in fields(ActionRow))
    for row in rows:
        cells = asdict(row).values()
        writer.writerow(safe_cell(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells)
    return stream.getvalue()


def _overdue(due: str | None, today: date) -> int | None:
    last = day(due)  # None also for one that no calendar has, which the lint complains about
    late = 0 if last is None else (today - last).days
    return late if late > 0 else None
