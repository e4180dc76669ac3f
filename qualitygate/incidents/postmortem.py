"""The postmortem as data: what the JSON beside every Markdown holds.

Times are RFC 3339 in UTC with `Z`, dates ISO 8601. Reading ignores keys it does not know; writing is deterministic, so
that bytes -> record -> bytes is the identity for every file written here.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity

ID_PATTERN = r"^PM-\d{4}-\d{2}-\d{2}-\d{2,}$"

Id = Annotated[str, Meta(pattern=ID_PATTERN)]
# The patterns check the form alone; `flaws.py` holds what has it against the calendar.
Time = Annotated[
    str,
    Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$", extra_json_schema={"format": "date-time"}),
]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", extra_json_schema={"format": "date"})]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
Effort = Literal["S", "M", "L"]


class Times(Struct, frozen=True, kw_only=True):
    """When the incident first passed each point; None for what has not happened or is not known.

    Reopening clears `resolved` and `closed` and sets `reopened`, the last time; every round of it is in the record's
    `reopenings`. `reclassified` is what the clocks run from of an incident whose kind was changed: when a near miss or
    a drill was found to be real; of what was real at first, its detection.
    """

    started: Time | None = None
    detected: Time
    acknowledged: Time | None = None
    mitigated: Time | None = None
    draft: Time | None = None
    approved: Time | None = None
    published: Time | None = None
    resolved: Time | None = None
    closed: Time | None = None
    reopened: Time | None = None
    reclassified: Time | None = None


class Impact(Struct, frozen=True, kw_only=True):
    """How far it reached. `count` of `total` come from data, named by `source`, and are never read out of `summary`."""

    summary: str
    count: Count
    total: Count | None = None
    unmeasurable: Count = 0
    unit: str = "images"
    source: str | None = None
    pipelines: tuple[str, ...] = ()
    personal_data: bool | None = None


class Roles(Struct, frozen=True, kw_only=True):
    """Who did what, by name."""

    watchers: tuple[str, ...] = ()
    on_call: tuple[str, ...] = ()
    postmortem_lead: tuple[str, ...] = ()
    control_board: tuple[str, ...] = ()


class Trigger(Struct, frozen=True, kw_only=True):
    """One check that fired: what was measured, the limit it broke, and where that limit came from."""

    layer: str
    check_id: str
    label: str
    message: str
    metric: str | None = None
    statistic: str | None = None
    region: str | None = None
    value: float | None = None
    threshold: float | None = None
    comparator: Literal[">", "<"] | None = None
    severity: Severity | None = None
    subject: str | None = None
    set: str | None = None
    profile: str | None = None
    born_of: str | None = None
    why: str | None = None
    runbook: str | None = None
    commit: str | None = None
    ci_run: str | None = None


class Unmeasured(Struct, frozen=True, kw_only=True):
    """One file that could not be measured, and the reason."""

    subject: str
    code: str
    reason: str


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """One row of the timeline."""

    at: Time
    event: str
    owner: str


class Cause(Struct, frozen=True, kw_only=True):
    """One cause; `open` while it is a question that nobody has answered."""

    class_: Literal["direct", "contributing", "systemic"] = msgspec.field(name="class")
    text: str
    domain: Literal["model", "data", "operations"] | None = None
    open: bool = False


class Edge(Struct, frozen=True, kw_only=True):
    """One arrow of the causal map, between positions in `causes`."""

    from_: Count = msgspec.field(name="from")
    to: Count


class Falsification(Struct, frozen=True, kw_only=True):
    """An attempt to prove a supposed cause wrong, and how it ended."""

    hypothesis: str
    result: str


class RootCause(Struct, frozen=True, kw_only=True):
    """The analysis: causes, how they led to each other, five whys or why there are fewer, and what was ruled out."""

    causes: tuple[Cause, ...] = ()
    edges: tuple[Edge, ...] = ()
    whys: tuple[str, ...] = ()
    whys_reason: str | None = None
    falsifications: tuple[Falsification, ...] = ()


class Action(Struct, frozen=True, kw_only=True):
    """One corrective action."""

    title: str
    due: Day | None = None
    owner: str | None = None
    size: Effort | None = None
    benefit: Effort | None = None
    type: Literal["detect", "mitigate", "prevent", "repair"] | None = None
    status: Literal["open", "done", "dropped"] = "open"
    ticket_url: str | None = None
    verified_by: str | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """One piece of evidence. `path` is relative to the incident directory, None where only the digest is kept."""

    kind: str
    sha256: Sha256
    bytes: Count
    path: str | None = None
    redacted: bool = False
    subject: str | None = None
    reason: str | None = None


class Lesson(Struct, frozen=True, kw_only=True):
    """One lesson; `open` while it is a question that nobody has answered."""

    text: str
    target: str | None = None
    owner: str | None = None
    status: Literal["open", "done"] = "open"


class Section(Struct, frozen=True, kw_only=True):
    """A section of the Markdown that is none of ours, kept as it was written.

    Attributes:
        after: The known section it follows.
        text: Its Markdown, heading and all, without the line end at its end.
    """

    after: Literal["title", "context", "timeline", "root_cause", "actions", "lessons"]
    text: str


class Approval(Struct, frozen=True, kw_only=True):
    """Who approved which text, and where that can be checked.

    Attributes:
        content_sha256: Digest of the text that was approved, see `content_digest`.
        source: A review on the platform, of the head commit, or only said by the approver, which does not do at S0/S1.
        url: Address of the review.
        commit: The commit that was reviewed.
    """

    by: str
    at: Time
    content_sha256: Sha256
    source: Literal["platform_review", "self_declared"]
    url: str | None = None
    commit: str | None = None


class Mitigation(Struct, frozen=True, kw_only=True):
    """What stopped the damage. A gate mitigates what it catches by blocking the merge."""

    kind: Literal["isolate", "rollback", "cdn-off", "gate"]
    ref: str | None = None


class Proof(Struct, frozen=True, kw_only=True):
    """The last proof that the incident cannot come back.

    Attributes:
        result: Whether every cell of it came out as it must.
        path: The proof's file, relative to the incident directory.
        sha256: Digest of that file.
        check_id: The check that catches the incident, or the named control of an incident without pictures.
        runs: How often each cell was repeated.
    """

    result: Literal["passed", "failed"]
    at: Time
    path: str
    sha256: Sha256
    check_id: str
    runs: Count = 1


class Reopening(Struct, frozen=True, kw_only=True):
    """One time that the incident was reopened.

    Attributes:
        mitigated: When the damage was stopped this time; None until then.
        proof: The proof that it outdated: the incident came back in spite of it.
    """

    at: Time
    mitigated: Time | None = None
    proof: Proof | None = None


class Chain(Struct, frozen=True, kw_only=True):
    """Where the event log stood when this was written: number of events and the digest of the last one.

    Attributes:
        heads: Digests of the events that no other event follows: one, or several after a merge of branches.
    """

    length: Count
    heads: tuple[Sha256, ...]


class Checklist(Struct, frozen=True, kw_only=True):
    """The five boxes, None while undecided. Computed, never ticked."""

    mitigated_in_30_minutes: bool | None = None
    published_in_48_hours: bool | None = None
    causes_covered: bool | None = None
    actions_tracked: bool | None = None
    lessons_in_training: bool | None = None


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
    """UTF-8 JSON, two spaces of indentation, keys in the order above, a line end at the end."""
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
