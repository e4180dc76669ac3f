"""Incident records. Only data: identity, seeding and the life cycle live in `incidents/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_ID = re.compile(r"PM-\d{4}-\d{2}-\d{2}-\d{2,}", re.ASCII)


def is_incident_id(text: str) -> bool:
    """Whether a text is an incident id, of a day that exists."""
    if not _ID.fullmatch(text):
        return False
    try:
        date.fromisoformat(text[3:13])
    except ValueError:
        return False
    return True


class IncidentKind(StrEnum):
    """Whether users met the fault (`real`), nobody did on purpose (`drill`), or the gate caught it (`near_miss`)."""

    REAL = "real"
    DRILL = "drill"
    NEAR_MISS = "near_miss"


class IncidentState(StrEnum):
    """Where an incident stands. The main line in order, then the side states."""

    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    MITIGATING = "mitigating"
    MITIGATED = "mitigated"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    REMEDIATING = "remediating"
    RESOLVED = "resolved"
    CLOSED = "closed"
    FALSE_POSITIVE = "false_positive"
    MERGED = "merged"
    REOPENED = "reopened"

    @property
    def is_open(self) -> bool:
        """Whether the same failure, seen again, belongs to this incident rather than to a new one."""
        return self not in (IncidentState.CLOSED, IncidentState.FALSE_POSITIVE, IncidentState.MERGED)


@dataclass(frozen=True, slots=True)
class IncidentRef:
    """Where an incident can be found. The store gives paths relative to the incident directory, a porch
    makes them relative to where its reader is; text with `/` in both cases.

    Attributes:
        id: `PM-YYYY-MM-DD-NN`.
        markdown: Path of the postmortem a person edits.
        json: Path of the same postmortem as JSON.
        evidence: Directory with the heat maps.
        created: Whether this run opened it; False when the same failure had opened it before.
        heat_maps: Subject id to path of its stored heat map; subjects whose map was not kept are absent.
    """

    id: str
    markdown: str
    json: str
    evidence: str
    created: bool = True
    heat_maps: Mapping[str, str] = field(default_factory=dict)
