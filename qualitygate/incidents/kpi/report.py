"""From all records to the KPIs: which incidents count, the whole, and the whole split into groups."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.kpi.measured import Measured, measure, parse_time
from qualitygate.incidents.kpi.quarter import Quarter, quarter_of
from qualitygate.incidents.kpi.recurrence import Repeat, repeats
from qualitygate.incidents.kpi.summary import Kpis, summarise
from qualitygate.incidents.postmortem import Postmortem

By = Literal["severity", "quarter", "pipeline"]

NO_PIPELINE = "(none)"
"""Group of the incidents that name no pipeline."""


class LeftOut(Struct, frozen=True, kw_only=True):
    """Records that do not count, each under the first reason that holds: drill, false positive, merged."""

    drill: int
    false_positive: int
    merged: int


class Group(Struct, frozen=True, kw_only=True):
    """The KPIs of one severity, quarter or pipeline."""

    name: str
    kpis: Kpis


class KpiReport(Struct, frozen=True, kw_only=True):
    """The KPIs as `qualitygate kpi --format json` prints them.

    Attributes:
        at: The moment at which open incidents were judged, RFC 3339.
        quarter: The quarter of detection they are limited to; None for all.
        left_out: What does not count.
        overall: The KPIs of all that counts.
        by: What the groups are; None for no groups.
        groups: Severities S0 to S3, quarters or pipelines in order. An incident of several pipelines is in several
            groups, so that these may add up to more than the whole; severities and quarters add up.
    """

    schema_version: Literal[1] = 1
    at: str
    quarter: str | None
    left_out: LeftOut
    overall: Kpis
    by: By | None
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """All incidents at a moment: what was measured of those that count, oldest first, and which of them came back."""

    now: datetime
    measured: tuple[Measured, ...]
    came_back: dict[str, Repeat]
    others: tuple[Postmortem, ...]

    def within(self, quarter: Quarter | None) -> tuple[Measured, ...]:
        """Those detected in a quarter; all for None."""
        return tuple(one for one in self.measured if quarter is None or one.quarter == quarter)


def population(records: Sequence[Postmortem], now: datetime) -> Population:
    """Measure every incident that counts: real ones and near misses that are neither false positives nor merged.

    Args:
        records: All records, in any order.
        now: The time, with a time zone.

    Raises:
        ConfigError: QG-1740, a record holds a time that no calendar has.
    """
    measured = sorted((measure(one, now) for one in records if counts(one)), key=lambda m: (m.detected, m.record.id))
    others = tuple(one for one in records if not counts(one))
    return Population(now, tuple(measured), repeats(records, measured), others)


def counts(record: Postmortem) -> bool:
    """Whether an incident is part of the KPIs."""
    return record.kind is not IncidentKind.DRILL and record.state not in (
        IncidentState.FALSE_POSITIVE,
        IncidentState.MERGED,
    )


def kpis(
    records: Sequence[Postmortem], now: datetime, *, by: By | None = None, quarter: Quarter | None = None
) -> KpiReport:
    """The KPIs of all incidents, or of those detected in one quarter.

    Args:
        records: All records, in any order: also with a quarter, since repeats are found among all of them.
        now: The time, with a time zone.
        by: What to group by.
        quarter: Only incidents detected in it, in UTC.

    Raises:
        ConfigError: QG-1740, a record holds a time that no calendar has.
    """
    return report(population(records, now), by=by, quarter=quarter)


def report(everything: Population, *, by: By | None = None, quarter: Quarter | None = None) -> KpiReport:
    """The same from incidents that are measured already."""
    chosen = everything.within(quarter)
    others = [one for one in everything.others if quarter is None or _quarter(one) == quarter]
    drills = [one for one in others if one.kind is IncidentKind.DRILL]
    rest = [one for one in others if one.kind is not IncidentKind.DRILL]
    return KpiReport(
        at=everything.now.isoformat().replace("+00:00", "Z"),
        quarter=None if quarter is None else str(quarter),
        left_out=LeftOut(
            drill=len(drills),
            false_positive=sum(one.state is IncidentState.FALSE_POSITIVE for one in rest),
            merged=sum(one.state is IncidentState.MERGED for one in rest),
        ),
        overall=summarise(chosen, everything.came_back),
        by=by,
        groups=tuple(
            Group(name=name, kpis=summarise(group, everything.came_back)) for name, group in _groups(chosen, by)
        ),
    )


def to_json(made: KpiReport) -> bytes:
    """UTF-8 JSON, two spaces of indentation, keys in the order of the structs, a line end at the end."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def to_schema() -> bytes:
    """The JSON Schema, 2020-12, of what `to_json` writes; shipped as `schemas/kpi.schema.json`."""
    schema = msgspec.json.schema(KpiReport)
    for definition in schema["$defs"].values():
        # Python 3.13 strips the indentation of docstrings, 3.11 does not: the file must not depend on it.
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    titled = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "qualitygate kpi", **schema}
    return msgspec.json.format(msgspec.json.encode(titled), indent=2) + b"\n"


def _quarter(record: Postmortem) -> Quarter:
    return quarter_of(parse_time(record, "detected", record.times.detected))


def _groups(chosen: Iterable[Measured], by: By | None) -> Iterable[tuple[str, list[Measured]]]:
    groups: dict[str, list[Measured]] = {}
    match by:
        case None:
            return ()
        case "severity":
            groups = {severity: [] for severity in Severity}
            for one in chosen:
                groups[one.record.severity].append(one)
            return groups.items()
        case "quarter":
            for one in chosen:
                groups.setdefault(str(one.quarter), []).append(one)
        case "pipeline":
            for one in chosen:
                for pipeline in one.pipelines or (NO_PIPELINE,):
                    groups.setdefault(pipeline, []).append(one)
    return sorted(groups.items())
