"""Incident records. Only data: identity, seeding and the life cycle live in `incidents/`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncidentRef:
    """Where an incident can be found.

    Attributes:
        id: `PM-YYYY-MM-DD-NN`.
        markdown: Path of the postmortem a person edits, as text with `/`.
        json: Path of the same postmortem as JSON.
        evidence: Directory with the heat maps, as text with `/`.
        created: Whether this run opened it; False when the same failure had opened it before.
    """

    id: str
    markdown: str
    json: str
    evidence: str
    created: bool = True
