"""The quarterly review as Markdown: what happened, what it took, what is still owed. To be sent as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote

from qualitygate.incidents.kpi.measured import Deadline, Measured, Remediation
from qualitygate.incidents.kpi.numbers import numbers
from qualitygate.incidents.kpi.quarter import Quarter, quarter_of
from qualitygate.incidents.kpi.report import Population, report
from qualitygate.incidents.kpi.review_causes import repeated_causes
from qualitygate.incidents.kpi.wording import DASH, of, plural, span
from qualitygate.incidents.text import escape, one_line

LINKS = "run/_/postmortems/"
"""Where links to postmortems point by default, relative to the incident directory."""

Row = tuple[str, ...]


def render(everything: Population, quarter: Quarter, *, links: str = LINKS) -> str:
    """The review of one quarter, compared with the one before, ending in a line end.

    Args:
        everything: All incidents, measured at the moment of the review.
        quarter: The quarter of detection.
        links: What stands before `PM-….md` in links: a path, or an address such as that of a repository's files.
    """
    chosen = everything.within(quarter)
    now = report(everything, quarter=quarter)
    before = report(everything, quarter=quarter.previous)
    link = _linker(links)
    running = "" if quarter < quarter_of(everything.now) else " The quarter is not over."
    lines = [
        f"# Incident review {quarter}",
        "",
        f"Incidents detected in {quarter} (UTC), as they stood at {now.at}.{running} Open incidents count as open, and"
        " as missed once their deadline has passed."
        f" Not counted: {plural(now.left_out.drill, 'drill')},"
        f" {plural(now.left_out.false_positive, 'false positive')}, {now.left_out.merged:,} merged into others.",
        "",
        "## Headline",
        "",
        *_in_words(chosen, now.overall.open),
        "",
        *table(("Measure", str(quarter), str(quarter.previous)), numbers([now.overall, before.overall])),
        "",
        "## Incidents",
        "",
        *_incidents(chosen, link),
        "",
        "## Overdue actions",
        "",
        *_overdue([one for one in everything.measured if one.quarter <= quarter], link, quarter),
        "",
        "## What came back",
        "",
        *_came_back(chosen, everything, link),
        "",
        "## Repeated causes",
        "",
        *repeated_causes(chosen, link, table),
        "",
        "## What is unproven",
        "",
        *_unproven(chosen, link),
    ]
    return "\n".join(lines) + "\n"


def table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """A table in Markdown; cells hold Markdown already."""
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |"


def _linker(links: str) -> Callable[[str], str]:
    prefix = quote(one_line(links), safe="/:?#=&%~+.-_@")
    return lambda incident: f"[{incident}]({prefix}{incident}.md)"


def _in_words(chosen: Sequence[Measured], still_open: int) -> Iterator[str]:
    if not chosen:
        yield "No incident was detected in this quarter."
        return
    caught = sum(one.caught for one in chosen)
    worst = min(one.record.severity for one in chosen)
    at_worst = sum(one.record.severity is worst for one in chosen)
    yield (
        f"{plural(len(chosen), 'incident')}: {plural(caught, 'near miss', 'near misses')} caught before the merge,"
        f" {len(chosen) - caught:,} real. The most serious: {at_worst:,} at {worst}. Still open: {still_open:,}."
    )


def _incidents(chosen: Sequence[Measured], link: Callable[[str], str]) -> Iterator[str]:
    if not chosen:
        yield "None."
        return
    head = ("Incident", "Severity", "What happened", "State", "Mitigated", "Published")
    yield from table(head, (_incident(one, link) for one in sorted(chosen, key=_worst_first)))


def _worst_first(one: Measured) -> tuple[str, str, str]:
    return one.record.severity, one.record.times.detected, one.record.id


def _incident(one: Measured, link: Callable[[str], str]) -> Row:
    record = one.record
    kind = "caught by the gate: " if one.caught else ""
    return (
        link(record.id),
        record.severity,
        kind + (escape(record.title) or escape(record.impact.summary)),
        record.state.replace("_", " "),
        "by the gate" if one.caught else _held(one.mitigate, one.mitigation),
        _held(one.publish, one.publication),
    )


def _held(took: object, deadline: Deadline) -> str:
    after = f"after {span(took)}" if isinstance(took, float) else ""
    match deadline:
        case Deadline.MET:
            return after
        case Deadline.MISSED:
            return f"**late**, {after or 'still open'}"
        case Deadline.PENDING:
            return "pending"
        case Deadline.UNKNOWN:
            return "unknown"
        case Deadline.NOT_OWED:
            return after or "not owed"


def _overdue(population: Sequence[Measured], link: Callable[[str], str], quarter: Quarter) -> Iterator[str]:
    late = [action for one in population for action in one.open_actions if action.overdue_days]
    total = sum(len(one.open_actions) for one in population)
    if not late:
        yield f"None. Incidents up to {quarter} have {plural(total, 'open action')}."
        return
    yield f"{of(len(late), total)} open actions of incidents up to {quarter}, the longest overdue first."
    yield ""
    head = ("Action", "Owner", "Due", "Days overdue", "Incident")
    yield from table(head, (_action(one, link) for one in sorted(late, key=lambda r: (-r.overdue_days, r.incident))))


def _action(late: Remediation, link: Callable[[str], str]) -> Row:
    title, owner = escape(late.action.title), escape(late.action.owner or "") or "**nobody**"
    return title, owner, late.action.due or DASH, f"{late.overdue_days:,}", link(late.incident)


def _came_back(chosen: Sequence[Measured], everything: Population, link: Callable[[str], str]) -> Iterator[str]:
    again = [one for one in chosen if one.record.id in everything.came_back]
    if not again:
        yield "Nothing came back within 90 days."
        return
    for one in again:
        repeat = everything.came_back[one.record.id]
        earlier = "" if repeat.of == one.record.id else f" of {link(repeat.of)}"
        reach = "caught by the gate" if one.caught else "**reached users**"
        yield f"- {link(one.record.id)}{earlier}: {repeat.why}; {reach}."


def _unproven(chosen: Sequence[Measured], link: Callable[[str], str]) -> Iterator[str]:
    published = [one for one in chosen if one.published]
    unproven = [one for one in published if not one.proven]
    unpublished = [one for one in chosen if one.publication is Deadline.MISSED and not one.published]
    if not published:
        yield "No postmortem of this quarter is published yet, so nothing could be proved."
    elif not unproven:
        yield f"Nothing: all of {plural(len(published), 'published postmortem')} have a passed proof."
    else:
        yield f"{of(len(unproven), len(published))} published postmortems have no passed proof of their prevention:"
        yield ""
        for one in unproven:
            why = "never proved" if one.record.proof is None else "the last proof failed"
            yield f"- {link(one.record.id)} ({one.record.severity}): {why}."
    if unpublished:
        yield ""
        yield f"Not published in time, and still not: {', '.join(link(one.record.id) for one in unpublished)}."
