"""Words of the pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity

SEVERITIES = {
    Severity.S0: "emergency",
    Severity.S1: "serious",
    Severity.S2: "limited",
    Severity.S3: "minor",
}
STATES = {state: state.value.replace("_", " ") for state in IncidentState}
KINDS = {IncidentKind.REAL: "real", IncidentKind.NEAR_MISS: "near miss", IncidentKind.DRILL: "drill"}
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "ja": "日本語"}
MILESTONES = {
    "started": "Started",
    "detected": "Detected",
    "acknowledged": "Acknowledged",
    "mitigated": "Mitigated",
    "draft": "Draft begun",
    "approved": "Approved",
    "published": "Published",
    "resolved": "Resolved",
    "closed": "Closed",
    "reopened": "Reopened",
}
BOXES = {
    "mitigated_in_30_minutes": "Mitigated within 30 minutes",
    "published_in_48_hours": "Published within 48 hours",
    "causes_covered": "Direct, contributing and systemic causes",
    "actions_tracked": "Long-term actions ticketed and tracked",
    "lessons_in_training": "Lessons in training and governance",
}


def countdown(left: timedelta) -> str:
    """What a clock shows: `12 min 05 s left`, `late by 3 h 20 min`. The script in the page writes the same."""
    seconds = abs(int(left.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        text = f"{days} d {hours:02d} h"
    elif hours:
        text = f"{hours} h {minutes:02d} min"
    elif minutes:
        text = f"{minutes} min {seconds:02d} s"
    else:
        text = f"{seconds} s"
    return f"late by {text}" if left < timedelta(0) else f"{text} left"


def minute(moment: datetime) -> str:
    """`2025-09-27 04:12`, to be followed by UTC once on a page."""
    return f"{moment:%Y-%m-%d %H:%M}"


def instant(moment: datetime) -> str:
    """RFC 3339 with `Z`, for machines."""
    return moment.isoformat().replace("+00:00", "Z")
