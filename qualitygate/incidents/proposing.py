"""What the gate asks and proposes when it opens an incident: causes and lessons still open, and the first actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from qualitygate.incidents.collecting.withholding import why_withheld
from qualitygate.incidents.narrative import Action, Cause, Lesson
from qualitygate.incidents.postmortem import Postmortem

OPEN_LESSONS = (
    Lesson(text="Which earlier check would have caught this before the change was proposed?", status="open"),
    Lesson(text="Which page of the handbook or the training has to change?", status="open"),
)


def open_causes(pipelines: str) -> tuple[Cause, ...]:
    """One question for each class of causes; `pipelines` names those that made what failed."""
    return (
        Cause(class_="direct", text=f"what changed in the pipeline {pipelines}?", open=True),
        Cause(class_="contributing", text="what let the change get as far as the gate?", open=True),
        Cause(class_="systemic", text="which rule, role or routine was missing?", open=True),
    )


def proposed_actions(record: Postmortem, pipelines: str, earlier: Iterable[str], now: datetime) -> tuple[Action, ...]:
    """What has to be done in any case, with a day to do it by.

    Args:
        record: What is known so far.
        pipelines: Those that made what failed.
        earlier: Incidents of this repository that the broken limits were born of.
        now: The time, with a time zone.
    """
    in_two_days = (now.astimezone(UTC) + timedelta(hours=48)).date().isoformat()
    in_a_week = (now.astimezone(UTC) + timedelta(days=7)).date().isoformat()
    again = (
        Action(title=f"Find out why the prevention of {born_of} let this get as far as the gate", due=in_a_week)
        for born_of in earlier
    )
    return (
        Action(
            title=f"Find the step that changed in the pipeline {pipelines}; fix or revert it",
            due=in_two_days,
            type="repair",
        ),
        Action(title=_case(record), due=in_a_week, type="prevent"),
        *again,
    )


def _case(record: Postmortem) -> str:
    folder = f"fixtures/incidents/{record.id}/"
    if why_withheld(record) is None:
        return f"Add a regression case under {folder}"
    # Git would keep the pictures for ever, in every clone.
    return f"Write {folder}case.toml with no picture in the repository: by a control, or a command that reproduces it"
