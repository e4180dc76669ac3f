"""The one sensible next step of an incident."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.incident import IncidentState as State
from qualitygate.incidents.approvals import standing
from qualitygate.incidents.checklist import MAIN_LINE
from qualitygate.incidents.machine import STEPS, command
from qualitygate.incidents.postmortem import Postmortem


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now.

    Attributes:
        command: What to type, without `qualitygate`; None where nothing is left to do.
        why: What it is for.
        role: Whose turn it is.
    """

    command: str | None
    why: str
    role: str


def next_step(record: Postmortem, *, followed: bool = True) -> Step:
    """The one sensible step.

    Args:
        followed: Whether JSON and Markdown say what the log says; if not, edits wait to be merged.
    """
    name = record.id
    if record.state is State.MERGED:
        return Step(f"incident next {record.merged_into}", "it goes on in the incident it was merged into", "Watchers")
    if record.state is State.FALSE_POSITIVE:
        return Step(None, "it was a false alarm", "Watchers")
    if record.state is State.CLOSED:
        return Step(None, "it is closed, and proved", "Watchers")
    if not followed:
        return Step(f"postmortem sync {name}", "edits of the Markdown or JSON are not merged yet", "Postmortem Lead")
    if record.proof is not None and record.proof.result == "failed" and record.state is State.DRAFT:
        return Step(
            f"evidence collect {name}",
            "the proof failed: what is missing to show that it cannot come back?",
            "Postmortem Lead",
        )
    return _STEPS.get(record.state, _onwards)(record)


def _onwards(record: Postmortem) -> Step:
    target = State.ACKNOWLEDGED if record.state is State.REOPENED else MAIN_LINE[MAIN_LINE.index(record.state) + 1]
    why, role = _REASONS[target]
    return Step(f"incident {command(record, target)}", why, role)


def _draft(record: Postmortem) -> Step:
    causes = {cause.class_ for cause in record.rca.causes if not cause.open}
    if causes != {"direct", "contributing", "systemic"}:
        return Step(
            f"postmortem lint {record.id}",
            f"write the causes into run/_/postmortems/{record.id}.md: direct, contributing and systemic",
            "Postmortem Lead",
        )
    return _onwards(record)


def _approved(record: Postmortem) -> Step:
    if record.approvals and not standing(record):
        again = f"incident {command(record, State.APPROVED)}"
        return Step(again, "the text changed after it was approved", "Control Board")
    return _onwards(record)


def _published(record: Postmortem) -> Step:
    untracked = [action for action in record.actions if action.status == "open" and not action.ticket_url]
    if untracked:
        return Step(f"actions sync {record.id}", "the corrective actions are not in the backlog yet", "Postmortem Lead")
    return _onwards(record)


def _remediating(record: Postmortem) -> Step:
    waiting = [action for action in record.actions if action.status == "open"]
    if waiting:
        return Step(f"actions list {record.id}", f"{len(waiting)} of {len(record.actions)} actions are open", "On-call")
    return _onwards(record)


def _resolved(record: Postmortem) -> Step:
    if record.proof is None or record.proof.result == "failed":
        outdated = record.proof is None and any(one.proof for one in record.reopenings)
        why = "it came back since it was proved: prove it again" if outdated else _UNPROVED
        return Step(f"prove {record.id}", why, "Postmortem Lead")
    return _onwards(record)


_UNPROVED = "nothing proves yet that it cannot come back"

_STEPS = {
    State.DRAFT: _draft,
    State.APPROVED: _approved,
    State.PUBLISHED: _published,
    State.REMEDIATING: _remediating,
    State.RESOLVED: _resolved,
}

_REASONS = {
    State.ACKNOWLEDGED: ("somebody has to take it over", "On-call"),
    State.MITIGATING: ("stop the damage within 30 minutes", "On-call"),
    State.MITIGATED: ("say how the damage was stopped", "On-call"),
    State.DRAFT: ("write down what happened", "Postmortem Lead"),
    State.IN_REVIEW: ("let others read it", "Postmortem Lead"),
    State.APPROVED: ("somebody of the control board, no author, has to approve it", "Control Board"),
    State.PUBLISHED: ("it is due within 48 hours of detection", "Postmortem Lead"),
    State.REMEDIATING: ("bring the actions to the backlog", "Postmortem Lead"),
    State.RESOLVED: ("every fix is done", "On-call"),
    State.CLOSED: ("it is proved, and can be closed", "Control Board"),
}

assert set(_REASONS) == set(STEPS)
