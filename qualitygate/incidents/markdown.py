"""A record as Markdown: Context, Timeline, Root Cause Analysis, Corrective Actions, Lessons Learned.

A pure function of the record, so that whoever finds the JSON alone can write the same Markdown. In English; the
headings of other languages join with the parser that reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.postmortem import Cause, Evidence, Postmortem, TimelineEntry, Trigger, Unmeasured
from qualitygate.incidents.text import enumeration, escape

OPEN = "**OPEN:**"
_KINDS = {
    IncidentKind.REAL: "real",
    IncidentKind.DRILL: "drill",
    IncidentKind.NEAR_MISS: "near miss, caught before the merge",
}
_URL = re.compile(r"https?://[^\s<>]+")
# From `run/_/postmortems/` to the incident directory.
_TO_ROOT = "../../../"


def render(record: Postmortem) -> str:
    """The postmortem as a person reads and edits it, ending in a line end."""
    lines = [f"# Incident {record.id}"]
    lines += ["## Context", *_context(record)]
    lines += ["## Timeline", *_table(("Time", "Event", "Owner"), (_row(record, entry) for entry in record.timeline))]
    lines += ["## Root Cause Analysis", *_root_cause(record)]
    lines += ["## Corrective Actions"]
    lines += [
        f"- [{'x' if action.status == 'done' else ' '}] {escape(action.title)} — {action.due or 'no date'}"
        for action in record.actions
    ]
    lines += ["## Lessons Learned"]
    lines += [f"- {OPEN + ' ' if lesson.status == 'open' else ''}{escape(lesson.text)}" for lesson in record.lessons]
    return "\n".join(lines) + "\n"


def _context(record: Postmortem) -> Iterator[str]:
    yield f"- Discovered: {record.times.detected[:10]} {record.times.detected[11:16]} UTC"
    yield f"- Severity: {record.severity}"
    yield f"- Impact: {escape(record.impact.summary)}"
    yield f"- Stakeholders: {escape(', '.join(record.stakeholders)) or f'{OPEN} who has to be told?'}"
    yield f"- Kind: {_KINDS[record.kind]}"
    if record.impact.pipelines:
        yield f"- Pipelines: {escape(', '.join(record.impact.pipelines))}"
    if record.change:
        yield f"- Change: {escape(record.change)}"
    if record.commit:
        yield f"- Commit: {escape(record.commit)}"
    if record.ci_run:
        yield f"- CI run: {_address(record.ci_run)}"


def _row(record: Postmortem, entry: TimelineEntry) -> tuple[str, str, str]:
    same_day = entry.at[:10] == record.times.detected[:10]
    time = entry.at[11:16] if same_day else f"{entry.at[:10]} {entry.at[11:16]}"
    return time, escape(entry.event), escape(entry.owner)


def _root_cause(record: Postmortem) -> Iterator[str]:
    yield from _causes("Direct cause", [cause for cause in record.rca.causes if cause.class_ == "direct"])
    yield from _causes("Contributing factors", [cause for cause in record.rca.causes if cause.class_ != "direct"])
    yield from _rules(record)
    maps = {item.subject: item for item in record.evidence if item.subject}
    if record.triggers:
        yield "### What the gate measured"
        yield from _table(
            ("Subject", "Check", "Value", "Limit", "Severity", "Heat map"),
            (_measured(trigger, maps) for trigger in record.triggers),
        )
        yield from _not_listed(record)
    shown = {trigger.subject for trigger in record.triggers}
    further = [_link(subject, item) for subject, item in maps.items() if item.path and subject not in shown]
    if further:
        yield ""
        yield f"Further heat maps: {', '.join(further)}."
    left_out = [item for item in record.evidence if item.path is None]
    if left_out:
        yield ""
        reasons = sorted({item.reason or "not stored" for item in left_out})
        yield f"Heat maps left out: {len(left_out)} ({escape('; '.join(reasons))}). Their digests are in the JSON."


def _not_listed(record: Postmortem) -> Iterator[str]:
    """What the table leaves out: failures beyond the worst, and what could not be measured."""
    more = record.impact.count - len({trigger.subject for trigger in record.triggers if trigger.subject})
    if more > 0:
        yield ""
        yield f"And {more:,} more of the {record.impact.count:,} {record.impact.unit} that failed."
    if record.unmeasurable:
        yield ""
        named = "; ".join(_reason(one) for one in record.unmeasurable)
        more = record.impact.unmeasurable - len(record.unmeasurable)
        rest = f"; and {more:,} more" if more > 0 else ""
        yield f"Could not be measured: {named}{rest}."


def _reason(one: Unmeasured) -> str:
    """The reason with its code, which reasons that were errors end in already."""
    return escape(one.reason if one.code in one.reason else f"{one.reason} [{one.code}]")


def _causes(label: str, causes: list[Cause]) -> Iterator[str]:
    questions = [escape(cause.text) for cause in causes if cause.open]
    answers = [escape(cause.text) for cause in causes if not cause.open]
    yield f"- {label}: {', '.join(answers) or f'{OPEN} ' + ' '.join(questions)}"


def _rules(record: Postmortem) -> Iterator[str]:
    """What the rules that were broken say of themselves: all that share an origin together."""
    origins: dict[tuple[str | None, str | None], list[str]] = {}
    for trigger in record.triggers:
        if trigger.born_of or trigger.why:
            origins.setdefault((trigger.born_of, trigger.why), []).append(_check(trigger))
    for (born_of, why), checks in origins.items():
        noun = "Rule" if len(set(checks)) == 1 else "Rules"
        origin = f"born of {escape(born_of)}" if born_of else "in force"
        reason = f": {escape(why)}" if why else ""
        yield f"- {noun} {escape(enumeration(checks))}, {origin}{reason}"
    for runbook in dict.fromkeys(trigger.runbook for trigger in record.triggers if trigger.runbook):
        yield f"- Runbook: {_address(runbook)}"


def _measured(trigger: Trigger, maps: Mapping[str, Evidence]) -> tuple[str, ...]:
    value, limit = _numbers(trigger.value, trigger.threshold)
    item = maps.get(trigger.subject) if trigger.subject else None
    link = _link("heat map", item) if item and item.path else "–"
    subject = trigger.subject or trigger.set or "the run"
    return escape(subject), escape(_check(trigger)), value, limit, trigger.severity or "–", link


def _address(text: str) -> str:
    return f"<{text}>" if _URL.fullmatch(text) else escape(text)


def _link(text: str, item: Evidence) -> str:
    return f"[{escape(text)}]({_TO_ROOT}{item.path})"


def _check(trigger: Trigger) -> str:
    region = f"in {trigger.region}" if trigger.region else ""
    return " ".join(part for part in (trigger.label, trigger.statistic or "", region) if part)


def _numbers(value: float | None, limit: float | None) -> tuple[str, str]:
    """Both with as few decimals as show that they differ, two at least."""
    if value is None or limit is None:
        return _or_dash(value), _or_dash(limit)
    for decimals in range(2, 10):
        if _number(value, decimals) != _number(limit, decimals):
            break
    return _number(value, decimals), _number(limit, decimals)


def _or_dash(number: float | None) -> str:
    return "–" if number is None else _number(number, 2)


def _number(number: float, decimals: int) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 and decimals == 2 else f"{number:,.{decimals}f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |"
