"""QG-2xx: whether the times can be true, and the two clocks: mitigated within 30 minutes, published within 48 hours.

Having been late is a warning and never an error: it can no longer be fixed, and an error would only teach people to
write another time. What is an error at publication is a late mitigation that nobody explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.checklist import MITIGATION, PUBLICATION, clock_start, mitigations
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.moments import ORDER, moment, points, written_times
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.lint.texts import prose
from qualitygate.incidents.moments import flaw, flaw_of_day
from qualitygate.incidents.postmortem import Postmortem

_SKEW = timedelta(minutes=5)
"""How far two clocks may be apart before a time counts as one of the future."""

# Deliberately generous: it has to be spoken of, not to be argued well.
_LATENESS = re.compile(
    r"\b(?:late(?:ness)?|too\ late|delay\w*|belated\w*|took\ (?:\w+\ ){0,3}longer|longer\ than|slow\w*"
    r"|(?:30|thirty)[- ]min\w*"
    r"|verspät\w*|verzöger\w*|zu\ spät|länger|(?:30|dreißig)[- ]minuten"
    r"|retard\w*|tardi\w*|trop\ tard|plus\ longtemps|(?:30|trente)\ minutes)\b"
    r"|遅|30\s?分|時間を要|時間がかか|長引",
    re.IGNORECASE,
)


def calendar(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-212."""
    for name, at, text in written_times(record):
        if why := flaw(text):
            yield Hit("QG-212", f"{name} {why}: {brief(text)}", at)
    for index, action in enumerate(record.actions):
        if action.due is not None and (why := flaw_of_day(action.due)):
            name = f"the due date of action {index + 1}"
            yield Hit("QG-212", f"{name} {why}: {brief(action.due)}", f"actions[{index}].due")


def rows_in_order(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-201."""
    for index, (before, after) in enumerate(pairwise(record.timeline), 2):
        first, second = moment(before.at), moment(after.at)
        if first is not None and second is not None and second < first:
            message = f"timeline row {index} is earlier than the row above it: {after.at} after {before.at}"
            yield Hit("QG-201", message, f"timeline[{index - 1}]")


def rows_within(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-202 and QG-203."""
    started, published = moment(record.times.started), moment(record.times.published)
    for index, row in enumerate(record.timeline):
        at = moment(row.at)
        if at is not None and started is not None and at < started:
            message = f"timeline row {index + 1} is earlier than the start, {record.times.started}: {brief(row.event)}"
            yield Hit("QG-202", message, f"timeline[{index}]")
        if at is not None and published is not None and at > published:
            message = f"timeline row {index + 1} is later than the publication: {brief(row.event)}"
            yield Hit("QG-203", message, f"timeline[{index}]")


def order_of_times(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-204. The gate mitigates what it catches before anybody can acknowledge it."""
    known = points(record)
    by_gate = record.kind is IncidentKind.NEAR_MISS or (
        record.mitigation is not None and record.mitigation.kind == "gate"
    )
    chains = [[name for name in ORDER if name in known]]
    if by_gate and "acknowledged" in known:
        chains = [[name for name in chains[0] if name != "acknowledged"], ["detected", "acknowledged"]]
    for chain in chains:
        for first, second in pairwise(name for name in chain if name in known):
            if known[second] < known[first]:
                times = f"{getattr(record.times, second)} is before {getattr(record.times, first)}"
                yield Hit("QG-204", f"{second} before {first}: {times}", second)


def future(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-205."""
    for name, at, text in written_times(record):
        found = moment(text)
        if found is not None and found - facts.now > _SKEW:
            yield Hit("QG-205", f"{name} is in the future: {text}", at)


def mitigation(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-206 and QG-208, or QG-207."""
    for number, (began, ended) in enumerate(_mitigations(record)):
        since = "reopening" if number else _beginning(record)
        if ended is None:
            passed = facts.now - began
            if passed > MITIGATION:
                yield Hit("QG-207", f"not mitigated {_minutes(passed)} after {since}", "timeline")
            continue
        taken = ended - began
        if taken > MITIGATION:
            yield Hit("QG-206", f"mitigated {_minutes(taken)} after {since}, 30 are allowed", "timeline")
            if not any(_LATENESS.search(text.text) for text in prose(record)):
                yield Hit("QG-208", f"nothing explains why mitigation took {_minutes(taken)}", "timeline")


def publication(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-209, or QG-210."""
    known = points(record)
    began = moment(clock_start(record))
    if not facts.publication_owed or began is None:
        return
    taken = known.get("published", facts.now) - began
    if taken <= PUBLICATION:
        return
    if "published" in known:
        yield Hit("QG-209", f"published {_hours(taken)} after {_beginning(record)}, 48 are allowed")
    else:
        yield Hit("QG-210", f"not published {_hours(taken)} after {_beginning(record)}, 48 are allowed")


def clock(_: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-211."""
    for step in facts.clock_steps:
        yield Hit("QG-211", step)


def _mitigations(record: Postmortem) -> list[tuple[datetime, datetime | None]]:
    """The rounds whose times a calendar has; of the others QG-212 tells."""
    times = (record.times.mitigated, *(time for one in record.reopenings for time in (one.at, one.mitigated)))
    if any(time is not None and moment(time) is None for time in (clock_start(record), *times)):
        return []
    rounds = [(moment(began), moment(ended)) for began, ended in mitigations(record)]
    return [(began, ended) for began, ended in rounds if began is not None]


def _beginning(record: Postmortem) -> str:
    return "detection" if clock_start(record) == record.times.detected else "it was found to be real"


def _minutes(taken: timedelta) -> str:
    # Rounded up, so that 30 minutes and one second are not told as 30 minutes, 30 of which are allowed.
    return f"{-(-taken // timedelta(minutes=1)):,} minutes"


def _hours(taken: timedelta) -> str:
    return f"{-(-taken // timedelta(hours=1)):,} hours"


RULES = (
    calendar,
    rows_in_order,
    rows_within,
    order_of_times,
    future,
    mitigation,
    publication,
    clock,
)
