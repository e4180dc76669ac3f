"""From a failed report to the first record of its incident: what the gate knows, and open questions for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from msgspec.structs import replace

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.measurement import MetricSpec, Unmeasurable
from qualitygate.core.ships import named
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Report, SetInfo, SubjectResult
from qualitygate.incidents.checklist import publication_owed
from qualitygate.incidents.document import Lang
from qualitygate.incidents.evidence import MAX_HEAT_MAPS
from qualitygate.incidents.facts import Impact, Roles, Times, Trigger, Unmeasured
from qualitygate.incidents.identity import check_id, failed_sets
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.narrative import RootCause, TimelineEntry
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.proposing import OPEN_LESSONS, open_causes, proposed_actions
from qualitygate.incidents.text import enumeration, one_line

GATE = "Gate"
_UNITS = {"pair": "image", "lut": "LUT", "file": "file", "set": "set"}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the porch knows and the report does not.

    Attributes:
        now: The time, with a time zone.
        change: The change that was judged, such as `pull/12`.
        commit: The commit that was judged.
        ci_run: Address of the CI run.
        stakeholders: Who is to be told.
        specs: Metric name to spec, for the labels a person reads.
        kind: A catch before the merge is a near miss, unless somebody knows better.
        incidents: Ids of the incidents of this repository; a limit that ships with the gate was born of another's.
        lang: Language of the labels. What the gate itself has to say is in English.
    """

    now: datetime
    change: str | None = None
    commit: str | None = None
    ci_run: str | None = None
    stakeholders: tuple[str, ...] = ()
    specs: Mapping[str, MetricSpec] = field(default_factory=dict)
    kind: IncidentKind = IncidentKind.NEAR_MISS
    incidents: frozenset[str] = frozenset()
    lang: Lang = "en"


def worst_subjects(report: Report) -> tuple[str, ...]:
    """Ids of the subjects that failed, the worst first, at most ten: those that a heat map is worth making of.

    Subjects that were measured come before those that could not be, since a missing file has no map.
    """
    concerned = [finding for finding in report.errors if finding.subject is not None]
    ordered = sorted(concerned, key=lambda finding: finding.metric is None)
    return tuple(dict.fromkeys(finding.subject for finding in ordered if finding.subject is not None))[:MAX_HEAT_MAPS]


def first_record(incident_id: str, key: str, report: Report, known: Circumstances) -> Postmortem:
    """The record an incident is born with."""
    now = rfc3339(known.now)
    sets = failed_sets(report)
    names = enumeration(one_line(info.name or info.pipeline) for info in sets) or "the run"
    # Quoted, since the name of a pipeline may be a sentence of its own: `approved vs build`.
    pipelines = enumeration(f'"{one_line(info.pipeline)}"' for info in sets) or "that makes the candidates"
    worst = one_line(named(report.errors[0], known.incidents).message) if report.errors else "a pair failed"
    commit, ci_run = _line(known.commit), _line(known.ci_run)
    bare = Postmortem(
        id=incident_id,
        lang=known.lang,
        title=f"{worst.split(': ')[0]} in {names}",
        severity=min((f.severity for f in report.errors if f.severity), key=lambda s: s.rank, default=Severity.S3),
        state=IncidentState.DETECTED,
        kind=known.kind,
        key=key,
        change=_line(known.change),
        commit=commit,
        ci_run=ci_run,
        times=Times(detected=now),
        impact=_impact(report, sets, names),
        stakeholders=tuple(one_line(name) for name in known.stakeholders),
        roles=Roles(watchers=(GATE,)),
        triggers=tuple(_trigger(finding, known, commit, ci_run) for finding in _telling(report)),
        unmeasurable=tuple(_unmeasured(sets, report))[:MAX_HEAT_MAPS],
        timeline=(
            TimelineEntry(at=_started(report, known.now), event=_measured(report), owner=GATE),
            TimelineEntry(at=now, event=worst, owner=GATE),
            TimelineEntry(at=now, event=_consequence(known), owner=GATE),
            TimelineEntry(at=now, event="Postmortem stub opened", owner=GATE),
        ),
        rca=RootCause(causes=open_causes(pipelines)),
        lessons=OPEN_LESSONS,
    )
    earlier = dict.fromkeys(one_line(f.born_of) for f in report.errors if f.born_of in known.incidents)
    proposed = proposed_actions(bare, pipelines, earlier, known.now)
    # What nobody owes a postmortem of sets nobody a date: else every red build would be late two days later.
    return replace(bare, actions=proposed if publication_owed(bare) else tuple(replace(a, due=None) for a in proposed))


