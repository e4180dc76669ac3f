"""What the gate and the events establish of an incident: times, reach, triggers, evidence, approvals, proof."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from qualitygate.core.threshold import Severity
from qualitygate.incidents.notation import Count, Sha256, Time


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
    """One check that fired: what was measured, the limit it broke, and where that limit came from.

    `ships` says that `born_of` is the incident of a limit that ships with the package, and was none of the ledger's.
    """

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
    ships: bool = False
    why: str | None = None
    runbook: str | None = None
    commit: str | None = None
    ci_run: str | None = None


class Unmeasured(Struct, frozen=True, kw_only=True):
    """One file that could not be measured, and the reason."""

    subject: str
    code: str
    reason: str


class Evidence(Struct, frozen=True, kw_only=True):
    """One piece of evidence. `path` is relative to the incident directory, None where only the digest is kept."""

    kind: str
    sha256: Sha256
    bytes: Count
    path: str | None = None
    redacted: bool = False
    subject: str | None = None
    reason: str | None = None


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
