"""The life of an incident as one list: its milestones and the rows of its timeline, in the order they happened."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qualitygate.incidents.dashboard.labels import MILESTONES, instant, minute
from qualitygate.incidents.kpi.measured import parse_time
from qualitygate.incidents.kpi.wording import span
from qualitygate.incidents.moments import moment
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened.

    Attributes:
        since: How long after the detection, `+12 min`; empty for the detection itself.
        milestone: Whether it is a step of the life cycle rather than a row of the timeline.
    """

    at: str
    at_text: str
    since: str
    text: str
    owner: str
    milestone: bool


def life(record: Postmortem) -> list[Moment]:
    """Milestones and timeline; at the same moment the milestone comes first.

    Raises:
        ConfigError: QG-1740, one of its times does not exist.
    """
    detected = parse_time(record, "detected", record.times.detected)
    found: list[tuple[datetime, int, str, str]] = []
    for place, (name, label) in enumerate(MILESTONES.items()):
        text = getattr(record.times, name)
        if text is not None:
            found.append((parse_time(record, name, text), place - len(MILESTONES), label, ""))
    for place, entry in enumerate(record.timeline):
        at = detected
        # People write the timeline; a time that does not exist is shown at the detection rather than not at all.
        with contextlib.suppress(ValueError):
            at = moment(entry.at)
        found.append((at, place, one_line(entry.event), one_line(entry.owner)))
    return [
        Moment(instant(at.astimezone(UTC)), minute(at), _since(at - detected), text, owner, place < 0)
        for at, place, text, owner in sorted(found)
    ]


def _since(passed: timedelta) -> str:
    if not passed:
        return ""
    sign = "−" if passed < timedelta(0) else "+"
    return sign + span(abs(passed).total_seconds())
