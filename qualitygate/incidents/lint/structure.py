"""QG-1xx: whether the postmortem is all there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.placeholders import asks, is_question, placeholder
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.lint.texts import texts
from qualitygate.incidents.postmortem import Postmortem

SECTIONS = ("context", "timeline", "root_cause", "actions", "lessons")
"""Keys of the sections of the template, in its order."""

_HEADING = re.compile(r"^\s*#+\s*(.*?)\s*#*\s*$", re.MULTILINE)


def title(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-101."""
    if not record.title.strip():
        yield Hit("QG-101", "there is no title", "title")


def impact(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-102, and QG-103: a number must come from data, which the gate's own findings are."""
    if not record.impact.summary.strip():
        yield Hit("QG-102", "the impact is not described", "impact")
    counted = any(trigger.layer == "gate" for trigger in record.triggers)
    if not counted and not (record.impact.source or "").strip():
        unit = record.impact.unit
        if record.impact.count:
            message = f"nothing says where the number of {record.impact.count:,} {unit} comes from"
        else:
            message = f"no number of {unit} is recorded from data"
        yield Hit("QG-103", message, "impact")


def stakeholders(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-104."""
    if not any(name.strip() for name in record.stakeholders):
        yield Hit("QG-104", "no stakeholder is named", "stakeholders")


def timeline(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-105."""
    if not record.timeline:
        yield Hit("QG-105", "the timeline is empty", "timeline")
    elif len(record.timeline) == 1:
        yield Hit("QG-105", "the timeline has one row, which tells no course of events", "timeline")


def open_questions(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-106: causes marked open, lessons that still ask, and the marker in any text."""
    told = {f"rca.causes[{index}]" for index, cause in enumerate(record.rca.causes) if cause.open}
    told |= {f"lessons[{index}]" for index, lesson in enumerate(record.lessons) if is_question(lesson)}
    for text in texts(record):
        if (text.at in told and text.required and text.text) or asks(text.text):
            told.discard(text.at)
            yield Hit("QG-106", f"{text.name} is an open question: {brief(text.text)}", text.at)


def placeholders(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-107."""
    for text in texts(record):
        if text.required and not text.text.strip():
            yield Hit("QG-107", f"{text.name} is empty", text.at)
        elif (found := placeholder(text.text)) is not None:
            yield Hit("QG-107", f'{text.name} holds the placeholder "{found}"', text.at)


def order(_: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-108."""
    present = [key for key in dict.fromkeys(facts.sections or ()) if key in SECTIONS]
    expected = [key for key in SECTIONS if key in present]
    if present != expected:
        first = next(found for found, due in zip(present, expected, strict=True) if found != due)
        wanted = ", ".join(key.replace("_", " ") for key in SECTIONS)
        yield Hit("QG-108", f"the section {first.replace('_', ' ')} is out of order, which is {wanted}", first)


def in_step(_: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-109."""
    if not facts.in_step:
        yield Hit("QG-109", "the Markdown says something else than the record")


def sections(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-110."""
    for index, section in enumerate(record.sections):
        found = _HEADING.search(section.text)
        name = brief(found.group(1) if found else section.text)
        yield Hit("QG-110", f"text of your own is kept as it is, and part of no section: {name}", f"sections[{index}]")


def remarks(_: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-111."""
    for remark in facts.remarks:
        yield Hit("QG-111", remark)


RULES = (
    title,
    impact,
    stakeholders,
    timeline,
    open_questions,
    placeholders,
    order,
    in_step,
    sections,
    remarks,
)