def _line(text: str | None) -> str | None:
    return one_line(text) if text else None


def _started(report: Report, now: datetime) -> str:
    try:
        started = datetime.fromisoformat(report.started)
    except ValueError:
        return rfc3339(now)
    if started.tzinfo is None:
        started = started.replace(tzinfo=UTC)
    return rfc3339(min(started, now))


def _consequence(known: Circumstances) -> str:
    """Nothing is merged by a run at somebody's desk, so nothing was blocked there either."""
    proposed = (known.change or "").startswith(("pull/", "merge-request/"))
    return "Merge blocked: the check failed" if known.ci_run or proposed else "The gate failed"


def _measured(report: Report) -> str:
    total, sets = len(report.results), len(report.sets)
    return f"Gate started: {_count(total, 'subject')} in {_count(sets, 'set')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _impact(report: Report, sets: tuple[SetInfo, ...], names: str) -> Impact:
    results = _of_sets(sets, report)
    unmeasurable = len(list(_unmeasured(sets, report)))
    failed = [result for result in results if isinstance(result.verdict, Failed)]
    kinds = {result.subject.kind for result in results}
    noun = _UNITS[kinds.pop()] if len(kinds) == 1 else "file"
    if failed:
        summary = f"{len(failed):,} of {_count(len(results), noun)} failed the gate in {names}"
    else:
        summary = f"{names} failed the gate as a whole, no single one of {_count(len(results), noun)} did"
    if unmeasurable:
        summary += f"; {unmeasurable:,} could not be measured"
    return Impact(
        summary=summary,
        count=len(failed),
        total=len(results),
        unmeasurable=unmeasurable,
        unit=f"{noun}s",
        pipelines=tuple(dict.fromkeys(one_line(info.pipeline) for info in sets)),
    )


def _of_sets(sets: tuple[SetInfo, ...], report: Report) -> list[SubjectResult]:
    chosen = {info.name for info in sets}
    return [result for result in report.results if result.subject.set_name in chosen] or list(report.results)


def _unmeasured(sets: tuple[SetInfo, ...], report: Report) -> Iterable[Unmeasured]:
    for result in _of_sets(sets, report):
        if isinstance(result.verdict, Unmeasurable):
            name, reason = one_line(result.subject.id), one_line(result.verdict.message)
            yield Unmeasured(subject=name, code=result.verdict.code, reason=reason)


def _telling(report: Report) -> Iterable[Finding]:
    """The worst finding of each of the worst subjects, and of each failed check that is not among them."""
    subjects, checks = set(worst_subjects(report)), set[str]()
    for finding in report.errors:
        if finding.subject in subjects:
            subjects.discard(finding.subject)
        elif check_id(finding) in checks:
            continue
        checks.add(check_id(finding))
        yield finding


def _trigger(finding: Finding, known: Circumstances, commit: str | None, ci_run: str | None) -> Trigger:
    said = named(finding, known.incidents)
    comparator: Literal[">", "<"] | None = None
    if finding.value is not None and finding.limit is not None:
        comparator = ">" if finding.value > finding.limit else "<"
    spec = known.specs.get(finding.metric or "")
    return Trigger(
        layer="gate",
        check_id=check_id(finding),
        label=spec.label if spec else finding.metric or finding.code,
        message=one_line(said.message),
        metric=finding.metric,
        statistic=finding.statistic,
        region=_line(finding.region),
        value=finding.value,
        threshold=finding.limit,
        comparator=comparator,
        severity=finding.severity,
        subject=_line(finding.subject),
        set=_line(finding.set_name),
        profile=_line(finding.profile),
        born_of=_line(finding.born_of),
        ships=said is not finding,
        why=_line(finding.why),
        runbook=_line(finding.runbook),
        commit=commit,
        ci_run=ci_run,
    )
