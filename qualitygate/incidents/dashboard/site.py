"""The whole site, file by file: a pure function of the records, of what belongs to them, and of the time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from qualitygate.core.threshold import Severity
from qualitygate.incidents.cause_map import svg
from qualitygate.incidents.dashboard import labels
from qualitygate.incidents.dashboard.incident_page import CauseMap, incident_page
from qualitygate.incidents.dashboard.pictures import pictures
from qualitygate.incidents.dashboard.rows import Row, action_rows, row_of
from qualitygate.incidents.dashboard.running import deadlines
from qualitygate.incidents.dashboard.sources import File, Sources
from qualitygate.incidents.dashboard.tiles import tiles
from qualitygate.incidents.dashboard.trends import trends
from qualitygate.incidents.kpi.numbers import numbers
from qualitygate.incidents.kpi.report import Population, population, report
from qualitygate.incidents.markdown import render
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

ASSETS = ("dashboard.css", "dashboard.js")
_VIEW_BOX = re.compile(r'<svg[^>]* viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def site(
    records: Sequence[Postmortem], now: datetime, sources: Sources, note: Callable[[str, str], None]
) -> Iterator[File]:
    """Every file of the site, the index last.

    Args:
        records: All incidents, in any order.
        now: The time, with a time zone.
        sources: Where Markdown and heat maps come from.
        note: Told the id of an incident and what of it could not be shown.

    Raises:
        ConfigError: QG-1740, a record holds a time that no calendar has.
    """
    everything = population(records, now)
    measured = {one.record.id: one for one in everything.measured}
    rows = sorted(
        (row_of(record, measured.get(record.id), now) for record in records),
        key=lambda row: (row.detected, row.id),
        reverse=True,
    )
    environment = _environment(now)
    assets = files("qualitygate.incidents.dashboard") / "static"
    for name in ASSETS:
        yield File(name, (assets / name).read_bytes())
    yield from _incidents(environment, rows, everything, sources, note)
    yield File("index.html", _index(environment, rows, everything))


def _environment(now: datetime) -> Environment:
    environment = Environment(
        loader=PackageLoader("qualitygate.incidents.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "now": labels.instant(now),
        "now_text": labels.minute(now),
        "severities": {severity.value: word for severity, word in labels.SEVERITIES.items()},
        "languages": labels.LANGUAGES,
    }
    environment.filters["one_line"] = one_line
    return environment


def _incidents(
    environment: Environment,
    rows: Sequence[Row],
    everything: Population,
    sources: Sources,
    note: Callable[[str, str], None],
) -> Iterator[File]:
    template = environment.get_template("incident.html")
    known = {f"run/_/postmortems/{row.id}.md": f"{row.id}.html" for row in rows}
    for place, row in enumerate(rows):
        found = pictures(row.record, sources)
        for missing in found.missing:
            note(row.id, f"a heat map is left out: {missing}")
        for picture in found.shown:
            yield File(picture.path, picture.content)
        drawn = svg(row.record) if row.record.rca.causes else ""
        cause_map = _cause_map(f"maps/{row.id}.svg", drawn)
        if cause_map is not None:
            yield File(cause_map.path, drawn.encode())
        page = incident_page(
            row,
            sources.markdown(row.id) or render(row.record),
            pictures=found,
            cause_map=cause_map,
            repeat=everything.came_back.get(row.id),
            known=known,
            previous=rows[place - 1] if place else None,
            following=rows[place + 1] if place + 1 < len(rows) else None,
        )
        yield File(f"incidents/{row.id}.html", template.render(page=page, top="../").encode())


def _cause_map(path: str, drawn: str) -> CauseMap | None:
    size = _VIEW_BOX.search(drawn)
    return CauseMap(path, round(float(size[1])), round(float(size[2]))) if size else None


def _index(environment: Environment, rows: Sequence[Row], everything: Population) -> bytes:
    made = report(everything, by="severity")
    actions = action_rows(rows)
    clocks = deadlines(clock for row in rows for clock in row.clocks)
    context: dict[str, Any] = {
        "rows": rows,
        "report": made,
        "tiles": list(tiles(made.overall)),
        "clocks": clocks,
        "late": sum(clock.late for clock in clocks),
        "trends": trends(everything, actions),
        "head": ("Measure", "All", *(group.name for group in made.groups)),
        "numbers": list(numbers([made.overall, *(group.kpis for group in made.groups)])),
        "actions": actions,
        "pipelines": sorted({name for row in rows for name in row.pipelines}),
        "states": list(labels.STATES.values()),
        "kinds": list(labels.KINDS.values()),
        "levels": [severity.value for severity in Severity],
    }
    return environment.get_template("index.html").render(top="", **context).encode()
