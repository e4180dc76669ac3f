"""QG-8xx: whether the lessons reach a document or a training."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.placeholders import is_question
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.lint.sameness import repeated
from qualitygate.incidents.postmortem import Postmortem


def some(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-801."""
    if not any(lesson.text.strip() for lesson in record.lessons):
        yield Hit("QG-801", "no lesson is named", "lessons")


def anchored(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-802 and QG-803. A question has to be answered first."""
    for index, lesson in enumerate(record.lessons):
        if is_question(lesson):
            continue
        at, name = f"lessons[{index}]", f"lesson {index + 1}"
        if not (lesson.target or "").strip():
            yield Hit("QG-802", f"{name} names no document or training that takes it up: {brief(lesson.text)}", at)
        if not (lesson.owner or "").strip():
            yield Hit("QG-803", f"{name} has no owner: {brief(lesson.text)}", at)


def taken_up(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-804."""
    for index, lesson in enumerate(record.lessons):
        if lesson.status != "done" and record.state is IncidentState.CLOSED:
            message = f"lesson {index + 1} is still open in an incident that is closed: {brief(lesson.text)}"
            yield Hit("QG-804", message, f"lessons[{index}]")


def stated(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-806. A record knows open and done alone: whether somebody said so is to be seen in the Markdown."""
    for index, lesson in enumerate(record.lessons):
        at = f"lessons[{index}]"
        if at in facts.lines and f"{at}.status" not in facts.lines and not is_question(lesson):
            yield Hit("QG-806", f"lesson {index + 1} does not say its status: {brief(lesson.text)}", at)


def duplicates(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-805."""
    for index, first in repeated(lesson.text for lesson in record.lessons):
        message = f"lesson {index + 1} says the same as lesson {first + 1}: {brief(record.lessons[index].text)}"
        yield Hit("QG-805", message, f"lessons[{index}]")


RULES = (some, anchored, taken_up, duplicates, stated)
