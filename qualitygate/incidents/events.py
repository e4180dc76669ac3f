"""What can happen to an incident: one class for each kind of event, and the event that holds it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from qualitygate.core.incident import IncidentKind
from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Document
from qualitygate.incidents.facts import Evidence, Proof
from qualitygate.incidents.notation import Count, Id, Sha256, Time
from qualitygate.incidents.postmortem import Postmortem

Actor = Annotated[str, Meta(min_length=1)]
Uid = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class Opened(Struct, frozen=True, kw_only=True, tag="opened"):
    """The incident was detected. `record` is all that was known of it; its chronicle is empty but for `detected`.

    `alert` is the idempotency key of the alert it came from.
    """

    record: Postmortem
    alert: str | None = None


class Acknowledged(Struct, frozen=True, kw_only=True, tag="acknowledged"):
    """Somebody took it over."""


class Escalated(Struct, frozen=True, kw_only=True, tag="escalated"):
    """The severity was changed, or somebody else was called, for a reason."""

    reason: str
    severity: Severity | None = None
    to: str | None = None


class Reclassified(Struct, frozen=True, kw_only=True, tag="reclassified"):
    """It was found to be of another kind: what the gate caught got through to people after all."""

    kind: IncidentKind
    reason: str


class MitigationStarted(Struct, frozen=True, kw_only=True, tag="mitigation_started"):
    """Work on stopping the damage began."""


class Mitigated(Struct, frozen=True, kw_only=True, tag="mitigated"):
    """The damage was stopped."""

    kind: Literal["isolate", "rollback", "cdn-off", "gate"]
    ref: str | None = None


class Noted(Struct, frozen=True, kw_only=True, tag="noted"):
    """Something for the timeline."""

    text: str


class ImpactRecorded(Struct, frozen=True, kw_only=True, tag="impact_recorded"):
    """How far it reached, from data: never read out of prose. Without a count, whether personal data are concerned."""

    count: Count | None = None
    unit: str | None = None
    source: str | None = None
    personal_data: bool | None = None


class Drafted(Struct, frozen=True, kw_only=True, tag="drafted"):
    """The postmortem is being written."""


class Edited(Struct, frozen=True, kw_only=True, tag="edited"):
    """The text was changed, in the Markdown, in the JSON or by a command. Holds the whole new text."""

    document: Document
    source: Literal["markdown", "json", "command", "merge"]


class Submitted(Struct, frozen=True, kw_only=True, tag="submitted"):
    """The text is to be reviewed."""


class Approved(Struct, frozen=True, kw_only=True, tag="approved"):
    """The control board approved the text with this digest."""

    content_sha256: Sha256
    source: Literal["platform_review", "self_declared"]
    url: str | None = None
    commit: str | None = None


class Published(Struct, frozen=True, kw_only=True, tag="published"):
    """The postmortem is out."""

    url: str | None = None


class Remediating(Struct, frozen=True, kw_only=True, tag="remediating"):
    """The corrective actions are in the backlog."""


class Resolved(Struct, frozen=True, kw_only=True, tag="resolved"):
    """What had to be fixed is fixed."""


class Closed(Struct, frozen=True, kw_only=True, tag="closed"):
    """Proved, and done."""


class Reopened(Struct, frozen=True, kw_only=True, tag="reopened"):
    """It came back, or was never gone."""

    reason: str


class Merged(Struct, frozen=True, kw_only=True, tag="merged"):
    """It is the same as another incident, which goes on."""

    into: Id


class FalsePositive(Struct, frozen=True, kw_only=True, tag="false_positive"):
    """There was nothing."""

    reason: str


class Signal(Struct, frozen=True, kw_only=True, tag="signal"):
    """The alert fired again, or cleared. An alert that no longer fires resolves nothing."""

    status: Literal["firing", "cleared"]
    alert: str
    key: str | None = None


class EvidenceAdded(Struct, frozen=True, kw_only=True, tag="evidence_added"):
    """Evidence was collected; a piece with the path of an earlier one takes its place."""

    items: tuple[Evidence, ...]


class Proved(Struct, frozen=True, kw_only=True, tag="proved"):
    """The proof was run. A failed one whose bad picture did not fail as it did is `reproduced=False`."""

    proof: Proof
    reproduced: bool = True
    reason: str | None = None


class Joined(Struct, frozen=True, kw_only=True, tag="joined"):
    """Branches of the log that were written apart were joined.

    Attributes:
        order: Digest over all lines before this one, in their order.
        document: The text merged from those of the branches.
    """

    order: Sha256
    document: Document


Payload = (
    Opened
    | Acknowledged
    | Escalated
    | Reclassified
    | MitigationStarted
    | Mitigated
    | Noted
    | ImpactRecorded
    | Drafted
    | Edited
    | Submitted
    | Approved
    | Published
    | Remediating
    | Resolved
    | Closed
    | Reopened
    | Merged
    | FalsePositive
    | Signal
    | EvidenceAdded
    | Proved
    | Joined
)


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened.

    Attributes:
        v: Version of this format.
        uid: Identity of the event, 32 hexadecimal digits, never given twice.
        incident: The incident it happened to.
        seq: Number of events that its writer saw before it.
        at: When it happened.
        recorded: When it was written down.
        actor: Who did it.
        implied: Whether it was passed on the way to a later state by one call.
        prev: Digests of the lines it follows: none for the first, several only where branches are joined.
        data: What happened; `type` in it says which kind.
    """

    v: Literal[1] = 1
    uid: Uid
    incident: Id
    seq: Count
    at: Time
    recorded: Time
    actor: Actor
    implied: bool = False
    prev: tuple[Sha256, ...] = ()
    data: Payload


def type_of(event: Event) -> str:
    """The kind of an event, such as `acknowledged`."""
    return str(event.data.__struct_config__.tag)
