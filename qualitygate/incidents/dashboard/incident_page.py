"""What the page of an incident shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from qualitygate.incidents.checklist import checklist
from qualitygate.incidents.dashboard.labels import BOXES
from qualitygate.incidents.dashboard.life import Moment, life
from qualitygate.incidents.dashboard.pictures import Pictures, by_source
from qualitygate.incidents.dashboard.prose import to_html
from qualitygate.incidents.dashboard.rows import Row
from qualitygate.incidents.kpi.recurrence import Repeat
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the checklist: `held`, `missed`, `late` (not done, and run out) or `undecided`."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts; `url` where it leads somewhere."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CauseMap:
    """A picture of the causes; its size keeps the page from moving when it is loaded."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Everything that the template of an incident needs.

    Attributes:
        cause_map: The causal map; None where there are no causes.
        previous: The incident detected after it, which stands above it in the list; None for the first.
        next: The one below it.
    """

    row: Row
    body: Markup
    moments: Sequence[Moment]
    boxes: Sequence[Box]
    facts: Sequence[Fact]
    pictures: Pictures
    cause_map: CauseMap | None
    repeat: Repeat | None
    previous: Row | None
    next: Row | None


def incident_page(
    row: Row,
    text: str,
    *,
    pictures: Pictures,
    cause_map: CauseMap | None,
    repeat: Repeat | None,
    known: Mapping[str, str],
    previous: Row | None,
    following: Row | None,
) -> IncidentPage:
    """The page of an incident.

    Args:
        row: The incident.
        text: Its Markdown.
        pictures: Its heat maps.
        cause_map: The causal map, if there are causes.
        repeat: Why it is one that came back.
        known: Path of each postmortem's Markdown, relative to the incident directory, to the address of its page.
        previous: The one above it in the list.
        following: The one below it.
    """
    within = {source: f"../{path}" for source, path in by_source(pictures).items()}
    return IncidentPage(
        row=row,
        body=to_html(text, lambda path: within.get(path) or known.get(path)),
        moments=life(row.record),
        boxes=list(_boxes(row)),
        facts=list(_facts(row.record, known)),
        pictures=pictures,
        cause_map=cause_map,
        repeat=repeat,
        previous=previous,
        next=following,
    )


def _boxes(row: Row) -> Iterator[Box]:
    late = {clock.kind for clock in row.clocks if clock.late}
    clocks = {"mitigated_in_30_minutes": "mitigation", "published_in_48_hours": "publication"}
    found = checklist(row.record)
    for name, label in BOXES.items():
        holds = getattr(found, name)
        if holds is None:
            yield Box(label, "late" if clocks.get(name) in late else "undecided")
        else:
            yield Box(label, "held" if holds else "missed")


def _facts(record: Postmortem, known: Mapping[str, str]) -> Iterator[Fact]:
    impact = record.impact
    count = f"{impact.count:,}" + (f" of {impact.total:,}" if impact.total is not None else "")
    yield Fact("Impact", f"{count} {one_line(impact.unit)}")
    if impact.personal_data is not None:
        yield Fact("Personal data", "yes" if impact.personal_data else "no")
    yield from _list("Pipelines", impact.pipelines)
    yield from _list("Stakeholders", record.stakeholders)
    yield from _list("Watchers", record.roles.watchers)
    yield from _list("On-call", record.roles.on_call)
    yield from _list("Postmortem lead", record.roles.postmortem_lead)
    yield from _list("Control board", record.roles.control_board)
    if record.mitigation:
        yield _fact("Mitigated by", record.mitigation.kind, record.mitigation.ref)
    for approval in record.approvals[-1:]:
        source = approval.source.replace("_", " ")
        yield _fact("Approved by", f"{one_line(approval.by)} ({source})", approval.url)
    if record.merged_into:
        page = known.get(f"run/_/postmortems/{record.merged_into}.md", "")
        yield Fact("Merged into", one_line(record.merged_into), page)
    yield from _list("Change", (record.change or "",))
    yield from _list("Commit", ((record.commit or "")[:12],))
    if record.ci_run:
        yield _fact("CI run", record.ci_run, record.ci_run)


def _list(label: str, names: Sequence[str]) -> Iterator[Fact]:
    text = ", ".join(filter(None, map(one_line, names)))
    if text:
        yield Fact(label, text)


def _fact(label: str, text: str, address: str | None) -> Fact:
    """A fact that links where the address is one of the web, and names it where it is another reference."""
    if address and address.startswith(("https://", "http://")):
        return Fact(label, one_line(text), address)
    extra = f" ({one_line(address)})" if address and address != text else ""
    return Fact(label, one_line(text) + extra)
