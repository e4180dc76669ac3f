"""The postmortem as data: what the JSON beside every Markdown holds.

Times are RFC 3339 in UTC with `Z`, dates ISO 8601. Reading ignores keys it does not know; writing is deterministic, so
that bytes -> record -> bytes is the identity for every file written here.
"""

from __future__ import annotations

import inspect
from typing import Literal

import msgspec
from msgspec import Struct

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import (
    Approval,
    Chain,
    Checklist,
    Evidence,
    Impact,
    Mitigation,
    Proof,
    Reopening,
    Roles,
    Times,
    Trigger,
    Unmeasured,
)
from qualitygate.incidents.narrative import Action, Lesson, RootCause, Section, TimelineEntry
from qualitygate.incidents.notation import Id, Sha256


class Postmortem(Struct, frozen=True, kw_only=True):
    """One incident and what was learned from it.

    Attributes:
        key: What failed, for finding the same failure again; None for an incident opened by hand.
        change: The change that was judged, such as `pull/12`; None when unknown.
        commit: The commit that was judged; None when unknown.
        ci_run: Address of the CI run; None outside CI.
        uid: Identity that never changes, that of the first event; None for a record that has no event log yet.
        unmeasurable: At most ten of what could not be measured; `impact.unmeasurable` counts them all.
        sections: Parts of the Markdown that are none of ours, in their order.
        mitigation: What stopped the damage, the last time; None until then.
        proof: The last proof since the incident was reopened, if it was.
        reopenings: Every time it was reopened.
        chain: Where the event log stood; None for a record that has no event log yet.
    """

    schema_version: Literal[1] = 1
    id: Id
    uid: str | None = None
    lang: Literal["en", "de", "fr", "ja"] = "en"
    title: str
    severity: Severity
    state: IncidentState
    kind: IncidentKind
    key: Sha256 | None = None
    change: str | None = None
    commit: str | None = None
    ci_run: str | None = None
    times: Times
    impact: Impact
    stakeholders: tuple[str, ...] = ()
    roles: Roles = Roles()
    triggers: tuple[Trigger, ...] = ()
    unmeasurable: tuple[Unmeasured, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    rca: RootCause = RootCause()
    actions: tuple[Action, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    sections: tuple[Section, ...] = ()
    approvals: tuple[Approval, ...] = ()
    mitigation: Mitigation | None = None
    proof: Proof | None = None
    reopenings: tuple[Reopening, ...] = ()
    merged_into: Id | None = None
    checklist: Checklist = Checklist()
    chain: Chain | None = None


def to_json(record: Postmortem) -> bytes:
    """UTF-8 JSON, two spaces of indentation, keys in the order of the fields, a line end at the end."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def from_json(content: bytes) -> Postmortem:
    """The record in a JSON file.

    Raises:
        msgspec.DecodeError: It is no JSON, or breaks the schema (`msgspec.ValidationError` names the path).
    """
    return msgspec.json.decode(content, type=Postmortem)


def to_schema() -> bytes:
    """The JSON Schema, 2020-12, of what `to_json` writes; shipped as `schemas/postmortem.schema.json`."""
    schema = msgspec.json.schema(Postmortem)
    for definition in schema["$defs"].values():
        # Python 3.13 strips the indentation of docstrings, 3.11 does not: the file must not depend on it.
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    titled = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "qualitygate postmortem", **schema}
    return msgspec.json.format(msgspec.json.encode(titled), indent=2) + b"\n"
