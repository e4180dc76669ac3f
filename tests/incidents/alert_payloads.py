"""Payloads as Alertmanager posts them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qualitygate.cli.incident_alerts import Given, Outcome, receive
from qualitygate.incidents.ledger import Ledger

ZERO = "0001-01-01T00:00:00Z"
NOW = datetime(2025, 9, 27, 12, 0, tzinfo=UTC)


def alert(
    starts: str = "2025-09-27T04:12:00Z",
    *,
    status: str = "firing",
    ends: str = ZERO,
    fingerprint: str | None = "a1b2c3d4e5f60718",
    summary: str = "4,200 images off the palette",
    **labels: str,
) -> dict[str, Any]:
    made = {
        "status": status,
        "labels": {"alertname": "deltaE-spike", "pipeline": "hero-export", "severity": "page"} | labels,
        "annotations": {"summary": summary, "runbook": "https://wiki.example/deltaE"},
        "startsAt": starts,
        "endsAt": ends,
        "generatorURL": "http://prometheus.example/graph?g0.expr=x",
    }
    return made if fingerprint is None else made | {"fingerprint": fingerprint}


def resolved(starts: str, ends: str, **labels: Any) -> dict[str, Any]:
    return alert(starts, status="resolved", ends=ends, **labels)


def payload(*alerts: dict[str, Any], **changes: Any) -> bytes:
    whole = {
        "receiver": "qualitygate",
        "status": "firing",
        "alerts": list(alerts),
        "groupLabels": {"alertname": "deltaE-spike"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "version": "4",
        "groupKey": '{}:{alertname="deltaE-spike"}',
        "truncatedAlerts": 0,
    }
    return json.dumps(whole | changes).encode()


def post(root: Path, *alerts: dict[str, Any], now: datetime = NOW) -> list[Outcome]:
    """Take a payload in, as `incident open --from-alert` does."""
    return receive(Ledger(root), payload(*alerts), "alert.json", Given(), actor="Alertmanager", now=now)


def post_file(root: str, path: str) -> None:
    """The same in a process of its own."""
    receive(Ledger(Path(root)), Path(path).read_bytes(), path, Given(), actor="Alertmanager", now=NOW)
