"""What must hold before a step, beyond its place on the line: texts merged, approved and without errors, work tracked,
incident proved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qualitygate.cli.incident_settings import settings_of
from qualitygate.cli.incident_warnings import say_ahead
from qualitygate.cli.lint_facts import gather
from qualitygate.core.errors import RefusedError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.approvals import standing
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Payload
from qualitygate.incidents.fold import apply, fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.lint import lint
from qualitygate.incidents.machine import advance, check_time, command
from qualitygate.incidents.naming import among
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.views import is_followed


@dataclass(frozen=True, slots=True)
class Case:
    """What a guard may look at.

    Attributes:
        record: As it stands just before the step, states passed by the same call included.
        logged: As the log says, and so the files.
        actor: Who takes the step.
    """

    ledger: Ledger
    record: Postmortem
    logged: Postmortem
    actor: str
    now: datetime


def guarded(
    ledger: Ledger,
    lines: Sequence[Line],
    data: Payload,
    *,
    actor: str,
    at: datetime,
    now: datetime,
) -> tuple[Entry, ...]:
    """The events of a step, those it passes first, each checked by the guards of its state.

    Raises:
        ConfigError: QG-1711, QG-1712, QG-1713: not the moment for it.
        RefusedError: QG-1714 to QG-1718: something has to be done first.
    """
    check_time(lines, at, now, step=True)
    say_ahead(lines, now)
    record = logged = fold(lines)
    entries = advance(record, data)
    for entry in entries:
        for guard in _GUARDS.get(type(entry.data), ()):
            # What was due or late is judged by the time of the step, not by that of its writing down.
            guard(Case(ledger, record, logged, actor, min(at, now)))
        record = _after(record, lines, entry, actor, at)
    return entries


def require_merged(case: Case) -> None:
    """The text is what the log says: an approval of another text would be worth nothing."""
    if not is_followed(case.ledger.paths(case.record.id), case.logged):
        raise RefusedError(
            f"Markdown or JSON of {case.record.id} hold edits that are not merged",
            code="QG-1715",
            where=str(case.ledger.paths(case.record.id).markdown),
            hint=f"run `qualitygate postmortem sync {case.record.id}`",
        )


def _approved_as_it_stands(case: Case) -> None:
    record, valid = case.record, standing(case.record)
    if not valid:
        raise RefusedError(
            f"{record.id} was changed after it was approved" if record.approvals else f"{record.id} is not approved",
            code="QG-1714",
            hint=f"`qualitygate incident {command(record, IncidentState.APPROVED)}` by somebody of the control board "
            "who did not write it",
        )
    serious = record.severity in (Severity.S0, Severity.S1)
    if serious and all(approval.source == "self_declared" for approval in valid):
        raise RefusedError(
            f"the approval of {record.id} is only self-declared, which does not do at {record.severity}",
            code="QG-1714",
            hint="approve with --review-pr NUMBER, a review of the head commit on the platform",
        )


def _without_lint_errors(case: Case) -> None:
    findings = lint(case.record, gather(case.ledger, case.record.id, case.now), "publication")
    errors: list[Finding] = [finding for finding in findings if finding.level is Level.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise RefusedError(
            f"the lint stands against {case.record.id}: {errors[0].code} {errors[0].message}{more}",
            code="QG-1716",
            hint=f"see `qualitygate postmortem lint {case.record.id} --stage publication`",
        )


def _by_the_board(case: Case) -> None:
    require_board(case.ledger.root, case.actor, f"close {case.record.id}")


def require_board(root: Path, actor: str, what: str) -> None:
    """Refuse what only the control board may do, where the configuration names one.

    Raises:
        RefusedError: QG-1714.
    """
    board = settings_of(root).control_board
    if board and not among(actor, board):
        raise RefusedError(
            f"{actor} is not on the control board and cannot {what}",
            code="QG-1714",
            where="[incident] control_board",
            hint=f"let one of {', '.join(board)} do it",
        )


def _planned(case: Case) -> None:
    for number, action in enumerate(case.record.actions, 1):
        if action.status == "open" and not (action.owner and action.due):
            raise RefusedError(
                f"action {number} of {case.record.id} has no {'due date' if action.owner else 'owner'}: {action.title}",
                code="QG-1717",
                hint="complete it in the Markdown and run `qualitygate postmortem sync`",
            )


def _tracked(case: Case) -> None:
    for number, action in enumerate(case.record.actions, 1):
        if action.status == "open" and not action.ticket_url:
            raise RefusedError(
                f"action {number} of {case.record.id} is open and has no ticket: {action.title}",
                code="QG-1717",
                hint="do it and tick it off, or run `qualitygate actions sync`",
            )


def _proved(case: Case) -> None:
    proof, name = case.record.proof, case.record.id
    if proof is None or proof.result != "passed":
        raise RefusedError(
            f"the proof of {name} failed" if proof is not None else _unproved(case.record),
            code="QG-1718",
            hint=f"run `qualitygate prove {name}`",
        )
    path = case.ledger.root / proof.path
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    if found != proof.sha256:
        raise RefusedError(
            f"the proof of {name} is {'gone' if found is None else 'not the file that was recorded'}",
            code="QG-1718",
            where=str(path),
            hint=f"run `qualitygate prove {name}` again",
        )


def _unproved(record: Postmortem) -> str:
    """What to say of an incident without proof."""
    for earlier in reversed(record.reopenings):
        if earlier.proof is not None:
            return f"the proof of {record.id} is older than its reopening at {earlier.at}"
    return f"nothing proves that {record.id} cannot come back"


def _after(record: Postmortem, lines: Sequence[Line], entry: Entry, actor: str, at: datetime) -> Postmortem:
    event = of.Event(
        uid="0" * 32,
        incident=record.id,
        seq=len(lines),
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        recorded=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        actor=actor,
        implied=entry.implied,
        data=entry.data,
    )
    return apply(record, event)


_GUARDS: dict[type, tuple[Callable[[Case], None], ...]] = {
    of.Submitted: (require_merged,),
    of.Approved: (require_merged,),
    of.Published: (require_merged, _approved_as_it_stands, _without_lint_errors),
    of.Remediating: (require_merged, _planned),
    of.Resolved: (require_merged, _tracked),
    of.Closed: (_by_the_board, require_merged, _approved_as_it_stands, _proved),
}
