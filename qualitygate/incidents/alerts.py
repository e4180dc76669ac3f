"""Alerts from outside: the webhook payload of Alertmanager (version 4), read as plain facts.

Alertmanager sends again what it sent before and resolves what never fired, so every alert has an idempotency key. That
an alert no longer fires means that its signal cleared, never that the incident is resolved.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.document import Lang
from qualitygate.incidents.facts import Impact, Roles, Times, Trigger
from qualitygate.incidents.identity import failure_key
from qualitygate.incidents.line import Line
from qualitygate.incidents.markdown.template import questions
from qualitygate.incidents.moments import YEARS, moment, rfc3339
from qualitygate.incidents.narrative import TimelineEntry
from qualitygate.incidents.phrases import phrase
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

FLAPPING = timedelta(minutes=15)
"""An alert that fires again so soon after it cleared belongs to the same incident."""

_SEVERITIES = {
    "critical": Severity.S1, "page": Severity.S1, "error": Severity.S1, "high": Severity.S1,
    "warning": Severity.S2, "ticket": Severity.S2, "info": Severity.S3, "none": Severity.S3,
}  # fmt: skip
_MAX_TEXT = 500
_COMMIT_LABELS = ("commit", "base_commit", "revision", "vcs_ref_head_revision")
# Alertmanager writes nanoseconds; the zero time of Go means "not yet".
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a payload.

    Attributes:
        once: Idempotency key: fingerprint, start and status.
        key: What fails, for finding its incident: the check, the pipeline and the base commit.
        commit: The base commit it named; None when it named none.
    """

    name: str
    status: Literal["firing", "resolved"]
    started: datetime
    ended: datetime | None
    severity: Severity
    pipeline: str | None
    commit: str | None
    summary: str
    runbook: str | None
    source: str | None
    once: str
    key: str


class _Alert(Struct):
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    starts_at: str = field(name="startsAt")
    annotations: dict[str, str] = {}
    ends_at: str | None = field(name="endsAt", default=None)
    generator_url: str | None = field(name="generatorURL", default=None)
    fingerprint: str | None = None


class _Payload(Struct):
    version: Literal["4"]
    alerts: list[_Alert]


def read_alerts(content: bytes, where: str) -> tuple[Alert, ...]:
    """The alerts of a webhook payload.

    Args:
        content: What Alertmanager posted.
        where: What to name in errors.

    Raises:
        ConfigError: QG-1719, it is no such payload.
    """
    try:
        payload = msgspec.json.decode(content, type=_Payload)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"no Alertmanager webhook payload: {' '.join(str(error).split())[:200]}",
            code="QG-1719",
            where=where,
            hint='give the JSON that Alertmanager posts, {"version": "4", "alerts": [...]}',
        ) from error
    if not payload.alerts:
        raise ConfigError("holds no alert", code="QG-1719", where=where, hint="give a payload with `alerts`")
    return tuple(_alert(one, where) for one in payload.alerts)


def record_of(
    alert: Alert, incident_id: str, now: datetime, stakeholders: tuple[str, ...] = (), lang: Lang = "en"
) -> Postmortem:
    """The record an incident is born with that an alert opens; detected now at the latest, however clocks differ."""
    at = rfc3339(min(alert.started, now))
    rca, lessons = questions(lang)
    return Postmortem(
        id=incident_id,
        lang=lang,
        title=alert.summary,
        severity=alert.severity,
        state=IncidentState.DETECTED,
        kind=IncidentKind.REAL,
        key=alert.key,
        commit=alert.commit,
        times=Times(detected=at),
        impact=Impact(summary=alert.summary, count=0, pipelines=(alert.pipeline,) if alert.pipeline else ()),
        stakeholders=stakeholders,
        roles=Roles(watchers=("Alertmanager",)),
        triggers=(
            Trigger(
                layer="monitor",
                check_id=alert.name,
                label=alert.name,
                message=alert.summary,
                severity=alert.severity,
                set=alert.pipeline,
                runbook=alert.runbook,
                commit=alert.commit,
                ci_run=alert.source,
            ),
        ),
        timeline=(TimelineEntry(at=at, event=phrase("detected", lang, title=alert.summary), owner="Alertmanager"),),
        rca=rca,
        lessons=lessons,
    )


def knows(lines: tuple[Line, ...], alert: Alert) -> bool:
    """Whether an incident has heard of exactly this alert before."""
    return any(
        getattr(line.event.data, "alert", None) == alert.once
        for line in lines
        if isinstance(line.event.data, of.Opened | of.Signal)
    )


def still_the_same(lines: tuple[Line, ...], alert: Alert) -> bool:
    """Whether an alert that fires belongs to this open incident rather than to a new one.

    It does while any alert of it has not cleared, within 15 minutes of the last clearing, and on the same base commit
    at any time.
    """
    firing: set[str] = set()
    cleared: datetime | None = None
    for line in lines:
        data = line.event.data
        if not isinstance(data, of.Opened | of.Signal) or data.alert is None:
            continue
        fingerprint = data.alert.rsplit("/", 2)[0]
        if isinstance(data, of.Signal) and data.status == "cleared":
            firing.discard(fingerprint)
            cleared = moment(line.event.at)
        else:
            firing.add(fingerprint)
    return alert.commit is not None or bool(firing) or cleared is None or alert.started - cleared <= FLAPPING


def _alert(one: _Alert, where: str) -> Alert:
    labels, notes = one.labels, one.annotations
    name = _said(labels.get("alertname")) or "unnamed alert"
    pipeline = _said(labels.get("pipeline"))
    commit = next((found for label in _COMMIT_LABELS if (found := _said(labels.get(label)))), None)
    started = _time(one.starts_at, f"{where}: startsAt")
    if started is None:
        raise ConfigError("startsAt holds no time", code="QG-1719", where=where, hint="write 2025-09-27T04:12:00Z")
    fingerprint = _said(one.fingerprint) or hashlib.sha256(repr(sorted(labels.items())).encode()).hexdigest()[:16]
    summary = _said(notes.get("summary")) or _said(notes.get("description")) or name
    return Alert(
        name=name,
        status=one.status,
        started=started,
        ended=_time(one.ends_at, f"{where}: endsAt") if one.ends_at else None,
        severity=_severity(labels.get("severity", "")),
        pipeline=pipeline,
        commit=commit,
        summary=summary,
        runbook=_said(notes.get("runbook")) or _said(notes.get("runbook_url")),
        source=_said(one.generator_url),
        once=f"{fingerprint}/{rfc3339(started)}/{one.status}",
        key=failure_key([f"alert/{name}"], [(pipeline or "", pipeline or "")], f"base/{commit or ''}"),
    )


def _said(text: str | None) -> str | None:
    """A text of the payload in one line of a length that people read; None for one that says nothing."""
    return one_line(text or "")[:_MAX_TEXT] or None


def _severity(label: Any) -> Severity:
    """`S0` to `S3` as they are, the words of other rules by what they mean; S2 for anything else."""
    text = str(label).strip()
    return Severity(text.upper()) if text.upper() in list(Severity) else _SEVERITIES.get(text.lower(), Severity.S2)


def _time(text: str, where: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        found = datetime.fromisoformat(match[1] + match[2]).astimezone(UTC)
        if found.year not in YEARS:
            raise ValueError
        return found
    except (ValueError, OverflowError):
        if text.startswith("0001-01-01T"):
            return None
        raise ConfigError(
            f"{text!r} is no RFC 3339 time", code="QG-1719", where=where, hint="write 2025-09-27T04:12:00Z"
        ) from None
