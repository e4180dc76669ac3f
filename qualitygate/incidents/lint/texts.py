"""Every piece of text in a postmortem that a person wrote, with the place it stands at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qualitygate.incidents.postmortem import Postmortem


class Text(NamedTuple):
    """A piece of text.

    Attributes:
        at: Part of the document, such as `timeline[0]`.
        name: What a message calls it, such as `timeline row 1`.
        text: The text.
        required: Whether it may not be empty.
    """

    at: str
    name: str
    text: str
    required: bool = False


def prose(record: Postmortem) -> Iterator[Text]:
    """What is said, without the names of those who are to do something."""
    yield Text("title", "the title", record.title)
    yield Text("impact", "the impact", record.impact.summary)
    for index, row in enumerate(record.timeline):
        yield Text(f"timeline[{index}]", f"timeline row {index + 1}", row.event, True)
    for index, cause in enumerate(record.rca.causes):
        yield Text(f"rca.causes[{index}]", f"cause {index + 1}", cause.text, True)
    for index, why in enumerate(record.rca.whys):
        yield Text(f"rca.whys[{index}]", f"why {index + 1}", why, True)
    if record.rca.whys_reason is not None:
        yield Text("rca.whys_reason", "the reason for fewer whys", record.rca.whys_reason, True)
    for index, one in enumerate(record.rca.falsifications):
        yield Text(f"rca.falsifications[{index}]", f"hypothesis {index + 1}", one.hypothesis, True)
        yield Text(f"rca.falsifications[{index}]", f"the result of hypothesis {index + 1}", one.result, True)
    for index, action in enumerate(record.actions):
        yield Text(f"actions[{index}]", f"action {index + 1}", action.title, True)
    for index, lesson in enumerate(record.lessons):
        yield Text(f"lessons[{index}]", f"lesson {index + 1}", lesson.text, True)
    for index, section in enumerate(record.sections):
        yield Text(f"sections[{index}]", "text of your own", section.text)


def names(record: Postmortem) -> Iterator[Text]:
    """Who is named, and the documents that lessons name."""
    for index, name in enumerate(record.stakeholders):
        yield Text("stakeholders", f"stakeholder {index + 1}", name, True)
    for index, row in enumerate(record.timeline):
        yield Text(f"timeline[{index}]", f"the owner of timeline row {index + 1}", row.owner, True)
    for index, action in enumerate(record.actions):
        yield Text(f"actions[{index}].owner", f"the owner of action {index + 1}", action.owner or "")
        yield Text(f"actions[{index}].verified_by", f"the verification of action {index + 1}", action.verified_by or "")
    for index, lesson in enumerate(record.lessons):
        yield Text(f"lessons[{index}].owner", f"the owner of lesson {index + 1}", lesson.owner or "")
        yield Text(f"lessons[{index}].target", f"the target of lesson {index + 1}", lesson.target or "")


def texts(record: Postmortem) -> Iterator[Text]:
    """Both."""
    yield from prose(record)
    yield from names(record)
