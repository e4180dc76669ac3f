"""What came back: an incident is a repeat when the same failure happened before, and ended within 90 days of it."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.incidents.kpi.measured import Measured, parse_time
from qualitygate.incidents.postmortem import Postmortem

WINDOW = timedelta(days=90)
"""From the resolution of the earlier incident to the detection of the repeat."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Why an incident is one that came back.

    Attributes:
        of: Id of the earlier incident; its own where it was reopened or another was merged into it.
        why: `reopened`, `same failure`, `broke a limit born of it` or `merged after mitigation`.
    """

    of: str
    why: str


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    """From detection to resolution, `_NEVER` while that is still to come."""

    start: datetime
    end: datetime
    id: str

    def precedes(self, moment: datetime) -> bool:
        """Whether a failure detected at a moment repeats this one."""
        return self.start < moment and self.end >= moment - WINDOW


def repeats(records: Sequence[Postmortem], counted: Sequence[Measured]) -> dict[str, Repeat]:
    """The incidents that came back, by id.

    An incident is a repeat when, the first that holds being named,

    - it was reopened;
    - an earlier incident has the same key (one merged into another lends it its key);
    - a limit that it broke was `born_of` an earlier incident;
    - another was merged into it that was detected after it was mitigated.

    "Earlier" means detected before it, and resolved no more than 90 days before it. As long as the earlier one is not
    resolved it counts, however old: that failure was never gone. Drills and false positives precede nothing.

    Args:
        records: All records, also those that do not count: merged ones say what they belong to.
        counted: What was measured of those that count.
    """
    into = {one.id: one.merged_into for one in records if one.state is IncidentState.MERGED and one.merged_into}
    merged = [one for one in records if one.id in into and one.kind is not IncidentKind.DRILL]
    spans = {one.record.id: _span(one) for one in counted}
    lines = _by_key(counted, merged, into, spans)
    found: dict[str, Repeat] = {}
    for one in counted:
        record = one.record
        if record.times.reopened is not None or record.state is IncidentState.REOPENED:
            found[record.id] = Repeat(record.id, "reopened")
        elif record.key and (earlier := lines[record.key].latest_before(one.detected)):
            found[record.id] = Repeat(earlier, "same failure")
        elif origin := _origin(one, into, spans):
            found[record.id] = Repeat(origin, "broke a limit born of it")
    by_id = {one.record.id: one.record for one in counted}
    for alias in merged:
        target = by_id.get(_survivor(alias.id, into))
        if target is None or target.id in found or target.times.mitigated is None:
            continue
        seen = parse_time(alias, "detected", alias.times.detected)
        if seen > parse_time(target, "mitigated", target.times.mitigated) and spans[target.id].precedes(seen):
            found[target.id] = Repeat(target.id, "merged after mitigation")
    return found


class _Line:
    """The spans of one key, searchable by time in O(log n)."""

    def __init__(self, spans: Iterable[_Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]
        # Of the first n spans the one that ends last: if it is too old, all of them are.
        self._longest: list[_Span] = []
        for span in self._spans:
            longest = self._longest[-1] if self._longest else span
            self._longest.append(span if span.end >= longest.end else longest)

    def latest_before(self, moment: datetime) -> str | None:
        before = bisect.bisect_left(self._starts, moment)
        if before == 0:
            return None
        for span in (self._spans[before - 1], self._longest[before - 1]):
            if span.precedes(moment):
                return span.id
        return None


def _by_key(
    counted: Sequence[Measured], merged: Sequence[Postmortem], into: Mapping[str, str], spans: Mapping[str, _Span]
) -> dict[str, _Line]:
    pairs = {(one.record.key, one.record.id) for one in counted if one.record.key}
    pairs |= {(one.key, _survivor(one.id, into)) for one in merged if one.key}
    by_key: dict[str, list[_Span]] = {}
    for key, incident in pairs:
        if key and incident in spans:
            by_key.setdefault(key, []).append(spans[incident])
    return {key: _Line(line) for key, line in by_key.items()}


def _span(one: Measured) -> _Span:
    times = one.record.times
    end = times.resolved or times.closed
    return _Span(one.detected, _NEVER if end is None else parse_time(one.record, "resolved", end), one.record.id)


def _origin(one: Measured, into: Mapping[str, str], spans: Mapping[str, _Span]) -> str | None:
    for origin in dict.fromkeys(trigger.born_of for trigger in one.record.triggers if trigger.born_of):
        span = spans.get(_survivor(origin, into))
        if span is not None and span.id != one.record.id and span.precedes(one.detected):
            return span.id
    return None


def _survivor(incident: str, into: Mapping[str, str]) -> str:
    """The incident that one was merged into in the end; where mergers run in a circle, some member of it."""
    seen = {incident}
    while (target := into.get(incident)) is not None and target not in seen:
        seen.add(target)
        incident = target
    return incident
