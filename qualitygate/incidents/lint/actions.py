"""QG-4xx: whether the corrective actions are somebody's, dated, sized, and prevent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.checklist import reached
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.moments import moment
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.lint.sameness import repeated
from qualitygate.incidents.moments import day
from qualitygate.incidents.narrative import Action
from qualitygate.incidents.postmortem import Postmortem


def some(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-401."""
    if not any(action.status != "dropped" for action in record.actions):
        yield Hit("QG-401", "there is no corrective action", "actions")


def complete(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-402 to QG-406."""
    for index, action in _kept(record):
        at, name = f"actions[{index}]", f"action {index + 1}"
        if not (action.owner or "").strip():
            yield Hit("QG-402", f"{name} has no owner: {brief(action.title)}", at)
        if action.due is None:
            yield Hit("QG-403", f"{name} has no due date: {brief(action.title)}", at)
        if action.size is None:
            yield Hit("QG-404", f"{name} has no size, S, M or L: {brief(action.title)}", at)
        if action.benefit is None:
            yield Hit("QG-405", f"{name} has no benefit, S, M or L: {brief(action.title)}", at)
        if action.type is None:
            yield Hit("QG-406", f"{name} has no type, detect, mitigate, prevent or repair: {brief(action.title)}", at)


def prevention(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-407."""
    if record.severity in (Severity.S0, Severity.S1) and not any(a.type == "prevent" for _, a in _kept(record)):
        yield Hit(
            "QG-407", f"none of the actions prevents it from happening again, and it is {record.severity}", "actions"
        )


def dates(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-408 and QG-410."""
    today, detected = facts.now.astimezone(UTC).date(), moment(record.times.detected)
    for index, action in _kept(record):
        due, at = day(action.due), f"actions[{index}].due"
        if due is not None and action.status == "open" and due < today:
            late = (today - due).days
            days = "a day" if late == 1 else f"{late:,} days"
            yield Hit("QG-408", f"action {index + 1} is {days} overdue, since {action.due}: {brief(action.title)}", at)
        if due is not None and detected is not None and due < detected.date():
            message = (
                f"action {index + 1} was due {action.due}, before the incident was detected: {brief(action.title)}"
            )
            yield Hit("QG-410", message, at)


def verified(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-409."""
    for index, action in _kept(record):
        if action.status == "done" and not (action.verified_by or "").strip():
            message = f"action {index + 1} is done, and nothing says who or what verified that: {brief(action.title)}"
            yield Hit("QG-409", message, f"actions[{index}]")


def duplicates(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-411."""
    kept = list(_kept(record))
    for again, first in repeated(action.title for _, action in kept):
        index, action = kept[again]
        message = f"action {index + 1} says the same as action {kept[first][0] + 1}: {brief(action.title)}"
        yield Hit("QG-411", message, f"actions[{index}]")


def tickets(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-412 and QG-413."""
    for index, action in _kept(record):
        at, ticket = f"actions[{index}]", (action.ticket_url or "").strip()
        if ticket and not ticket.startswith(("https://", "http://")):
            message = f"the ticket of action {index + 1} is no address: {brief(ticket)}"
            yield Hit("QG-413", message, f"{at}.ticket_url")
        if not ticket and action.status == "open" and reached(record, IncidentState.RESOLVED):
            message = f"action {index + 1} is open, without a ticket, in an incident that is {record.state}"
            yield Hit("QG-412", f"{message}: {brief(action.title)}", at)


def _kept(record: Postmortem) -> Iterator[tuple[int, Action]]:
    return ((index, action) for index, action in enumerate(record.actions) if action.status != "dropped")


RULES = (some, complete, prevention, dates, verified, duplicates, tickets)
