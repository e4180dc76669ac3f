"""What an approval leaves to do: the audit's waiver, and incidents that stay open about what was approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qualitygate.approving.decision import Decision
from qualitygate.incidents.archive import Records
from qualitygate.incidents.text import one_line
from qualitygate.policy.model import Config


@dataclass(frozen=True, slots=True)
class Following:
    """What is left to do.

    Attributes:
        audited: Whether the configuration lets every check audit, and the audit wants a waiver of what was approved.
        incidents: Ids of incidents that are still open about it.
    """

    audited: bool = False
    incidents: tuple[str, ...] = ()


def following(done: Iterable[Decision], config: Config, records: Records) -> Following:
    """What some approvals that were written leave to do.

    Args:
        done: Them.
        config: What was judged by.
        records: The incidents of the repository.
    """
    written = [one for one in done if one.writes]
    # A first reference loosens nothing, and a sidecar beside one that stays neither.
    other = any(one.action in ("replaced", "accepted") or one.previous_sha256 is not None for one in written)
    names = {(one_line(one.subject.set_name), one_line(one.subject.id)) for one in written}
    still = [
        record.id
        for record in records.records
        if record.state.is_open and any((each.set or "", each.subject or "") in names for each in record.triggers)
    ]
    return Following(other and "audit" in config.check.also, tuple(still))
